"""Rows of a table picked by number and added up by number."""

from __future__ import annotations

from typing import Any

import numpy as np

from core import Tensor
from core.nn import functional as F
from tests.unit.core.cases.case import Case, Numbers, on

INDEX = [[0, 2, 1], [1, 1, 3]]
LIST = [3, 0, 0, 2, 1]
OFFSETS = [0, 2, 2]
TABLE = ((4, 3),)


def _bag(**options: Any) -> Any:
    return lambda table: F.embedding_bag(on(table, LIST), table, on(table, OFFSETS), **options)


def _bags(fold: Any) -> Any:
    """numpy's own sums over the bags [3, 0], [] and [0, 2, 1]."""
    return lambda table: np.stack([fold(table[[3, 0]]), np.zeros(3), fold(table[[0, 2, 1]])])


def _weighted(table: Tensor, factors: Tensor) -> Tensor:
    return F.embedding_bag(on(table, INDEX), table, mode="sum", per_sample_weights=factors)


def _weighted_reference(table: Numbers, factors: Numbers) -> Numbers:
    return np.einsum("bn,bnd->bd", factors, table[INDEX])


CASES = [
    Case("embedding", lambda table: F.embedding(on(table, INDEX), table), lambda table: table[INDEX], TABLE),
    Case("embedding of one", lambda table: F.embedding(on(table, 2), table), lambda table: table[2], TABLE),
    Case("embedding_bag sum", _bag(mode="sum"), _bags(lambda rows: rows.sum(0)), TABLE),
    Case("embedding_bag mean", _bag(), _bags(lambda rows: rows.mean(0)), TABLE),
    Case("embedding_bag max", _bag(mode="max"), _bags(lambda rows: rows.max(0)), TABLE),
    Case("embedding_bag weighted", _weighted, _weighted_reference, ((4, 3), (2, 3))),
]
