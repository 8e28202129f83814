"""What is drawn at random, as an operation: PyTorch records it, with gradients of zero."""

from __future__ import annotations

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation


class Drawn(Operation):
    """Numbers drawn at random. They do not follow what they were drawn by: every gradient is zero."""

    __slots__ = ("called", "values")

    def __init__(self, called: str, values: Array) -> None:
        self.called = called
        self.values = values

    def forward(self, *operands: Array) -> Array:
        return self.values

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return tuple(namespace(grad).zeros_like(grad) for _ in self.inputs)

    def name(self) -> str:
        return f"{self.called}Backward0"
