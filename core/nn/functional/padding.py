"""Padding as a function."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.autograd import record
from core.functions.operands import refuse
from core.ops.padding import Pad
from core.ops.resampling import Numbers, Picks, Resample
from core.tensors import dtypes
from core.tensors.tensor import Tensor

__all__ = ["pad"]

_NAMES = {"reflect": "ReflectionPad", "replicate": "ReplicationPad", "circular": "CircularPad"}


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """Puts numbers in front of and behind the last axes; `pad` holds two widths for each, the last axis first.

    mode: 'constant' puts `value`, 'reflect' the numbers inside as in a mirror, 'replicate' the outermost one, and
    'circular' those of the other end. A negative width cuts off. Raises RuntimeError or NotImplementedError.
    """
    if len(pad) % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if len(pad) > 2 * input.ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension but got padding length "
            f"{len(pad)} and input of dimension {input.ndim}"
        )
    widths = tuple(zip(pad[-2::-2], pad[-1::-2], strict=True))
    if mode == "constant":
        if any(before + n + behind < 0 for (before, behind), n in _axes(input, widths)):
            raise RuntimeError("narrow(): length must be non-negative.")
        return record(Pad(widths, dtypes.held(float(value or 0), input._array.dtype)), input)
    if mode not in _NAMES:
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if value is not None and value != 0:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    if len(pad) > 6 or not pad or input.ndim - len(widths) not in (1, 2):
        raise NotImplementedError(_combinations(len(pad), input.ndim))
    if mode != "circular":
        refuse({"reflect": "reflection", "replicate": "replication"}[mode] + f"_pad{len(widths)}d", input, "b")
    first = input.ndim - len(widths)
    axes = enumerate(_axes(input, widths), first)
    picks = tuple([_picks(mode, input, axis, n, *ends) if any(ends) else None for axis, (ends, n) in axes])
    return record(Resample(picks, f"{_NAMES[mode]}{len(widths)}D"), input)


def _axes(input: Tensor, widths: tuple[tuple[int, int], ...]) -> list[tuple[tuple[int, int], int]]:
    return list(zip(widths, input.shape[input.ndim - len(widths) :], strict=True))


def _picks(mode: str, input: Tensor, axis: int, size: int, before: int, behind: int) -> Picks:
    """Which place of an axis each place of the padded one shows."""
    if mode == "reflect" and max(before, behind) >= size:
        raise RuntimeError(
            "Padding size should be less than the corresponding input dimension, but got: padding "
            f"({before}, {behind}) at dimension {axis} of input {list(input.shape)}"
        )
    if mode == "circular" and max(before, behind) > size:
        raise RuntimeError("Padding value causes wrapping around more than once.")
    places = np.arange(-before, size + behind)
    if mode == "circular":  # what is cut off does not come round again
        first, last = max(-before, 0), size - max(-behind, 0)
        return Picks(first + (places - first) % (last - first), size)
    return Picks(places.clip(0, size - 1) if mode == "replicate" else _mirrored(places, size), size)


def _mirrored(places: Numbers, size: int) -> Numbers:
    away = abs(places)
    return np.asarray(np.where(away < size, away, 2 * (size - 1) - away))


def _combinations(count: int, axes: int) -> str:
    return (
        f"Padding size {count} is not supported for {axes}D input tensor.\n"
        "Supported combinations for non-constant padding:\n"
        "  - 2D or 3D input: padding size = 2 (pads last dimension)\n"
        "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
        "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"
    )
