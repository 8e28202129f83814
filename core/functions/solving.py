"""Solving linear equations. Stacks of matrices are the last two dimensions."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.autograd import record
from core.functions.decompositions import check_matrices, check_types, inv, pinv, return_text, svdvals, tolerance
from core.functions.shape import transpose, tril, triu
from core.ops import solving as ops
from core.tensors.tensor import Tensor


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """The X of A X = B (of X A = B unless `left`); B may be a vector. Raises LinAlgError for a singular matrix."""
    check_matrices("linalg.solve", A, square=True)
    check_types("linalg.solve", A, B)
    is_vector = B.ndim == 1 or (B.ndim == A.ndim - 1 and B.shape == A.shape[:-1])
    columns = B.unsqueeze(-1) if is_vector else B
    if not left:
        return transpose(solve(A.mT, columns.mT), -1, -2)
    if A.shape[-1] != columns.shape[-2]:
        raise RuntimeError(
            f"linalg.solve: Incompatible shapes of A and B for the equation AX = B ({A.shape[-2]}x{A.shape[-1]} and "
            f"{columns.shape[-2]}x{columns.shape[-1]})"
        )
    found = record(ops.Solve(), A, columns)
    return found.squeeze(-1) if is_vector else found


def solve_triangular(A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False) -> Tensor:
    """The X of A X = B (X A = B unless `left`), where only a triangle of A is read, with ones on it if so said."""
    check_matrices("linalg.solve_triangular", A, square=True)
    check_types("linalg.solve_triangular", A, B)
    triangle = (triu if upper else tril)(A, (1 if upper else -1) if unitriangular else 0)
    if unitriangular:
        triangle = triangle + triangle.new_ones(triangle.shape[-1]).diag()
    if not left:
        return transpose(solve_triangular(triangle.mT, B.mT, upper=not upper), -1, -2)
    if A.shape[-1] != B.shape[-2]:
        raise RuntimeError(
            "linalg.solve_triangular: Incompatible shapes of A and B for the equation AX = B "
            f"({A.shape[-2]}x{A.shape[-1]} and {B.shape[-2]}x{B.shape[-1]})"
        )
    return record(ops.Solve(), triangle, B)


def cholesky_solve(B: Tensor, L: Tensor, upper: bool = False) -> Tensor:
    """The X of A X = B, given a Cholesky factor of A."""
    lower = transpose(L, -1, -2) if upper else L
    return record(ops.Solve(), lower.mT, record(ops.Solve(), lower, B))


def cholesky_inverse(L: Tensor, upper: bool = False) -> Tensor:
    """The inverse of A, given a Cholesky factor of it."""
    eye = L.new_ones(L.shape[-1]).diag().expand(L.shape)
    return cholesky_solve(eye, L, upper)


class LeastSquares(NamedTuple):
    """What `linalg.lstsq` returns."""

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor

    def __repr__(self) -> str:
        return return_text("linalg_lstsq", self)


def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None) -> LeastSquares:
    """The X that makes A X - B least, the smallest of several; B may be a vector.

    driver: LAPACK's name, which only says what comes with it: `gels` no rank; `gelsd` and `gelss` singular values.
    """
    check_matrices("linalg.lstsq", A)
    check_types("linalg.lstsq", A, B)
    is_vector = B.ndim == A.ndim - 1
    columns = B.unsqueeze(-1) if is_vector else B
    solution = pinv(A, rtol=rcond) @ columns
    values = svdvals(A.detach())
    rank = (values > (tolerance(A) if rcond is None else rcond) * values.amax(-1, keepdim=True)).sum(-1)
    residuals = solution.reshape(-1)[:0]
    if driver not in (None, "gelsy") and A.shape[-2] > A.shape[-1] and bool((rank == A.shape[-1]).all()):
        residuals = ((A @ solution - columns) ** 2).sum(-2)
    return LeastSquares(
        solution.squeeze(-1) if is_vector else solution,
        residuals,
        rank.new_empty(0) if driver == "gels" else rank,
        values if driver in ("gelsd", "gelss") else A.new_empty(0),
    )


def tensorsolve(A: Tensor, B: Tensor, dims: Any = None) -> Tensor:
    """The X of tensordot(A, X) = B."""
    moved = A if dims is None else A.movedim(tuple(dims), tuple(range(A.ndim - len(dims), A.ndim)))
    rest = moved.shape[B.ndim :]
    if rest.numel() != B.numel():
        raise RuntimeError("linalg.tensorsolve: the product of A's first dimensions must be that of its last ones")
    return solve(moved.reshape(B.numel(), B.numel()), B.reshape(-1)).reshape(rest)


def tensorinv(A: Tensor, ind: int = 2) -> Tensor:
    """The inverse for tensordot over `ind` dimensions."""
    if ind <= 0:
        raise RuntimeError("Expected a strictly positive integer for 'ind'")
    rows, columns = A.shape[:ind], A.shape[ind:]
    if rows.numel() != columns.numel():
        raise RuntimeError("Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind])")
    return inv(A.reshape(rows.numel(), columns.numel())).reshape((*columns, *rows))
