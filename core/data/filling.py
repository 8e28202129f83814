"""Filling in what is missing, by what the training samples have there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.source import Source
from core.data.streamed import Streamed
from core.errors import DataError

_FILLS: Mapping[str, Callable[..., Any]] = {"mean": np.mean, "median": np.median}


def fill_column(values: NDArray[np.float64], fill: str, trained: NDArray[np.bool_]) -> NDArray[np.float64]:
    """values (N,) with the mean or median of the trained ones, or what lies between neighbours, where there is NaN."""
    holes = np.isnan(values)
    if not holes.any() or holes.all():
        return values
    if fill == "interpolate":
        places = np.arange(len(values))
        return np.where(holes, np.interp(places, places[~holes], values[~holes]), values)
    seen = values[trained & ~holes] if (trained & ~holes).any() else values[~holes]
    return np.where(holes, _FILLS[fill](seen), values)


def filled(source: Source, fill: str, trained: NDArray[np.bool_]) -> Source:
    """The samples with what the settings say wherever a feature is missing.

    trained: (N,) bool, the samples that the mean or median is taken of. Raises DataError for a column without any.
    """
    if fill not in ("mean", "median", "interpolate") or isinstance(source.features, Streamed):
        return source
    if source.features.ndim != 2 or source.features.dtype.kind != "f":
        return source
    holes = np.isnan(source.features)
    if not holes.any():
        return source
    if (empty := holes[trained].all(axis=0)).any():
        place = int(empty.argmax())
        raise DataError(
            "Column '{column}' of '{name}' has no value in the training samples: leave it out.",
            column=source.columns[place] if source.columns else place,
            name=source.name,
        )
    columns = [fill_column(column, fill, trained) for column in source.features.T]
    return replace(source, features=np.column_stack(columns))
