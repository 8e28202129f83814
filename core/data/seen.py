"""Samples to look at: some of them, in an order, each as a picture, curves, a text or a row."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.preview import are_pictures, label_of, shrunk, value_range
from core.data.samples import Samples
from core.data.scaling import pieces
from core.data.streamed import Streamed
from core.data.tokens import PADDING
from core.design.seen_data import DEVIATION, LABEL, LENGTH, MEAN, PARTS, REPEATED, SampleQuery, ShownSample
from core.errors import DataError

MOST_VALUES = 64
"""Of a row that are shown among others."""
MOST_OF_ONE = 4096
"""Of a sample that is looked at alone."""
MOST_SAMPLES = 200
CHARACTERS, CHARACTERS_OF_ONE = 200, 20_000
POINTS, POINTS_OF_ONE = 120, 2000
CURVES = 8


class SeenData:
    """Samples that are looked at. What takes a look at all of them is worked out once, when it is first wanted."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples
        self.source, self.target = samples.source, samples.target
        self.parts = np.where(samples.trained, 0, np.where(samples.tested, 2, 1)).astype(np.int8)

    @cached_property
    def kind(self) -> str:
        """How samples are shown: "pictures", "curves", "texts" or "rows"."""
        if self.source.text is not None:
            return "texts"
        if are_pictures(self.source):
            return "pictures"
        return "curves" if self.source.features.ndim == 3 else "rows"

    @cached_property
    def looked_at(self) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """(n, *shape) the samples that figures are of, and (n,) which of them are trained on: all, where they are held,
        else some that stand for them.
        """
        features = self.source.features
        if isinstance(features, Streamed):
            chosen = features.places(np.ones(len(features), np.bool_))
            return features[chosen], self.samples.trained[chosen]
        return features, self.samples.trained

    @cached_property
    def repeated(self) -> NDArray[np.int64]:
        """(N,) for a sample that is kept back, the index of one to learn from with the same features; else -1."""
        found = np.full(len(self.parts), -1)
        features, learnt = self.source.features, dict[int, int]()
        if isinstance(features, Streamed):  # it would take as long as an epoch
            return found
        for index in np.flatnonzero(self.parts == 0).tolist():
            learnt.setdefault(hash(features[index].tobytes()), index)
        for index in np.flatnonzero(self.parts != 0).tolist():
            other = learnt.get(hash(features[index].tobytes()))
            if other is not None and np.array_equal(features[index], features[other]):
                found[index] = other
        return found

    def lengths(self) -> NDArray[np.float64]:
        """(N,) how many tokens a text has."""
        counts: NDArray[np.float64] = np.count_nonzero(self.source.features != PADDING, axis=1).astype(np.float64)
        return counts

    @cached_property
    def _moments(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and deviation of each sample. Raises DataError where they would have to be read for it."""
        features = self.source.features
        if isinstance(features, Streamed):
            raise self._too_large_to_sort()
        axes = tuple(range(1, features.ndim))
        means, deviations = np.empty(len(features)), np.empty(len(features))
        for piece in pieces(features):
            values = features[piece].astype(np.float64)
            means[piece], deviations[piece] = values.mean(axis=axes), values.std(axis=axes)
        return means, deviations

    def _too_large_to_sort(self) -> DataError:
        return DataError("'{name}' is too large to be sorted by what is in the samples.", name=self.source.name)

    @property
    def deviations(self) -> NDArray[np.float64]:
        """Of the values of each sample that was looked at."""
        if not isinstance(self.source.features, Streamed):
            return self._moments[1]
        values = self.looked_at[0]
        return np.asarray(values.reshape(len(values), -1).std(axis=1), np.float64)

    @cached_property
    def _pixels(self) -> tuple[float, float]:
        """The values shown as black and white."""
        return value_range(self.looked_at[0])

    @cached_property
    def _ends(self) -> list[tuple[float, float]]:
        """The least and the greatest value of each curve."""
        lines = self._lines(self.looked_at[0])
        return [(float(lines[:, at].min()), float(lines[:, at].max())) for at in range(min(lines.shape[1], CURVES))]

    def _lines(self, features: NDArray[Any]) -> NDArray[Any]:
        """(N, curves, points) of windows, whose columns are curves, or of signals, whose channels are."""
        return features.swapaxes(1, 2) if self.source.per_column else features

    def shown(self, query: SampleQuery) -> tuple[int, tuple[ShownSample, ...]]:
        """How many samples are meant, and those to be shown. Raises DataError for a column there is none of."""
        chosen = np.flatnonzero(self._meant(query))
        if query.order != "":
            chosen = chosen[np.argsort(self._key(query.order)[chosen], kind="stable")]
        if query.descending:
            chosen = chosen[::-1]
        count = min(query.count, MOST_SAMPLES)
        wanted = chosen[query.start : query.start + count].tolist()
        return len(chosen), tuple(self._shown(index, query) for index in wanted)

    def _meant(self, query: SampleQuery) -> NDArray[np.bool_]:
        meant = np.ones(len(self.parts), np.bool_)
        if query.part == REPEATED:
            meant &= self.repeated >= 0
        elif query.part:
            meant &= self.parts == PARTS.index(query.part)
        if query.label is not None and self.target.classes:
            meant &= self.target.values == query.label
        return meant

    def _key(self, order: str | int) -> NDArray[Any]:
        """(N,) what samples are sorted by."""
        if order == LABEL:
            values = self.target.values
            return values if values.ndim == 1 else values[:, 0] if values.shape[1] else np.zeros(len(values))
        if order in (MEAN, DEVIATION):
            return self._moments[order == DEVIATION]
        if order == LENGTH and self.kind == "texts":
            return self.lengths()
        features = self.source.features
        if isinstance(features, Streamed):
            raise self._too_large_to_sort()
        if isinstance(order, int) and features.ndim == 2 and 0 <= order < features.shape[1]:
            column: NDArray[Any] = features[:, order]
            return column
        raise DataError("Samples of '{name}' cannot be sorted by '{order}'.", name=self.source.name, order=order)

    def _shown(self, index: int, query: SampleQuery) -> ShownSample:
        source, alone = self.source, query.count == 1
        place, part = source.place(index), PARTS[self.parts[index]]
        label, sample = label_of(source, self.target, index), source.features[index]
        match self.kind:
            case "texts":
                assert source.text is not None
                text = source.text(index)[: CHARACTERS_OF_ONE if alone else CHARACTERS]
                return ShownSample(index, place, part, label, text=text)
            case "pictures":
                return ShownSample(index, place, part, label, shrunk(sample, label, *self._pixels, query.side))
            case "curves":
                lines = self._lines(sample[None])[0][:CURVES]
                points = lines[:, :: -(-lines.shape[1] // (POINTS_OF_ONE if alone else POINTS))].astype(np.float64)
                low, high = min(low for low, _ in self._ends), max(high for _, high in self._ends)
                if not alone:
                    points, low, high = self._together(points), 0.0, 1.0
                curves = tuple(tuple(line.tolist()) for line in points)
                return ShownSample(index, place, part, label, curves=curves, low=low, high=high)
            case _:
                values = sample.reshape(-1)[: MOST_OF_ONE if alone else MOST_VALUES].astype(np.float64)
                return ShownSample(index, place, part, label, values=tuple(values.tolist()))

    def _together(self, lines: NDArray[np.float64]) -> NDArray[np.float64]:
        """Each curve from 0, the least value it has in any sample, to 1, so that those of other units fit beside it."""
        least, most = np.array(self._ends).T[:, :, None]
        scaled: NDArray[np.float64] = (lines - least) / np.where(most > least, most - least, 1.0)
        return scaled.round(4)
