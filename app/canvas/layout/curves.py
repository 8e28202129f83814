"""The course of wires: smooth curves that leave and arrive vertically, or, `across`, horizontally. Pure geometry."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from app.canvas.layout.bands import Rect
from app.canvas.layout.layered import Point

_STEPS = 12
_MINIMAL_BEND = 24.0


def swapped(points: Sequence[Point]) -> tuple[Point, ...]:
    """The same with left to right and top to bottom exchanged."""
    return tuple((y, x) for x, y in points)


def controls(start: Point, end: Point, across: bool = False) -> tuple[Point, Point]:
    """The control points of the cubic Bézier curve between two points, vertical at both, or horizontal."""
    if across:
        one, other = controls(start[::-1], end[::-1])
        return one[::-1], other[::-1]
    reach = max(abs(end[1] - start[1]) / 2, _MINIMAL_BEND if end[0] != start[0] else 0.0)
    return (start[0], start[1] + reach), (end[0], end[1] - reach)


def sampled(points: Sequence[Point], across: bool = False) -> list[Point]:
    """The curve through `points` as short straight lines."""
    if across:
        return list(swapped(sampled(swapped(points))))
    line = [points[0]]
    for start, end in pairwise(points):
        if start[0] == end[0] and end[1] >= start[1]:
            line.append(end)
            continue
        one, other = controls(start, end)
        line += [_bezier(start, one, other, end, step / _STEPS) for step in range(1, _STEPS + 1)]
    return line


def _bezier(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    s = 1 - t
    wa, wb, wc, wd = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
    return wa * a[0] + wb * b[0] + wc * c[0] + wd * d[0], wa * a[1] + wb * b[1] + wc * c[1] + wd * d[1]


def middle(points: Sequence[Point], across: bool = False) -> Point:
    """Where the shape is written: the middle of a wire's first stretch, before it passes other rows."""
    start, end = points[0], points[1]
    return _bezier(start, *controls(start, end, across), end, 0.5)


def distance(points: Sequence[Point], x: float, y: float, across: bool = False) -> float:
    """From a point to the curve."""
    return min(_to_segment(x, y, a, b) for a, b in pairwise(sampled(points, across)))


def _to_segment(x: float, y: float, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, ((x - a[0]) * dx + (y - a[1]) * dy) / length))
    return hypot(x - a[0] - t * dx, y - a[1] - t * dy)


def meets(points: Sequence[Point], box: Rect, across: bool = False) -> bool:
    """Whether the curve passes through a rectangle."""
    return any(_passes(start, end, box) for start, end in pairwise(sampled(points, across)))


def _passes(start: Point, end: Point, box: Rect) -> bool:
    """Whether a straight line passes through a box: the parts of it that lie between the sides overlap."""
    enter, leave = 0.0, 1.0
    for axis in (0, 1):
        low, high, at, way = box[axis], box[axis + 2], start[axis], end[axis] - start[axis]
        if way == 0:
            if not low < at < high:
                return False
            continue
        first, last = sorted(((low - at) / way, (high - at) / way))
        enter, leave = max(enter, first), min(leave, last)
    return enter < leave


def is_cut(points: Sequence[Point], start: Point, end: Point, across: bool = False) -> bool:
    """Whether the straight stroke from `start` to `end` crosses the curve."""
    return any(_cross(a, b, start, end) for a, b in pairwise(sampled(points, across)))


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _is_left(a, b, c) != _is_left(a, b, d) and _is_left(c, d, a) != _is_left(c, d, b)


def _is_left(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) >= 0
