"""Normalisation over chosen dimensions."""

from __future__ import annotations

from core.backend import Array, namespace
from core.ops.operation import Operation
from core.ops.reduction import average


class Normalize(Operation):
    """(x - mean) / sqrt(variance + eps), both taken over `axes`; the variance is the biased one.

    `forward` leaves mean and variance, with the folded dimensions kept, for whoever keeps running figures.
    """

    __slots__ = ("axes", "called", "eps", "mean", "normal", "scale", "variance")
    saves = ((0,),)

    def __init__(self, axes: tuple[int, ...], eps: float, called: str = "NativeBatchNorm") -> None:
        self.axes = axes
        self.eps = eps
        self.called = called

    def forward(self, x: Array) -> Array:
        self.mean = average(x, self.axes, keepdims=True)
        centred = x - self.mean
        self.variance = average(centred * centred, self.axes, keepdims=True)
        self.scale = 1 / namespace(x).sqrt(self.variance + self.eps)
        centred *= self.scale
        self.normal = centred
        return centred

    def backward(self, grad: Array, x: Array) -> Array:
        projection = average(grad * self.normal, self.axes, keepdims=True)
        return (grad - average(grad, self.axes, keepdims=True) - self.normal * projection) * self.scale

    def name(self) -> str:
        return f"{self.called}Backward0"


class Standardize(Operation):
    """(x - mean) / sqrt(variance + eps) with given mean and variance."""

    __slots__ = ("mean", "scale")
    title = "NativeBatchNorm"

    def __init__(self, mean: Array, variance: Array, eps: float) -> None:
        self.mean = mean
        self.scale = 1 / namespace(variance).sqrt(variance + eps)

    def forward(self, x: Array) -> Array:
        return (x - self.mean) * self.scale

    def backward(self, grad: Array) -> Array:
        return grad * self.scale


class ScaleShift(Operation):
    """x * weight + bias, the last step of a normalisation, whose name it bears."""

    __slots__ = ("called",)
    saves = ((1,), (0,), ())

    def __init__(self, called: str) -> None:
        self.called = called

    def forward(self, x: Array, weight: Array, *bias: Array) -> Array:
        out = x * weight
        if bias:
            out += bias[0]
        return out

    def backward(self, grad: Array, x: Array | None, weight: Array | None) -> tuple[Array | None, ...]:
        return (None if weight is None else grad * weight, None if x is None else grad * x, grad)[: len(self.inputs)]

    def name(self) -> str:
        return self.called or "NativeBatchNormBackward0"
