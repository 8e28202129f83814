"""The gamma function and its derivatives."""

from __future__ import annotations

import math

from core.functions.operands import unary_floating
from core.ops import gamma as ops
from core.tensors.tensor import Tensor


def lgamma(input: Tensor) -> Tensor:
    """log |gamma(x)|."""
    return unary_floating(ops.Lgamma(), input)


def digamma(input: Tensor) -> Tensor:
    """The derivative of `lgamma`."""
    return unary_floating(ops.Digamma(), input)


def polygamma(n: int, input: Tensor) -> Tensor:
    """The derivative of order `n` of `digamma`. Raises RuntimeError for n < 0."""
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return unary_floating(ops.Polygamma(n), input) if n else digamma(input)


def polygamma_of(input: Tensor, n: int) -> Tensor:
    """`polygamma` as a method: `x.polygamma(n)`."""
    return polygamma(n, input)


def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the gamma function of `p` dimensions. Raises RuntimeError for p < 1."""
    if p < 1:
        raise RuntimeError("p has to be greater than or equal to 1")
    terms = [lgamma(input - half / 2) for half in range(p)]
    return sum(terms[1:], terms[0]) + p * (p - 1) / 4 * math.log(math.pi)
