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
    if fill not in ("mean", "median", "interpolate"):
        return source
    if isinstance(source.features, Streamed):
        return replace(source, features=_filled_in(source, source.features, trained))
    if source.features.ndim != 2 or source.features.dtype.kind != "f":
        return source
    holes = np.isnan(source.features)
    if not holes.any():
        return source
    _refuse_empty(source, np.asarray(holes[trained].all(axis=0)))
    columns = [fill_column(column, fill, trained) for column in source.features.T]
    return replace(source, features=np.column_stack(columns))


def _filled_in(source: Source, features: Streamed, trained: NDArray[np.bool_]) -> Streamed:
    """Samples whose missing values are the mean of their column: of another way, it is asked before."""
    moments = features.moments(trained)
    if moments is None:
        return features
    _refuse_empty(source, np.isnan(moments.mean))
    return Streamed(features.store, features.numbers, fills=moments.mean)


def _refuse_empty(source: Source, empty: NDArray[np.bool_]) -> None:
    if empty.any():
        place = int(empty.argmax())
        raise DataError(
            "Column '{column}' of '{name}' has no value in the training samples: leave it out.",
            column=source.columns[place] if source.columns else place,
            name=source.name,
        )
