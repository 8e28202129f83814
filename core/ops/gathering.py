"""Picking along one dimension, by an index for each place."""

from __future__ import annotations

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation


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


def along(index: Array, axis: int) -> tuple[Array, ...]:
    """Index arrays that pick `index` along `axis` and everything in its place along the others."""
    xp = namespace(index)
    grid = list(xp.ogrid[tuple(slice(length) for length in index.shape)]) if index.ndim > 1 else [index]
    grid[axis] = index
    return tuple(grid)
