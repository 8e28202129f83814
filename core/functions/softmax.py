"""Softmax and its logarithm."""

from __future__ import annotations

from typing import Any

from core.autograd import record
from core.functions.operands import dimension
from core.ops import softmax as ops
from core.tensors.tensor import Tensor


def softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """exp(x) divided by its sum along `dim`. Raises NotImplementedError for integers, unless `dtype` is another."""
    return _along(ops.Softmax, "softmax", input, dim, dtype)


def log_softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """The logarithm of `softmax`."""
    return _along(ops.LogSoftmax, "log_softmax", input, dim, dtype)


def _along(kind: type[ops.Softmax | ops.LogSoftmax], name: str, input: Tensor, dim: int, dtype: Any) -> Tensor:
    if not isinstance(input, Tensor):
        raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    if dtype is not None:
        input = input.to(dtype)
    axis, array = dimension(dim, input.ndim), input._array
    if array.dtype.kind != "f":
        kernel = f"{name}_lastdim_kernel_impl" if axis == array.ndim - 1 else f"{name}_kernel_impl"
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{input.dtype.title}'")
    if array.dtype.itemsize < 4:
        return record(kind(axis), input.float()).to(input.dtype)
    return record(kind(axis), input)
