"""Taking matrices apart, inverting them, determinants. Stacks of matrices are the last two dimensions."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from core.autograd import record, record_many
from core.functions.arithmetic import where
from core.functions.indexing import masked_fill
from core.functions.products import matmul
from core.functions.shape import cat, transpose
from core.ops import decompositions as ops
from core.tensors.tensor import Tensor


def return_text(name: str, parts: Any) -> str:
    """How PyTorch prints a tuple that a function returns."""
    lines = [f"{field}={getattr(parts, field)!r}" for field in parts._fields]
    return f"torch.return_types.{name}(\n" + ",\n".join(lines) + ")"


class QAndR(NamedTuple):
    """What `linalg.qr` returns."""

    Q: Tensor
    R: Tensor

    def __repr__(self) -> str:
        return return_text("linalg_qr", self)


class Factors(NamedTuple):
    """What `linalg.svd` returns."""

    U: Tensor
    S: Tensor
    Vh: Tensor

    def __repr__(self) -> str:
        return return_text("linalg_svd", self)


class Eigen(NamedTuple):
    """What `linalg.eigh` returns."""

    eigenvalues: Tensor
    eigenvectors: Tensor

    def __repr__(self) -> str:
        return return_text("linalg_eigh", self)


class SignAndLogarithm(NamedTuple):
    """What `linalg.slogdet` returns."""

    sign: Tensor
    logabsdet: Tensor

    def __repr__(self) -> str:
        return return_text("linalg_slogdet", self)


def qr(A: Tensor, mode: str = "reduced") -> QAndR:
    """Q with orthonormal columns and the upper triangle R, Q R = A. mode: `reduced`, `complete` (square Q) or `r`."""
    check_matrices("linalg.qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    rows, columns = A.shape[-2:]
    if mode == "complete" and rows > columns:
        return _completed(A)
    if rows >= columns:
        q, r = record_many(ops.Qr(), A)
    else:
        q, left = record_many(ops.Qr(), A[..., :rows])
        r = cat([left, q.mT @ A[..., rows:]], -1)
    return QAndR(q.new_empty(0) if mode == "r" else q, r)


def _completed(A: Tensor) -> QAndR:
    if A.requires_grad:
        raise RuntimeError(
            "The QR decomposition is not differentiable when mode='complete' and nrows > ncols. Use mode='reduced'."
        )
    filled = cat([A, A.new_zeros(*A.shape[:-1], A.shape[-2] - A.shape[-1])], -1)
    q, r = record_many(ops.Qr(), filled)
    return QAndR(q, r[..., : A.shape[-1]])


def svd(A: Tensor, full_matrices: bool = True) -> Factors:
    """U, S and Vh with A = U diag(S) Vh, S in falling order; square U and Vh if `full_matrices`."""
    check_matrices("linalg.svd", A)
    return Factors(*record_many(ops.Svd(full_matrices and A.shape[-1] != A.shape[-2]), A))


def svdvals(A: Tensor) -> Tensor:
    """The singular values in falling order."""
    return svd(A, full_matrices=False).S


def eigh(A: Tensor, UPLO: str = "L") -> Eigen:
    """Eigenvalues in rising order and eigenvectors as columns of symmetric matrices, of which a triangle is read."""
    check_matrices("linalg.eigh", A, square=True)
    if UPLO.upper() not in ("L", "U"):
        raise RuntimeError(f"linalg.eigh: Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    return Eigen(*record_many(ops.Eigh(UPLO.upper()), A))


def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """The eigenvalues of symmetric matrices in rising order."""
    return eigh(A, UPLO).eigenvalues


def eig(A: Tensor) -> Any:
    """Not to be had: eigenvalues of any matrix are complex. Raises NotImplementedError."""
    raise NotImplementedError(
        "linalg.eig gives complex numbers, which this engine has not; eigh takes symmetric matrices."
    )


def cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """The lower triangle L with L L^T = A (or the upper one). Raises LinAlgError unless A is positive definite."""
    check_matrices("linalg.cholesky", A, square=True)
    factor = record(ops.Cholesky(), A)
    return transpose(factor, -1, -2) if upper else factor


def inv(A: Tensor) -> Tensor:
    """The inverse. Raises LinAlgError for a singular matrix."""
    check_matrices("linalg.inv", A, square=True)
    return record(ops.Inverse(), A)


def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """`pinv` under its older name: singular values below `rcond` of the greatest count as zero."""
    return pinv(input, rtol=rcond)


def pinv(A: Tensor, *, atol: float | None = None, rtol: float | None = None, hermitian: bool = False) -> Tensor:
    """The inverse of Moore and Penrose; small singular values count as zero."""
    check_matrices("linalg.pinv", A)
    part, least = tolerance(A) if rtol is None else float(rtol), float(atol or 0)
    if not hermitian:
        return record(ops.Pinv(part, least), A)
    values, vectors = eigh(A)
    sizes = values.detach().abs()
    large = sizes > (sizes.amax(-1, keepdim=True) * part).clamp(min=least) if A.numel() else sizes > 0
    inverse = where(large, 1 / where(large, values, 1.0), 0.0)
    return matmul(vectors * inverse.unsqueeze(-2), vectors.mT)


def det(A: Tensor) -> Tensor:
    """The determinant."""
    check_matrices("linalg.det", A, square=True)
    return record(ops.Det(), A)


def slogdet(A: Tensor) -> SignAndLogarithm:
    """The sign of the determinant and the logarithm of its size, -inf for a singular matrix."""
    check_matrices("linalg.slogdet", A, square=True)
    return SignAndLogarithm(*record_many(ops.Slogdet(), A))


class LeftValuesRight(NamedTuple):
    """What the older `torch.svd` returns: V itself, not transposed."""

    U: Tensor
    S: Tensor
    V: Tensor

    def __repr__(self) -> str:
        return return_text("svd", self)


def cholesky_of(input: Tensor, upper: bool = False) -> Tensor:
    """`linalg.cholesky` under its older name."""
    return cholesky(input, upper=upper)


def qr_of(input: Tensor, some: bool = True) -> QAndR:
    """`linalg.qr` under its older name; a square Q unless `some`."""
    return qr(input, "reduced" if some else "complete")


def svd_of(input: Tensor, some: bool = True, compute_uv: bool = True) -> LeftValuesRight:
    """`linalg.svd` under its older name, which gives V instead of its transpose."""
    left, values, right = svd(input, full_matrices=not some)
    if not compute_uv:
        left, right = left.detach() * 0, right.detach() * 0
    return LeftValuesRight(left, values, right.mT)


def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant: -inf if that is zero, nan if it is negative."""
    parts = slogdet(input)
    return masked_fill(parts.logabsdet, parts.sign < 0, float("nan"))


