"""Making images larger or smaller, as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.autograd import record
from core.functions.operands import refuse
from core.nn.functional.adaptive_pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from core.ops.resampling import Numbers, Picks, Resample
from core.tensors.tensor import Tensor

__all__ = ["interpolate", "upsample"]

_AXES = {"linear": (1,), "bilinear": (2,), "trilinear": (3,), "bicubic": (2,), "lanczos": (2,)}
_MODES = "nearest | linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact"
_MEANS = (adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d)


def interpolate(
    input: Tensor,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """An image (N, C, *size) in another size, given as such or as a factor.

    mode: 'nearest', 'nearest-exact', 'linear', 'bilinear', 'trilinear', 'bicubic' (Keys, 1981, with a = -0.75) or
    'area', the mean of what falls on a place. align_corners: whether the first and the last places lie on each other,
    rather than the edges. Raises ValueError, NotImplementedError or RuntimeError for what does not go together.
    """
    _check_mode(input, mode, align_corners)
    given = tuple(input._array.shape[2:])
    wanted, factors = _target(given, size, scale_factor, bool(recompute_scale_factor))
    if antialias or mode == "lanczos":
        raise NotImplementedError(f"interpolate: antialias and lanczos are not supported here (mode {mode})")
    if mode == "area":
        return _MEANS[len(given) - 1](input, wanted)
    if min(wanted) < 1 or min(given) < 1:
        raise RuntimeError(
            f"Input and output sizes should be greater than 0, but got input {list(given)} output {list(wanted)}"
        )
    pictures = mode.startswith("nearest") or len(given) == 2
    refuse(f"upsample_{mode}{len(given)}d", input, "iub", but="uint8" if pictures else "")
    axes = zip(given, wanted, factors, strict=True)
    picks = tuple([_picks(mode, n, m, factor, bool(align_corners)) for n, m, factor in axes])
    called = "".join(part.capitalize() for part in mode.split("-"))
    return record(Resample(picks, f"Upsample{called}{len(given)}D"), input)


def upsample(
    input: Tensor,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """The old name of `interpolate`."""
    return interpolate(input, size, scale_factor, mode, align_corners)


def _check_mode(input: Tensor, mode: str, align_corners: bool | None) -> None:
    if align_corners is not None and mode not in ("linear", "bilinear", "bicubic", "trilinear"):
        raise ValueError(
            "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear"
        )
    axes = input.ndim - 2
    if axes not in (1, 2, 3) or (mode not in _AXES and mode not in ("nearest", "nearest-exact", "area")):
        raise NotImplementedError(
            f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {input.ndim}D) for the modes: {_MODES} "
            f"(got {mode})"
        )
    if mode in _AXES and axes not in _AXES[mode]:
        raise NotImplementedError(
            f"Got {input.ndim}D input, but {mode} mode needs {' or '.join(f'{n + 2}D' for n in _AXES[mode])} input"
        )


def _target(
    given: tuple[int, ...],
    size: int | Sequence[int] | None,
    scale_factor: float | Sequence[float] | None,
    recompute: bool,
) -> tuple[tuple[int, ...], Sequence[float | None]]:
    """The size of the output, and the factor for each axis where the places are to be found by it."""
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is not None:
        wanted = (size,) * len(given) if isinstance(size, int) else tuple(size)
        if len(wanted) != len(given):
            raise ValueError(
                "Input and output must have the same number of spatial dimensions, but got input with spatial "
                f"dimensions of {list(given)} and output size of {size}. Please provide input tensor in (N, C, d1, "
                "d2, ...,dK) format and output size in (o1, o2, ...,oK) format."
            )
        return wanted, (None,) * len(given)
    if scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    factors = (scale_factor,) * len(given) if isinstance(scale_factor, int | float) else tuple(scale_factor)
    if len(factors) != len(given):
        raise ValueError(
            "Input and scale_factor must have the same number of spatial dimensions, but got input with spatial "
            f"dimensions of {list(given)} and scale_factor of shape {scale_factor}. Please provide input tensor in (N, "
            "C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format."
        )
    wanted = tuple([math.floor(n * factor) for n, factor in zip(given, factors, strict=True)])
    return wanted, (None,) * len(given) if recompute else factors


def _picks(mode: str, size: int, count: int, factor: float | None, align_corners: bool) -> Picks:
    step = size / count if factor is None else 1 / factor
    if mode.startswith("nearest"):
        # PyTorch counts in single precision here, which decides ties.
        at = (np.arange(count, dtype=np.float32) + np.float32(0.5 * (mode != "nearest"))) * np.float32(step)
        return Picks(np.minimum(at.astype(int), size - 1), size)
    if align_corners:
        at = np.arange(count) * ((size - 1) / (count - 1) if count > 1 else 0.0)
    else:
        at = (np.arange(count) + 0.5) * step - 0.5
    return _cubic(at, size) if mode == "bicubic" else _linear(at, size)


def _linear(at: Numbers, size: int) -> Picks:
    at = at.clip(0)
    first = np.minimum(at.astype(int), size - 1)
    share = (at - first).clip(0, 1)
    return Picks(np.stack([first, np.minimum(first + 1, size - 1)], 1), size, np.stack([1 - share, share], 1))


def _cubic(at: Numbers, size: int) -> Picks:
    first = np.floor(at).astype(int)
    away = abs((at - first)[:, None] - np.arange(-1, 3))
    a = -0.75
    near = ((a + 2) * away - (a + 3)) * away * away + 1
    far = ((away - 5) * away + 8) * away * a - 4 * a
    places = (first[:, None] + np.arange(-1, 3)).clip(0, size - 1)
    return Picks(places, size, np.where(away <= 1, near, far))
