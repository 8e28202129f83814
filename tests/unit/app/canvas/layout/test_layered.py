"""The rows and columns of a graph."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canvas.layout.layered import Edge, Placement, layered


def place(ids: str, *edges: str) -> Placement:
    """`place("abc", "ab")`: nodes a, b, c of equal size with an edge from a to b."""
    pairs: tuple[Edge, ...] = tuple((edge[0], edge[1]) for edge in edges)
    return layered(tuple(ids), ((100.0, 40.0),) * len(ids), pairs, 40.0, 32.0)


def test_a_chain_is_a_straight_column() -> None:
    assert place("abc", "ab", "bc").positions == {"a": (0.0, 0.0), "b": (0.0, 80.0), "c": (0.0, 160.0)}


def test_a_bypass_runs_beside_a_straight_chain() -> None:
    placement = place("abcd", "ab", "bc", "cd", "ad")
    assert {x for x, _ in placement.positions.values()} == {0.0}
    route = placement.routes["a", "d"]
    assert [y for _, y in route] == [80.0, 120.0, 160.0, 200.0]
    assert all(abs(x) >= 50 for x, _ in route)


def test_branches_lie_side_by_side_around_what_feeds_them() -> None:
    positions = place("abcd", "ab", "ac", "bd", "cd").positions
    assert positions["b"][1] == positions["c"][1]
    assert positions["b"][0] == -positions["c"][0] != 0
    assert positions["a"][0] == positions["d"][0] == 0


def test_what_nothing_feeds_lies_just_above_what_it_feeds() -> None:
    positions = place("abcx", "ab", "bc", "xc").positions
    assert positions["x"][1] == positions["b"][1]


def test_wires_are_uncrossed() -> None:
    positions = place("abcd", "ad", "bc").positions
    assert (positions["a"][0] < positions["b"][0]) == (positions["d"][0] < positions["c"][0])


def test_a_circle_is_placed_all_the_same() -> None:
    assert len(set(place("abc", "ab", "bc", "ca").positions.values())) == 3


@given(
    st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.tuples(st.integers(0, n), st.integers(0, n)))))
)
def test_rows_do_not_overlap_and_edges_point_downwards(graph: tuple[int, set[tuple[int, int]]]) -> None:
    count, pairs = graph
    ids = tuple(f"n{i}" for i in range(count))
    edges = tuple((ids[a], ids[b]) for a, b in sorted(pairs) if a < b < count)
    sizes = tuple((80.0 + 30 * i, 40.0) for i in range(count))
    positions = layered(ids, sizes, edges, 40.0, 32.0).positions
    assert all(positions[source][1] < positions[target][1] for source, target in edges)
    widths = dict(zip(ids, (w for w, _ in sizes), strict=True))
    for y in {y for _, y in positions.values()}:
        row = sorted(
            (positions[i][0] - widths[i] / 2, positions[i][0] + widths[i] / 2) for i in ids if positions[i][1] == y
        )
        assert all(right + 32 <= left + 1 for (_, right), (left, _) in pairwise(row))


def test_nothing_needs_no_place() -> None:
    assert layered((), (), (), 40.0, 32.0).positions == pytest.approx({})
