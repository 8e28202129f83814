"""A tensor among Python's own things: functions called on each number, `in`, `reversed`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from core.arrays.backend import is_on_gpu
from core.autograd import record_in_place
from core.functions.comparison import eq
from core.functions.shape import flip
from core.ops.in_place import CopyInto
from core.tensors.tensor import Tensor, tensor_of


def apply_(input: Tensor, callable: Callable[[Any], Any]) -> Tensor:
    """Every number replaced by what a Python function makes of it. Slow, and on the CPU only (else TypeError)."""
    return _computed("apply_", callable, input)


def map_(input: Tensor, tensor: Tensor, callable: Callable[[Any, Any], Any]) -> Tensor:
    """Every number replaced by what a Python function makes of it and that of another tensor. Slow, on the CPU only."""
    return _computed("map_", callable, input, tensor)


def contains(input: Tensor, element: Any) -> bool:
    """Whether one of the elements is equal to `element`. Raises RuntimeError for what is no number or tensor."""
    if not isinstance(element, Tensor | int | float):
        raise RuntimeError(f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}.")
    return bool(eq(input, element)._array.any())


def backwards(input: Tensor) -> Iterator[Tensor]:
    """The slices along the first dimension from the last to the first."""
    return iter(flip(input, 0) if input.ndim else input)


def _computed(name: str, function: Callable[..., Any], *tensors: Tensor) -> Tensor:
    first = tensors[0]
    if is_on_gpu(first._array):
        raise TypeError(f"{name} is only implemented on CPU tensors")
    if first.requires_grad:
        raise RuntimeError(f"Can't call {name}() on Variable that requires grad. Use var.detach().{name}() instead.")
    columns = [np.broadcast_to(tensor._array, first._array.shape).ravel().tolist() for tensor in tensors]
    values = [function(*numbers) for numbers in zip(*columns, strict=True)]
    made = np.array(values).reshape(first._array.shape).astype(first._array.dtype)
    return record_in_place(CopyInto(), first, tensor_of(made))
