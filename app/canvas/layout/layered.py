"""Places a graph in rows from top to bottom: who feeds another lies above it, wires cross little and run straight.

The way of Sugiyama, Tagawa and Toda (1981): rows by longest path, places kept free for wires that pass a row, order in
the rows by the mean place of the neighbours, and then positions as near to the neighbours' as the widths allow.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import TypeAlias

from core.design.model import NodeId

Edge: TypeAlias = tuple[NodeId, NodeId]
Size: TypeAlias = tuple[float, float]
Point: TypeAlias = tuple[float, float]

_SWEEPS = 4
_WIRE_WIDTH = 16.0
"""Room that a wire passing a row takes in it."""
_NODE_WEIGHT = 1000.0
"""How much more a node stays where it should be than a passing wire does: a chain beside a bypass stays straight."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Top centres of the nodes, around x = 0 and from y = 0 down, and the points through which long edges pass."""

    positions: Mapping[NodeId, Point]
    routes: Mapping[Edge, tuple[Point, ...]]


@lru_cache(maxsize=128)
def layered(
    ids: tuple[NodeId, ...],
    sizes: tuple[Size, ...],
    edges: tuple[Edge, ...],
    row_gap: float,
    column_gap: float,
    ends: tuple[tuple[float, float], ...] = (),
) -> Placement:
    """Where the nodes `ids` of these sizes go. Edges that would close a circle do not count.

    `ends`: for each edge, how far along its source's width it begins and along its target's it arrives.
    """
    size_of = dict(zip(ids, sizes, strict=True))
    forward = _forward(ids, edges)
    rank = _ranks(ids, forward)
    rows, links = _rows(ids, rank, forward)
    nudges = _nudges(rank, {e: end for e, end in zip(edges, ends, strict=False) if end != (0.5, 0.5)})
    widths: dict[Hashable, float] = {i: size[0] for i, size in size_of.items()}
    centres = _centres(rows, links, nudges, widths, column_gap)
    tops, heights = _tops(rows, size_of, row_gap)
    positions = {i: (float(round(centres[i])), tops[rank[i]]) for i in ids}
    begins = {edge: along for edge, (along, _) in zip(edges, ends, strict=False)}
    routes = {}
    for edge in forward:
        row, size = rank[edge[0]], size_of[edge[0]]
        way = _passing(edge, row, rank[edge[1]], centres, tops, heights)
        if size[1] < heights[row] and len(rows[row]) > 1:  # past higher neighbours, before it bends
            x = positions[edge[0]][0] + size[0] * (begins.get(edge, 0.5) - 0.5)
            way.insert(0, (x, tops[row] + heights[row]))
        if way:
            routes[edge] = tuple(way)
    return Placement(positions, routes)


def _forward(ids: Sequence[NodeId], edges: Sequence[Edge]) -> list[Edge]:
    """The edges in a topological order of their targets, without those that close a circle."""
    after: dict[NodeId, list[NodeId]] = {i: [] for i in ids}
    waiting = dict.fromkeys(ids, 0)
    for source, target in dict.fromkeys(edges):
        after[source].append(target)
        waiting[target] += 1
    ready = [i for i in ids if not waiting[i]]
    order: dict[NodeId, int] = {}
    for node in ready:
        order[node] = len(order)
        for target in after[node]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for node in ids:
        order.setdefault(node, len(order))
    return sorted(
        (e for e in dict.fromkeys(edges) if order[e[0]] < order[e[1]]), key=lambda e: (order[e[1]], order[e[0]])
    )


def _ranks(ids: Sequence[NodeId], forward: Sequence[Edge]) -> dict[NodeId, int]:
    """Rows by longest path from above; what nothing feeds moves down to just above what it feeds."""
    rank = dict.fromkeys(ids, 0)
    for source, target in forward:
        rank[target] = max(rank[target], rank[source] + 1)
    fed = {target for _, target in forward}
    nearest: dict[NodeId, int] = {}
    for source, target in forward:
        nearest[source] = min(nearest.get(source, rank[target]), rank[target])
    for node, row in nearest.items():
        if node not in fed:
            rank[node] = row - 1
    return rank


