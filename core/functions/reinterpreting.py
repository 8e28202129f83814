"""Memory read as numbers of another type."""

from __future__ import annotations

from core.tensors.dtypes import dtype
from core.tensors.tensor import Tensor, tensor_of


def reinterpreted(input: Tensor, kind: dtype) -> Tensor:
    """The same memory read as numbers of another type, without a record; with smaller ones the last length grows."""
    array, old = input._array, input.dtype
    if kind.itemsize != old.itemsize:
        change = f"to view {old.title} as {kind.title} (different element sizes)"
        if not array.ndim:
            raise RuntimeError(f"self.dim() cannot be 0 {change}")
        if array.strides[-1] != old.itemsize:
            raise RuntimeError(f"self.stride(-1) must be 1 {change}, but got {array.strides[-1] // old.itemsize}")
        if array.shape[-1] * old.itemsize % kind.itemsize:
            times = kind.itemsize // old.itemsize
            raise RuntimeError(f"self.size(-1) must be divisible by {times} {change}, but got {array.shape[-1]}")
    result = tensor_of(array.view(kind.numpy))
    result._counter = input._counter
    return result
