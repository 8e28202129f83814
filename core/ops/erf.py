"""Functions that numpy lacks: the error function, its kin and their inverses."""

from __future__ import annotations

import math

from core.arrays.backend import Array, namespace

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
    between = xp.clip(size, 0.46875, 6.0)
    outer = xp.copysign(1 - xp.exp(-between * between) * _tail(between), wide)
    return xp.where(xp.isnan(wide), wide, xp.where(size <= 0.46875, _near_zero(wide), outer)).astype(x.dtype)


def erfc(x: Array) -> Array:
    """1 - erf(x), exact where that is tiny."""
    xp = namespace(x)
    wide = x.astype(xp.float64)
    size = abs(wide)
    part = xp.exp(-size * size) * _tail(xp.clip(size, 0.46875, 30.0))
    outer = xp.where(wide > 0, part, 2 - part)
    return xp.where(xp.isnan(wide), wide, xp.where(size <= 0.46875, 1 - _near_zero(wide), outer)).astype(x.dtype)


def erfcx(x: Array) -> Array:
    """exp(x^2) erfc(x), which neither underflows for large x nor loses digits."""
    xp = namespace(x)
    wide = x.astype(xp.float64)
    size = abs(wide)
    tail, power = _tail(xp.maximum(size, 0.46875)), xp.exp(wide * wide)
    outer = xp.where(wide > 0, tail, 2 * power - tail)
    inner = xp.exp(xp.minimum(size, 1.0) ** 2) * (1 - _near_zero(wide))
    return xp.where(size <= 0.46875, inner, outer).astype(x.dtype)


def log_ndtr(x: Array) -> Array:
    """The logarithm of the normal distribution's cumulative probability at x."""
    xp = namespace(x)
    wide = x.astype(xp.float64)
    low, high = xp.minimum(wide, -1.0), xp.maximum(wide, -1.0)
    below = xp.log(erfcx(-low * math.sqrt(0.5)) / 2) - low * low / 2
    return xp.where(wide < -1, below, xp.log1p(-erfc(high * math.sqrt(0.5)) / 2)).astype(x.dtype)


def ndtri(p: Array) -> Array:
    """Where the normal distribution's cumulative probability is p: Newton's method on its logarithm."""
    xp = namespace(p)
    wide = p.astype(xp.float64)
    less = xp.minimum(wide, 1 - wide)
    inside = xp.where(less > 0, less, 0.5)
    target = xp.log(inside)
    guess = -xp.sqrt(xp.maximum(-2 * target - xp.log(2 * math.pi * xp.maximum(-2 * target, 1.0)), 0.0))
    for _ in range(6):
        slope = math.sqrt(2 / math.pi) / erfcx(-guess * math.sqrt(0.5))
        guess = guess - (log_ndtr(guess) - target) / slope
    outside = xp.where(less == 0, -xp.inf, xp.nan)
    found = xp.where(less > 0, guess, outside)
    return xp.where(wide > 0.5, -found, found).astype(p.dtype)


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


def _near_zero(x: Array) -> Array:
    """erf(x) for |x| <= 0.46875."""
    return x * _ratio(_SMALL, namespace(x).minimum(abs(x), 0.46875) ** 2)


def _tail(x: Array) -> Array:
    """exp(x^2) erfc(x) for x >= 0.46875."""
    xp = namespace(x)
    far = xp.maximum(x, 4.0)
    square = 1 / far**2
    large = (1 / math.sqrt(math.pi) - square * _ratio(_LARGE, square)) / far
    return xp.where(x <= 4.0, _ratio(_MIDDLE, xp.minimum(x, 4.0)), large)


def _ratio(polynomials: tuple[tuple[float, ...], tuple[float, ...]], x: Array) -> Array:
    above, below = polynomials
    return _polynomial(above, x) / _polynomial(below, x)


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    total = x * 0 + coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total
