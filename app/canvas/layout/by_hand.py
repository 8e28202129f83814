"""A Module's children of which some were placed by hand: those stay, and what the program places keeps out of the way.

What was not placed by hand lies below what feeds it and above what it feeds. Only where there is no room between
two cards does the lower one give way. No two boxes overlap, and no wire passes under a card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise

from app.canvas.layout.bands import Bands, Rect
from app.canvas.layout.curves import meets
from app.canvas.layout.layered import Edge, Placement, Point, Size


@dataclass(frozen=True, slots=True)
class ByHand:
    """Nodes of these sizes, most of which `automatic` has placed, and those that a hand `moved`.

    `edges` says of each at which share of its source's width it begins and of its target's it arrives.
    """

    sizes: Mapping[str, Size]
    edges: Mapping[Edge, tuple[float, float]]
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
        all_bands, touched_bands = Bands(rects), Bands(touched)
        routes = {}
        for edge, (along, across) in self.edges.items():
            stays = touched.keys().isdisjoint(edge)
            bands = touched_bands if stays else all_bands
            between = bands.between(rects[edge[0]][3], rects[edge[1]][1])
            others = [rect for node, rect in between.items() if node not in edge]
            kept = self.automatic.routes.get(edge, ()) if stays else ()
            source, target = rects[edge[0]], rects[edge[1]]
            start = source[0] + (source[2] - source[0]) * along, source[3]
            end = target[0] + (target[2] - target[0]) * across, target[1]
            if route := free_way(start, end, others, kept):
                routes[edge] = route
        return routes

    def _neighbours(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        before: dict[str, list[str]] = {}
        after: dict[str, list[str]] = {}
        for source, target in self.edges:
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
        bands = Bands()
        while ready:
            node = heappop(ready)[-1]
            feeders = (i for i in before.get(node, ()) if self._binds(i, node) and i in rects)
            lowest = max((rects[i][3] + self.gap for i in feeders), default=wished[node][1])
            centre, top = wished[node][0], max(wished[node][1], lowest)
            rects[node] = _below(_rect((centre, top), self.sizes[node]), bands, self.gap)
            bands.add(node, rects[node])
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


def _below(rect: Rect, placed: Bands, gap: float) -> Rect:
    """The rectangle moved down past all it lies on."""
    left, top, right, bottom = rect
    height = bottom - top
    while under := [box[3] for box in placed.between(top, top + height).values() if box[0] < right and left < box[2]]:
        top = min(under) + gap
    return left, top, right, top + height


_CLEAR = 20.0
"""How far from a card a wire passes it."""


def free_way(start: Point, end: Point, between: Sequence[Rect], route: tuple[Point, ...] = ()) -> tuple[Point, ...]:
    """The points by which a wire goes past the cards between its ends that would lie over it; none if it is free."""
    points = (start, *route, end)
    if not any(_crosses(points, box) for box in between):
        return route
    left, top, right, bottom = _obstacle(points, between)
    sides = sorted((left - _CLEAR, right + _CLEAR), key=lambda x: abs(x - start[0]) + abs(x - end[0]))
    ways = [((x, top), (x, bottom)) for x in sides]
    free = (way for way in ways if not any(_crosses((start, *way, end), box) for box in between))
    return next(free, ways[0])


def _obstacle(points: Sequence[Point], between: Sequence[Rect]) -> Rect:
    """What a wire must go round: the cards on it, and those that are then in its way or too near to these."""
    found = [box for box in between if _crosses(points, box)]
    ends = points[0][0], points[-1][0]
    while True:
        left = min(*ends, min(box[0] for box in found) - 2 * _CLEAR)
        right = max(*ends, max(box[2] for box in found) + 2 * _CLEAR)
        more = [box for box in between if box not in found and box[0] < right and left < box[2]]
        if not more:
            break
        found += more
    top, bottom = min(box[1] for box in found), max(box[3] for box in found)
    return (
        min(box[0] for box in found),
        max(top, points[0][1]),
        max(box[2] for box in found),
        min(bottom, points[-1][1]),
    )


def _crosses(points: Sequence[Point], box: Rect) -> bool:
    """Whether the curve through the points meets a box."""
    if not any(start[1] < box[3] and box[1] < end[1] for start, end in pairwise(points)):
        return False
    return meets(points, box)
