"""Writing elements to places given by indices or masks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import core as torch
from core import Tensor
from tests.unit.core.cases.case import TWO, Case, Numbers, on

INDEX = [[0, 0, 2], [1, 1, 1]]
FOLDS: dict[str, Callable[[Numbers], float]] = {
    "sum": np.sum,
    "prod": np.prod,
    "mean": np.mean,
    "amax": np.max,
    "amin": np.min,
}


def _written(x: Numbers, place: object, value: object) -> Numbers:
    out = x.copy()
    out[place] = value  # type: ignore[index]
    return out


def _reduce(how: str, includes: bool) -> Case:
    def call(x: Tensor, src: Tensor) -> Tensor:
        return x.scatter_reduce(1, on(x, INDEX), src, how, include_self=includes)

    def reference(x: Numbers, src: Numbers) -> Numbers:
        out = x.copy()
        for row in range(2):
            for column in set(INDEX[row]):
                brought = [src[row, k] for k in range(3) if INDEX[row][k] == column]
                out[row, column] = FOLDS[how](np.array([x[row, column]] * includes + brought))
        return out

    return Case(f"scatter_reduce {how} {includes}", call, reference, TWO)


CASES = [
    *[_reduce(how, includes) for how in FOLDS for includes in (True, False)],
    Case(
        "scatter_reduce with zeros",
        lambda x, s: (x * (x > 0)).scatter_reduce(1, on(x, INDEX), s * (s > 0), "prod"),
        lambda x, s: _reduce("prod", True).reference(x * (x > 0), s * (s > 0)),
        TWO,
    ),
    Case("index_copy", lambda x, s: x.index_copy(1, on(x, [2, 0, 1]), s), lambda x, s: s[:, [1, 2, 0]], TWO),
    Case("index_fill", lambda x: x.index_fill(1, on(x, [2, 0]), 7.0), lambda x: _written(x, np.s_[:, [0, 2]], 7)),
    Case(
        "index_fill by a tensor",
        lambda x, v: x.index_fill(1, on(x, [2, 0]), v),
        lambda x, v: _written(x, np.s_[:, [0, 2]], v),
        ((2, 3), ()),
    ),
    Case(
        "index_put",
        lambda x, v: x.index_put((on(x, [0, 1]), on(x, [2, 0])), v),
        lambda x, v: _written(x, ([0, 1], [2, 0]), v),
        ((2, 3), (2,)),
    ),
    Case(
        "index_put accumulate",
        lambda x, v: x.index_put((on(x, [0, 0]), on(x, [2, 2])), v, accumulate=True),
        lambda x, v: _written(x, (0, 2), x[0, 2] + v.sum()),
        ((2, 3), (2,)),
    ),
    Case(
        "put",
        lambda x, v: torch.put(x, on(x, [5, 0]), v),
        lambda x, v: _written(x, ([1, 0], [2, 0]), v),
        ((2, 3), (2,)),
    ),
    Case("take", lambda x: torch.take(x, on(x, [[5, -1], [0, 5]])), lambda x: np.take(x, [[5, 5], [0, 5]])),
    Case(
        "masked_scatter",
        lambda x, s: x.masked_scatter(on(x, [True, False, True]), s),
        lambda x, s: _written(x, np.s_[:, [0, 2]], s.reshape(-1)[:4].reshape(2, 2)),
        TWO,
    ),
    Case(
        "select_scatter",
        lambda x, s: x.select_scatter(s, 1, 2),
        lambda x, s: _written(x, np.s_[:, 2], s),
        ((2, 3), (2,)),
    ),
    Case(
        "slice_scatter",
        lambda x, s: x.slice_scatter(s, 1, 0, 3, 2),
        lambda x, s: _written(x, np.s_[:, ::2], s),
        ((2, 3), (2, 2)),
    ),
    Case(
        "diagonal_scatter",
        lambda x, s: x.diagonal_scatter(s, 1),
        lambda x, s: _written(x, ([0, 1], [1, 2]), s),
        ((2, 3), (2,)),
    ),
]
