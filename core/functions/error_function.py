"""The error function, the normal distribution, and their inverses."""

from __future__ import annotations

import math

from core.autograd import record_as
from core.functions.operands import floating, unary_floating
from core.ops import error_function as ops
from core.tensors.tensor import Tensor


def erf(input: Tensor) -> Tensor:
    """The error function."""
    return unary_floating(ops.Erf(), input)


def erfc(input: Tensor) -> Tensor:
    """1 - erf(x), exact where that is tiny."""
    return unary_floating(ops.Erfc(), input)


def erfcx(input: Tensor) -> Tensor:
    """exp(x^2) erfc(x)."""
    return unary_floating(ops.Erfcx(), input)


def erfinv(input: Tensor) -> Tensor:
    """The inverse of `erf`, on (-1, 1)."""
    return unary_floating(ops.Erfinv(), input)


def ndtr(input: Tensor) -> Tensor:
    """The normal distribution's cumulative probability at x."""
    return erfc(input * -math.sqrt(0.5)) * 0.5


def log_ndtr(input: Tensor) -> Tensor:
    """The logarithm of `ndtr`, exact where that is tiny."""
    return unary_floating(ops.LogNdtr(), input)


def ndtri(input: Tensor) -> Tensor:
    """The inverse of `ndtr`, on (0, 1)."""
    return unary_floating(ops.Ndtri(), input)


def entr(input: Tensor) -> Tensor:
    """-x log(x), 0 at 0 and -inf below."""
    return record_as(ops.Entr(), (input,), (floating(input),))
