"""Picking elements and putting them back."""

from __future__ import annotations

import numpy as np

from tests.unit.core.cases.case import TWO, Case, Numbers, on

INDEX = np.array([[0, 2, 1], [1, 1, 0]])


def _scattered(x: Numbers, source: Numbers, accumulate: bool) -> Numbers:
    out = x.copy()
    for row, column in ((0, 0), (1, 2)):
        out[row, column] = source[row, 0] + (out[row, column] if accumulate else 0)
    return out


CASES = [
    Case("index list", lambda x: x[[0, 1, 0]], lambda x: x[[0, 1, 0]]),
    Case("index mask", lambda x: x[x > 0], lambda x: x[x > 0]),
    Case("index pair", lambda x: x[:, [2, 0]], lambda x: x[:, [2, 0]]),
    Case("index_select", lambda x: x.index_select(1, on(x, [2, 2])), lambda x: x[:, [2, 2]]),
    Case("gather", lambda x: x.gather(1, on(x, INDEX)), lambda x: np.take_along_axis(x, INDEX, 1)),
    Case("masked_fill", lambda x: x.masked_fill(x > 0, 7.0), lambda x: np.where(x > 0, 7.0, x)),
    Case("masked_select", lambda x: x.masked_select(x < 0), lambda x: x[x < 0]),
    Case(
        "scatter",
        lambda x, s: x.scatter(1, on(x, [[0], [2]]), s),
        lambda x, s: _scattered(x, s, False),
        ((2, 3), (2, 1)),
    ),
    Case(
        "scatter_add",
        lambda x, s: x.scatter_add(1, on(x, [[0], [2]]), s),
        lambda x, s: _scattered(x, s, True),
        ((2, 3), (2, 1)),
    ),
    Case(
        "index_add",
        lambda x, s: x.index_add(0, on(x, [1, 1]), s),
        lambda x, s: x + np.array([[0], [1]]) * s.sum(0),
        TWO,
    ),
]
