"""Products of matrices."""

from __future__ import annotations

import numpy as np

import core as torch
from core.nn import functional as F
from tests.unit.core.cases.case import Case

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
    Case("einsum", lambda a, b: torch.einsum("ij,jk->ik", a, b), np.matmul, ((2, 3), (3, 4))),
    Case(
        "einsum sum",
        lambda a, b: torch.einsum("bij,b->j", a, b),
        lambda a, b: np.einsum("bij,b->j", a, b),
        ((2, 3, 4), (2,)),
    ),
]
