"""Series: a curve that may grow for ever in bounded memory."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left

Point = tuple[float, float]

LIMIT = 200
"""Points a series keeps at most: about one for each pixel of a plot's width."""


class Series:
    """Points in order of x, thinned so that at most `limit` are kept, among them every dip and every peak.

    Whenever the limit is reached, the lowest and the highest of each four neighbours stay, and from then on points are
    taken in groups twice as wide. So all of the curve has the same density, however long it gets.

    `latest` is the last point whatever its value; NaN and infinite values are not kept otherwise, nor, with `positive`
    (for a logarithmic scale), those that are not above zero.
    """

    def __init__(self, limit: int = LIMIT, positive: bool = False) -> None:
        self.xs = array("d")
        self.ys = array("d")
        self.latest: Point | None = None
        self._limit = limit
        self._positive = positive
        self._settled = 0
        self._group: list[Point] = []
        self._count = 0
        self._width = 2

    def __len__(self) -> int:
        return len(self.xs)

    def append(self, x: float, y: float) -> None:
        """Add a point."""
        self.latest = (x, y)
        if not math.isfinite(y) or (self._positive and y <= 0):
            return
        self._group = sorted({*_extremes([*self._group, (x, y)]), (x, y)})
        self._count += 1
        if self._count == self._width:
            self._settle()
        else:
            self._write(self._group)

    def nearest(self, x: float) -> Point | None:
        """The point whose x is nearest."""
        if not self.xs:
            return None
        right = min(bisect_left(self.xs, x), len(self.xs) - 1)
        left = max(right - 1, 0)
        index = left if abs(self.xs[left] - x) <= abs(self.xs[right] - x) else right
        return self.xs[index], self.ys[index]

    def _write(self, points: list[Point]) -> None:
        """Replace what is not settled yet."""
        del self.xs[self._settled :], self.ys[self._settled :]
        self.xs.extend(x for x, _ in points)
        self.ys.extend(y for _, y in points)

    def _settle(self) -> None:
        self._write(_extremes(self._group))
        self._group, self._count = [], 0
        self._settled = len(self.xs)
        if self._settled >= self._limit:
            self._thin()

    def _thin(self) -> None:
        points = list(zip(self.xs, self.ys, strict=True))
        self._settled = 0
        self._write([kept for i in range(0, len(points), 4) for kept in _extremes(points[i : i + 4])])
        self._settled = len(self.xs)
        self._width *= 2


def _extremes(points: list[Point]) -> list[Point]:
    """The lowest and the highest point, in order of x. Of equal ones the first and the last, so that both ends stay."""
    low = min(points, key=lambda point: point[1])
    high = max(reversed(points), key=lambda point: point[1])
    return sorted({low, high})
