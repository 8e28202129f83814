"""Ranges: values lie inside, and they do not tremble."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.plots.scale import kept, linear, logarithmic


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_values_lie_inside_a_linear_range(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assume(high - low > 1e-9)
    start, end = linear(low, high)
    assert start <= low < high <= end


@given(st.floats(1e-30, 1e30), st.floats(1e-30, 1e30))
def test_values_lie_inside_a_logarithmic_range_of_a_hundred_at_least(one: float, other: float) -> None:
    low, high = sorted((one, other))
    start, end = logarithmic(low, high)
    assert start < math.log10(low) <= math.log10(high) < end
    assert end - start >= 2 - 1e-9


def test_equal_values_lie_in_the_middle() -> None:
    assert sum(linear(5, 5)) / 2 == 5
    assert linear(0, 0) == (-1, 1)
    assert sum(logarithmic(1e-3, 1e-3)) / 2 == pytest.approx(-3)


def test_small_losses_begin_at_zero_and_high_plateaus_do_not() -> None:
    assert linear(0.1, 2.4)[0] == 0
    assert linear(0.9, 1.0)[0] == pytest.approx(0.894)


def test_a_range_stays_while_what_is_wanted_fits_well() -> None:
    assert kept(None, (0, 1)) == (0, 1)
    assert kept((0, 1), (0, 0.9)) == (0, 1)
    assert kept((0, 1), (0, 0.7)) == (0, 0.7)
    assert kept((0, 1), (-0.1, 0.9)) == (-0.1, 0.9)
