"""Operations that pick elements by index or mask, put them back, or sort them."""

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


class Gather(Operation):
    """Picks along one dimension: out[i][j] = x[index[i][j]][j] for dimension 0."""

    __slots__ = ("axis", "index", "shape_before")
    title = "Gather"

    def __init__(self, axis: int, index: Array) -> None:
        self.axis = axis
        self.index = index

    def forward(self, x: Array) -> Array:
        self.shape_before = x.shape
        return x[along(self.index, self.axis)] if x.ndim else x.copy()

    def backward(self, grad: Array) -> Array:
        if not self.shape_before:
            return grad
        xp = namespace(grad)
        whole = xp.zeros(self.shape_before, grad.dtype)
        xp.add.at(whole, along(self.index, self.axis), grad)
        return whole


class Pick(Gather):
    """One element along a dimension for each place of the others: what `max(dim)` and its kin, called so, return.

    index: with length one along the dimension, which is left out of the output unless `keepdims`.
    """

    __slots__ = ("called", "keepdims")

    def __init__(self, axis: int, index: Array, keepdims: bool, called: str) -> None:
        super().__init__(axis, index)
        self.keepdims = keepdims
        self.called = called

    def forward(self, x: Array) -> Array:
        picked = super().forward(x)
        return picked if self.keepdims else picked.squeeze(self.axis)

    def backward(self, grad: Array) -> Array:
        return super().backward(grad if self.keepdims else namespace(grad).expand_dims(grad, self.axis))

    def name(self) -> str:
        return f"{self.called}Backward0"


class Scatter(Operation):
    """A copy with out[index[i][j]][j] = source[i][j] for dimension 0, or with the source added there."""

    __slots__ = ("accumulate", "axis", "index")

    def __init__(self, axis: int, index: Array, accumulate: bool) -> None:
        self.axis = axis
        self.index = index
        self.accumulate = accumulate

    def forward(self, x: Array, source: Array) -> Array:
        out = x.copy()
        where = along(self.index, self.axis)
        part = source[tuple(slice(length) for length in self.index.shape)] if hasattr(source, "shape") else source
        if self.accumulate:
            namespace(x).add.at(out, where, part)
        else:
            out[where] = part
        return out

    def backward(self, grad: Array) -> tuple[Array, Array]:
        where = along(self.index, self.axis)
        part = grad[where]
        if self.accumulate:
            return grad, part
        rest = as_array(grad).copy()
        rest[where] = 0
        return rest, part

    def name(self) -> str:
        return "ScatterAddBackward0" if self.accumulate else "ScatterBackward0"


class MaskedFill(Operation):
    """A copy with a value where the mask holds. The mask is the second input, the value the third."""

    saves = ((1,), (), (1,))

    def forward(self, x: Array, mask: Array, value: Array) -> Array:
        return namespace(x).where(mask, value, x)

    def backward(self, grad: Array, mask: Array) -> tuple[Array, None, Array]:
        xp = namespace(grad)
        return xp.where(mask, 0, grad), None, xp.where(mask, grad, 0).sum()


def along(index: Array, axis: int) -> tuple[Array, ...]:
    """Index arrays that pick `index` along `axis` and everything in its place along the others."""
    xp = namespace(index)
    grid = list(xp.ogrid[tuple(slice(length) for length in index.shape)]) if index.ndim > 1 else [index]
    grid[axis] = index
    return tuple(grid)


class CopyInto(Operation):
    """The second input in place of the first."""

    title = "Copy"

    def forward(self, x: Array, source: Array) -> Array:
        return source

    def backward(self, grad: Array) -> tuple[Array | None, Array]:
        return namespace(grad).zeros_like(grad) if self.needs(0) else None, grad

    def name(self) -> str:
        return "CopyBackwards"


class Fill(Operation):
    """One number everywhere."""

    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        self.value = value

    def forward(self, x: Array) -> Array:
        return namespace(x).full_like(x, self.value)

    def backward(self, grad: Array) -> Array:
        return namespace(grad).zeros_like(grad)
