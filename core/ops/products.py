"""Products of vectors and matrices."""

from __future__ import annotations

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
