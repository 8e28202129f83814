"""Filling in what is missing, by what the training samples have there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.source import Source
from core.errors import DataError

_FILLS: Mapping[str, Callable[..., Any]] = {"mean": np.nanmean, "median": np.nanmedian}


def filled(source: Source, fill: str, trained: NDArray[np.bool_]) -> Source:
    """The samples with the mean or median of its column wherever a feature is missing.

    trained: (N,) bool, the samples that the mean or median is taken of. Raises DataError for a column without any.
    """
    if fill not in _FILLS or source.features.ndim != 2 or source.features.dtype.kind != "f":
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
    values = _FILLS[fill](source.features[trained], axis=0)
    return replace(source, features=np.where(holes, values, source.features))
