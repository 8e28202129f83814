"""A column of a table as it is read, and what becomes of it: holes filled in, categories and dates as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dates import names_of_parts, parts_of
from core.design.column_kinds import CATEGORIES, CYCLIC, DATES, INDEX, NUMBER, ONE_HOT


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table as it was read, a number for each cell: of `kind` "number", or the number of one of `texts`,
    or days since 1970, with hours (`has_time`) or without.
    """

    name: str
    kind: str = NUMBER
    texts: tuple[str, ...] = ()
    has_time: bool = False


@dataclass(frozen=True, slots=True)
class Coding:
    """What becomes of a column. `categories` are its different values in the training part, in natural order;
    `has_time`: whether dates have hours. `fill` stands where a value is missing: a number, a day, or the place of a
    category; `blank` in each part of a missing date.
    """

    name: str
    kind: str = NUMBER
    categories: tuple[str, ...] = ()
    has_time: bool = False
    fill: float | None = None
    blank: float | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the features that come of it."""
        if self.kind == ONE_HOT:
            return tuple(f"{self.name}={category}" for category in self.categories)
        return names_of_parts(self.name, self.kind, self.has_time) if self.kind in DATES else (self.name,)

    @property
    def is_plain(self) -> tuple[bool, ...]:
        """Of each feature, whether it stays as it is when others are scaled: what is from -1 to 1, or an index."""
        first = self.kind in CATEGORIES
        return (first, *(first or self.kind == CYCLIC for _ in self.names[1:]))

    @property
    def size(self) -> int:
        """How many rows an Embedding needs for it; 0 for none."""
        return len(self.categories) + 1 if self.kind == INDEX else 0

    def features(self, values: NDArray[Any], texts: Sequence[str]) -> NDArray[np.float64]:
        """(…, k) of the values (…) of a column as it was read, NaN where one is missing; texts: what they number.

        A category that the training part does not have is 0 everywhere, or 0 as an index.
        """
        if self.kind in CATEGORIES:
            return self._category(values, texts)
        holes = np.isnan(values)
        filled = values if self.fill is None else np.where(holes, self.fill, values)
        if self.kind == NUMBER:
            return filled[..., None]
        parts = parts_of(np.nan_to_num(filled), self.kind, self.has_time)
        parts[np.isnan(filled)] = np.nan if self.blank is None else self.blank
        return parts

    def unknown(self, values: NDArray[Any], texts: Sequence[str]) -> NDArray[np.bool_]:
        """(…) which of the values (…) of a column are categories that the training part does not have."""
        if self.kind not in CATEGORIES:
            return np.zeros(values.shape, np.bool_)
        known = set(self.categories)
        new = np.array([text not in known for text in texts] + [False])
        return np.asarray(new[np.where(np.isnan(values), len(texts), np.nan_to_num(values)).astype(np.int64)])

    def _category(self, values: NDArray[Any], texts: Sequence[str]) -> NDArray[np.float64]:
        known = {category: place for place, category in enumerate(self.categories, 1)}
        fill = 0 if self.fill is None else int(self.fill) + 1
        places = np.array([known.get(text, 0) for text in texts] + [fill], np.int64)
        chosen = places[np.where(np.isnan(values), len(texts), np.nan_to_num(values)).astype(np.int64)]
        if self.kind == INDEX:
            return chosen[..., None].astype(np.float64)
        return np.asarray(chosen[..., None] == np.arange(1, len(self.categories) + 1), np.float64)
