"""Filling in what is missing, by what the training samples have there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FILLS = ("mean", "median", "frequent", "value", "interpolate")
"""What may be filled in where a feature is missing."""


def fill_value(known: NDArray[np.float64], fill: str, value: float = 0.0) -> float | None:
    """What stands for a missing one of a column, of which the training part has these values (n,); None where that is
    not one number. Of equally frequent ones it is the least; "value" is the one that was chosen.
    """
    if fill == "value":
        return value
    if not known.size or fill not in FILLS or fill == "interpolate":
        return None
    if fill == "frequent":
        values, counts = np.unique(known, return_counts=True)
        return float(values[counts.argmax()])
    return float(np.mean(known) if fill == "mean" else np.median(known))


def fill_column(
    values: NDArray[np.float64], fill: str, trained: NDArray[np.bool_], value: float = 0.0
) -> NDArray[np.float64]:
    """values (N,), and where there is NaN what `fill` says of the trained ones, or what lies between neighbours."""
    holes = np.isnan(values)
    if not holes.any() or (holes.all() and fill != "value"):
        return values
    if fill == "interpolate":
        places = np.arange(len(values))
        return np.where(holes, np.interp(places, places[~holes], values[~holes]), values)
    seen = values[trained & ~holes] if (trained & ~holes).any() else values[~holes]
    found = fill_value(seen, fill, value)
    return values if found is None else np.where(holes, found, values)
