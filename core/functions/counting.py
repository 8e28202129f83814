"""Which values there are, and how often."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.arrays.backend import Array, as_array, namespace
from core.functions.creation import tensor
from core.functions.operands import dimension, refuse
from core.tensors.tensor import Tensor, tensor_of


def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The different values in order (slices along `dim`); if wanted, where each element went, how often each stood."""
    array = input._array
    axis = None if dim is None else dimension(dim, input.ndim)
    values, inverse, counts = namespace(array).unique(
        array, return_inverse=True, return_counts=True, axis=axis, equal_nan=False
    )
    inverse = inverse.reshape(array.shape if axis is None else array.shape[axis])
    return _chosen(values, inverse, counts, return_inverse, return_counts)


def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The values without those equal to the one before (slices along `dim`)."""
    array, xp = input._array, namespace(input._array)
    axis = 0 if dim is None else dimension(dim, input.ndim)
    rows = array.reshape(-1) if dim is None else xp.moveaxis(array, axis, 0)
    new = (rows[1:] != rows[:-1]).any(axis=tuple(range(1, rows.ndim)))
    first = xp.concatenate([xp.ones(min(len(rows), 1), bool), new])
    starts = xp.concatenate([first.nonzero()[0], xp.asarray([len(rows)])])
    inverse = (xp.cumsum(first) - 1).reshape(array.shape if dim is None else len(rows))
    return _chosen(xp.moveaxis(rows[first], 0, axis), inverse, starts[1:] - starts[:-1], return_inverse, return_counts)


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each number from 0 stands in `input` (1-D, not negative), or the sum of its `weights`."""
    refuse("bincount_cpu", input, "bf")
    array = input._array
    if array.ndim != 1 or (array.size and int(array.min()) < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    if weights is None:
        return tensor_of(namespace(array).bincount(array, minlength=minlength))
    if weights._array.shape != array.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    summed = namespace(array).bincount(array, weights._array.astype("float64"), minlength)
    return tensor_of(summed.astype(weights._array.dtype if weights._array.dtype == "float32" else "float64"))


def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements lie in each of `bins` equal parts of [min, max], or of their own range if both are equal."""
    refuse("histogram_cpu", input, "biu")
    if bins <= 0:
        raise RuntimeError("bins must be > 0")
    array, xp = input._array.reshape(-1), namespace(input._array)
    low, high = float(min), float(max)
    if low == high and array.size:
        low, high = float(array.min()), float(array.max())
    if low == high:
        low, high = low - 1, high + 1
    if not (math.isfinite(low) and math.isfinite(high)):
        raise RuntimeError(f"range of [{low:g}, {high:g}] is not finite")
    if low > high:
        raise RuntimeError("max must be larger than min")
    kind = array.dtype.type
    left, right = kind(low), kind(high)  # rounded, as in PyTorch: a value at a border between two parts is on its side
    inside = array[(array >= left) & (array <= right)]
    number = xp.minimum(((inside - left) * bins / (right - left)).astype("int64"), bins - 1)
    return tensor_of(xp.bincount(number, minlength=bins).astype(array.dtype))


def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Whether each element is one of `test_elements`. One of the two may be a number."""
    given = elements if isinstance(elements, Tensor) else test_elements
    if not isinstance(given, Tensor):
        raise TypeError("isin() received an invalid combination of arguments: one of the two must be a Tensor")
    first, second = (
        values if isinstance(values, Tensor) else tensor(values, device=given.device)
        for values in (elements, test_elements)
    )
    return tensor_of(as_array(namespace(given._array).isin(first._array, second._array, invert=invert)))


def _chosen(values: Array, inverse: Array, counts: Array, with_inverse: bool, with_counts: bool) -> Any:
    parts = [values, *[inverse] * with_inverse, *[counts] * with_counts]
    found = tuple(
        tensor_of(as_array(part).astype(np.int64, copy=False) if part is not values else part) for part in parts
    )
    return found if len(found) > 1 else found[0]
