"""Series: a curve that may grow for ever in bounded memory."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from itertools import pairwise
from operator import itemgetter

Point = tuple[float, float]

LIMIT = 200
"""Points a series keeps at most: about one for each pixel of a plot's width."""


_Kept = tuple[float, float, float, float]
"""A point, and the ends of the values that it stands for."""
_Y = itemgetter(1)


class Series:
    """Points in order of x, thinned so that at most `limit` are kept, among them every dip and every peak.

    Whenever the limit is reached, the lowest and the highest of each four neighbours stay, and from then on points are
    taken in groups twice as wide. So all of the curve has the same density, however long it gets. A point may be the
    mean of values from `lows` to `highs`: those ends are never lost either.

    `latest` is the last point whatever its value. NaN and infinite values are kept apart, in `marks`, by their x; so
    are, in `gaps`, those that are not above zero, if the series is `positive` (for a logarithmic scale).
    """

    def __init__(self, limit: int = LIMIT, positive: bool = False) -> None:
        self.xs = array("d")
        self.ys = array("d")
        self.lows = self.highs = self.ys
        self.marks = array("d")
        self.gaps = array("d")
        self.latest: Point | None = None
        self._limit = limit
        self._positive = positive
        self._settled = 0
        self._group: list[_Kept] = []
        self._count = 0
        self._width = 2

    def __len__(self) -> int:
        return len(self.xs)

    @property
    def has_ends(self) -> bool:
        """Whether points stand for other values than their own."""
        return self.lows is not self.ys

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw, not even a mark."""
        return not (self.xs or self.marks)

    @property
    def end(self) -> float:
        """The last x at which there is something to draw."""
        return max([*self.xs[-1:], *self.marks[-1:]], default=0.0)

    def append(self, x: float, y: float, ends: Point | None = None, marked: bool = False) -> None:
        """Add a point: a value, or the mean of values with these ends, among which, if `marked`, were NaN or infinity.

        Without a finite `y` there is a mark only.
        """
        self.latest = (x, y)
        is_finite = math.isfinite(y)
        if marked or not is_finite:
            self.marks = _with(self.marks, x, self._limit)
        elif self._positive and y <= 0:
            self.gaps = _with(self.gaps, x, self._limit)
            return
        if not is_finite:
            return
        if ends is not None and self.lows is self.ys:
            self.lows, self.highs = self.ys[:], self.ys[:]
        point = (x, y, *(ends or (y, y)))
        kept = _extremes([*self._group, point])
        self._group = kept if kept[-1][0] == x else [*kept, point]
        self._count += 1
        if self._count == self._width:
            self._settle()
        else:
            self._write(self._group)

    def nearest(self, x: float) -> Point | None:
        """The point whose x is nearest; the value of what is only marked is NaN."""
        if self.is_empty:
            return None
        found = [(at, self.ys[place]) for place, at in _around(self.xs, x)]
        known = {at for at, _ in found}
        found += [(at, math.nan) for _, at in _around(self.marks, x) if at not in known]
        return min(found, key=lambda point: abs(point[0] - x))

    def ends_at(self, x: float) -> Point:
        """Between which values those lie that the point at this x stands for."""
        place = bisect_left(self.xs, x)
        return self.lows[place], self.highs[place]

    def _write(self, points: list[_Kept]) -> None:
        """Replace what is not settled yet."""
        for place, values in enumerate((self.xs, self.ys, self.lows, self.highs)[: 4 if self.has_ends else 2]):
            del values[self._settled :]
            values.extend([point[place] for point in points])

    def _settle(self) -> None:
        self._write(_extremes(self._group))
        self._group, self._count = [], 0
        self._settled = len(self.xs)
        if self._settled >= self._limit:
            self._thin()

    def _thin(self) -> None:
        points = list(zip(self.xs, self.ys, self.lows, self.highs, strict=True))
        self._settled = 0
        self._write([kept for i in range(0, len(points), 4) for kept in _extremes(points[i : i + 4])])
        self._settled = len(self.xs)
        self._width *= 2

    def stretches(self) -> list[tuple[int, int]]:
        """The points that belong together: the places of the first and of the one behind the last.

        Between two stretches there are marks or gaps and no value.
        """
        if not (self.xs and (self.marks or self.gaps)):
            return [(0, len(self.xs))] if self.xs else []
        places = ((bisect_left(self.xs, mark), mark) for mark in (*self.marks, *self.gaps))
        breaks = {place for place, mark in places if list(self.xs[place : place + 1]) != [mark]}
        return list(pairwise(sorted(breaks | {0, len(self.xs)})))


def _with(xs: array[float], x: float, limit: int) -> array[float]:
    """One more; when there are more than the limit, those that stand close are thinned, and one that is alone stays."""
    xs.append(x)
    if len(xs) <= limit:
        return xs
    gap = 2 * (x - xs[0]) / limit
    kept = xs[:1]
    for mark in xs:
        if mark - kept[-1] >= gap:
            kept.append(mark)
    return kept


def _around(xs: array[float], x: float) -> list[tuple[int, float]]:
    """The neighbours of x, with their places."""
    right = bisect_left(xs, x)
    return [(place, xs[place]) for place in (right - 1, right) if 0 <= place < len(xs)]


def _extremes(points: list[_Kept]) -> list[_Kept]:
    """The lowest and the highest point, in order of x. Of equal ones the first and the last, so that both ends stay.

    The lowest one takes over how low the others reach, the highest one how high.
    """
    low, high = min(points, key=_Y), max(reversed(points), key=_Y)
    least, greatest = min([point[2] for point in points]), max([point[3] for point in points])
    if low is high:
        return [(low[0], low[1], least, greatest)]
    low, high = (low[0], low[1], least, low[3]), (high[0], high[1], high[2], greatest)
    return [low, high] if low[0] <= high[0] else [high, low]
