"""The gamma function's logarithm and its derivatives.

Formulas by their numbers in M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions" (1964). Small arguments
are first moved up by SHIFT, where the asymptotic series are exact to double precision.
"""

from __future__ import annotations

import math

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation, apply

SHIFT = 10
FAR = 1000  # below -FAR the sum is given up
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330)
"""B2, B4, B6 and so on."""


def lgamma(x: Array) -> Array:
    """log |gamma(x)|: Stirling's series (6.1.41), and reflection (6.1.17) for x < 0.5."""
    xp = namespace(x)
    wide = x.astype(xp.float64)
    upper = xp.where(wide < 0.5, 1 - wide, wide)
    product = xp.ones_like(upper)
    for step in range(SHIFT):
        product = product * (upper + step if step else upper)
    moved = xp.where(upper < SHIFT, upper + SHIFT, upper)
    series = sum(b / (k * (k + 1) * moved**k) for k, b in zip(range(1, 21, 2), BERNOULLI, strict=True))
    total = (moved - 0.5) * xp.log(moved) - moved + 0.5 * math.log(2 * math.pi) + series
    total = xp.where(upper < SHIFT, total - xp.log(product), total)
    reflected = math.log(math.pi) - xp.log(abs(xp.sin(math.pi * (wide - xp.floor(wide))))) - total
    found = xp.where(wide < 0.5, reflected, total)
    found = xp.where((wide <= 0) & (wide == xp.floor(wide)) | xp.isinf(wide), xp.inf, found)
    return xp.where((wide == 1) | (wide == 2), 0.0, found).astype(x.dtype)


def digamma(x: Array) -> Array:
    """The derivative of `lgamma` (6.3.18, 6.3.5); reflection (6.3.7) for x < 0.5."""
    xp = namespace(x)
    wide = x.astype(xp.float64)
    moved = xp.where(wide < 0.5, 1 - wide, wide)
    total = xp.zeros_like(moved)
    for _ in range(SHIFT):
        total = total - xp.where(moved < SHIFT, 1 / moved, 0)
        moved = xp.where(moved < SHIFT, moved + 1, moved)
    series = sum(b / ((k + 1) * moved ** (k + 1)) for k, b in zip(range(1, 21, 2), BERNOULLI, strict=True))
    total = total + xp.log(moved) - 0.5 / moved - series
    total = xp.where(wide < 0.5, total - math.pi / xp.tan(math.pi * (wide - xp.floor(wide))), total)
    poles = (wide < 0) & (wide == xp.floor(wide))
    found = xp.where(poles | (wide == -xp.inf), xp.nan, total)
    return xp.where(wide == 0, xp.copysign(xp.inf, -wide), found).astype(x.dtype)


def zeta(s: float, x: Array) -> Array:
    """The sum of (x + k)^-s over k >= 0, by Euler's and Maclaurin's formula (23.1.30)."""
    xp = namespace(x)
    wide = x.astype(xp.float64)
    lowest = float(xp.where((wide < 0) & (wide > -FAR), wide, 0).min()) if wide.size else 0.0
    steps = SHIFT + math.ceil(-lowest)
    total = sum((wide + step) ** -s for step in range(steps))
    far = wide + steps
    total = total + far ** (1 - s) / (s - 1) + 0.5 * far**-s
    factor = s
    for k, b in enumerate(BERNOULLI, 1):
        total = total + b / math.factorial(2 * k) * factor * far ** (-s - 2 * k + 1)
        factor *= (s + 2 * k - 1) * (s + 2 * k)
    return total.astype(x.dtype)


def trigamma(x: Array) -> Array:
    """The derivative of `digamma`; reflection (6.4.7) for x < 0.5."""
    xp = namespace(x)
    wide = x.astype(xp.float64)
    upper = zeta(2, xp.where(wide < 0.5, 1 - wide, wide))
    sine = xp.sin(math.pi * (wide - xp.floor(wide)))
    return xp.where(wide < 0.5, (math.pi / sine) ** 2 - upper, upper).astype(x.dtype)


class Lgamma(Operation):
    """The logarithm of abs(gamma(x))."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return lgamma(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * apply(Digamma(), x)


class Digamma(Operation):
    """The derivative of `Lgamma`."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return digamma(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * apply(Polygamma(1), x)


class Polygamma(Operation):
    """The derivative of order `n` >= 1 of `digamma` (6.4.10)."""

    __slots__ = ("n",)
    saves = ((0,),)

    def __init__(self, n: int) -> None:
        self.n = n

    def forward(self, x: Array) -> Array:
        if self.n == 1:
            return trigamma(x)
        return zeta(self.n + 1, x) * x.dtype.type((-1) ** (self.n + 1) * math.factorial(self.n))

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * apply(Polygamma(self.n + 1), x)
