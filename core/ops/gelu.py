"""GELU: each number times the normal distribution's cumulative probability at it."""

from __future__ import annotations

import math

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation, apply
from core.ops.special import erf

_BEND = (
    1.1283797054285885,
    0.10276548191366303,
    -0.0001843849735677009,
    -0.0006257182032760239,
    8.971194532839642e-05,
    -5.985558988169419e-06,
    1.589506435086648e-07,
)
_SCALED_BEND = tuple(each * math.sqrt(0.5) ** (2 * power + 1) for power, each in enumerate(_BEND))
"""erf(x) = tanh(x * p(x^2)), fitted so that the error stays below 6e-8; here for erf(x / sqrt(2))."""


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
