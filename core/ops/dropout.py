"""Dropout with a mask that is drawn beforehand."""

from __future__ import annotations

from core.arrays.backend import Array
from core.ops.operation import Operation


class Dropout(Operation):
    """x * mask, where the mask, which may broadcast, holds 0 or the factor that makes up for what is dropped."""

    __slots__ = ("mask",)
    title = "Mul"

    def __init__(self, mask: Array) -> None:
        self.mask = mask

    def forward(self, x: Array) -> Array:
        return x * self.mask

    def backward(self, grad: Array) -> Array:
        return grad * self.mask


class AlphaDropout(Dropout):
    """x * mask + shift: what is dropped gets a value other than 0."""

    __slots__ = ("shift",)
    title = "Add"

    def __init__(self, mask: Array, shift: Array) -> None:
        super().__init__(mask)
        self.shift = shift

    def forward(self, x: Array) -> Array:
        return x * self.mask + self.shift
