"""Picking elements by index or mask, and putting them back."""

from __future__ import annotations

from typing import Any

from core.arrays.backend import Array, as_array, namespace
from core.ops.operation import Operation


class Index(Operation):
    """Advanced indexing, which copies. Elements that were picked twice get both gradients."""

    __slots__ = ("index", "shape_before")

    def __init__(self, index: Any) -> None:
        self.index = index

    def forward(self, x: Array) -> Array:
        self.shape_before = x.shape
        return x[self.index]

    def backward(self, grad: Array) -> Array:
        xp = namespace(grad)
        whole = xp.zeros(self.shape_before, grad.dtype)
        xp.add.at(whole, self.index, grad)
        return whole


class IndexPut(Operation):
    """A copy with the elements at `index` replaced by `value`, or with `value` added to them."""

    __slots__ = ("accumulate", "index")

    def __init__(self, index: Any, accumulate: bool = False) -> None:
        self.index = index
        self.accumulate = accumulate

    def forward(self, x: Array, value: Array) -> Array:
        out = x.copy()
        if self.accumulate:
            namespace(x).add.at(out, self.index, value)
        else:
            out[self.index] = value
        return out

    def backward(self, grad: Array) -> tuple[Array, Array]:
        part = grad[self.index]
        if self.accumulate:
            return grad, part
        rest = as_array(grad).copy()
        rest[self.index] = 0
        return rest, part


class MaskedFill(Operation):
    """A copy with a value where the mask holds. The mask is the second input, the value the third."""

    saves = ((1,), (), (1,))

    def forward(self, x: Array, mask: Array, value: Array) -> Array:
        return namespace(x).where(mask, value, x)

    def backward(self, grad: Array, mask: Array) -> tuple[Array, None, Array]:
        xp = namespace(grad)
        return xp.where(mask, 0, grad), None, xp.where(mask, grad, 0).sum()