Links: TypeAlias = dict[Hashable, list[Hashable]]


def _rows(
    ids: Sequence[NodeId], rank: Mapping[NodeId, int], forward: Sequence[Edge]
) -> tuple[list[list[Hashable]], tuple[Links, Links]]:
    """The rows, with a place (source, target, row) for each edge in rows it passes; the neighbours above and below."""
    rows: list[list[Hashable]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for node in ids:
        rows[rank[node]].append(node)
    above: Links = {}
    below: Links = {}
    for source, target in forward:
        chain: list[Hashable] = [source]
        for row in range(rank[source] + 1, rank[target]):
            chain.append((source, target, row))
            rows[row].append((source, target, row))
        chain.append(target)
        for upper, lower in itertools.pairwise(chain):
            above.setdefault(lower, []).append(upper)
            below.setdefault(upper, []).append(lower)
    return rows, (above, below)


def _centres(
    rows: list[list[Hashable]],
    links: tuple[Links, Links],
    nudges: Nudges,
    widths: Mapping[Hashable, float],
    gap: float,
) -> dict[Hashable, float]:
    """Centres, worked out between one row that is a single node and the next: there the graph falls into two."""
    centres: dict[Hashable, float] = {}
    first, offset = 0, 0.0
    for last, row in enumerate(rows):
        if last < len(rows) - 1 and not (len(row) == 1 and isinstance(row[0], str)):
            continue
        part = rows[first : last + 1]
        if len(part) == 2 and len(part[0]) == len(part[1]) == 1:
            centres[row[0]] = offset
        else:
            _uncross(part, links, nudges)
            found = _columns(part, links, widths, gap)
            centres |= {item: centre + offset for item, centre in found.items()}
            offset = centres[row[0]]
        first = last
    return centres


Nudges: TypeAlias = dict[tuple[Hashable, Hashable], float]


def _nudges(rank: Mapping[NodeId, int], ends: Mapping[Edge, tuple[float, float]]) -> Nudges:
    """How far beside the middle of a neighbour, in places, an item is wired to it, where it is."""
    nudges: Nudges = {}
    for (source, target), (along, across) in ends.items():
        below = target if rank[target] - rank[source] == 1 else (source, target, rank[source] + 1)
        above = source if rank[target] - rank[source] == 1 else (source, target, rank[target] - 1)
        nudges[below, source], nudges[above, target] = along - 0.5, across - 0.5
    return nudges


def _uncross(rows: list[list[Hashable]], links: tuple[Links, Links], nudges: Nudges) -> None:
    """Order each row by the mean place of its neighbours' ports, downwards and upwards in turn."""
    if all(len(row) == 1 for row in rows):
        return
    place = {item: float(index) for row in rows for index, item in enumerate(row)}
    for sweep in range(_SWEEPS):
        neighbours = links[sweep % 2]
        for row in rows if sweep % 2 == 0 else reversed(rows):
            if len(row) > 1:
                row.sort(key=lambda item: _mean_port(place, item, neighbours.get(item), nudges))
            for index, item in enumerate(row):
                place[item] = float(index)


def _mean_port(
    places: Mapping[Hashable, float], item: Hashable, neighbours: Sequence[Hashable] | None, nudges: Nudges
) -> float:
    if not neighbours:
        return places[item]
    return sum(places[other] + nudges.get((item, other), 0.0) for other in neighbours) / len(neighbours)


def _mean(values: Mapping[Hashable, float], items: Sequence[Hashable] | None, otherwise: float) -> float:
    return sum(values[item] for item in items) / len(items) if items else otherwise


def _columns(
    rows: list[list[Hashable]], links: tuple[Links, Links], widths: Mapping[Hashable, float], gap: float
) -> dict[Hashable, float]:
    """Centres that keep the order and the gaps and lie as near to the neighbours' mean as they can."""
    centres: dict[Hashable, float] = dict.fromkeys((item for row in rows for item in row), 0.0)
    for sweep in range(_SWEEPS + 1):
        neighbours = links[sweep % 2]
        for row in rows if sweep % 2 == 0 else reversed(rows):
            if len(row) == 1 and row is rows[0 if sweep % 2 == 0 else -1]:
                continue  # the end of a part, which is what the others go by
            wanted = [_mean(centres, _leading(neighbours.get(item), widths), centres[item]) for item in row]
            _spread(row, wanted, widths, gap, centres)
    _straighten(rows, widths, gap, centres)
    middle = sum(centres[item] for item in rows[0]) / len(rows[0]) if rows else 0.0
    return {item: centre - middle for item, centre in centres.items()}


def _straighten(
    rows: list[list[Hashable]], widths: Mapping[Hashable, float], gap: float, centres: dict[Hashable, float]
) -> None:
    """Let a long wire pass all its rows at one place, the outermost, if it has room there in each."""
    passing: dict[Edge, list[Hashable]] = {}
    limits: dict[Hashable, tuple[float, float]] = {}
    for row in rows:
        for before, item, after in zip([None, *row], row, [*row[1:], None], strict=False):
            if isinstance(item, tuple):
                passing.setdefault((item[0], item[1]), []).append(item)
                low = -inf if before is None else centres[before] + widths.get(before, _WIRE_WIDTH) / 2 + gap / 2
                high = inf if after is None else centres[after] - widths.get(after, _WIRE_WIDTH) / 2 - gap / 2
                limits[item] = (low, high)
    for items in passing.values():
        places = [centres[item] for item in items]
        for place in (max(places), min(places)):
            if all(limits[item][0] <= place <= limits[item][1] for item in items):
                centres.update(dict.fromkeys(items, place))
                break


def _leading(items: list[Hashable] | None, widths: Mapping[Hashable, float]) -> list[Hashable] | None:
    """The neighbours that a place follows: nodes before passing wires, so that a bypass does not bend the main line."""
    return [item for item in items if item in widths] or items if items else items


def _spread(
    row: list[Hashable],
    wanted: list[float],
    widths: Mapping[Hashable, float],
    gap: float,
    centres: dict[Hashable, float],
) -> None:
    """Set centres in order, least squares from the wanted ones: adjacent violators are pooled, by weight."""
    if len(row) == 1:
        centres[row[0]] = wanted[0]
        return
    offsets = [0.0]
    for one, other in itertools.pairwise(row):
        offsets.append(offsets[-1] + (widths.get(one, _WIRE_WIDTH) + widths.get(other, _WIRE_WIDTH)) / 2 + gap)
    pools: list[tuple[float, float, int]] = []
    for item, want, offset in zip(row, wanted, offsets, strict=True):
        weight, mean, count = (_NODE_WEIGHT if item in widths else 1.0), want - offset, 1
        while pools and pools[-1][1] >= mean:
            before, its_mean, its_count = pools.pop()
            mean = (before * its_mean + weight * mean) / (before + weight)
            weight, count = before + weight, its_count + count
        pools.append((weight, mean, count))
    means = [mean for _, mean, count in pools for _ in range(count)]
    for item, mean, offset in zip(row, means, offsets, strict=True):
        centres[item] = mean + offset


def _tops(rows: list[list[Hashable]], size_of: Mapping[NodeId, Size], gap: float) -> tuple[list[float], list[float]]:
    tops, heights, y = [], [], 0.0
    for row in rows:
        heights.append(max((size_of[item][1] for item in row if isinstance(item, str)), default=0.0))
        tops.append(y)
        y += heights[-1] + gap
    return tops, heights


def _passing(
    edge: Edge,
    first: int,
    last: int,
    centres: Mapping[Hashable, float],
    tops: Sequence[float],
    heights: Sequence[float],
) -> list[Point]:
    """In and out of each row that an edge passes."""
    points = []
    for row in range(first + 1, last):
        x = float(round(centres[(*edge, row)]))
        points += [(x, tops[row]), (x, tops[row] + heights[row])]
    return points
