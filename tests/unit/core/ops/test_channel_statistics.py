"""Batch normalisation of big arrays, which goes block by block, is what the formula gives, and stays exact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import core as torch
from core import Tensor
from core.autograd.gradcheck import gradcheck, gradgradcheck
from core.nn import functional as F
from core.ops import channel_statistics as statistics
from tests.unit.core.cases.normalization import CASES

Numbers = np.ndarray[Any, Any]


def channels_last(shape: tuple[int, ...], seed: int = 0) -> Numbers:
    """Numbers of that logical shape, channels last in memory, far from zero."""
    drawn = np.random.default_rng(seed).normal(30.0, 2.0, (shape[0], *shape[2:], shape[1]))
    return np.moveaxis(drawn, -1, 1)


def run(x: Numbers, training: bool) -> list[Numbers]:
    """Output, gradients and running figures."""
    values = torch.from_numpy(x).requires_grad_()
    weight, bias = (torch.linspace(low, 2, x.shape[1], dtype=values.dtype).requires_grad_() for low in (0.5, -1.0))
    mean, var = (torch.full((x.shape[1],), each, dtype=values.dtype) for each in (29.0, 3.0))
    out = F.batch_norm(values, mean, var, weight, bias, training)
    out.backward(torch.from_numpy(channels_last(x.shape, 1)).to(values.dtype))
    grads = [each.grad.numpy() for each in (values, weight, bias)]
    return [out.detach().numpy(), *grads, mean.numpy(), var.numpy()]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(60, 7), (4, 7, 3, 5), (3, 5, 11), (2, 3, 5, 4, 3)], ids=str)
def test_blocks_give_what_the_formula_gives(
    shape: tuple[int, ...], training: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(channels_last(shape), training)
    monkeypatch.setattr(statistics, "BLOCK", 64)
    for found, expected in zip(run(channels_last(shape), training), whole, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_blocks_are_exact_in_single_precision_far_from_zero() -> None:
    x = channels_last((8, 3, 96, 96)).astype(np.float32)
    exact = run(x.astype(np.float64), training=True)
    sums = x.size // 3 * 30  # what the gradients of weight and bias add up, of either sign
    near = [2e-5, 2e-4, 2e-6 * sums, 2e-6 * sums, 1e-4, 1e-4]
    for found, expected, atol in zip(run(x, training=True), exact, near, strict=True):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=atol)


def test_blocks_keep_the_memory_order_of_their_input() -> None:
    x = channels_last((8, 3, 96, 96)).astype(np.float32)
    assert F.batch_norm(torch.from_numpy(x), None, None, training=True)._array.strides == x.strides


def test_weight_and_bias_may_be_missing_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "BLOCK", 64)
    x = torch.from_numpy(channels_last((6, 2, 4, 3))).requires_grad_()
    call: Callable[..., Tensor] = lambda *inputs: F.batch_norm(inputs[0], None, None, *inputs[1:], training=True)  # noqa: E731
    weight = torch.ones(2, dtype=torch.float64, requires_grad=True)
    assert gradcheck(call, [x])
    assert gradcheck(call, [x, weight])
    assert gradgradcheck(call, [x, weight])


@pytest.mark.parametrize("learning", [(1, 2), (2,), (1,), (0,)], ids=str)
@pytest.mark.parametrize("case", [case for case in CASES if len(case.shapes) == 3], ids=lambda case: case.name)
def test_only_what_learns_gets_a_gradient(
    case: Any, learning: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = [torch.tensor(each, requires_grad=True) for each in case.numbers()]
    out = case.call(*everything)
    slope = torch.linspace(-1, 1, out.numel(), dtype=torch.float64).reshape(out.shape)
    out.backward(slope)
    for block in (statistics.BLOCK, 1):
        monkeypatch.setattr(statistics, "BLOCK", block)
        inputs = [torch.tensor(each, requires_grad=place in learning) for place, each in enumerate(case.numbers())]
        case.call(*inputs).backward(slope)
        for place, (found, expected) in enumerate(zip(inputs, everything, strict=True)):
            assert (found.grad is not None) == (place in learning)
            if place in learning:
                np.testing.assert_allclose(found.grad.numpy(), expected.grad.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_second_derivatives(case: Any) -> None:
    inputs = [torch.tensor(each, requires_grad=True) for each in case.numbers()]
    assert gradgradcheck(case.call, inputs)


def test_nothing_to_normalise() -> None:
    x = torch.zeros(0, 3, requires_grad=True)
    out = F.batch_norm(x, None, None, training=True)
    out.sum().backward()
    assert out.shape == x.grad.shape == (0, 3)
    mean = torch.zeros(3)
    F.batch_norm(x, mean, torch.ones(3), training=True)
    assert mean.tolist() == [0.0, 0.0, 0.0]


def test_not_a_number_stays_in_its_channel() -> None:
    x = np.ones((70000, 2), np.float32)
    x[5, 0] = np.nan
    out = F.batch_norm(torch.from_numpy(x), None, None, training=True)
    assert bool(out[:, 0].isnan().all())
    assert out[:, 1].abs().max().item() == 0.0
