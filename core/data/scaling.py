"""Standardisation, with its constants kept so that it can be repeated and undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """`(values - mean) / scale`. Both are float64 and of the shape of one sample, or of no dimension."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    def apply(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """values: (N, *sample)."""
        return ((values - self.mean) / self.scale).astype(np.float32)

    def undo(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """values: (N, *sample), as `apply` gave them."""
        return values * self.scale + self.mean


UNCHANGED = Scaling(np.zeros(()), np.ones(()))


def standardisation(values: NDArray[Any]) -> Scaling:
    """What gives `values` the mean 0 and the deviation 1.

    (N, columns): each column by its own; a column that is always the same is only centred. Anything with more axes is
    a picture or a signal: one mean and one deviation for the whole, since a pixel that is nearly always black would
    be blown up by its own.
    """
    axis = 0 if values.ndim == 2 else None
    mean = np.mean(values, axis=axis, dtype=np.float64)
    deviation = np.std(values, axis=axis, dtype=np.float64)
    # A constant column's deviation is not exactly 0 but the rounding of its mean.
    constant = deviation <= 1e-12 * np.abs(mean)
    return Scaling(np.asarray(mean), np.where(constant, 1.0, deviation))
