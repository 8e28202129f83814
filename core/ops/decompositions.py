"""Solving, inverting and taking apart matrices, which are the last two dimensions of stacks.

M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008), has the
gradients, unless another source is named. On the CPU numpy does the work by LAPACK.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import Array, namespace
from core.ops.operation import OUTPUT, Operation, apply


class LinAlgError(RuntimeError):
    """A matrix has no inverse, or no factors of the kind asked for."""


class Inverse(Operation):
    """The inverse of matrices. Raises LinAlgError for a singular one."""

    title = "LinalgInvEx"
    saves = ((OUTPUT,),)

    def forward(self, a: Array) -> Array:
        return computed("linalg.inv", "inv", a)

    def backward(self, grad: Array, out: Array) -> Array:
        across = out.swapaxes(-1, -2)
        return -across @ grad @ across


class Det(Operation):
    """The determinant of matrices."""

    title = "LinalgDet"
    saves = ((0, OUTPUT),)

    def forward(self, a: Array) -> Array:
        return namespace(a).linalg.det(a)

    def backward(self, grad: Array, a: Array, out: Array) -> Array:
        """The cofactors, which are det(a) times the inverse turned over, and exist for singular matrices too."""
        xp = namespace(grad)
        if (out != 0).all():
            return (grad * out)[..., None, None] * apply(Inverse(), a).swapaxes(-1, -2)
        left, values, right = xp.linalg.svd(a)
        alone = xp.where(xp.eye(a.shape[-1], dtype=bool), 1, values[..., None, :]).prod(axis=-1)
        sign = xp.linalg.det(left) * xp.linalg.det(right)
        return (grad * sign)[..., None, None] * ((left * alone[..., None, :]) @ right)


class Slogdet(Operation):
    """The sign of the determinant, and the logarithm of its size."""

    title = "LinalgSlogdet"
    saves = ((0,),)

    def forward(self, a: Array) -> Any:
        return tuple(namespace(a).linalg.slogdet(a))

    def backward(self, grads: Any, a: Array) -> Array | None:
        if grads[1] is None:
            return None
        return grads[1][..., None, None] * apply(Inverse(), a).swapaxes(-1, -2)


class Cholesky(Operation):
    """The lower triangle l with l l^T = a.

    Gradient: I. Murray, "Differentiation of the Cholesky decomposition" (2016).
    """

    title = "LinalgCholeskyEx"
    saves = ((OUTPUT,),)

    def forward(self, a: Array) -> Array:
        try:
            return namespace(a).linalg.cholesky(a)
        except np.linalg.LinAlgError as error:
            raise LinAlgError(
                "linalg.cholesky: The factorization could not be completed because the input is not positive-definite."
            ) from error

    def backward(self, grad: Array, out: Array) -> Array:
        xp = namespace(grad)
        lower = xp.tril(out.swapaxes(-1, -2) @ grad)
        half = lower - lower * (xp.eye(out.shape[-1], dtype=grad.dtype) * 0.5)
        inverse = apply(Inverse(), out)
        whole = inverse.swapaxes(-1, -2) @ half @ inverse
        return (whole + whole.swapaxes(-1, -2)) * 0.5


class Qr(Operation):
    """q with orthonormal columns and the upper triangle r, of matrices at least as tall as wide.

    Gradient: S. Walter and L. Lehmann, "Algorithmic differentiation of linear algebra functions" (2018).
    """

    title = "LinalgQr"
    saves = ((OUTPUT, OUTPUT - 1),)

    def forward(self, a: Array) -> Any:
        return tuple(namespace(a).linalg.qr(a, mode="reduced"))

    def backward(self, grads: Any, q: Array, r: Array) -> Array:
        xp = namespace(q)
        by_q, by_r = (xp.zeros_like(out) if grad is None else grad for grad, out in zip(grads, (q, r), strict=True))
        middle = r @ by_r.swapaxes(-1, -2) - by_q.swapaxes(-1, -2) @ q
        symmetric = xp.tril(middle) + xp.tril(middle, -1).swapaxes(-1, -2)
        return (by_q + q @ symmetric) @ apply(Inverse(), r).swapaxes(-1, -2)


class Eigh(Operation):
    """Eigenvalues in rising order, and eigenvectors as columns, of symmetric matrices."""

    __slots__ = ("triangle",)
    title = "LinalgEigh"
    saves = ((OUTPUT, OUTPUT - 1),)

    def __init__(self, triangle: str = "L") -> None:
        self.triangle = triangle

    def forward(self, a: Array) -> Any:
        try:
            return tuple(namespace(a).linalg.eigh(a, self.triangle))
        except np.linalg.LinAlgError as error:
            raise LinAlgError(f"linalg.eigh: The algorithm failed to converge: {error}") from error

    def backward(self, grads: Any, values: Array, vectors: Array) -> Array:
        xp = namespace(values)
        by_values, by_vectors = grads
        eye = xp.eye(values.shape[-1], dtype=values.dtype)
        inner = 0.0 if by_values is None else by_values[..., None, :] * eye
        if by_vectors is not None:
            gaps = values[..., None, :] - values[..., :, None] + eye
            inner = inner + (vectors.swapaxes(-1, -2) @ by_vectors) / gaps * (1 - eye)
        whole = vectors @ inner @ vectors.swapaxes(-1, -2)
        return (whole + whole.swapaxes(-1, -2)) * 0.5


class Svd(Operation):
    """u, s and v^T with a = u diag(s) v^T, s in falling order.

    Gradient: J. Townsend, "Differentiating the singular value decomposition" (2016). complete: u and v are square;
    columns without a singular value have no gradient.
    """

    __slots__ = ("complete",)
    title = "LinalgSvd"
    saves = ((OUTPUT, OUTPUT - 1, OUTPUT - 2),)

    def __init__(self, complete: bool) -> None:
        self.complete = complete

    def forward(self, a: Array) -> Any:
        try:
            return tuple(namespace(a).linalg.svd(a, self.complete))
        except np.linalg.LinAlgError as error:
            raise LinAlgError(f"linalg.svd: The algorithm failed to converge: {error}") from error

    def backward(self, grads: Any, u: Array, s: Array, vh: Array) -> Array:
        xp = namespace(s)
        by_u, by_s, by_vh = grads
        count = s.shape[-1]
        u, vh = u[..., :count], vh[..., :count, :]
        eye = xp.eye(count, dtype=s.dtype)
        inner = 0.0 if by_s is None else by_s[..., None, :] * eye
        gaps = (s * s)[..., None, :] - (s * s)[..., :, None] + eye
        outer = 0.0
        if by_u is not None:
            by_u = by_u[..., :count]
            turned = u.swapaxes(-1, -2) @ by_u
            inner = inner + (turned - turned.swapaxes(-1, -2)) / gaps * s[..., None, :]
            outer = ((by_u - u @ turned) / s[..., None, :]) @ vh
        if by_vh is not None:
            by_vh = by_vh[..., :count, :]
            turned = vh @ by_vh.swapaxes(-1, -2)
            inner = inner + s[..., :, None] * ((turned - turned.swapaxes(-1, -2)) / gaps)
            rest = by_vh - turned.swapaxes(-1, -2) @ vh
            outer = outer + u @ (rest / s[..., :, None])
        return u @ inner @ vh + outer


class Pinv(Operation):
    """The inverse of Moore and Penrose; singular values up to `atol` or `rtol` times the greatest count as zero.

    Gradient: G. Golub and V. Pereyra, "The differentiation of pseudo-inverses" (1973).
    """

    __slots__ = ("atol", "rtol")
    title = "LinalgPinv"
    saves = ((0, OUTPUT),)

    def __init__(self, rtol: float, atol: float = 0.0) -> None:
        self.rtol = rtol
        self.atol = atol

    def forward(self, a: Array) -> Array:
        xp = namespace(a)
        if not a.size:
            return xp.zeros((*a.shape[:-2], a.shape[-1], a.shape[-2]), a.dtype)
        u, s, vh = xp.linalg.svd(a, full_matrices=False)
        large = s > xp.maximum(self.rtol * s.max(axis=-1, keepdims=True), self.atol)
        inverse = xp.where(large, 1 / xp.where(large, s, 1), 0)
        return vh.swapaxes(-1, -2) @ (inverse[..., :, None] * u.swapaxes(-1, -2))

    def backward(self, grad: Array, a: Array, out: Array) -> Array:
        across, turned = out.swapaxes(-1, -2), grad.swapaxes(-1, -2)
        by_column, by_row = turned @ out @ across, across @ out @ turned
        return -across @ grad @ across + by_column - a @ (out @ by_column) + by_row - (by_row @ out) @ a


def computed(name: str, function: str, *arrays: Array) -> Array:
    """What `numpy.linalg` computes. Raises LinAlgError, under PyTorch's `name`, for a singular matrix."""
    try:
        return getattr(namespace(arrays[0]).linalg, function)(*arrays)
    except np.linalg.LinAlgError as error:
        what = "inversion" if function == "inv" else "solution"
        raise LinAlgError(f"{name}: The {what} could not be completed because the input matrix is singular.") from error
