"""Activations made of pieces that meet in a corner. What is no number counts as beyond it, as PyTorch has it."""

from __future__ import annotations

from math import inf

from core.arrays.backend import Array, namespace
from core.kernels.pointwise import compiled
from core.ops.masks import kept
from core.ops.operation import OUTPUT, Operation

_FEW = 2048


@compiled("relu")
class Relu(Operation):
    """max(x, 0), with gradient 0 at 0."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return positive_part(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return kept(grad, ~(out <= 0))


@compiled("leaky_relu", "slope")
class LeakyRelu(Operation):
    """x where positive, else slope * x, with the slope as gradient at 0."""

    __slots__ = ("slope",)
    saves = ((0,),)

    def __init__(self, slope: float) -> None:
        self.slope = slope

    def forward(self, x: Array) -> Array:
        if 0 < self.slope <= 1:
            return namespace(x).maximum(x, x * self.slope)
        return positive_part(x) + negative_part(x) * self.slope

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * _one_or(self.slope, x)


class PreluKernel(Operation):
    """x where positive, else weight * x, where the weight broadcasts against x."""

    saves = ((0, 1), (0,))

    def forward(self, x: Array, weight: Array) -> Array:
        return positive_part(x) + negative_part(x) * weight

    def backward(self, grad: Array, x: Array, weight: Array | None) -> tuple[Array | None, Array | None]:
        by_x = None if weight is None else grad * _one_or(weight, x)
        return by_x, kept(grad * x, ~(x > 0)) if self.needs(1) else None


@compiled("elu", "alpha", "scale", "rate")
class Elu(Operation):
    """scale * x where positive, else scale * alpha * (exp(rate * x) - 1), which must not be positive."""

    __slots__ = ("alpha", "rate", "scale")
    saves = ((OUTPUT,),)

    def __init__(self, alpha: float, scale: float = 1.0, rate: float = 1.0) -> None:
        self.alpha = alpha
        self.scale = scale
        self.rate = rate

    def forward(self, x: Array) -> Array:
        negative = negative_part(x)
        bent = namespace(x).expm1(negative if self.rate == 1 else negative * self.rate) * (self.alpha * self.scale)
        bent += positive_part(x) if self.scale == 1 else positive_part(x) * self.scale
        return bent

    def backward(self, grad: Array, out: Array) -> Array:
        negative = negative_part(out)
        at_zero = self.alpha * self.scale * self.rate
        slope = (negative if self.rate == 1 else negative * self.rate) + at_zero
        if at_zero != self.scale:
            slope = slope + (out > 0).astype(out.dtype) * (self.scale - at_zero)
        return grad * slope


class Celu(Elu):
    """ELU whose slope is 1 on either side of 0: alpha * (exp(x / alpha) - 1) where negative."""

    def __init__(self, alpha: float) -> None:
        super().__init__(alpha, rate=1 / alpha)


class Gate(Operation):
    """An activation that lets the gradient pass where `is_open` and nowhere else."""

    saves = ((0,),)

    def is_open(self, x: Array) -> Array:
        """Where the gradient passes, as booleans."""
        raise NotImplementedError

    def backward(self, grad: Array, x: Array) -> Array:
        return kept(grad, self.is_open(x))


class Threshold(Gate):
    """x where it is above the threshold, else `value`."""

    __slots__ = ("threshold", "value")

    def __init__(self, threshold: float, value: float) -> None:
        self.threshold = threshold
        self.value = value

    def is_open(self, x: Array) -> Array:
        return ~(x <= self.threshold)

    def forward(self, x: Array) -> Array:
        return namespace(x).where(x <= self.threshold, x.dtype.type(self.value), x)


@compiled("hardtanh", "low", "high")
class Hardtanh(Gate):
    """x kept between two bounds, with gradient 0 at either."""

    __slots__ = ("high", "low")

    def __init__(self, low: float, high: float) -> None:
        self.low = low
        self.high = high

    def is_open(self, x: Array) -> Array:
        return (x > self.low) & (x < self.high)

    def forward(self, x: Array) -> Array:
        return x.clip(self.low, self.high)


class Hardshrink(Gate):
    """x, but 0 where |x| <= width. edge: the width as the type of x holds it, with which x is compared."""

    __slots__ = ("edge", "width")

    def __init__(self, width: float, edge: float) -> None:
        self.width, self.edge = width, edge

    def is_open(self, x: Array) -> Array:
        return abs(x) > self.edge

    def forward(self, x: Array) -> Array:
        return x * self.is_open(x)


class Softshrink(Hardshrink):
    """x moved towards 0 by `width`, and 0 where |x| <= width."""

    def forward(self, x: Array) -> Array:
        return x - x.clip(-self.width, self.width)


@compiled("hardsigmoid")
class Hardsigmoid(Operation):
    """x / 6 + 1/2 kept between 0 and 1."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return (x + 3).clip(0, 6) / 6

    def backward(self, grad: Array, x: Array) -> Array:
        return kept(grad, (x > -3) & (x < 3)) / 6


@compiled("hardswish")
class Hardswish(Operation):
    """x * hardsigmoid(x)."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return x * (x + 3).clip(0, 6) / 6

    def backward(self, grad: Array, x: Array) -> Array:
        slope = x.clip(-3, 3) / 3
        slope += 0.5
        slope -= (x >= 3) * x.dtype.type(0.5)
        slope *= grad
        return kept(slope, x > -3)


def positive_part(x: Array) -> Array:
    """max(x, 0). numpy clips many numbers several times as quickly as it compares them with one."""
    return x.clip(0.0, inf) if x.size > _FEW and x.dtype.kind == "f" else namespace(x).maximum(x, 0)


def negative_part(x: Array) -> Array:
    """min(x, 0)."""
    return x.clip(-inf, 0.0) if x.size > _FEW and x.dtype.kind == "f" else namespace(x).minimum(x, 0)


def _one_or(slope: Array | float, x: Array) -> Array:
    """1 where x > 0, else `slope`."""
    positive = (x > 0).astype(x.dtype)
    return positive + (1 - positive) * slope
