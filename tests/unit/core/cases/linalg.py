"""Linear algebra: solving, inverting, taking apart, norms. Signs that are free are squared away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import core as torch
from core import Tensor
from tests.unit.core.cases.case import Case, Numbers, on

SQUARE = ((2, 3, 3),)
L = torch.linalg


def _regular(x: Any) -> Any:
    """Far from singular."""
    return x + 4 * (on(x, np.eye(x.shape[-1])).to(x.dtype) if isinstance(x, Tensor) else np.eye(x.shape[-1]))


def _positive(x: Any) -> Any:
    """Symmetric and positive definite, with eigenvalues apart from one another."""
    add = np.diag(np.arange(1.0, x.shape[-1] + 1))
    turned = x.mT if isinstance(x, Tensor) else x.swapaxes(-1, -2)
    return x @ turned + (on(x, add).to(x.dtype) if isinstance(x, Tensor) else add)


def _of(make: Callable[[Any], Any], ours: Callable[..., Tensor], numpys: Callable[..., Any]) -> dict[str, Any]:
    return {
        "call": lambda x, *rest: ours(make(x), *rest),
        "reference": lambda x, *rest: numpys(make(x), *rest),
    }


def _lower(a: Numbers) -> Numbers:
    return np.tril(a)


def _weighted(parts: Any) -> Tensor:
    """One number for each matrix from factors whose signs are free."""
    u, s, vh = parts
    return (u * s.unsqueeze(-2)) @ vh + (u @ vh)


def _squares(q: Numbers, r: Numbers) -> Numbers:
    return q**2 @ r**2


def _renormed(x: Numbers) -> Numbers:
    sizes = np.linalg.norm(x, axis=1, keepdims=True)
    return x * np.where(sizes > 1, 1 / (sizes + 1e-7), 1)


def _polar(a: Numbers) -> Numbers:
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return u @ vh


def _exponential(a: Numbers) -> Numbers:
    small = a / 2**12
    out = np.eye(len(a)) + small @ (
        np.eye(len(a)) + small @ (np.eye(len(a)) + small @ (np.eye(len(a)) + small / 4) / 3) / 2
    )
    for _ in range(12):
        out = out @ out
    return out


CASES = [
    Case("inv", **_of(_regular, L.inv, np.linalg.inv), shapes=SQUARE),
    Case("det", L.det, np.linalg.det, SQUARE),
    Case(
        "slogdet", **_of(_regular, lambda a: L.slogdet(a).logabsdet, lambda a: np.linalg.slogdet(a)[1]), shapes=SQUARE
    ),
    Case("logdet", **_of(_positive, torch.logdet, lambda a: np.linalg.slogdet(a)[1]), shapes=SQUARE),
    Case("solve", **_of(_regular, L.solve, np.linalg.solve), shapes=((2, 3, 3), (3, 2))),
    Case(
        "solve a vector",
        **_of(_regular, L.solve, lambda a, b: np.linalg.solve(a, b[..., None])[..., 0]),
        shapes=((2, 3, 3), (2, 3)),
    ),
    Case(
        "solve from the right",
        **_of(_regular, lambda a, b: L.solve(a, b, left=False), lambda a, b: b @ np.linalg.inv(a)),
        shapes=((3, 3), (2, 3)),
    ),
    Case(
        "solve_triangular",
        **_of(
            _regular,
            lambda a, b: L.solve_triangular(a, b, upper=False),
            lambda a, b: np.linalg.solve(_lower(a), b),
        ),
        shapes=((3, 3), (3, 2)),
    ),
    Case(
        "solve_triangular with ones",
        lambda a, b: L.solve_triangular(a, b, upper=True, left=False, unitriangular=True),
        lambda a, b: b @ np.linalg.inv(np.triu(a, 1) + np.eye(3)),
        ((3, 3), (2, 3)),
    ),
    Case("cholesky", **_of(_positive, L.cholesky, np.linalg.cholesky), shapes=SQUARE),
    Case(
        "cholesky_solve",
        lambda a, b: torch.cholesky_solve(b, L.cholesky(_positive(a))),
        lambda a, b: np.linalg.solve(_positive(a), b),
        ((3, 3), (3, 2)),
    ),
    Case(
        "cholesky_inverse",
        lambda a: torch.cholesky_inverse(L.cholesky(_positive(a))),
        lambda a: np.linalg.inv(_positive(a)),
        ((3, 3),),
    ),
    Case("qr", lambda a: L.qr(a).Q ** 2 @ L.qr(a).R ** 2, lambda a: _squares(*np.linalg.qr(a)), ((2, 4, 3),)),
    Case(
        "qr of a wide one", lambda a: L.qr(a).Q ** 2 @ L.qr(a).R ** 2, lambda a: _squares(*np.linalg.qr(a)), ((3, 4),)
    ),
    Case("svd", lambda a: _weighted(L.svd(a, False)), lambda a: a + _polar(a), ((2, 4, 3),)),
    Case("svd of a wide one", lambda a: _weighted(L.svd(a, False)), lambda a: a + _polar(a), ((3, 4),)),
    Case("svdvals", L.svdvals, lambda a: np.linalg.svd(a)[1], ((2, 3, 4),)),
    Case(
        "eigh",
        **_of(
            _positive,
            lambda a: L.eigh(a).eigenvectors ** 2 * L.eigh(a).eigenvalues.unsqueeze(-2),
            lambda a: np.linalg.eigh(a)[1] ** 2 * np.linalg.eigh(a)[0][..., None, :],
        ),
        shapes=SQUARE,
    ),
    Case("eigvalsh", **_of(_positive, L.eigvalsh, np.linalg.eigvalsh), shapes=SQUARE),
    Case("pinv", L.pinv, np.linalg.pinv, ((2, 4, 3),)),
    Case("pinv of a wide one", L.pinv, np.linalg.pinv, ((2, 4),)),
    Case("lstsq", lambda a, b: L.lstsq(a, b).solution, lambda a, b: np.linalg.lstsq(a, b)[0], ((4, 3), (4, 2))),
    Case("matrix_power", lambda a: L.matrix_power(a, 5), lambda a: np.linalg.matrix_power(a, 5), SQUARE),
    Case(
        "matrix_power below zero",
        **_of(_regular, lambda a: L.matrix_power(a, -2), lambda a: np.linalg.matrix_power(a, -2)),
        shapes=SQUARE,
    ),
    Case("matrix_exp", L.matrix_exp, _exponential, ((3, 3),)),
    *[
        Case(
            f"matrix_norm {order}",
            lambda a, order=order: L.matrix_norm(a, order),
            lambda a, order=order: np.linalg.norm(a, order, (-2, -1)),
            ((2, 3, 4),),
        )
        for order in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
    ],
    Case("vector_norm", lambda x: L.vector_norm(x, 3, dim=0), lambda x: (np.abs(x) ** 3).sum(0) ** (1 / 3)),
    Case("linalg.norm", lambda x: L.norm(x, 1, keepdim=True), lambda x: np.linalg.norm(x, 1, keepdims=True)),
    Case("cond", **_of(_regular, L.cond, np.linalg.cond), shapes=SQUARE),
    Case("cond 1", **_of(_regular, lambda a: L.cond(a, 1), lambda a: np.linalg.cond(a, 1)), shapes=SQUARE),
    Case("vecdot", L.vecdot, lambda a, b: (a * b).sum(-1), ((2, 3), (2, 3))),
    Case("vander", L.vander, lambda x: np.vander(x, increasing=True), ((4,),)),
    Case("tensorsolve", L.tensorsolve, np.linalg.tensorsolve, ((2, 3, 6), (2, 3))),
    Case("tensorinv", lambda a: L.tensorinv(a, 1), lambda a: np.linalg.tensorinv(a, 1), ((4, 2, 2),)),
    Case(
        "dist", lambda a, b: torch.dist(a, b, 3), lambda a, b: (np.abs(a - b) ** 3).sum() ** (1 / 3), ((2, 3), (2, 3))
    ),
    Case("cdist", torch.cdist, lambda a, b: np.linalg.norm(a[:, None] - b[None], axis=-1), ((2, 3), (4, 3))),
    Case("renorm", lambda x: torch.renorm(x, 2, 0, 1.0), _renormed),
    Case("cov", torch.cov, np.cov),
    Case("corrcoef", torch.corrcoef, np.corrcoef, ((2, 5),)),
]
