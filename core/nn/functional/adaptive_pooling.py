"""Pooling to a given size, as functions: place i of m covers the places from floor(i n / m) to ceil((i + 1) n / m)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.arrays.backend import namespace
from core.autograd import record
from core.functions.operands import refuse
from core.nn.functional.pooling import avg_pool1d, avg_pool2d, avg_pool3d
from core.ops.resampling import Picks, Resample
from core.tensors.tensor import Tensor, tensor_of

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
]

Wanted = int | None | Sequence[int | None]
_AVERAGES: tuple[Any, ...] = (avg_pool1d, avg_pool2d, avg_pool3d)


def adaptive_avg_pool1d(input: Tensor, output_size: Wanted) -> Tensor:
    """Means of windows that cover the input evenly. (N, C, L) -> (N, C, output_size). None keeps a length."""
    return _mean(1, input, output_size)


def adaptive_avg_pool2d(input: Tensor, output_size: Wanted) -> Tensor:
    """As `adaptive_avg_pool1d` over two axes."""
    return _mean(2, input, output_size)


def adaptive_avg_pool3d(input: Tensor, output_size: Wanted) -> Tensor:
    """As `adaptive_avg_pool1d` over three axes."""
    return _mean(3, input, output_size)


def adaptive_max_pool1d(input: Tensor, output_size: Wanted, return_indices: bool = False) -> Any:
    """The greatest numbers of windows that cover the input evenly, and where they were if `return_indices`."""
    return _greatest(1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Tensor, output_size: Wanted, return_indices: bool = False) -> Any:
    """As `adaptive_max_pool1d` over two axes."""
    return _greatest(2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Tensor, output_size: Wanted, return_indices: bool = False) -> Any:
    """As `adaptive_max_pool1d` over three axes."""
    return _greatest(3, input, output_size, return_indices)


def _mean(axes: int, input: Tensor, output_size: Wanted) -> Tensor:
    given, wanted = _sizes(f"adaptive_avg_pool{axes}d", axes, input, output_size)
    refuse("adaptive_avg_pool3d_cpu" if axes == 3 else "adaptive_avg_pool2d", input, "iub")
    if set(wanted) == {1}:
        return input.mean(tuple(range(-axes, 0)), keepdim=True)
    if all(m and not n % m for n, m in zip(given, wanted, strict=True)):
        pooled: Tensor = _AVERAGES[axes - 1](input, tuple([n // m for n, m in zip(given, wanted, strict=True)]))
        return pooled
    picks = tuple([None if n == m else _means(n, m) for n, m in zip(given, wanted, strict=True)])
    return record(Resample(picks, f"AdaptiveAvgPool{axes}D"), input)


def _greatest(axes: int, input: Tensor, output_size: Wanted, return_indices: bool) -> Any:
    given, wanted = _sizes(f"adaptive_max_pool{axes}d", axes, input, output_size)
    refuse("adaptive_max_pool3d_cpu" if axes == 3 else "adaptive_max_pool2d", input, "iub")
    xp, flat = namespace(input._array), input.flatten(-axes)
    places = _window_places(given, wanted)
    best = flat._array[..., xp.asarray(places)].argmax(axis=-1)
    cells = xp.arange(len(places))
    indices = tensor_of(xp.asarray(places)[cells, best])
    values = flat.gather(-1, indices).reshape(*input.shape[:-axes], *wanted)
    return (values, indices.reshape(*values.shape)) if return_indices else values


def _means(size: int, count: int) -> Picks:
    """The windows along one axis, each filled up with its last place, which then counts for nothing."""
    places, lengths = _windows(size, count)
    weights = (np.arange(places.shape[1]) < lengths[:, None]) / lengths[:, None]
    return Picks(places, size, weights)


def _windows(size: int, count: int) -> tuple[Any, Any]:
    """(count, longest) places, filled up with the last of each window; and how long each is."""
    number = np.arange(count)
    starts, ends = number * size // max(count, 1), -((number + 1) * -size // max(count, 1))
    longest = int((ends - starts).max(initial=1))
    return np.minimum(starts[:, None] + np.arange(longest), ends[:, None] - 1), ends - starts


def _window_places(given: Sequence[int], wanted: Sequence[int]) -> Any:
    """(windows, places in each): where in the image, rows joined end to end, each place of each window is."""
    total: Any = np.zeros((1, 1), int)
    for size, count in zip(given, wanted, strict=True):
        along = _windows(size, count)[0]
        total = (total * size)[:, None, :, None] + along[None, :, None, :]
        total = total.reshape(total.shape[0] * total.shape[1], -1)
    return total


def _sizes(name: str, axes: int, input: Tensor, output_size: Wanted) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The size of the input and the one that is wanted. Raises RuntimeError if they do not go together."""
    if not (output_size is None or isinstance(output_size, int)) and input.ndim <= len(output_size):
        raise ValueError(f"Input dimension should be at least {len(output_size) + 1}")
    if input.ndim not in (axes + 1, axes + 2):
        raise RuntimeError(f"{name}(): Expected {axes + 1}D or {axes + 2}D tensor, but got {list(input.shape)}")
    given = tuple(input._array.shape[-axes:])
    asked = (output_size,) * axes if output_size is None or isinstance(output_size, int) else tuple(output_size)
    if len(asked) != axes:
        raise RuntimeError(f"{name}: output_size must be {axes}")
    if not math.prod(given):
        raise RuntimeError(
            f"{name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes "
            f"{list(input.shape)} with dimension {input.ndim - axes + given.index(0)} being empty"
        )
    wanted = tuple([n if m is None else m for n, m in zip(given, asked, strict=True)])
    if min(wanted) < 0:
        raise RuntimeError(
            f"{name}: elements of output_size must be greater than or equal to 0 but received "
            f"{{{', '.join(str(length) for length in wanted)}}}"
        )
    return given, wanted
