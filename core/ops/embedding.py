"""Rows of a table picked by number, and rows added up by number, each the gradient of the other."""

from __future__ import annotations

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation, apply


class Embedding(Operation):
    """table[index]: (rows, dim) and index (...) -> (..., dim).

    share: what part of each place's gradient reaches the table, broadcast against (..., dim); None is all of it.
    """

    __slots__ = ("index", "rows", "share")

    def __init__(self, index: Array, share: Array | None = None) -> None:
        self.index = index
        self.share = share

    def forward(self, table: Array) -> Array:
        self.rows = table.shape[0]
        return table[self.index]

    def backward(self, grad: Array) -> Array:
        return apply(AddRows(self.index, self.rows), grad if self.share is None else grad * self.share)


class AddRows(Operation):
    """A table of so many rows, each the sum of the values that `index` sends there: (..., dim) -> (rows, dim).

    divisors: (rows, 1), what the sums are divided by, to make means of them.
    """

    __slots__ = ("divisors", "index", "rows")
    title = "EmbeddingBag"

    def __init__(self, index: Array, rows: int, divisors: Array | None = None) -> None:
        self.index = index
        self.rows = rows
        self.divisors = divisors

    def forward(self, values: Array) -> Array:
        xp, dim = namespace(values), values.shape[-1]
        flat = xp.zeros(self.rows * dim, values.dtype)
        places = self.index.reshape(-1, 1).astype(xp.int64) * dim + xp.arange(dim)
        # Added number by number to a flat table: for numpy many times faster than row by row to a matrix.
        xp.add.at(flat, places.reshape(-1), values.reshape(-1))
        table = flat.reshape(self.rows, dim)
        return table if self.divisors is None else table / self.divisors

    def backward(self, grad: Array) -> Array:
        return apply(Embedding(self.index), grad if self.divisors is None else grad / self.divisors)
