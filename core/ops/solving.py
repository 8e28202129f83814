"""Systems of linear equations."""

from __future__ import annotations

from core.arrays.backend import Array
from core.ops.decompositions import computed
from core.ops.operation import OUTPUT, Operation, apply


class Solve(Operation):
    """The x of a x = b, where b is a matrix."""

    title = "LinalgSolveEx"
    saves = ((0, OUTPUT), (0,))

    def forward(self, a: Array, b: Array) -> Array:
        return computed("linalg.solve", "solve", a, b)

    def backward(self, grad: Array, a: Array, out: Array | None) -> tuple[Array | None, Array]:
        by_b = apply(Solve(), a.swapaxes(-1, -2), grad)
        return None if out is None else -by_b @ out.swapaxes(-1, -2), by_b
