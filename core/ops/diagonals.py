"""Putting numbers on a diagonal."""

from __future__ import annotations

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation


class DiagEmbed(Operation):
    """Matrices in the dimensions `axes`, with the last dimension of the input on a diagonal and zeros elsewhere."""

    __slots__ = ("axes", "offset")

    def __init__(self, offset: int, axes: tuple[int, int]) -> None:
        self.offset = offset
        self.axes = axes

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        rows = xp.arange(x.shape[-1])
        size = x.shape[-1] + abs(self.offset)
        whole = xp.zeros((*x.shape[:-1], size, size), x.dtype)
        whole[..., rows + max(-self.offset, 0), rows + max(self.offset, 0)] = x
        return xp.moveaxis(whole, (-2, -1), self.axes)

    def backward(self, grad: Array) -> Array:
        return grad.diagonal(self.offset, *self.axes)
