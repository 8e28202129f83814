"""Powers and other figures of matrices, and distances between vectors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from core.functions.arithmetic import div, maximum, mul, where
from core.functions.creation import eye
from core.functions.decompositions import check_matrices, inv, svdvals, tolerance
from core.functions.in_place import twin
from core.functions.norms import matrix_norm, norm
from core.functions.operands import dimension, refuse
from core.functions.products import matmul
from core.functions.reduction import sum
from core.functions.shape import diagonal as _diagonal
from core.functions.shape import reshape, stack
from core.tensors import dtypes
from core.tensors.tensor import Tensor

Dim = int | Sequence[int] | None


def cond(A: Tensor, p: Any = None) -> Tensor:
    """How much a solution grows with an error: the norm times that of the inverse; inf for a singular matrix."""
    check_matrices("linalg.cond", A)
    if p in (None, 2, -2):
        values = svdvals(A)
        return values[..., 0] / values[..., -1] if p != -2 else values[..., -1] / values[..., 0]
    check_matrices("linalg.cond", A, square=True)
    try:
        inverse = inv(A)
    except RuntimeError:
        return A.new_full(A.shape[:-2], math.inf)
    return matrix_norm(A, p) * matrix_norm(inverse, p)


def matrix_rank(A: Tensor, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None) -> Tensor:
    """How many singular values are greater than `atol` and than `rtol` times the greatest."""
    check_matrices("linalg.matrix_rank", A)
    if not A.numel():
        return A.new_zeros(A.shape[:-2], dtype=dtypes.int64)
    values = svdvals(A.detach())
    part = tolerance(A) if rtol is None and atol is None and tol is None else 0.0 if rtol is None else rtol
    least = tol if tol is not None else 0.0 if atol is None else atol
    limit = maximum(values[..., 0] * part, _tensor(least, values))
    return sum(values > limit.unsqueeze(-1), -1)


def matrix_power(A: Tensor, n: int) -> Tensor:
    """A multiplied with itself; the inverse's power for negative `n`."""
    if n < 0 or A.ndim < 2 or A.shape[-1] != A.shape[-2]:
        check_matrices("linalg.matrix_power", A, square=True)
    refuse("bmm", A, "b")
    if n == 0:
        return A.clone().copy_(eye(A.shape[-1], dtype=A.dtype, device=A.device))
    base = inv(A) if n < 0 else A
    result = base
    for bit in bin(abs(n))[3:]:
        result = matmul(result, result)
        result = matmul(result, base) if bit == "1" else result
    return result


def matrix_exp(A: Tensor) -> Tensor:
    """The exponential of matrices: halved until small, by 18 terms of the series, squared as often."""
    if A.dtype == dtypes.float16:
        return matrix_exp(A.float()).half()
    check_matrices("linalg.matrix_exp", A, square=True)
    largest = float(A.detach().abs().sum(-2).max()) if A.numel() else 0.0
    halvings = max(0, math.frexp(largest)[1] + 1) if math.isfinite(largest) else 0
    one = eye(A.shape[-1], dtype=A.dtype, device=A.device).expand(A.shape)
    small, total = A * 0.5**halvings, one
    for order in range(18, 0, -1):
        total = one + matmul(small, total) / order
    for _ in range(halvings):
        total = matmul(total, total)
    return total


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """Inner products along a dimension."""
    return (x * y).sum(dim)


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """A view of the diagonals of matrices."""
    return _diagonal(A, offset, dim1, dim2)


def vander(x: Tensor, *, N: int | None = None) -> Tensor:
    """Powers 0 to N - 1 of each number, in a new last dimension."""
    if x.dtype in (dtypes.bool, dtypes.float16):
        raise RuntimeError(
            f"linalg.vander supports floating point, complex, and integer tensors, but got {x.dtype.title}"
        )
    x = x if x.is_floating_point() else x.long()
    x = x.reshape(1) if not x.ndim else x
    count = x.shape[-1] if N is None else N
    return stack([x**power for power in range(count)], -1)


def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """The p-norm of the difference."""
    return norm(input - other, p)


def cdist(x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str | None = None) -> Tensor:
    """The p-norms of the differences of every row of one matrix with every row of the other."""
    for name, matrix in (("X1", x1), ("X2", x2)):
        if matrix.ndim < 2:
            raise RuntimeError(f"cdist only supports at least 2D tensors, {name} got: {matrix.ndim}D")
    if x1.shape[-1] != x2.shape[-1]:
        raise RuntimeError(f"X1 and X2 must have the same number of columns. X1: {x1.shape[-1]} X2: {x2.shape[-1]}")
    return norm(x1.unsqueeze(-2) - x2.unsqueeze(-3), p, -1)


def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """Slices along `dim` whose p-norm exceeds `maxnorm` are scaled down to it."""
    if input.ndim < 2:
        raise RuntimeError(f"renorm: input needs at least 2 dimensions, got {input.ndim} dimensions")
    axis = dimension(dim, input.ndim)
    others = [place for place in range(input.ndim) if place != axis]
    sizes = norm(input, p, others, keepdim=True)
    return mul(input, where(sizes > maxnorm, maxnorm / (sizes + 1e-7), 1.0))


renorm_: Callable[..., Tensor] = twin(renorm)


def cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Tensor:
    """The covariances of the rows: variables in rows, observations in columns, counted or weighted if so said."""
    if input.ndim > 2:
        raise RuntimeError(
            f"cov(): expected input to have two or fewer dimensions but got an input with {input.ndim} dimensions"
        )
    if input.dtype == dtypes.bool:
        raise RuntimeError("cov(): bool dtype is not supported for input")
    x = input.reshape(1, -1) if input.ndim < 2 else input
    x = x if x.is_floating_point() else x.to(dtypes.get_default_dtype())
    weights = [value for value in (fweights, aweights) if value is not None]
    if not weights:
        off = x - x.mean(1, keepdim=True)
        found = off @ off.mT / max(x.shape[1] - correction, 0)
    else:
        _check_weights(x.shape[1], fweights, aweights)
        weight = weights[0] if len(weights) == 1 else weights[0] * weights[1]
        total = weight.sum()
        off = x - (x * weight).sum(1, keepdim=True) / total
        taken = total if aweights is None else (weight * aweights).sum() / total if correction else total
        count = total - correction * (taken / total if aweights is None else taken)
        found = (off * weight) @ off.mT / count.clamp(min=0)
    return reshape(found, ()) if len(x) == 1 else found


def corrcoef(input: Tensor) -> Tensor:
    """How the rows are correlated, from -1 to 1."""
    found = cov(input)
    if not found.ndim:
        return div(found, found)
    spread = found.diagonal().sqrt()
    return (found / spread.unsqueeze(1) / spread).clamp(-1, 1)


def _check_weights(count: int, fweights: Tensor | None, aweights: Tensor | None) -> None:
    if fweights is not None and fweights.is_floating_point():
        raise RuntimeError(
            f"cov(): expected fweights to have integral dtype but got fweights with {fweights.dtype.title} dtype"
        )
    for name, weight in (("fweights", fweights), ("aweights", aweights)):
        if weight is not None and weight.numel() != count:
            raise RuntimeError(
                f"cov(): expected {name} to have the same numel as there are observations in the input but got "
                f"{weight.numel()} != {count}"
            )
        if weight is not None and bool((weight < 0).any()):
            raise RuntimeError(f"cov(): {name} cannot be negative")


def _tensor(value: Any, like: Tensor) -> Tensor:
    return value if isinstance(value, Tensor) else like.new_tensor(value)
