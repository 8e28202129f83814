"""Views of windows and of any strides."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.autograd import record_view
from core.functions.operands import dimension as counted_from_the_front
from core.ops import strided as ops
from core.tensors.tensor import Tensor


def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """A view of windows of `size` along a dimension, `step` apart, their contents in a new last dimension."""
    if not input.ndim:
        return unfold(input.reshape(1), dimension, size, step).select(0, 0)
    axis = counted_from_the_front(dimension, input.ndim)
    length = input._array.shape[axis]
    if size > length:
        raise RuntimeError(f"maximum size for tensor at dimension {axis} is {length} but size is {size}")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    return record_view(ops.Unfold(axis, size, step), input)


def as_strided(input: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """A view of any shape and strides, counted in elements, on the memory of `input`, which must lie in order.

    Raises RuntimeError if it would reach beyond that memory.
    """
    shape, steps, offset = tuple(size), tuple(stride), storage_offset or 0
    if len(shape) != len(steps):
        raise RuntimeError("mismatch in length of strides and shape")
    if not input._array.flags.c_contiguous:
        raise RuntimeError("as_strided: the tensor's elements do not lie in order; call contiguous() first")
    last = offset + sum((length - 1) * step for length, step in zip(shape, steps, strict=True))
    if math.prod(shape) and not 0 <= last < input._array.size:
        width = input._array.itemsize
        raise RuntimeError(
            f"setStorage: sizes {list(shape)}, strides {list(steps)}, storage offset {offset}, and itemsize {width} "
            f"requiring a storage size of {(last + 1) * width} are out of bounds for storage of size "
            f"{input._array.nbytes}"
        )
    return record_view(ops.AsStrided(shape, steps, offset), input)


def storage_offset(input: Tensor) -> int:
    """How many elements stand in memory before the first one of this view."""
    array = input._array
    base = array.base
    if not isinstance(base, np.ndarray):
        return 0
    start = int(array.__array_interface__["data"][0]) - int(base.__array_interface__["data"][0])
    return start // int(array.itemsize)
