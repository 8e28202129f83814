"""Activation functions."""

from __future__ import annotations

import math

from core.backend import Array, namespace
from core.ops.operation import OUTPUT, Operation
from core.ops.special import erf


class Relu(Operation):
    """max(x, 0), with gradient 0 at 0."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        # numpy compares rows with rows twice as fast as rows with a number.
        return xp.maximum(x, xp.zeros(x.shape[-1:], x.dtype))

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * (out > 0)


class LeakyRelu(Operation):
    """x where positive, else slope * x, with the slope as gradient at 0."""

    __slots__ = ("slope",)
    saves = ((0,),)

    def __init__(self, slope: float) -> None:
        self.slope = slope

    def forward(self, x: Array) -> Array:
        return namespace(x).where(x > 0, x, x * self.slope)

    def backward(self, grad: Array, x: Array) -> Array:
        return namespace(x).where(x > 0, grad, grad * self.slope)


class Sigmoid(Operation):
    """1 / (1 + exp(-x))."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return sigmoid(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * out * (1 - out)


class Tanh(Operation):
    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).tanh(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * (1 - out * out)


class Gelu(Operation):
    """x times the normal distribution's cumulative probability at x, exactly or by PyTorch's tanh formula."""

    __slots__ = ("approximate",)
    saves = ((0,),)

    def __init__(self, approximate: str) -> None:
        self.approximate = approximate

    def forward(self, x: Array) -> Array:
        bend = erf(x * math.sqrt(0.5)) if self.approximate == "none" else namespace(x).tanh(_gelu_argument(x))
        return x * 0.5 * (1 + bend)

    def backward(self, grad: Array, x: Array) -> Array:
        xp = namespace(x)
        if self.approximate == "none":
            density = xp.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
            return grad * (0.5 * (1 + erf(x * math.sqrt(0.5))) + x * density)
        bend = xp.tanh(_gelu_argument(x))
        slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)
        return grad * (0.5 * (1 + bend) + 0.5 * x * (1 - bend * bend) * slope)


class Silu(Operation):
    """x * sigmoid(x)."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return x * sigmoid(x)

    def backward(self, grad: Array, x: Array) -> Array:
        gate = sigmoid(x)
        return grad * gate * (1 + x * (1 - gate))


class Elu(Operation):
    """x where positive, else alpha * (exp(x) - 1)."""

    __slots__ = ("alpha",)
    saves = ((OUTPUT,),)

    def __init__(self, alpha: float) -> None:
        self.alpha = alpha

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        return xp.where(x > 0, x, self.alpha * xp.expm1(xp.minimum(x, 0)))

    def backward(self, grad: Array, out: Array) -> Array:
        return namespace(out).where(out > 0, grad, grad * (out + self.alpha))


class Softplus(Operation):
    """log(1 + exp(beta * x)) / beta; x itself where beta * x exceeds the threshold."""

    __slots__ = ("beta", "threshold")
    saves = ((0,),)

    def __init__(self, beta: float, threshold: float) -> None:
        self.beta = beta
        self.threshold = threshold

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        scaled = x * self.beta
        return xp.where(scaled > self.threshold, x, xp.log1p(xp.exp(xp.minimum(scaled, self.threshold))) / self.beta)

    def backward(self, grad: Array, x: Array) -> Array:
        scaled = x * self.beta
        return namespace(x).where(scaled > self.threshold, grad, grad * sigmoid(scaled))


class Softmax(Operation):
    """exp(x) divided by its sum along one dimension."""

    __slots__ = ("axis",)
    saves = ((OUTPUT,),)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        if not x.ndim:
            return namespace(x).ones_like(x)
        powers = namespace(x).exp(x - x.max(axis=self.axis, keepdims=True)) if x.size else x.copy()
        powers /= powers.sum(axis=self.axis, keepdims=True)
        return powers

    def backward(self, grad: Array, out: Array) -> Array:
        weighted = grad * out
        return weighted - out * (weighted.sum(axis=self.axis, keepdims=True) if out.ndim else weighted)


class LogSoftmax(Operation):
    """The logarithm of softmax."""

    __slots__ = ("axis",)
    saves = ((OUTPUT,),)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        return log_softmax(x, self.axis) if x.ndim else namespace(x).zeros_like(x)

    def backward(self, grad: Array, out: Array) -> Array:
        total = grad.sum(axis=self.axis, keepdims=True) if out.ndim else grad
        return grad - namespace(out).exp(out) * total


class Dropout(Operation):
    """x * mask, where the mask holds 0 or 1 / (1 - p)."""

    __slots__ = ("mask",)
    title = "Mul"

    def __init__(self, mask: Array) -> None:
        self.mask = mask

    def forward(self, x: Array) -> Array:
        return x * self.mask

    def backward(self, grad: Array) -> Array:
        return grad * self.mask


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)): exp(-x) may overflow to infinity, whose reciprocal is the right 0."""
    return 1 / (1 + namespace(x).exp(-x))


def log_softmax(x: Array, axis: int) -> Array:
    if not x.size:
        return x.copy()
    shifted = x - x.max(axis=axis, keepdims=True)
    shifted -= namespace(x).log(namespace(x).exp(shifted).sum(axis=axis, keepdims=True))
    return shifted


def _gelu_argument(x: Array) -> Array:
    return math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)
