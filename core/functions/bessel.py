"""Modified Bessel functions."""

from __future__ import annotations

from core.functions.operands import unary_floating
from core.ops import bessel as ops
from core.tensors.tensor import Tensor


def i0(input: Tensor) -> Tensor:
    """The modified Bessel function of order 0."""
    return unary_floating(ops.I0(), input)


def i0e(input: Tensor) -> Tensor:
    """exp(-|x|) i0(x)."""
    return unary_floating(ops.I0e(), input)


def i1(input: Tensor) -> Tensor:
    """The modified Bessel function of order 1."""
    return unary_floating(ops.I1(), input)


def i1e(input: Tensor) -> Tensor:
    """exp(-|x|) i1(x)."""
    return unary_floating(ops.I1e(), input)
