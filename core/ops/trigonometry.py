"""Trigonometric and hyperbolic functions of each element."""

from __future__ import annotations

import math

from core.arrays.backend import Array, namespace
from core.ops.operation import OUTPUT, Operation


class Sin(Operation):
    """The sine of an angle in radians."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).sin(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * namespace(x).cos(x)


class Cos(Operation):
    """The cosine of an angle in radians."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).cos(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return -grad * namespace(x).sin(x)


class Tan(Operation):
    """The tangent of an angle in radians."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).tan(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * (1 + out * out)


class Asin(Operation):
    """The angle from -pi / 2 to pi / 2 with that sine."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).arcsin(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad / namespace(x).sqrt(1 - x * x)


class Acos(Operation):
    """The angle from 0 to pi with that cosine."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).arccos(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return -grad / namespace(x).sqrt(1 - x * x)


class Atan(Operation):
    """The angle from -pi / 2 to pi / 2 with that tangent."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).arctan(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad / (1 + x * x)


class Sinh(Operation):
    """The hyperbolic sine."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).sinh(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * namespace(x).cosh(x)


class Cosh(Operation):
    """The hyperbolic cosine."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).cosh(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * namespace(x).sinh(x)


class Asinh(Operation):
    """The inverse of the hyperbolic sine."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).arcsinh(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad / namespace(x).sqrt(x * x + 1)


class Acosh(Operation):
    """The inverse of the hyperbolic cosine, for x >= 1."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).arccosh(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad / namespace(x).sqrt(x * x - 1)


class Atanh(Operation):
    """The inverse of the hyperbolic tangent, on (-1, 1)."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).arctanh(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad / (1 - x * x)


class Sinc(Operation):
    """sin(pi x) / (pi x), 1 at 0."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).sinc(x)

    def backward(self, grad: Array, x: Array) -> Array:
        xp = namespace(x)
        angle, square = math.pi * x, x * x * math.pi
        slope = (angle * xp.cos(angle) - xp.sin(angle)) / xp.where(square == 0, 1, square)
        return xp.where(square == 0, 0, grad * slope)
