"""Figures of arrays, bad numbers included."""

from __future__ import annotations

import contextlib
import math
from dataclasses import astuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.arrays.backend import to_gpu
from core.training.figures import (
    EXACT,
    PICTURE_SIDE,
    SAMPLE,
    histogram,
    nonfinite,
    picture,
    sample,
    sum_of_squares,
    summary,
    zeros,
)
from tests.unit.core.gpu import stand_in

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


def test_a_span_beyond_float32_is_counted_all_the_same() -> None:
    assert histogram(np.array([-3e38, 0, 3e38], np.float32), 3).counts == (1, 1, 1)
    assert histogram(np.array([0, 1.2e-40, 3e-40], np.float32), 2).counts == (2, 1)


def test_the_share_of_zeros_is_that_of_all_units(torch: Any) -> None:
    """ReLU on 64 units of which the even ones are dead, and every third of the others is 0 for half of the samples."""
    activations = np.abs(np.random.RandomState(0).randn(512, 64).astype(np.float32)) + 0.1
    activations[:, ::2] = 0
    activations[::2, 1::6] = 0
    assert zeros(activations) == pytest.approx(float((torch.from_numpy(activations) == 0).double().mean()))


@pytest.mark.parametrize("place", [1, 1_000_001, 2_345_678, 4_000_000 - 1])
def test_what_is_planted_among_four_million_values_is_found(place: int, torch: Any) -> None:
    planted = np.random.RandomState(1).randn(2000, 2000).astype(np.float32)
    planted.reshape(-1)[[place - 1, place]] = 77, -99
    found, tensor = summary(planted), torch.from_numpy(planted).double()
    assert (found.minimum, found.maximum) == (-99, 77)
    assert found.std == pytest.approx(float(tensor.std()), rel=1e-12)
    assert found.mean == pytest.approx(float(tensor.mean()), rel=1e-9)
    shown = histogram(planted, 64)
    assert np.abs(np.array(shown.counts) - np.histogram(planted, 64)[0]).sum() <= 2
    assert shown.sampled_from == 0
    assert shown.counts[0] == shown.counts[-1] == 1
    planted.reshape(-1)[place] = np.nan
    planted.reshape(-1)[place - 1] = np.inf
    assert summary(planted).nonfinite == histogram(planted, 64).nonfinite == nonfinite(planted) == 2


def test_a_longer_array_is_sampled_where_no_layer_aligns_and_says_so() -> None:
    array = np.ones((EXACT // 64 + 1, 64), np.float32)
    array[:, ::2] = 0
    array[123, 1], array[124, 1], array[125, 1] = 9, -9, np.nan
    shown = histogram(array, 18)
    assert shown.sampled_from == array.size
    assert sum(shown.counts) == pytest.approx(SAMPLE, abs=1)
    assert (shown.low, shown.high, shown.nonfinite) == (-9, 9, 1)  # of all values, as the summary's figures are
    assert shown.counts[9] / SAMPLE == pytest.approx(0.5, abs=0.005)
    found = summary(array)
    assert (found.minimum, found.maximum, found.nonfinite) == (-9, 9, 1)
    assert zeros(array) == pytest.approx(0.5, abs=1e-6)


def test_a_sample_draws_nothing_from_the_users_generator() -> None:
    before = np.random.get_state()[1]  # noqa: NPY002 - the user's own generator is what is looked at
    first = sample(np.arange(EXACT + 5))
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002
    assert np.array_equal(first, sample(np.arange(EXACT + 5)))
    assert first.size == SAMPLE
    assert (np.diff(first) >= 0).all()


@pytest.mark.parametrize("size", [1, 2, 3, 10, 300_001])
def test_the_deviation_is_pytorchs(size: int, torch: Any) -> None:
    values = (np.random.RandomState(size).randn(size) + 1000).astype(np.float32)
    with pytest.warns(UserWarning, match="degrees of freedom") if size == 1 else contextlib.nullcontext():
        right = float(torch.from_numpy(values).double().std())
    assert summary(values).std == pytest.approx(right, rel=1e-9, nan_ok=True)
    assert math.isnan(right) == (size == 1)


def test_figures_on_a_gpu_are_those_of_the_cpu() -> None:
    values = np.random.RandomState(0).randn(EXACT // 32 + 1, 40).astype(np.float32)
    values[5, 5] = np.nan
    with stand_in():
        there = to_gpu(values, 0)
        assert astuple(summary(there)) == pytest.approx(astuple(summary(values)))
        assert (zeros(there), nonfinite(there)) == (0, 1)
        assert histogram(there, 8) == histogram(values, 8)
        assert np.array_equal(picture(there)[0], picture(values)[0], equal_nan=True)


def test_figures_do_not_depend_on_how_a_tensor_lies_in_memory() -> None:
    images = np.random.RandomState(0).randn(4, 8, 8, 3).astype(np.float32).transpose(0, 3, 1, 2)
    assert histogram(images, 16) == histogram(np.ascontiguousarray(images), 16)
    assert summary(images).maximum == images.max()


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
    table = array.reshape(shape[0] if array.ndim > 1 else 1, -1)
    assert found[0, 0] == table[: stride[0], : stride[1]].max()
    assert found[-1, -1] == table[-1, -1]


def test_a_thinned_picture_loses_neither_a_peak_nor_a_nan() -> None:
    array = np.random.RandomState(0).uniform(-1, 1, (300, 130)).astype(np.float32)
    array[1, 1], array[10, 3], array[299, 129], array[20, 20], array[20, 21] = 7, -9, np.nan, np.inf, -np.inf
    found, stride = picture(array)
    assert stride == (3, 2)
    assert (found[0, 0], found[3, 1]) == (7, -9)
    assert math.isnan(found[-1, -1])
    assert np.isinf(found[6, 10])
    assert np.count_nonzero(~np.isfinite(found)) == 2
