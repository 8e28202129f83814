"""Losses."""

from __future__ import annotations

import numpy as np

from core.nn import functional as F
from tests.unit.core.cases.case import TWO, Case, Numbers, on


def _softmax(x: Numbers, axis: int = -1) -> Numbers:
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


CASES = [
    Case("mse_loss", F.mse_loss, lambda a, b: ((a - b) ** 2).mean(), TWO),
    Case("mse_loss sum", lambda a, b: F.mse_loss(a, b, "sum"), lambda a, b: ((a - b) ** 2).sum(), TWO),
    Case("l1_loss", F.l1_loss, lambda a, b: np.abs(a - b).mean(), TWO),
    Case(
        "binary_cross_entropy_with_logits",
        F.binary_cross_entropy_with_logits,
        lambda x, t: (np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0) - x * t).mean(),
        TWO,
        domain=(0.1, 0.9),
    ),
    Case(
        "cross_entropy",
        lambda x: F.cross_entropy(x, on(x, [2, 0])),
        lambda x: -np.log(_softmax(x))[[0, 1], [2, 0]].mean(),
    ),
    Case(
        "cross_entropy none",
        lambda x: F.cross_entropy(x, on(x, [2, 0]), reduction="none"),
        lambda x: -np.log(_softmax(x))[[0, 1], [2, 0]],
    ),
    Case("nll_loss", lambda x: F.nll_loss(x, on(x, [1, 1])), lambda x: -x[:, 1].mean()),
]
