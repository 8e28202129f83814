"""Elements picked along a dimension, with the places where they stood."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from core.autograd import record
from core.functions.operands import dimension
from core.ops import gathering as ops
from core.tensors.tensor import Tensor


class ValuesAndIndices(NamedTuple):
    """What `max(dim)` and its kin return; the index tells where along the dimension the value stood."""

    values: Tensor
    indices: Tensor

    def __repr__(self) -> str:
        kind = type(self).__name__
        return f"torch.return_types.{kind}(\nvalues={self.values!r},\nindices={self.indices!r})"

    def __reduce__(self) -> Any:
        return named, (type(self).__name__, self.values, self.indices)


def picked(name: str, indices: Tensor, input: Tensor, dim: int, keepdim: bool) -> ValuesAndIndices:
    """The element at `indices` (without dimension `dim`) for each place of the other dimensions."""
    if not input.ndim:
        return named(name, input.clone(), indices)
    axis = dimension(dim, input.ndim)
    kept = indices.unsqueeze(axis)
    values = record(ops.Pick(axis, kept._array, keepdim, name.capitalize()), input)
    return named(name, values, kept if keepdim else indices)


def ordered(name: str, order: Tensor, input: Tensor, axis: int) -> ValuesAndIndices:
    """The elements at the places `order` along `axis`."""
    values = record(ops.Pick(axis, order._array, True, name.capitalize()), input) if input.ndim else input.clone()
    return named(name, values, order)


def check_length(name: str, input: Tensor, dim: int) -> int:
    """The dimension counted from the front. Raises IndexError if there is nothing along it."""
    axis = dimension(dim, input.ndim)
    if input.ndim and not input._array.shape[axis]:
        raise IndexError(f"{name}(): Expected reduction dim {axis} to have non-zero size.")
    return axis


def named(name: str, values: Tensor, indices: Tensor) -> ValuesAndIndices:
    """What the function of that name returns."""
    return _kind(name)(values, indices)


@cache
def _kind(name: str) -> type[ValuesAndIndices]:
    return type(name, (ValuesAndIndices,), {"__slots__": ()})
