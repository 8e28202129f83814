"""Scale: values lie inside, and marks are round."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.charts.scale import Scale, linear, logarithmic, round_step


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_values_lie_inside_a_linear_scale(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assume(high - low > 1e-9)
    assert all(-1e-9 <= height <= 1 + 1e-9 for height in linear(low, high).heights([low, high]))


@given(st.floats(1e-30, 1e30), st.floats(1e-30, 1e30))
def test_values_lie_inside_a_logarithmic_scale_with_at_least_two_marks(one: float, other: float) -> None:
    low, high = sorted((one, other))
    scale = logarithmic(low, high)
    assert all(0 < height < 1 for height in scale.heights([low, high]))
    assert len(scale.ticks(3)) >= 1
    assert all(0 <= height <= 1 for height in scale.heights(scale.ticks(3)))


def test_equal_values_lie_in_the_middle() -> None:
    assert linear(5, 5).heights([5]) == [0.5]
    assert linear(0, 0).heights([0]) == [0.5]
    assert logarithmic(1e-3, 1e-3).heights([1e-3]) == [pytest.approx(0.5)]


def test_small_losses_begin_at_zero_and_high_plateaus_do_not() -> None:
    assert linear(0.1, 2.4).low == 0
    assert linear(0.9, 1.0).low == pytest.approx(0.894)


@pytest.mark.parametrize(
    ("scale", "ticks"),
    [
        (Scale(0, 2.5), [0, 1, 2]),
        (Scale(-0.1, 1), [0, 0.5, 1]),
        (Scale(0.894, 1), [0.9, 0.95, 1.0]),
        (Scale(-3.2, -0.8, log=True), [1e-3, 1e-2, 1e-1]),
        (Scale(-12.3, -0.2, log=True), [1e-10, 1e-5]),
    ],
)
def test_marks_are_round(scale: Scale, ticks: list[float]) -> None:
    assert scale.ticks(3) == pytest.approx(ticks)


def test_round_step() -> None:
    assert [round_step(step) for step in (0.011, 0.2, 0.21, 7)] == pytest.approx([0.02, 0.2, 0.5, 10])
