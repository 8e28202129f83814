"""Gradients of gradients, through every operation of the table and by every road through the record."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import core as torch
from core import Tensor
from core.arrays.backend import Array, namespace
from core.autograd import record
from core.autograd.gradcheck import gradcheck, gradgradcheck
from core.ops.elementwise import Exp
from core.ops.operation import Operation, apply
from tests.unit.core.gpu import stand_in
from tests.unit.core.operation_cases import CASES, Case

ONCE = ("ctc_loss",)  # PyTorch has no second derivative of them either
SMOOTH = [case for case in CASES if case.smooth and case.name not in ONCE]
every_smooth_case = pytest.mark.parametrize("case", SMOOTH, ids=lambda case: case.name)


@pytest.fixture(scope="module")
def gpu() -> Iterator[None]:
    with stand_in():
        yield


def tensors(case: Case) -> list[Tensor]:
    return [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in case.numbers()]


def leaf(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def second_gradients(case: Case, inputs: list[Tensor]) -> list[Tensor | None]:
    """Of the sum of the first gradients' exponentials, so that all of them matter; None where the first is constant."""
    result = case.call(*inputs)
    firsts = torch.autograd.grad(result.exp().sum(), inputs, create_graph=True, allow_unused=True)
    varying = [first.exp().sum() for first in firsts if first is not None and first.requires_grad]
    return list(torch.autograd.grad(sum(varying), inputs, allow_unused=True)) if varying else [None] * len(inputs)


@every_smooth_case
def test_second_gradient_is_the_numeric_one(case: Case) -> None:
    assert gradgradcheck(case.call, tensors(case))


@every_smooth_case
def test_same_second_gradients_on_a_gpu(case: Case, gpu: None) -> None:
    here = tensors(case)
    there = [each.detach().clone().cuda().requires_grad_() for each in here]
    for cpu, other in zip(second_gradients(case, here), second_gradients(case, there), strict=True):
        assert (cpu is None) == (other is None)
        if cpu is not None and other is not None:
            assert str(other.device) == "cuda:0"
            np.testing.assert_allclose(other.cpu().numpy(), cpu.numpy(), rtol=1e-9, atol=1e-12)


class Kept(Operation):
    """exp(x) * w, whose gradient uses what `forward` kept; it does not save w where only w has a gradient."""

    __slots__ = ("exp",)
    saves = ((0, 1), (0,))
    replays = True

    def forward(self, x: Array, w: Array) -> Array:
        self.exp = namespace(x).exp(x)
        return self.exp * w

    def backward(self, grad: Array, x: Array, w: Array | None) -> tuple[Array | None, Array]:
        return None if w is None else grad * self.exp * w, grad * self.exp


