"""The modified Bessel functions of order 0 and 1, also scaled by exp(-|x|).

Power series (9.6.10) up to |x| = 25, asymptotic series (9.7.1) beyond; numbers of M. Abramowitz and I. Stegun,
"Handbook of Mathematical Functions" (1964).
"""

from __future__ import annotations

import math

from core.arrays.backend import Array, namespace
from core.ops.operation import OUTPUT, Operation, apply

_LIMIT = 25.0


def scaled_bessel(order: int, x: Array) -> Array:
    """exp(-|x|) I_order(x), for order 0 or 1."""
    xp = namespace(x)
    wide = x.astype(xp.float64)
    size = abs(wide)
    near, far = xp.minimum(size, _LIMIT), xp.maximum(size, _LIMIT)
    found = xp.where(size <= _LIMIT, xp.exp(-near) * _power_series(order, near), _asymptotic(order, far))
    return (xp.copysign(found, wide) if order else found).astype(x.dtype)


def _power_series(order: int, x: Array) -> Array:
    square = x * x / 4
    term = (x / 2) ** order
    total = term
    for k in range(1, 60):
        term = term * square / (k * (k + order))
        total = total + term
    return total


def _asymptotic(order: int, x: Array) -> Array:
    total = term = namespace(x).ones_like(x)
    for k in range(1, 25):
        term = -term * (4 * order * order - (2 * k - 1) ** 2) / (8 * k * x)
        total = total + term
    return total / namespace(x).sqrt(2 * math.pi * x)


class I0(Operation):
    """The modified Bessel function of order 0."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return scaled_bessel(0, x) * namespace(x).exp(abs(x))

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * apply(I1(), x)


class I1(Operation):
    """The modified Bessel function of order 1."""

    saves = ((0, OUTPUT),)

    def forward(self, x: Array) -> Array:
        return scaled_bessel(1, x) * namespace(x).exp(abs(x))

    def backward(self, grad: Array, x: Array, out: Array) -> Array:
        tiny = _tiny(x)
        slope = apply(I0(), x) - out / namespace(x).where(tiny, 1, x)
        return grad * namespace(x).where(tiny, 0.5, slope)


class I0e(Operation):
    """exp(-abs(x)) i0(x)."""

    saves = ((0, OUTPUT),)

    def forward(self, x: Array) -> Array:
        return scaled_bessel(0, x)

    def backward(self, grad: Array, x: Array, out: Array) -> Array:
        return grad * (apply(I1e(), x) - namespace(x).sign(x) * out)


class I1e(Operation):
    """exp(-abs(x)) i1(x)."""

    saves = ((0, OUTPUT),)

    def forward(self, x: Array) -> Array:
        return scaled_bessel(1, x)

    def backward(self, grad: Array, x: Array, out: Array) -> Array:
        xp, tiny = namespace(x), _tiny(x)
        slope = apply(I0e(), x) - out / xp.where(tiny, 1, x) - xp.sign(x) * out
        return grad * xp.where(tiny, 0.5, slope)


def _tiny(x: Array) -> Array:
    """Where x is so near to 0 that a slope is what it is at 0; PyTorch takes what is no number for so, too."""
    return ~(abs(x) > namespace(x).finfo(x.dtype).eps)
