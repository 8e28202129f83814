"""The course of wires."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canvas.layout.curves import distance, is_cut, middle, sampled

coordinates = st.integers(-500, 500).map(float)
points = st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=4)


@given(points)
def test_a_curve_passes_through_its_points(through: list[tuple[float, float]]) -> None:
    for x, y in through:
        assert distance(through, x, y) == pytest.approx(0, abs=1e-6)


def test_a_straight_line_stays_two_points() -> None:
    assert sampled([(5, 0), (5, 40)]) == [(5, 0), (5, 40)]


def test_the_middle_is_on_the_curve_between_the_first_two_points() -> None:
    assert middle([(0, 0), (100, 80)]) == (50, 40)
    assert middle([(7, 10), (7, 50), (90, 90)]) == (7, 30)


def test_the_distance_is_that_to_the_nearest_part() -> None:
    assert distance([(0, 0), (0, 100)], 30, 50) == 30
    assert distance([(0, 0), (0, 100)], 3, 104) == 5


def test_a_stroke_cuts_what_it_crosses_and_nothing_else() -> None:
    wire = [(0.0, 0.0), (100.0, 100.0)]
    assert is_cut(wire, (0, 50), (100, 50))
    assert not is_cut(wire, (0, 50), (20, 50))
    assert not is_cut(wire, (0, -20), (100, -20))
