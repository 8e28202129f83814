"""Norms of vectors."""

from __future__ import annotations

from core.arrays.backend import Array, namespace
from core.ops.elementwise import signs
from core.ops.operation import OUTPUT
from core.ops.reduction import Axes, Reduction


class Norm(Reduction):
    """The p-norm (sum |x|^p)^(1/p), the greatest |x| for p = inf; the gradient at 0 is 0."""

    __slots__ = ("order",)
    title = "LinalgVectorNorm"
    saves = ((0, OUTPUT),)

    def __init__(self, order: float, axes: Axes = None, keepdims: bool = False) -> None:
        super().__init__(axes, keepdims)
        self.order = order

    def name(self) -> str:
        return "LinalgVectorNormBackward0"

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        if self.order == 2:
            return xp.sqrt((x * x).sum(axis=self.axes, keepdims=self.keepdims))
        size = abs(x)
        if self.order in (float("inf"), float("-inf")):
            return (xp.max if self.order > 0 else xp.min)(size, axis=self.axes, keepdims=self.keepdims)
        if self.order == 0:
            return (x != 0).sum(axis=self.axes, keepdims=self.keepdims).astype(x.dtype)
        return (size**self.order).sum(axis=self.axes, keepdims=self.keepdims) ** (1 / self.order)

    def backward(self, grad: Array, x: Array, out: Array) -> Array:
        xp = namespace(x)
        grad, out = self.spread(grad), self.spread(out)
        if self.order == 0:
            return xp.zeros_like(x)
        if self.order == 1:
            return grad * signs(x)
        if self.order in (float("inf"), float("-inf")):
            best = (abs(x) == out) | (x != x) & (out != out)
            return signs(x) * best * (grad / best.sum(axis=self.axes, keepdims=True))
        if self.order == 2:
            return grad * xp.where(out == 0, 0, x / out)
        part = signs(x) * abs(x) ** (self.order - 1)
        if self.order < 1:
            return xp.where(x == 0, 0, part) * grad * out ** (1 - self.order)
        return part * xp.where(out == 0, 0, grad / out ** (self.order - 1))
