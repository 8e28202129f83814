"""What the table of operations does not ask of activations: memory order, last digits, the edges of quick ways."""

from __future__ import annotations

import math

import numpy as np
import pytest

import core as torch
from core.nn import functional as F
from core.ops.rectifier import negative_part, positive_part
from core.ops.rows import greatest, product_sum, total
from tests.unit.core.cases.activation import ELEMENTWISE
from tests.unit.core.cases.case import Case

SOURCE = np.random.default_rng(0)


@pytest.mark.parametrize("case", ELEMENTWISE, ids=lambda case: case.name)
def test_channels_last_in_memory_stay_there(case: Case) -> None:
    x = torch.tensor(SOURCE.normal(size=(2, 5, 7, 64)).astype(np.float32), requires_grad=True)
    seen = x.permute(0, 3, 1, 2)
    out = case.call(seen)
    assert out._array.strides == seen._array.strides
    (found,) = torch.autograd.grad(out, [seen], torch.ones(2, 5, 7, 64).permute(0, 3, 1, 2))
    assert found._array.strides == seen._array.strides


def test_gelu_in_single_precision_is_right_to_the_last_digits() -> None:
    x = np.linspace(-12, 12, 100_001, dtype=np.float32)
    right = np.vectorize(math.erfc)(-x.astype(float) * math.sqrt(0.5)) * x / 2
    found = F.gelu(torch.tensor(x)).numpy()
    assert np.abs(found - right).max() < 3e-7 * np.abs(x).max()
    assert (np.abs(found - right) <= 2.5e-7 * np.maximum(np.abs(x), 1e-30)).all()


@pytest.mark.parametrize("size", [3, 5000])
@pytest.mark.parametrize("kind", [np.float32, np.int64])
def test_parts_above_and_below_zero(size: int, kind: type) -> None:
    x = SOURCE.integers(-9, 9, size).astype(kind)
    np.testing.assert_array_equal(positive_part(x), np.where(x > 0, x, 0))
    np.testing.assert_array_equal(negative_part(x), np.where(x < 0, x, 0))
    assert positive_part(x).dtype == kind
    if kind is np.float32:
        x[:3] = [np.nan, np.inf, -np.inf]
        np.testing.assert_array_equal(positive_part(x)[:3], [np.nan, np.inf, 0])
        np.testing.assert_array_equal(negative_part(x)[:3], [np.nan, 0, -np.inf])


@pytest.mark.parametrize("shape", [(4, 5), (300, 7), (40, 70), (5, 60, 9), (2000,), (0, 5)], ids=str)
@pytest.mark.parametrize("axis", [-1, 0])
@pytest.mark.parametrize("order", ["C", "F"])
def test_rows_are_folded_as_numpy_does(shape: tuple[int, ...], axis: int, order: str) -> None:
    x, y = (np.asarray(SOURCE.normal(size=shape), dtype=np.float64, order=order) for _ in range(2))  # type: ignore[call-overload]
    np.testing.assert_allclose(total(x, axis), x.sum(axis, keepdims=True), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(product_sum(x, y, axis), (x * y).sum(axis, keepdims=True), rtol=1e-10, atol=1e-12)
    if x.shape[axis]:
        np.testing.assert_array_equal(greatest(x, axis), x.max(axis, keepdims=True))


@pytest.mark.parametrize("offset", [0.0, 50.0, 75.0, 90.0, 500.0, -5.0, -50.0, -90.0, -500.0])
def test_softmax_is_right_wherever_the_scores_lie(offset: float) -> None:
    x = SOURCE.normal(offset, 3, (60, 40))
    right = np.exp(x - x.max(1, keepdims=True))
    right /= right.sum(1, keepdims=True)
    np.testing.assert_allclose(F.softmax(torch.tensor(x), 1).numpy(), right, rtol=1e-12)
    single = F.softmax(torch.tensor(x.astype(np.float32)), 1).numpy()
    np.testing.assert_allclose(single.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(single, right, rtol=1e-4 if abs(offset) > 100 else 2e-5)
