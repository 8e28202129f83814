"""Standardisation, with its constants kept so that it can be repeated and undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PIECE = 2**20
_NEAR = 2**16  # numbers that stay near the processor while they are scaled


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """`(values - mean) / scale`. Both are float64 and of the shape of one sample, or of no dimension."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    def apply(self, values: NDArray[Any], which: NDArray[np.bool_] | None = None) -> NDArray[np.float32]:
        """values: (N, *sample), of which those of a mask (N,) are taken. Worked on in pieces, since what is between
        takes eight bytes a number; of bytes there are only so many, and each is looked up.
        """
        if values.dtype == np.uint8 and self.mean.ndim == 0:
            table: NDArray[np.float32] = ((np.arange(256) - self.mean) / self.scale).astype(np.float32)
            return table.take(values if which is None else values[which])
        places = None if which is None else np.flatnonzero(which)
        scaled = np.empty((len(values) if places is None else len(places), *values.shape[1:]), np.float32)
        for piece in pieces(scaled, _NEAR):
            scaled[piece] = (values[piece if places is None else places[piece]] - self.mean) / self.scale
        return scaled

    def undo(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """values: (N, *sample), as `apply` gave them."""
        return values * self.scale + self.mean


UNCHANGED = Scaling(np.zeros(()), np.ones(()))


def pieces(values: NDArray[Any], size: int = _PIECE) -> Iterator[slice]:
    """Parts of the samples, each of about so many numbers."""
    length = max(size // max(values[:1].size, 1), 1)
    return (slice(start, start + length) for start in range(0, len(values), length))


def standardisation(values: NDArray[Any], per_column: bool = False, which: NDArray[np.bool_] | None = None) -> Scaling:
    """What gives `values`, or those of a mask (N,), the mean 0 and the deviation 1.

    (N, columns): each column by its own; a column that is always the same is only centred. Anything with more axes is
    a picture or a signal: one mean and one deviation for the whole, since a pixel that is nearly always black would
    be blown up by its own. With `per_column`, the last axis is one of columns in any case.
    """
    axis = tuple(range(values.ndim - 1)) if per_column or values.ndim == 2 else None
    places = np.arange(len(values)) if which is None else np.flatnonzero(which)
    length = max(_PIECE // max(values[:1].size, 1), 1)
    parts = [
        slice(start, start + length) if which is None else places[start : start + length]
        for start in range(0, len(places), length)
    ]
    if values.dtype == np.uint8 and axis is None:
        return _of_bytes(values, parts)
    count = len(places) * (values[:1].size if axis is None else values[:1].size // values.shape[-1])
    mean = np.asarray(sum(np.sum(values[part], axis=axis, dtype=np.float64) for part in parts) / count)
    squares = sum(np.sum((values[part] - mean) ** 2, axis=axis) for part in parts)
    return _by(mean, np.sqrt(squares / count))


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


def _of_bytes(values: NDArray[np.uint8], parts: Sequence[Any]) -> Scaling:
    """The same by how often each byte is there, which takes a tenth of the time."""
    counts = np.sum([np.bincount(values[part].reshape(-1), minlength=256) for part in parts], axis=0)
    mean = np.asarray(counts @ np.arange(256) / counts.sum())
    deviation = np.sqrt(counts @ (np.arange(256) - mean) ** 2 / counts.sum())
    return _by(mean, deviation)
