"""Series: bounded, and faithful to dips and peaks."""

import math
import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.plots.series import LIMIT, Series

values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400)


def grown(ys: list[float], limit: int = LIMIT) -> Series:
    series = Series(limit)
    for x, y in enumerate(ys):
        series.append(x, y)
    return series


@given(values)
def test_a_short_curve_keeps_every_point(ys: list[float]) -> None:
    series = grown(ys, limit=1000)
    assert list(series.xs) == list(range(len(ys)))
    assert list(series.ys) == ys


@given(values, st.integers(8, 40))
def test_a_long_curve_keeps_its_extremes_its_order_and_its_end(ys: list[float], limit: int) -> None:
    series = grown(ys, limit)
    assert len(series) <= limit + 3
    assert min(series.ys) == min(ys)
    assert max(series.ys) == max(ys)
    assert list(series.xs) == sorted(set(series.xs))
    assert all(ys[int(x)] == y for x, y in zip(series.xs, series.ys, strict=True))
    assert series.latest == (len(ys) - 1, ys[-1])


def test_a_million_points_are_spread_evenly() -> None:
    draw = random.Random(0)
    series = grown([draw.random() for _ in range(1_000_000)])
    assert LIMIT / 2 <= len(series) <= LIMIT + 3
    first_half = sum(x < 500_000 for x in series.xs)
    assert abs(first_half - len(series) / 2) < len(series) * 0.1


def test_values_that_are_not_finite_are_told_but_not_drawn() -> None:
    series = grown([1.0, math.inf, 2.0])
    assert list(series.ys) == [1.0, 2.0]
    series.append(3, math.nan)
    assert series.latest is not None
    assert math.isnan(series.latest[1])
    assert list(series.ys) == [1.0, 2.0]
    assert list(series.marks) == [1, 3]


def test_a_mean_with_bad_values_left_out_is_marked_and_breaks_nothing() -> None:
    series = Series()
    for x in range(5):
        series.append(x, 1.0, (0.5, 2.0), marked=x == 2)
    assert list(series.marks) == [2]
    assert series.nearest(2) == (2, 1.0)
    assert series.ends_at(2) == (0.5, 2.0)


def test_only_what_is_not_finite_is_no_empty_curve() -> None:
    series = grown([math.nan] * 3)
    assert not series.is_empty
    assert (len(series), series.end) == (0, 2)
    found = series.nearest(1.2)
    assert found is not None
    assert found[0] == 1
    assert math.isnan(found[1])


@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(0, 5)), min_size=1, max_size=300), st.integers(8, 40))
def test_the_ends_of_means_are_kept_however_long_the_curve(means: list[tuple[float, float]], limit: int) -> None:
    series = Series(limit)
    for x, (y, spread) in enumerate(means):
        series.append(x, y, (y - spread, y + spread))
    assert min(series.lows) == min(y - spread for y, spread in means)
    assert max(series.highs) == max(y + spread for y, spread in means)
    assert all(low <= y <= high for low, y, high in zip(series.lows, series.ys, series.highs, strict=True))


def test_a_mark_that_stands_alone_stays_among_very_many() -> None:
    series = Series(limit=50)
    for x in range(100_000):
        series.append(x, math.nan if x == 500 or x > 60_000 else 1.0)
    assert len(series.marks) <= 51
    assert series.marks[0] == 500
    assert series.marks[1] >= 60_000


@given(values, st.integers(8, 40), st.integers(1, 50))
def test_many_at_once_are_taken_as_one_after_another(ys: list[float], limit: int, first: int) -> None:
    xs = np.arange(len(ys), dtype=float)
    at_once = Series(limit)
    at_once.extend(xs[:first], np.array(ys[:first]))
    at_once.extend(xs[first:], np.array(ys[first:]))
    assert len(at_once) <= limit + 3
    assert (min(at_once.ys), max(at_once.ys)) == (min(ys), max(ys))
    assert list(at_once.xs) == sorted(set(at_once.xs))
    assert all(ys[int(x)] == y for x, y in zip(at_once.xs, at_once.ys, strict=True))
    assert at_once.latest == grown(ys, limit).latest


def test_many_at_once_are_marked_where_they_are_not_finite() -> None:
    series = Series()
    series.extend(np.arange(6.0), np.array([1.0, math.nan, 2.0, 3.0, math.inf, 4.0]))
    assert list(series.marks) == [1, 4]
    assert list(series.ys) == [1.0, 2.0, 3.0, 4.0]


def test_the_points_between_two_steps_have_a_neighbour_at_each_side() -> None:
    series = grown([float(x) for x in range(10)])
    assert list(series.xs)[series.places(3.5, 5)] == [3, 4, 5, 6]
    assert list(series.xs)[series.places(-5, 0)] == [0, 1]
    assert list(series.xs)[series.places(100, 200)] == [9]


def test_nearest() -> None:
    series = Series()
    assert series.nearest(3) is None
    for x in (0, 10, 20):
        series.append(x, x / 10)
    assert [series.nearest(x) for x in (-5, 4, 6, 99)] == [(0, 0), (0, 0), (10, 1), (20, 2)]
