"""Norms of vectors and matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from core.autograd import record
from core.functions.decompositions import svdvals
from core.functions.operands import dimension, dimensions
from core.ops import norms as ops
from core.tensors import dtypes
from core.tensors.tensor import Tensor

Dim = int | Sequence[int] | None


def norm(
    input: Tensor, p: Any = "fro", dim: Dim = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None
) -> Tensor:
    """The p-norm over `dim`, of all elements without it; `fro` is 2, `nuc` the sum of a matrix' singular values.

    The gradient at 0 is 0.
    """
    if dtype is not None:
        input = input.to(dtype)
    if p == "nuc":
        rows, columns = (-2, -1) if dim is None or isinstance(dim, int) else dim
        return matrix_norm(input, p, (rows, columns), keepdim)
    if isinstance(p, str) and p != "fro":
        raise RuntimeError(f"linalg.matrix_norm: Order {p} not supported.")
    order = 2.0 if p == "fro" or p is None else float(p)
    if input._array.dtype.kind != "f":
        raise RuntimeError(
            f"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {input.dtype.title}"
        )
    return record(ops.Norm(order, dimensions(dim, input.ndim), keepdim), input)


def vector_norm(
    x: Tensor, ord: float = 2, dim: Dim = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None
) -> Tensor:
    """The norm of order `ord` over `dim`, of all elements without it."""
    return norm(x if dtype is None else x.to(dtype), float(ord), dim, keepdim)


def matrix_norm(
    A: Tensor,
    ord: Any = "fro",
    dim: tuple[int, int] = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """`fro`: of all elements; `nuc`: the sum of the singular values; 2, -2: the greatest or least of them;
    1, -1, inf, -inf: the greatest or least sum of a column or row.
    """
    if A.ndim < 2:
        raise RuntimeError("linalg.matrix_norm: The input tensor A must have at least 2 dimensions.")
    if len(dim) != 2:
        raise RuntimeError(f"linalg.matrix_norm: dim must be a 2-tuple. Got {list(dim)}")
    if ord not in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    A = A if dtype is None else A.to(dtype)
    rows, columns = dimension(dim[0], A.ndim), dimension(dim[1], A.ndim)
    if rows == columns:
        raise RuntimeError(f"linalg.matrix_norm: dims must be different. Got ({dim[0]}, {dim[1]})")
    if ord == "fro":
        return norm(A, 2, (rows, columns), keepdim)
    last = A.movedim((rows, columns), (-2, -1))
    found = _by_singular_values(last, ord) if ord in ("nuc", 2, -2) else _by_sums(last, ord)
    for axis in sorted((rows, columns)) if keepdim else ():
        found = found.unsqueeze(axis)
    return found


def linalg_norm(
    A: Tensor, ord: Any = None, dim: Dim = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None
) -> Tensor:
    """A norm of vectors or, for two dimensions or a name, of matrices. Without `ord` the one of all elements."""
    over = dimensions(dim, A.ndim) if dim is not None else None
    if (
        ord is None
        or (over is not None and len(over) == 1)
        or (over is None and A.ndim == 1 and not isinstance(ord, str))
    ):
        return vector_norm(A, 2 if ord is None else ord, dim, keepdim, dtype=dtype)
    if over is None and A.ndim != 2:
        raise RuntimeError(
            f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {A.ndim}D."
        )
    return matrix_norm(A, ord, (-2, -1) if over is None else (over[0], over[1]), keepdim, dtype=dtype)


def _by_singular_values(A: Tensor, ord: Any) -> Tensor:
    values = svdvals(A)
    return values.sum(-1) if ord == "nuc" else values.amax(-1) if ord == 2 else values.amin(-1)


def _by_sums(A: Tensor, ord: float) -> Tensor:
    sums = A.abs().sum(-2 if abs(ord) == 1 else -1)
    return sums.amax(-1) if ord > 0 else sums.amin(-1)
