"""Smooth activations of one number."""

from __future__ import annotations

import math
from math import inf

from core.arrays.backend import Array, namespace
from core.kernels.pointwise import compiled
from core.ops.erf import erf
from core.ops.operation import OUTPUT, Operation, apply
from core.ops.rectifier import negative_part


@compiled("sigmoid")
class Sigmoid(Operation):
    """1 / (1 + exp(-x))."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return sigmoid(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * out * (1 - out)


@compiled("tanh")
class Tanh(Operation):
    """(exp(x) - exp(-x)) / (exp(x) + exp(-x))."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).tanh(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * (1 - out * out)


class LogSigmoid(Operation):
    """log(1 / (1 + exp(-x))), which neither overflows nor loses digits."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        return negative_part(x) - xp.log1p(xp.exp(-abs(x)))

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * sigmoid(-x)


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
        return xp.where(scaled > self.threshold, x, xp.log1p(xp.exp(scaled.clip(-inf, self.threshold))) / self.beta)

    def backward(self, grad: Array, x: Array) -> Array:
        scaled = x * self.beta
        return namespace(x).where(scaled > self.threshold, grad, grad * sigmoid(scaled))


@compiled("silu", keeps="gate")
class Silu(Operation):
    """x * sigmoid(x)."""

    __slots__ = ("gate",)
    saves = ((0,),)
    replays = True

    def forward(self, x: Array) -> Array:
        self.gate = sigmoid(x)
        return x * self.gate

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * ((x * (1 - self.gate) + 1) * self.gate)


@compiled("mish")
class Mish(Operation):
    """x * tanh(softplus(x)), where tanh(log(1 + w)) is n / (n + 2) for n = w * (w + 2)."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        power = _safe_power(x)
        above = power * (power + 2)
        return above / (above + 2) * x

    def backward(self, grad: Array, x: Array) -> Array:
        power = _safe_power(x)
        above = power * (power + 2)
        gate = above / (above + 2)
        return grad * ((1 - gate * gate) * (power / (power + 1)) * x + gate)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)): exp(-x) may overflow to infinity, whose reciprocal is the right 0, except in halves."""
    if x.dtype.itemsize < 4:
        return sigmoid(x.astype("float32")).astype(x.dtype)
    return 1 / (1 + namespace(x).exp(-x))


def _safe_power(x: Array) -> Array:
    """exp(x), no greater than exp(20), beyond which tanh(softplus(x)) is 1 in any precision."""
    return namespace(x).exp(x.clip(-inf, 20.0))


_BEND = (
    1.1283797054285885,
    0.10276548191366303,
    -0.0001843849735677009,
    -0.0006257182032760239,
    8.971194532839642e-05,
    -5.985558988169419e-06,
    1.589506435086648e-07,
)


_SCALED_BEND = tuple(coefficient * math.sqrt(0.5) ** (2 * power + 1) for power, coefficient in enumerate(_BEND))
"""erf(x) = tanh(x * p(x^2)), fitted so that the error stays below 6e-8; here for erf(x / sqrt(2))."""


@compiled(lambda op: "gelu" if op.approximate == "none" else "gelu_tanh", keeps="probability")
class Gelu(Operation):
    """x * P(X <= x), exactly or by the formula with tanh of D. Hendrycks and K. Gimpel (2016)."""

    __slots__ = ("approximate", "probability")
    saves = ((0,),)
    replays = True

    def __init__(self, approximate: str) -> None:
        self.approximate = approximate

    def forward(self, x: Array) -> Array:
        self.probability = self._bend(x) * 0.5 + 0.5
        return x * self.probability

    def backward(self, grad: Array, x: Array) -> Array:
        if self.approximate == "none":
            density = _density(x)
        else:
            slope = x * x * (3 * 0.044715 * math.sqrt(8 / math.pi)) + math.sqrt(8 / math.pi)
            density = self.probability * (1 - self.probability) * slope
        return (density * x + self.probability) * grad

    def _bend(self, x: Array) -> Array:
        """2 P(X <= x) - 1."""
        if self.approximate == "tanh":
            return namespace(x).tanh((x * x * 0.044715 + 1) * x * math.sqrt(2 / math.pi))
        if x.dtype.itemsize > 4:
            return apply(_Bend(), x)
        square = x * x
        power = square * _SCALED_BEND[-1] + _SCALED_BEND[-2]
        for coefficient in _SCALED_BEND[-3::-1]:
            power *= square
            power += coefficient
        power *= x
        return namespace(x).tanh(power)


class _Bend(Operation):
    """2 P(X <= x) - 1 in double precision."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return erf(x * math.sqrt(0.5))

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * (2 * _density(x))


def _density(x: Array) -> Array:
    return namespace(x).exp(x * x * -0.5) * (1 / math.sqrt(2 * math.pi))
