"""Operations with several outputs, and operations called from another one's backward."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import core as torch
from core.arrays.backend import Array
from core.autograd import record_many
from core.ops.arithmetic import Mul
from core.ops.operation import OUTPUT, Operation, apply


class SinCos(Operation):
    """The sine and the cosine; each one's gradient is made of the other. The last output is the sign."""

    saves = ((OUTPUT, OUTPUT - 1),)

    def forward(self, x: Array) -> tuple[Array, ...]:  # type: ignore[override]
        return np.sin(x), np.cos(x), np.sign(x).astype(np.int64)

    def backward(self, grads: tuple[Array | None, ...], sin: Array, cos: Array) -> Array:
        by_sin, by_cos, _ = grads
        return (0 if by_sin is None else by_sin * cos) - (0 if by_cos is None else by_cos * sin)


def leaf(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def test_each_output_has_its_record_and_number() -> None:
    sin, cos, sign = record_many(SinCos(), leaf(0.5, -1.0))
    assert repr(sin.grad_fn).startswith("<SinCosBackward0")
    assert "grad_fn=<SinCosBackward0>" in repr(cos)
    assert (sin.output_nr, cos.output_nr, sign.output_nr) == (0, 1, 0)
    assert sign.grad_fn is None
    assert sign.tolist() == [1, -1]


@pytest.mark.parametrize("weights", [(1.0, 0.0), (0.0, 1.0), (2.0, 3.0)])
def test_gradients_of_all_outputs_add_up(weights: tuple[float, float]) -> None:
    x = leaf(0.5, -1.0)
    sin, cos, _ = record_many(SinCos(), x)
    terms = [weight * each for weight, each in zip(weights, (sin, cos), strict=True) if weight]
    sum(terms, start=torch.zeros(2)).sum().backward()
    np.testing.assert_allclose(x.grad, weights[0] * np.cos([0.5, -1]) - weights[1] * np.sin([0.5, -1]))


def test_outputs_can_be_viewed_and_changed_in_place() -> None:
    x = leaf(0.5, -1.0)
    sin, cos, _ = record_many(SinCos(), x * 1)
    total = sin[0] * 3 + cos.reshape(2, 1)[1, 0]
    total.backward()
    np.testing.assert_allclose(x.grad, [3 * np.cos(0.5), -np.sin(-1)])
    sin, cos, _ = record_many(SinCos(), x)
    cos.mul_(2)
    assert cos.output_nr == 0
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        cos.sum().backward()


def test_nothing_is_recorded_without_need_and_nothing_stays() -> None:
    with torch.no_grad():
        assert record_many(SinCos(), leaf(1.0))[0].grad_fn is None
    gc.disable()
    try:
        sin, cos, _ = record_many(SinCos(), leaf(1.0))
        held = weakref.ref(sin)
        loss = sin * cos
        del sin, cos, loss
        assert held() is None
    finally:
        gc.enable()


def test_an_operation_applied_to_arrays_is_its_forward() -> None:
    np.testing.assert_array_equal(apply(Mul(), np.array([2.0]), np.array([3.0])), [6.0])
