"""Less common operations on two numbers at a time, with broadcasting."""

from __future__ import annotations

import math
from typing import Any

from core.arrays.backend import Array, namespace
from core.ops.masks import kept, zeros
from core.ops.operation import OUTPUT, Operation


class Xlogy(Operation):
    """x log(y) or x log1p(y), 0 where x is 0. function: `log` or `log1p`."""

    __slots__ = ("function",)
    saves = ((0, 1), (0, 1))

    def __init__(self, function: str) -> None:
        self.function = function

    def forward(self, x: Array, y: Array) -> Array:
        xp = namespace(x if hasattr(x, "dtype") else y)
        product = x * self._logarithm(xp, y)
        return xp.where(_equals(x, 0, product) & ~_is_nan(y, product), 0, product)

    def backward(self, grad: Array, x: Array, y: Array) -> tuple[Array | None, Array | None]:
        xp = namespace(grad)
        argument = y if self.function == "log" else 1 + y
        by_x = None
        if self.needs(0):
            nothing = _equals(x, 0, grad) & _at_most(argument, 0, grad) | _equals(grad, 0, grad) & ~_is_nan(y, grad)
            by_x = xp.where(nothing, 0, grad * self._logarithm(xp, y))
        return by_x, grad * x / argument if self.needs(1) else None

    def _logarithm(self, xp: Any, y: Array) -> Array:
        """Of a Python number another one, which widens no type."""
        found = getattr(xp, self.function)(y)
        return float(found) if isinstance(y, int | float) else found


class Logaddexp(Operation):
    """log(exp(a) + exp(b)) without overflow. base: e, or 2 for powers of two."""

    __slots__ = ("base",)
    saves = ((0, 1), (0, 1))

    def __init__(self, base: float = math.e) -> None:
        self.base = base

    def forward(self, a: Array, b: Array) -> Array:
        xp = namespace(a)
        return xp.logaddexp(a, b) if self.base == math.e else xp.logaddexp2(a, b)

    def backward(self, grad: Array, a: Array, b: Array) -> tuple[Array, Array]:
        xp = namespace(grad)
        power = xp.exp if self.base == math.e else xp.exp2
        return grad / (1 + power(b - a)), grad / (1 + power(a - b))


class Hypot(Operation):
    """sqrt(a^2 + b^2) without overflow."""

    saves = ((0, OUTPUT), (1, OUTPUT))

    def forward(self, a: Array, b: Array) -> Array:
        return namespace(a).hypot(a, b)

    def backward(self, grad: Array, a: Array | None, b: Array | None, out: Array) -> tuple[Array | None, Array | None]:
        return None if a is None else grad * a / out, None if b is None else grad * b / out


class Copysign(Operation):
    """a with the sign of b. The gradient at a = 0 is 0."""

    saves = ((0, OUTPUT), ())

    def forward(self, a: Array, b: Array) -> Array:
        return namespace(a).copysign(a, b)

    def backward(self, grad: Array, a: Array | None, out: Array | None) -> tuple[Array | None, Array]:
        xp = namespace(grad)
        same = None if a is None or out is None else grad * xp.where(a == 0, 0, out / a)
        return same, zeros(grad)


class Ldexp(Operation):
    """a * 2^b."""

    saves = ((1,), (OUTPUT,))

    def forward(self, a: Array, b: Array) -> Array:
        return a * (2.0**b if isinstance(b, int | float) else namespace(b).exp2(b))

    def backward(self, grad: Array, b: Array | None, out: Array | None) -> tuple[Array | None, Array | None]:
        xp = namespace(grad)
        return None if b is None else grad * xp.exp2(b), None if out is None else grad * out * math.log(2)


class Skipping(Operation):
    """The greater (`fmax`) or lesser (`fmin`) of two, where the other one counts if one is no number.

    Equal ones share the gradient by halves.
    """

    __slots__ = ("function",)
    saves = ((0, 1), (0, 1))

    def __init__(self, function: str) -> None:
        self.function = function

    def forward(self, a: Array, b: Array) -> Array:
        return getattr(namespace(a), self.function)(a, b)

    def backward(self, grad: Array, a: Array, b: Array) -> tuple[Array, Array]:
        xp = namespace(grad)
        first = (a >= b) if self.function == "fmax" else (a <= b)
        first = first | xp.isnan(b)
        return kept(grad, first), kept(grad, ~first)

    def name(self) -> str:
        return f"{self.function.capitalize()}Backward0"


def _equals(x: Array, number: float, like: Array) -> Array:
    return namespace(like).zeros(like.shape, bool) | (x == number)


def _at_most(x: Array, number: float, like: Array) -> Array:
    return namespace(like).zeros(like.shape, bool) | (x <= number)


def _is_nan(x: Array, like: Array) -> Array:
    return namespace(like).zeros(like.shape, bool) | (x != x)
