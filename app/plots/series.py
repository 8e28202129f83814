"""Series: a curve that may grow for ever in bounded memory."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Point = tuple[float, float]

LIMIT = 4096
"""Points a series keeps at most: some for each pixel of a plot's width, so that one can look closer."""


BLOCK = 1 << 18
"""Points that are added at once: what they need for a moment stays small."""

_Kept = tuple[float, float, float, float]
"""A point, and the ends of the values that it stands for."""
_Y = itemgetter(1)


class Series:
    """Points in order of x, thinned so that at most `limit` are kept, among them every dip and every peak.

    Whenever the limit is reached, the lowest and the highest of each four neighbours stay, and from then on points are
    taken in groups twice as wide. So all of the curve has the same density, however long it gets. A point may be the
    mean of values from `lows` to `highs`: those ends are never lost either.

    `latest` is the last point whatever its value. NaN and infinite values are kept apart, in `marks`, by their x.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.xs = array("d")
        self.ys = array("d")
        self.lows = self.highs = self.ys
        self.marks = array("d")
        self.latest: Point | None = None
        self._limit = limit
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

    def extend(self, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> None:
        """Add many points at once, in order of x, as `append` would one after another: the same dips and peaks stay."""
        import numpy as np

        for begin in range(0, len(xs), BLOCK):
            x, y = xs[begin : begin + BLOCK], ys[begin : begin + BLOCK]
            finite = np.isfinite(y)
            if not finite.all():
                self.marks = array("d", _with(self.marks, float(x[~finite][0]), self._limit))
                for mark in x[~finite][1:]:
                    self.marks = _with(self.marks, float(mark), self._limit)
                self.latest = (float(x[-1]), float(y[-1]))
                x, y = x[finite], y[finite]
            self._extend(x, y)

    def _extend(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        """Finite values. Whole groups are settled at once, the rest one by one."""
        place = 0
        while self._count and place < len(x):
            self.append(float(x[place]), float(y[place]))
            place += 1
        while len(x) - place >= self._width:
            groups = min((len(x) - place) // self._width, max(1, (self._limit - self._settled) // 2))
            end = place + groups * self._width
            for kept, values in zip(
                (self.xs, self.ys), _of_groups(x[place:end], y[place:end], self._width), strict=True
            ):
                kept.frombytes(values.tobytes())
            if self.has_ends:
                for ends in (self.lows, self.highs):
                    ends.extend(self.ys[len(ends) :])
            self.latest = (float(x[end - 1]), float(y[end - 1]))
            place, self._settled = end, len(self.xs)
            if self._settled >= self._limit:
                self._thin()
        for at in range(place, len(x)):
            self.append(float(x[at]), float(y[at]))

    def _thin(self) -> None:
        points = list(zip(self.xs, self.ys, self.lows, self.highs, strict=True))
        self._settled = 0
        self._write([kept for i in range(0, len(points), 4) for kept in _extremes(points[i : i + 4])])
        self._settled = len(self.xs)
        self._width *= 2

    def places(self, first: float, last: float) -> slice:
        """The points from one x to another, with one more at each side, to which the curve goes on."""
        return slice(max(0, bisect_left(self.xs, first) - 1), bisect_right(self.xs, last) + 1)


def _of_groups(
    x: NDArray[np.float64], y: NDArray[np.float64], width: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest and the highest point of each group of so many, in their order."""
    import numpy as np

    grouped = y.reshape(-1, width)
    places = np.sort(np.stack([grouped.argmin(1), width - 1 - grouped[:, ::-1].argmax(1)], 1), 1)
    places += np.arange(0, len(y), width)[:, None]
    kept = places.ravel()
    kept = kept[np.concatenate([[True], kept[1:] != kept[:-1]])]  # of one point that is both
    return x[kept], y[kept]


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
