"""Products of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

import core as torch
from core.nn import functional as F
from tests.unit.core.cases.case import TWO, Case

EINSUMS: list[tuple[Any, ...]] = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("bij,b->j", (2, 3, 4), (2,)),
    ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 5, 4)),
    ("...ij,...jk->...ik", (2, 1, 2, 3), (4, 3, 2)),
    ("i...->...", (2, 3)),
    ("iij->j", (3, 3, 2)),
    ("ii", (3, 3)),
    ("ij,ij->i", (2, 3), (2, 3)),
    ("i,j", (2,), (3,)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
    ("ij,kj->", (2, 3), (4, 3)),
    ("bn,anm,bm->ba", (2, 3), (5, 3, 4), (2, 4)),
    ("ij,jk->ik", (2, 1), (3, 4)),
]


def _einsum(equation: str, *shapes: tuple[int, ...]) -> Case:
    return Case(
        f"einsum {equation}",
        lambda *tensors: torch.einsum(equation, *tensors),
        lambda *arrays: np.einsum(equation, *arrays),
        shapes,
    )


CASES = [
    Case("mm", torch.mm, np.matmul, ((2, 3), (3, 4))),
    Case("matmul stacks", torch.matmul, np.matmul, ((2, 1, 2, 3), (4, 3, 2))),
    Case("matmul vector", torch.matmul, np.matmul, ((3,), (2, 3, 4))),
    Case("matmul by vector", torch.matmul, np.matmul, ((2, 3, 4), (4,))),
    Case("bmm", torch.bmm, np.matmul, ((2, 2, 3), (2, 3, 2))),
    Case("mv", torch.mv, np.matmul, ((2, 3), (3,))),
    Case("dot", torch.dot, np.dot, ((3,), (3,))),
    Case("outer", torch.outer, np.outer, ((3,), (2,))),
    Case("addmm", torch.addmm, lambda c, a, b: c + a @ b, ((4,), (2, 3), (3, 4))),
    Case(
        "addmm scaled",
        lambda c, a, b: torch.addmm(c, a, b, beta=0.5, alpha=2),
        lambda c, a, b: 0.5 * c + 2 * a @ b,
        ((2, 4), (2, 3), (3, 4)),
    ),
    Case("linear", F.linear, lambda x, w, b: x @ w.T + b, ((2, 3), (4, 3), (4,))),
    Case("linear 1-D", F.linear, lambda x, w, b: x @ w.T + b, ((3,), (4, 3), (4,))),
    Case("linear 3-D", F.linear, lambda x, w: x @ w.T, ((2, 2, 3), (4, 3))),
    *[_einsum(equation, *shapes) for equation, *shapes in EINSUMS],
    Case("einsum of lists", lambda a, b: torch.einsum(a, [0, 1], b, [1, 2], [0, 2]), np.matmul, ((2, 3), (3, 4))),
    Case("inner", torch.inner, np.inner, ((2, 3), (4, 3))),
    Case("vdot", torch.vdot, np.vdot, ((3,), (3,))),
    Case("kron", torch.kron, np.kron, ((2, 3), (2,))),
    Case("tensordot", torch.tensordot, np.tensordot, ((2, 3, 4), (3, 4, 2))),
    Case(
        "tensordot lists",
        lambda a, b: torch.tensordot(a, b, ([0, -1], [1, 2])),
        lambda a, b: np.tensordot(a, b, ([0, 2], [1, 2])),
        ((2, 3, 4), (3, 2, 4)),
    ),
    Case("cross", torch.cross, np.cross, TWO),
    Case("addmv", torch.addmv, lambda c, a, b: c + a @ b, ((2,), (2, 3), (3,))),
    Case(
        "addr", lambda c, a, b: torch.addr(c, a, b, alpha=2), lambda c, a, b: c + 2 * np.outer(a, b), ((3,), (2,), (3,))
    ),
    Case(
        "baddbmm",
        lambda c, a, b: torch.baddbmm(c, a, b, beta=0.5),
        lambda c, a, b: 0.5 * c + a @ b,
        ((2, 2), (2, 2, 3), (2, 3, 2)),
    ),
    Case("addbmm", torch.addbmm, lambda c, a, b: c + (a @ b).sum(0), ((2, 2), (2, 2, 3), (2, 3, 2))),
    Case("multi_dot", torch.chain_matmul, lambda a, b, c, d: a @ b @ c @ d, ((2, 5), (5, 3), (3, 4), (4, 2))),
]
