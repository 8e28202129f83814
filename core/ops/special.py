"""Functions that numpy lacks: the error function and its inverse."""

from __future__ import annotations

import math

from core.backend import Array, namespace

# W. J. Cody, "Rational Chebyshev approximation for the error function", Math. Comp. 23 (1969), 631-637.
_SMALL = (
    (
        1.85777706184603153e-1,
        3.16112374387056560e0,
        1.13864154151050156e2,
        3.77485237685302021e2,
        3.20937758913846947e3,
    ),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)
_MIDDLE = (
    (
        2.15311535474403846e-8,
        5.64188496988670089e-1,
        8.88314979438837594e0,
        6.61191906371416295e1,
        2.98635138197400131e2,
        8.81952221241769090e2,
        1.71204761263407058e3,
        2.05107837782607147e3,
        1.23033935479799725e3,
    ),
    (
        1.0,
        1.57449261107098347e1,
        1.17693950891312499e2,
        5.37181101862009858e2,
        1.62138957456669019e3,
        3.29079923573345963e3,
        4.36261909014324716e3,
        3.43936767414372164e3,
        1.23033935480374942e3,
    ),
)
_LARGE = (
    (
        1.63153871373020978e-2,
        3.05326634961232344e-1,
        3.60344899949804439e-1,
        1.25781726111229246e-1,
        1.60837851487422766e-2,
        6.58749161529837803e-4,
    ),
    (
        1.0,
        2.56852019228982242e0,
        1.87295284992346725e0,
        5.27905102951428412e-1,
        6.05183413124413191e-2,
        2.33520497626869185e-3,
    ),
)


def erf(x: Array) -> Array:
    """2/sqrt(pi) times the integral of exp(-t^2) from 0 to x, to the last digits of double precision."""
    xp = namespace(x)
    wide = x.astype(xp.float64)
    size = abs(wide)
    small = wide * _ratio(_SMALL, xp.minimum(size, 0.46875) ** 2)
    between = xp.clip(size, 0.46875, 6.0)
    decay = xp.exp(-between * between)
    middle = 1 - decay * _ratio(_MIDDLE, xp.minimum(between, 4.0))
    square = 1 / xp.maximum(between, 4.0) ** 2
    large = 1 - decay * (1 / math.sqrt(math.pi) - square * _ratio(_LARGE, square)) / xp.maximum(between, 4.0)
    outer = xp.copysign(xp.where(size <= 4.0, middle, large), wide)
    return xp.where(xp.isnan(wide), wide, xp.where(size <= 0.46875, small, outer)).astype(x.dtype)


def erfinv(x: Array) -> Array:
    """The inverse of `erf` on (-1, 1): a first guess (S. Winitzki, 2008) and three steps of Halley's method."""
    xp = namespace(x)
    wide = x.astype(xp.float64)
    inside = xp.where(abs(wide) < 1, wide, 0.0)
    log = xp.log1p(-inside * inside)
    a = 0.147
    half = 2 / (math.pi * a) + log / 2
    guess = xp.copysign(xp.sqrt(xp.sqrt(half * half - log / a) - half), inside)
    for _ in range(3):
        off = (erf(guess) - inside) / (2 / math.sqrt(math.pi) * xp.exp(-guess * guess))
        guess = guess - off / (1 + guess * off)
    outside = xp.where(abs(wide) == 1, xp.copysign(xp.inf, wide), xp.nan)
    return xp.where(abs(wide) < 1, guess, outside).astype(x.dtype)


def _ratio(polynomials: tuple[tuple[float, ...], tuple[float, ...]], x: Array) -> Array:
    above, below = polynomials
    return _polynomial(above, x) / _polynomial(below, x)


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    total = x * 0 + coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total
