"""Functions of each element with names of their own: error functions, gamma, Bessel, the normal distribution."""

from __future__ import annotations

import math

from core.autograd import record_as
from core.functions.operands import floating, unary_floating
from core.ops import bessel, error_function, gamma
from core.tensors.tensor import Tensor


def erf(input: Tensor) -> Tensor:
    """The error function."""
    return unary_floating(error_function.Erf(), input)


def erfc(input: Tensor) -> Tensor:
    """1 - erf(x), exact where that is tiny."""
    return unary_floating(error_function.Erfc(), input)


def erfcx(input: Tensor) -> Tensor:
    """exp(x^2) erfc(x)."""
    return unary_floating(error_function.Erfcx(), input)


def erfinv(input: Tensor) -> Tensor:
    """The inverse of `erf`, on (-1, 1)."""
    return unary_floating(error_function.Erfinv(), input)


def ndtr(input: Tensor) -> Tensor:
    """The normal distribution's cumulative probability at x."""
    return erfc(input * -math.sqrt(0.5)) * 0.5


def log_ndtr(input: Tensor) -> Tensor:
    """The logarithm of `ndtr`, exact where that is tiny."""
    return unary_floating(error_function.LogNdtr(), input)


def ndtri(input: Tensor) -> Tensor:
    """The inverse of `ndtr`, on (0, 1)."""
    return unary_floating(error_function.Ndtri(), input)


def lgamma(input: Tensor) -> Tensor:
    """log |gamma(x)|."""
    return unary_floating(gamma.Lgamma(), input)


def digamma(input: Tensor) -> Tensor:
    """The derivative of `lgamma`."""
    return unary_floating(gamma.Digamma(), input)


def polygamma(n: int, input: Tensor) -> Tensor:
    """The derivative of order `n` of `digamma`. Raises RuntimeError for n < 0."""
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return unary_floating(gamma.Polygamma(n), input) if n else digamma(input)


def polygamma_of(input: Tensor, n: int) -> Tensor:
    """`polygamma` as a method: `x.polygamma(n)`."""
    return polygamma(n, input)


def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the gamma function of `p` dimensions. Raises RuntimeError for p < 1."""
    if p < 1:
        raise RuntimeError("p has to be greater than or equal to 1")
    terms = [lgamma(input - half / 2) for half in range(p)]
    return sum(terms[1:], terms[0]) + p * (p - 1) / 4 * math.log(math.pi)


def i0(input: Tensor) -> Tensor:
    """The modified Bessel function of order 0."""
    return unary_floating(bessel.I0(), input)


def i0e(input: Tensor) -> Tensor:
    """exp(-|x|) i0(x)."""
    return unary_floating(bessel.I0e(), input)


def i1(input: Tensor) -> Tensor:
    """The modified Bessel function of order 1."""
    return unary_floating(bessel.I1(), input)


def i1e(input: Tensor) -> Tensor:
    """exp(-|x|) i1(x)."""
    return unary_floating(bessel.I1e(), input)


def entr(input: Tensor) -> Tensor:
    """-x log(x), 0 at 0 and -inf below."""
    return record_as(error_function.Entr(), (input,), (floating(input),))
