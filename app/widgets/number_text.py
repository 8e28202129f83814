"""Numbers as people read them: few digits, and always the same number of them in a column."""

from __future__ import annotations

import math

MINUS = "\N{MINUS SIGN}"


def decimal(value: float, digits: int = 4) -> str:
    """A number with this many digits behind the point, or, where those would say nothing, as a power of ten.

    >>> decimal(0.00123), decimal(-12.5), decimal(0.0000031)
    ('0.0012', '−12.5000', '3.1e−6')
    """
    size = abs(value)
    if not math.isfinite(value) or (size != 0 and not 10.0 ** (1 - digits) <= size < 1e5):
        return power(value)
    return f"{value:.{digits}f}".replace("-", MINUS)


def power(value: float) -> str:
    """A number as a power of ten with two digits: "3.1e−2"."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return "0" if value == 0 else f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def rounded(value: float) -> str:
    """A number in at most three digits, as at the ends of an axis: "0.25", "4e−3"."""
    if not math.isfinite(value):
        return power(value)
    if value == 0 or 0.01 <= abs(value) < 1e4:
        return (f"{value:.2g}" if abs(value) < 99.5 else f"{value:.0f}").replace("-", MINUS)
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def significant(value: float, digits: int) -> str:
    """A number in at most so many digits: "0.031", "2e−5", "NaN"."""
    if not math.isfinite(value):
        return power(value)
    mantissa, mark, exponent = f"{value:.{digits}g}".partition("e")
    return (f"{mantissa}e{int(exponent)}" if mark else mantissa).replace("-", MINUS)


def sizes(shape: tuple[int, ...]) -> str:
    """A shape: "128×64"."""
    return "×".join(map(str, shape)) if shape else "1"
