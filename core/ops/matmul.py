"""Products of matrices and the linear layer."""

from __future__ import annotations

import math

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation


class Mm(Operation):
    """(n, k) @ (k, m) -> (n, m)."""

    saves = ((1,), (0,))

    def forward(self, a: Array, b: Array) -> Array:
        return a @ b

    def backward(self, grad: Array, a: Array | None, b: Array | None) -> tuple[Array | None, Array | None]:
        return None if b is None else grad @ b.T, None if a is None else a.T @ grad


class Bmm(Operation):
    """Products of stacks of matrices: (..., n, k) @ (..., k, m) -> (..., n, m), the leading dimensions broadcast."""

    saves = ((1,), (0,))

    def forward(self, a: Array, b: Array) -> Array:
        return namespace(a).matmul(a, b)

    def backward(self, grad: Array, a: Array | None, b: Array | None) -> tuple[Array | None, Array | None]:
        xp = namespace(grad)
        return (
            None if b is None else xp.matmul(grad, b.swapaxes(-1, -2)),
            None if a is None else xp.matmul(a.swapaxes(-1, -2), grad),
        )


class Mv(Operation):
    """(n, k) @ (k,) -> (n,)."""

    saves = ((1,), (0,))

    def forward(self, a: Array, b: Array) -> Array:
        return a @ b

    def backward(self, grad: Array, a: Array | None, b: Array | None) -> tuple[Array | None, Array | None]:
        return None if b is None else grad[:, None] * b, None if a is None else a.T @ grad


class Dot(Operation):
    """The inner product of two vectors."""

    saves = ((1,), (0,))

    def forward(self, a: Array, b: Array) -> Array:
        return a @ b

    def backward(self, grad: Array, a: Array | None, b: Array | None) -> tuple[Array | None, Array | None]:
        return None if b is None else grad * b, None if a is None else grad * a


class Linear(Operation):
    """x @ weight.T + bias. x: (..., in), weight: (out, in), bias: (out,) or absent.

    Leading dimensions are made one: numpy multiplies stacks of matrices one by one, which is slower.
    """

    title = "Addmm"
    saves = ((1,), (0,), ())

    def forward(self, x: Array, weight: Array, *bias: Array) -> Array:
        out = (x if x.ndim == 2 else _rows(x)) @ weight.T
        if bias:
            out += bias[0]
        return out if x.ndim == 2 else out.reshape(*x.shape[:-1], out.shape[1])

    def backward(self, grad: Array, x: Array | None, weight: Array | None) -> tuple[Array | None, ...]:
        flat = grad if grad.ndim == 2 else _rows(grad)
        by_x = None if weight is None else flat @ weight
        if by_x is not None and grad.ndim != 2:
            by_x = by_x.reshape(*grad.shape[:-1], by_x.shape[1])
        by_weight = None if x is None else flat.T @ _rows(x)
        if len(self.inputs) == 2:
            return by_x, by_weight
        return by_x, by_weight, flat.sum(axis=0) if self.needs(2) else None

    def name(self) -> str:
        if len(self.shape) > 2:
            return "ViewBackward0" if len(self.inputs) == 3 else "UnsafeViewBackward0"
        if len(self.shape) < 2:
            return "ViewBackward0" if len(self.inputs) == 3 else "SqueezeBackward4"
        return "AddmmBackward0" if len(self.inputs) == 3 else "MmBackward0"


class Addmm(Operation):
    """beta * bias + alpha * a @ b."""

    __slots__ = ("alpha", "beta")
    saves = ((), (2,), (1,))

    def __init__(self, beta: float, alpha: float) -> None:
        self.beta = beta
        self.alpha = alpha

    def forward(self, bias: Array, a: Array, b: Array) -> Array:
        product = a @ b if self.alpha == 1 else (a @ b) * self.alpha
        return product if self.beta == 0 else product + (bias if self.beta == 1 else bias * self.beta)

    def backward(self, grad: Array, a: Array | None, b: Array | None) -> tuple[Array | None, ...]:
        scaled = grad if self.alpha == 1 else grad * self.alpha
        return (
            grad * self.beta,
            None if b is None else scaled @ b.T,
            None if a is None else a.T @ scaled,
        )


def _rows(x: Array) -> Array:
    """All but the last dimension made one."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
