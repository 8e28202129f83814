"""Figures of arrays, bad numbers included."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.training.figures import PICTURE_SIDE, SAMPLE, histogram, picture, sample, sum_of_squares, summary

any_floats = hnp.arrays(np.float32, hnp.array_shapes(max_dims=3, min_side=0, max_side=20), elements=st.floats(width=32))


@given(any_floats)
def test_every_value_is_counted_once(array: np.ndarray) -> None:
    found = histogram(array, 20)
    assert sum(found.counts) + found.nonfinite == array.size
    assert found.nonfinite == np.count_nonzero(~np.isfinite(array))
    assert found.low < found.high


@given(any_floats)
def test_a_summary_is_that_of_the_finite_values(array: np.ndarray) -> None:
    finite = array[np.isfinite(array)].astype(np.float64)
    found = summary(array)
    assert found.nonfinite == array.size - finite.size
    if finite.size:
        assert (found.minimum, found.maximum) == (finite.min(), finite.max())
        assert found.mean == pytest.approx(finite.mean())
        assert found.zeros == pytest.approx(np.mean(finite == 0))
    else:
        assert math.isnan(found.mean)


def test_a_histogram_agrees_with_numpy() -> None:
    values = np.random.RandomState(0).randn(5000)
    found = histogram(values, 32)
    counts, _ = np.histogram(values, 32)
    assert np.abs(np.array(found.counts) - counts).sum() <= 2  # values on a border may fall to either side


def test_a_single_value_stands_in_the_middle() -> None:
    found = histogram(np.full(7, 3.0, np.float32), 3)
    assert found.counts == (0, 7, 0)
    assert found.low < 3 < found.high


def test_long_arrays_are_sampled() -> None:
    assert SAMPLE // 2 < sample(np.zeros((1000, 1001), np.float32)).size <= SAMPLE


@pytest.mark.parametrize("scale", [1e-30, 1e-3, 1e30])
def test_norms_neither_vanish_nor_overflow(scale: float) -> None:
    array = np.full((10, 10), scale, np.float32)
    assert math.sqrt(sum_of_squares(array)) == pytest.approx(10 * scale, rel=1e-5)


def test_a_norm_of_bad_numbers_is_bad() -> None:
    assert math.isnan(sum_of_squares(np.array([1.0, np.nan], np.float32)))


@pytest.mark.parametrize(
    ("shape", "rows", "columns", "stride"),
    [
        ((10,), 1, 10, (1, 1)),
        ((), 1, 1, (1, 1)),
        ((3, 5), 3, 5, (1, 1)),
        ((8, 3, 2, 2), 8, 12, (1, 1)),
        ((129, 784), 65, 112, (2, 7)),
    ],
)
def test_a_picture_is_thinned_to_fit(shape: tuple[int, ...], rows: int, columns: int, stride: tuple[int, int]) -> None:
    array = np.arange(math.prod(shape), dtype=np.float64).reshape(shape)
    found, thinned = picture(array)
    assert found.shape == (rows, columns)
    assert max(found.shape) <= PICTURE_SIDE
    assert thinned == stride
    assert found.dtype == np.float32
    assert found[0, 0] == 0
    assert found[-1, -1] == array.reshape(shape[0] if array.ndim > 1 else 1, -1)[:: stride[0], :: stride[1]][-1, -1]