def check_matrices(name: str, A: Tensor, square: bool = False) -> None:
    """Raises RuntimeError unless `A` is a stack of floating point matrices, square ones if need be."""
    if A.ndim < 2:
        raise RuntimeError(f"{name}: The input tensor A must have at least 2 dimensions.")
    if A._array.dtype.kind != "f":
        raise RuntimeError(f"{name}: Expected a floating point or complex tensor as input. Got {A.dtype.title}")
    if A._array.dtype.itemsize < 4:
        raise RuntimeError(f"{name}: Low precision dtypes not supported. Got {A.dtype.title}")
    if square and A.shape[-1] != A.shape[-2]:
        raise RuntimeError(
            f"{name}: A must be batches of square matrices, but they are {A.shape[-2]} by {A.shape[-1]} matrices"
        )


def check_types(name: str, A: Tensor, B: Tensor) -> None:
    """Raises RuntimeError unless both have one type."""
    if A.dtype != B.dtype:
        raise RuntimeError(
            f"{name}: Expected A and B to have the same dtype, but found A of type {A.dtype.title} and B of type "
            f"{B.dtype.title} instead"
        )


def tolerance(A: Tensor) -> float:
    """Up to which part of the greatest singular value another one counts as zero."""
    return float(max(A.shape[-2:]) * np.finfo(A._array.dtype).eps)