class Calling(Operation):
    """exp, whose gradient is another operation's work."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return apply(Exp(), x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * apply(Exp(), x)


CONSTANTS = {("AddRows", "divisors"), ("AvgPool", "divisor"), ("NllLoss", "weights"), ("Dropout", "mask")}


@every_smooth_case
def test_what_forward_keeps_is_declared(case: Case) -> None:
    """Numbers that `forward` left on an operation come back as constants, unless it `replays`."""
    ahead: list[Any] = [case.call(*tensors(case)).grad_fn]
    while ahead:
        node = ahead.pop()
        ahead += [each for each, _ in node.next_functions if isinstance(each, Operation)]
        names = {name for kind in type(node).__mro__ for name in getattr(kind, "__slots__", ())}
        names -= {*Operation.__slots__, *(name for title, name in CONSTANTS if title == type(node).__name__)}
        values = [getattr(node, name, None) for name in names if not node.replays]
        kept = [each for value in values for each in (value if isinstance(value, tuple | list) else [value])]
        assert not [each for each in kept if isinstance(each, np.ndarray) and each.dtype.kind == "f"]


def test_a_move_to_another_device_and_back(gpu: None) -> None:
    x = leaf(1.0, 2.0)
    assert gradgradcheck(lambda x: (x.cuda() ** 3).cpu() * x, [x])


def test_what_forward_kept_is_found_again() -> None:
    x, w = leaf(0.5, -1.0), leaf(2.0, 3.0)
    assert gradgradcheck(lambda x, w: record(Kept(), x, w), [x, w])
    assert gradgradcheck(lambda w: record(Kept(), x.detach(), w), [w])
    assert gradgradcheck(lambda x: record(Kept(), x, w.detach()), [x])
    first, *_ = torch.autograd.grad(record(Kept(), x, w).sum(), [x, w], create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x, create_graph=True)
    (third,) = torch.autograd.grad(second.sum(), x)
    np.testing.assert_allclose(third, np.exp([0.5, -1.0]) * [2, 3])


def test_an_operation_may_call_another_one() -> None:
    assert gradcheck(lambda x: record(Calling(), x), [leaf(0.5, -1.0)])
    assert gradgradcheck(lambda x: record(Calling(), x), [leaf(0.5, -1.0)])


def test_values_cast_before_they_are_saved() -> None:
    single = torch.tensor([0.5, 2.0], requires_grad=True)
    double = leaf(3.0, 4.0)
    (first,) = torch.autograd.grad((single * double * single).sum(), single, create_graph=True)
    assert first.dtype == torch.float32
    (second,) = torch.autograd.grad(first.sum(), single)
    assert second.dtype == torch.float32
    assert second.tolist() == [6.0, 8.0]


def test_numbers_that_numpy_gives_back_as_scalars() -> None:
    x = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(x**3, x, create_graph=True)
    assert torch.autograd.grad(first, x)[0].item() == 12


def test_a_leaf_changed_between_the_two_is_noticed() -> None:
    x = leaf(1.0, 2.0)
    (first,) = torch.autograd.grad((x * x * x).sum(), x, create_graph=True)
    with torch.no_grad():
        x.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        first.sum().backward()


def test_the_graph_stays_for_a_second_walk_unless_told_otherwise() -> None:
    x = leaf(1.0, 2.0)
    y = x.exp().sum()
    torch.autograd.grad(y, x, create_graph=True)
    (first,) = torch.autograd.grad(y, x, create_graph=True, retain_graph=False)
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        first.sum().backward()


def test_what_numpy_would_do_silently_is_refused() -> None:
    class Careless(Operation):
        def forward(self, x: Array) -> Array:
            return x

        def backward(self, grad: Array) -> Array:
            return np.where(np.ones(2, bool), grad, 0)

    x = leaf(1.0, 2.0)
    assert torch.autograd.grad(record(Careless(), x).sum(), x)[0].tolist() == [1, 1]
    with pytest.raises(NotImplementedError, match=r"CarelessBackward0 .*take the function from namespace"):
        torch.autograd.grad(record(Careless(), x).sum(), x, create_graph=True)


def test_a_function_that_the_engine_lacks_is_named() -> None:
    class Exotic(Operation):
        def forward(self, x: Array) -> Array:
            return x

        def backward(self, grad: Array) -> Array:
            return namespace(grad).unwrap(grad)

    x = leaf(1.0, 2.0)
    with pytest.raises(NotImplementedError, match=r"ExoticBackward0 .*numpy's function 'unwrap'"):
        torch.autograd.grad(record(Exotic(), x).sum(), x, create_graph=True)


def test_second_graphs_are_freed_without_the_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        x = leaf(1.0, 2.0)
        y = record(Kept(), x * 2, x).tanh() * 1
        y[0] = x[1]
        (first,) = torch.autograd.grad((y * y).sum(), x, create_graph=True)
        (second,) = torch.autograd.grad(first.sum(), x, create_graph=True)
        ends = [weakref.ref(each) for each in (y, first, second)]
        del y, first, second
        assert [end() for end in ends] == [None, None, None]
    finally:
        gc.enable()
