"""Every operation of the table: values, gradients, types, memory, and the same on a GPU's stand-in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import core as torch
from core import Tensor
from core.autograd.gradcheck import gradcheck
from tests.unit.core.gpu import stand_in
from tests.unit.core.operation_cases import BINARY, CASES, ELEMENTWISE, Case

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(scope="module")
def gpu() -> Iterator[None]:
    with stand_in():
        yield


def tensors(case: Case, dtype: torch.dtype = torch.float64, requires_grad: bool = False) -> list[Tensor]:
    return [torch.tensor(each, dtype=dtype, requires_grad=requires_grad) for each in case.numbers()]


@every_case
def test_value_is_numpys(case: Case) -> None:
    result = case.call(*tensors(case))
    expected = np.asarray(case.reference(*case.numbers()))
    assert tuple(result.shape) == expected.shape
    np.testing.assert_allclose(result.numpy(), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("case", [case for case in CASES if case.smooth], ids=lambda case: case.name)
def test_gradient_is_the_numeric_one(case: Case) -> None:
    assert gradcheck(case.call, tensors(case, requires_grad=True))


@every_case
def test_single_precision_stays_single(case: Case) -> None:
    inputs = tensors(case, torch.float32, requires_grad=True)
    result = case.call(*inputs)
    assert result.dtype == torch.float32
    result.sum().backward()
    assert all(each.grad is None or each.grad.dtype == torch.float32 for each in inputs)


@every_case
def test_output_shares_memory_only_if_it_is_a_view(case: Case) -> None:
    inputs = tensors(case)
    result = case.call(*inputs)
    shared = any(np.shares_memory(result.numpy(), each.numpy()) for each in inputs)
    assert shared == case.is_view


@every_case
def test_inputs_are_left_alone(case: Case) -> None:
    inputs = tensors(case, requires_grad=True)
    case.call(*inputs).sum().backward()
    for tensor, before in zip(inputs, case.numbers(), strict=True):
        np.testing.assert_array_equal(tensor.detach().numpy(), before)


@every_case
def test_nothing_is_recorded_without_need(case: Case) -> None:
    inputs = tensors(case, requires_grad=True)
    assert case.call(*inputs).grad_fn is not None
    with torch.no_grad():
        assert case.call(*inputs).grad_fn is None


@every_case
def test_same_numbers_and_gradients_on_a_gpu(case: Case, gpu: None) -> None:
    here = tensors(case, requires_grad=True)
    there = [each.detach().clone().cuda().requires_grad_() for each in here]
    expected, result = case.call(*here), case.call(*there)
    assert str(result.device) == "cuda:0"
    np.testing.assert_allclose(result.detach().cpu().numpy(), expected.detach().numpy(), rtol=1e-12, atol=1e-14)
    expected.sum().backward()
    result.sum().backward()
    for cpu, gpu_tensor in zip(here, there, strict=True):
        assert (cpu.grad is None) == (gpu_tensor.grad is None)
        if cpu.grad is not None and gpu_tensor.grad is not None:
            assert str(gpu_tensor.grad.device) == "cuda:0"
            np.testing.assert_allclose(gpu_tensor.grad.cpu().numpy(), cpu.grad.numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("case", ELEMENTWISE, ids=lambda case: case.name)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3)], ids=str)
def test_empty_and_without_dimensions(case: Case, shape: tuple[int, ...]) -> None:
    x = torch.full(shape, 0.75, dtype=torch.float64, requires_grad=True)
    result = case.call(x)
    result.sum().backward()
    assert result.shape == shape
    assert x.grad is not None
    assert x.grad.shape == shape


@pytest.mark.parametrize("case", BINARY, ids=lambda case: case.name)
@pytest.mark.parametrize(("first", "second"), [((2, 1), (3,)), ((), (2, 3)), ((1, 3), (2, 3)), ((0, 1), (1, 4))])
def test_broadcast_gradients_are_summed(case: Case, first: tuple[int, ...], second: tuple[int, ...]) -> None:
    shapes = (first, second, first)[: len(case.shapes)]
    broad = Case(case.name, case.call, case.reference, shapes, case.domain)
    expected = np.asarray(case.reference(*broad.numbers()))
    np.testing.assert_allclose(broad.call(*tensors(broad)).numpy(), expected, rtol=1e-12)
    if case.smooth:
        assert gradcheck(broad.call, tensors(broad, requires_grad=True))
