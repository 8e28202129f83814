"""A Module's children of which some were placed by hand: those stay, and what the program places keeps out of the way.

What was not placed by hand lies below what feeds it and above what it feeds. Only where there is no room between
two cards does the lower one give way. No two boxes overlap, and no wire passes under a card.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TypeAlias

from app.canvas.layout.curves import sampled
from app.canvas.layout.layered import Edge, Placement, Point, Size

Rect: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """Nodes of these sizes, most of which `automatic` has placed, and those that a hand `moved`."""

    sizes: Mapping[str, Size]
    edges: Sequence[Edge]
    gap: float
    automatic: Placement
    moved: Mapping[str, Point]

    def place(self) -> Placement:
        """Everything where it belongs, and the ways of the wires around it."""
        before, after = self._neighbours()
        wished = self._wished(before, after)
        placed = self._apart(wished, before, after)
        return Placement(placed, self._routes(placed))

    def _routes(self, placed: Mapping[str, Point]) -> dict[Edge, tuple[Point, ...]]:
        """The ways of the wires that need one. Between cards that stay, only cards that do not can be in the way."""
        rects = {node: _rect(place, self.sizes[node]) for node, place in placed.items()}
        touched = {node: rects[node] for node, place in placed.items() if place != self.automatic.positions.get(node)}
        routes = {}
        for edge in dict.fromkeys(self.edges):
            stays = touched.keys().isdisjoint(edge)
            others = [rect for node, rect in (touched if stays else rects).items() if node not in edge]
            kept = self.automatic.routes.get(edge, ()) if stays else ()
            if route := free_way(rects[edge[0]], rects[edge[1]], others, kept):
                routes[edge] = route
        return routes

    def _neighbours(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        before: dict[str, list[str]] = {}
        after: dict[str, list[str]] = {}
        for source, target in dict.fromkeys(self.edges):
            before.setdefault(target, []).append(source)
            after.setdefault(source, []).append(target)
        return before, after

    def _wished(self, before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> dict[str, Point]:
        """Where each would be if it were alone: moved up as far as what it feeds was put higher by hand."""
        wished = {**self.automatic.positions, **self.moved}
        most_by_hand = 2 * len(self.moved.keys() & (before.keys() | after.keys())) > len(before.keys() | after.keys())
        for node in reversed(self._order(before, after)):
            fed, feeding = after.get(node, []), before.get(node, [])
            if node in self.moved or not (fed or feeding):
                continue
            x, top = wished[node]
            room = min((wished[i][1] for i in fed), default=top + self.sizes[node][1] + self.gap)
            highest = room - self.gap - self.sizes[node][1]
            beside = feeding or fed
            if most_by_hand and self.moved.keys() >= {*fed, *feeding}:
                x, top = sum(wished[i][0] for i in beside) / len(beside), highest
                if feeding:
                    top = max(wished[i][1] + self.sizes[i][1] for i in feeding) + self.gap
            wished[node] = x, min(top, highest) if fed else top
        return wished

    def _order(self, before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> list[str]:
        """Who feeds others before those; what lies on a circle comes last."""
        waiting = {node: len(before.get(node, ())) for node in self.sizes}
        order = [node for node, count in waiting.items() if not count]
        for node in order:
            for target in after.get(node, ()):
                waiting[target] -= 1
                if not waiting[target]:
                    order.append(target)
        known = set(order)
        return order + [node for node in self.sizes if node not in known]

    def _apart(
        self, wished: Mapping[str, Point], before: Mapping[str, list[str]], after: Mapping[str, list[str]]
    ) -> dict[str, Point]:
        """Move down what lies on something placed before it, or above what feeds it where not both are by hand."""
        waiting = {node: sum(self._binds(i, node) for i in before.get(node, ())) for node in wished}
        ready = [self._rank(node, wished) for node, count in waiting.items() if not count]
        heapify(ready)
        rects: dict[str, Rect] = {}
        while ready:
            node = heappop(ready)[-1]
            feeders = (i for i in before.get(node, ()) if self._binds(i, node) and i in rects)
            lowest = max((rects[i][3] + self.gap for i in feeders), default=wished[node][1])
            centre, top = wished[node][0], max(wished[node][1], lowest)
            rects[node] = _below(_rect((centre, top), self.sizes[node]), rects.values(), self.gap)
            for target in after.get(node, ()):
                if self._binds(node, target):
                    waiting[target] -= 1
                    if not waiting[target]:
                        heappush(ready, self._rank(target, wished))
        return {node: (wished[node][0], rects[node][1]) if node in rects else wished[node] for node in wished}

    def _binds(self, source: str, target: str) -> bool:
        return not (source in self.moved and target in self.moved)

    def _rank(self, node: str, wished: Mapping[str, Point]) -> tuple[float, float, str]:
        return wished[node][1], wished[node][0], node


def _rect(place: Point, size: Size) -> Rect:
    return place[0] - size[0] / 2, place[1], place[0] + size[0] / 2, place[1] + size[1]


def _below(rect: Rect, placed: Iterable[Rect], gap: float) -> Rect:
    """The rectangle moved down past all it lies on."""
    left, top, right, bottom = rect
    height = bottom - top
    for other in sorted((box for box in placed if box[0] < right and left < box[2]), key=lambda box: box[1]):
        if other[1] < top + height and top < other[3]:
            top = other[3] + gap
    return left, top, right, top + height


_TS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_CLEAR = 20.0
"""How far from a card a wire passes it."""


def free_way(source: Rect, target: Rect, others: Sequence[Rect], route: tuple[Point, ...] = ()) -> tuple[Point, ...]:
    """The points by which a wire goes past the cards that would lie over it; none where it is free."""
    start, end = ((source[0] + source[2]) / 2, source[3]), ((target[0] + target[2]) / 2, target[1])
    between = [box for box in others if start[1] < box[3] and box[1] < end[1]]
    points = (start, *route, end)
    if not any(_crosses(points, box) for box in between):
        return route
    left, top, right, bottom = _obstacle(points, between)
    sides = sorted((left - _CLEAR, right + _CLEAR), key=lambda x: abs(x - start[0]) + abs(x - end[0]))
    return (sides[0], top), (sides[0], bottom)


def _obstacle(points: Sequence[Point], between: Sequence[Rect]) -> Rect:
    """What a wire must go round: the cards on it, and those that lie too near to these for a wire between."""
    found = [box for box in between if _crosses(points, box)]
    while True:
        left, right = min(box[0] for box in found) - 2 * _CLEAR, max(box[2] for box in found) + 2 * _CLEAR
        more = [box for box in between if box not in found and box[0] < right and left < box[2]]
        if not more:
            break
        found += more
    return min(b[0] for b in found), min(b[1] for b in found), max(b[2] for b in found), max(b[3] for b in found)


def _crosses(points: Sequence[Point], box: Rect) -> bool:
    """Whether the curve through the points, whose pieces are upright at their ends, meets a box."""
    left, top, right, bottom = box
    if not any(start[1] < bottom and top < end[1] for start, end in pairwise(points)):
        return False
    steps = ((x1 + (x2 - x1) * t, y1 + (y2 - y1) * t) for (x1, y1), (x2, y2) in pairwise(sampled(points)) for t in _TS)
    return any(left < x < right and top < y < bottom for x, y in steps)
