"""Which values there are, how often, and where in order: results without gradients."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core as torch

SMALL = st.lists(st.integers(-3, 3), max_size=12)
FLOATS = st.lists(st.sampled_from([-1.0, 0.0, 0.5, 2.0, float("inf"), float("nan")]), min_size=1, max_size=9)


@given(SMALL)
def test_unique(numbers: list[int]) -> None:
    values, inverse, counts = torch.unique(torch.tensor(numbers).long(), return_inverse=True, return_counts=True)
    assert values.tolist() == sorted(set(numbers))
    assert [values.tolist()[each] for each in inverse.tolist()] == numbers
    assert counts.tolist() == [numbers.count(each) for each in sorted(set(numbers))]


@given(SMALL)
def test_unique_consecutive(numbers: list[int]) -> None:
    values, inverse, counts = torch.tensor(numbers).long().unique_consecutive(True, True)
    assert np.repeat(values.numpy(), counts.numpy()).tolist() == numbers
    assert (np.diff(values.numpy()) != 0).all()
    assert [values.tolist()[each] for each in inverse.tolist()] == numbers


def test_unique_rows() -> None:
    rows = torch.tensor([[1, 2], [1, 2], [0, 1], [1, 2]])
    assert torch.unique(rows, dim=0).tolist() == [[0, 1], [1, 2]]
    assert torch.unique_consecutive(rows, dim=0).tolist() == [[1, 2], [0, 1], [1, 2]]


@given(SMALL, st.integers(0, 6))
def test_bincount(numbers: list[int], minlength: int) -> None:
    array = np.abs(np.array(numbers, dtype=np.int64))
    assert (
        torch.bincount(torch.tensor(array), minlength=minlength).tolist()
        == np.bincount(array, minlength=minlength).tolist()
    )


def test_bincount_refuses_what_it_cannot_count() -> None:
    with pytest.raises(RuntimeError, match="bincount only supports 1-d non-negative integral inputs"):
        torch.bincount(torch.tensor([-1]))
    assert torch.bincount(torch.tensor([0, 2]), torch.tensor([0.5, 1.0])).tolist() == [0.5, 0.0, 1.0]


def test_histc() -> None:
    x = torch.tensor([3.0, 1, 3, 1, 2, 9])
    assert torch.histc(x, 4, 0, 3).tolist() == [0, 2, 1, 2]
    assert torch.histc(torch.ones(3), 2).tolist() == [0, 3]


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=9), SMALL, st.booleans())
def test_searchsorted(row: list[int], wanted: list[int], right: bool) -> None:
    row.sort()
    found = torch.searchsorted(torch.tensor(row), torch.tensor(wanted).long(), right=right)
    assert found.tolist() == np.searchsorted(row, np.array(wanted, int), "right" if right else "left").tolist()


def test_searchsorted_row_by_row() -> None:
    rows = torch.tensor([[1, 2, 3], [4, 5, 6]])
    found = torch.searchsorted(rows, torch.tensor([[3, 9], [0, 5]]), out_int32=True)
    assert found.tolist() == [[2, 3], [0, 1]]
    assert found.dtype == torch.int32
    assert torch.bucketize(2.5, torch.tensor([1.0, 2.0, 3.0])).item() == 2


def test_isin() -> None:
    x = torch.tensor([[1, 2], [3, 4]])
    assert torch.isin(x, torch.tensor([2, 3])).tolist() == [[False, True], [True, False]]
    assert torch.isin(x, 4, invert=True).tolist() == [[True, True], [True, False]]


@given(FLOATS, st.booleans())
def test_sort_puts_nan_last(numbers: list[float], descending: bool) -> None:
    values, indices = torch.tensor(numbers).sort(descending=descending)
    expected = np.sort(np.array(numbers, np.float32))
    np.testing.assert_array_equal(values.numpy(), expected[::-1] if descending else expected)
    np.testing.assert_array_equal(np.array(numbers, np.float32)[indices.numpy()], values.numpy())


@given(FLOATS)
def test_cummax_says_where(numbers: list[float]) -> None:
    values, indices = torch.tensor(numbers).cummax(0)
    np.testing.assert_array_equal(values.numpy(), np.maximum.accumulate(np.array(numbers, np.float32)))
    np.testing.assert_array_equal(np.array(numbers, np.float32)[indices.numpy()], values.numpy())


@given(FLOATS)
def test_medians(numbers: list[float]) -> None:
    x = torch.tensor(numbers)
    known = sorted(each for each in numbers if each == each)
    expected = known[(len(known) - 1) // 2] if known else float("nan")
    np.testing.assert_equal(x.nanmedian().item(), expected)
    np.testing.assert_equal(x.median().item(), expected if len(known) == len(numbers) else float("nan"))


@given(FLOATS, st.floats(0, 1))
def test_quantiles(numbers: list[float], share: float) -> None:
    finite = [each for each in numbers if abs(each) < 9] or [1.0]
    x = torch.tensor(finite, dtype=torch.float64)
    np.testing.assert_allclose(x.quantile(share).item(), np.quantile(finite, share), atol=1e-12)
    holes = torch.cat([x, torch.tensor([float("nan")], dtype=torch.float64)])
    np.testing.assert_allclose(holes.nanquantile(share).item(), np.quantile(finite, share), atol=1e-12)
    assert bool(holes.quantile(share).isnan())
