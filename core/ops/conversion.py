"""The same numbers elsewhere: copied, in another type, on another device."""

from __future__ import annotations

from core.arrays.backend import Array
from core.arrays.device import Device, device_of, place
from core.ops.operation import Operation, apply


class Clone(Operation):
    """The same numbers in memory of their own."""

    def forward(self, x: Array) -> Array:
        return x.copy()

    def backward(self, grad: Array) -> Array:
        return grad


class Cast(Operation):
    """Another type of elements. The engine casts the gradient back, as it does for every gradient."""

    __slots__ = ("kind",)
    title = "ToCopy"

    def __init__(self, kind: object) -> None:
        self.kind = kind

    def forward(self, x: Array) -> Array:
        return x.astype(self.kind)

    def backward(self, grad: Array) -> Array:
        return grad


class Transfer(Operation):
    """The same numbers on another device."""

    __slots__ = ("before", "where")
    title = "ToCopy"

    def __init__(self, where: Device) -> None:
        self.where = where

    def forward(self, x: Array) -> Array:
        self.before = device_of(x)
        return place(x, self.where)

    def backward(self, grad: Array) -> Array:
        back: Array = apply(Transfer(self.before), grad)
        return back
