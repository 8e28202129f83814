"""Trigonometric and hyperbolic functions of each element."""

from __future__ import annotations

import math

from core.functions.operands import unary_floating
from core.ops import trigonometry as ops
from core.tensors.tensor import Tensor


def sin(input: Tensor) -> Tensor:
    """The sine of an angle in radians."""
    return unary_floating(ops.Sin(), input)


def cos(input: Tensor) -> Tensor:
    """The cosine of an angle in radians."""
    return unary_floating(ops.Cos(), input)


def tan(input: Tensor) -> Tensor:
    """The tangent of an angle in radians."""
    return unary_floating(ops.Tan(), input)


def asin(input: Tensor) -> Tensor:
    """The inverse of `sin`, in [-pi/2, pi/2]."""
    return unary_floating(ops.Asin(), input)


def acos(input: Tensor) -> Tensor:
    """The inverse of `cos`, in [0, pi]."""
    return unary_floating(ops.Acos(), input)


def atan(input: Tensor) -> Tensor:
    """The inverse of `tan`, in (-pi/2, pi/2)."""
    return unary_floating(ops.Atan(), input)


def sinh(input: Tensor) -> Tensor:
    """The hyperbolic sine."""
    return unary_floating(ops.Sinh(), input)


def cosh(input: Tensor) -> Tensor:
    """The hyperbolic cosine."""
    return unary_floating(ops.Cosh(), input)


def asinh(input: Tensor) -> Tensor:
    """The inverse of `sinh`."""
    return unary_floating(ops.Asinh(), input)


def acosh(input: Tensor) -> Tensor:
    """The inverse of `cosh`, from 0 up."""
    return unary_floating(ops.Acosh(), input)


def atanh(input: Tensor) -> Tensor:
    """The inverse of `tanh`, on (-1, 1)."""
    return unary_floating(ops.Atanh(), input)


def sinc(input: Tensor) -> Tensor:
    """sin(pi x) / (pi x), 1 at 0."""
    return unary_floating(ops.Sinc(), input)


def deg2rad(input: Tensor) -> Tensor:
    """Degrees to radians."""
    return input * (math.pi / 180)


def rad2deg(input: Tensor) -> Tensor:
    """Radians to degrees."""
    return input * (180 / math.pi)
