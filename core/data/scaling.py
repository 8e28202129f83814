"""Standardisation, with its constants kept so that it can be repeated and undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PIECE = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """`(values - mean) / scale`. Both are float64 and of the shape of one sample, or of no dimension."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    def apply(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """values: (N, *sample). Worked on in pieces, since what is between takes eight bytes a number; of bytes there
        are only so many, and each is looked up.
        """
        if values.dtype == np.uint8 and self.mean.ndim == 0:
            table: NDArray[np.float32] = ((np.arange(256) - self.mean) / self.scale).astype(np.float32)
            return table.take(values)
        scaled = np.empty(values.shape, np.float32)
        for piece in pieces(values):
            scaled[piece] = (values[piece] - self.mean) / self.scale
        return scaled

    def undo(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """values: (N, *sample), as `apply` gave them."""
        return values * self.scale + self.mean


UNCHANGED = Scaling(np.zeros(()), np.ones(()))


def pieces(values: NDArray[Any]) -> Iterator[slice]:
    """Parts of the samples, each of about a million numbers."""
    length = max(_PIECE // max(values[:1].size, 1), 1)
    return (slice(start, start + length) for start in range(0, len(values), length))


def standardisation(values: NDArray[Any], per_column: bool = False) -> Scaling:
    """What gives `values` the mean 0 and the deviation 1.

    (N, columns): each column by its own; a column that is always the same is only centred. Anything with more axes is
    a picture or a signal: one mean and one deviation for the whole, since a pixel that is nearly always black would
    be blown up by its own. With `per_column`, the last axis is one of columns in any case.
    """
    axis = tuple(range(values.ndim - 1)) if per_column or values.ndim == 2 else None
    if values.dtype == np.uint8 and axis is None:
        return _of_bytes(values)
    mean = np.mean(values, axis=axis, dtype=np.float64)
    squares = sum(np.sum((values[piece] - mean) ** 2, axis=axis) for piece in pieces(values))
    deviation = np.sqrt(squares / (values.size if axis is None else values.size // values.shape[-1]))
    return _by(np.asarray(mean), deviation)


def _by(mean: NDArray[np.float64], deviation: NDArray[np.float64]) -> Scaling:
    # A constant column's deviation is not exactly 0 but the rounding of its mean.
    return Scaling(mean, np.where(deviation <= 1e-12 * np.abs(mean), 1.0, deviation))


class Moments:
    """Mean and deviation of each column of values that come a few rows at a time, where NaN does not count.

    The sums of squares are about the mean so far, and put together as in Chan, Golub and LeVeque, "Updating formulae
    and a pairwise algorithm for computing sample variances" (1979), which is Welford's method for many values at once.
    """

    def __init__(self) -> None:
        self._count: NDArray[Any] = np.zeros(())
        self.mean: NDArray[np.float64] = np.zeros(())
        """(columns,), NaN for one without values."""
        self._squares: NDArray[np.float64] = np.zeros(())

    def add(self, values: NDArray[Any]) -> None:
        """values: (n, columns) of the next n rows."""
        if not len(values):
            return
        known = ~np.isnan(values)
        count = known.sum(axis=0)
        with np.errstate(invalid="ignore"):
            mean = np.where(known, values, 0.0).sum(axis=0) / count
        squares = np.where(known, (values - mean) ** 2, 0.0).sum(axis=0)
        total = self._count + count
        apart, share = mean - self.mean, count / np.maximum(total, 1)
        self._squares = self._squares + squares + np.where(self._count * count, apart**2 * self._count * share, 0.0)
        self.mean = np.where(self._count == 0, mean, np.where(count == 0, self.mean, self.mean + apart * share))
        self._count = total

    def scaling(self) -> Scaling:
        """What gives each column the mean 0 and the deviation 1."""
        return _by(self.mean, np.sqrt(self._squares / self._count))


def _of_bytes(values: NDArray[np.uint8]) -> Scaling:
    """The same by how often each byte is there, which takes a tenth of the time."""
    counts = sum(np.bincount(values[piece].reshape(-1), minlength=256) for piece in pieces(values))
    mean = np.asarray(counts @ np.arange(256) / values.size)
    deviation = np.sqrt(counts @ (np.arange(256) - mean) ** 2 / values.size)
    return _by(mean, deviation)
