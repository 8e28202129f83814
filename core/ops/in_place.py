"""What is written over a tensor: another tensor, or one number."""

from __future__ import annotations

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation


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
