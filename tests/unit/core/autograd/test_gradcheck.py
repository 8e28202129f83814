"""gradcheck finds wrong gradients and says where."""

from __future__ import annotations

import pytest

import core as torch
from core.arrays.backend import Array
from core.autograd import record
from core.autograd.gradcheck import GradcheckError, gradcheck, gradgradcheck
from core.ops.operation import Operation


class WrongSquare(Operation):
    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return x * x

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * x


def double(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def test_right_ones_pass_and_inputs_are_left_alone() -> None:
    x = double(1.0, 2.0)
    assert gradcheck(lambda x: (x * x).sum(), x)
    assert x.tolist() == [1.0, 2.0]
    assert x.grad is None


def test_wrong_ones_are_told_with_both_numbers() -> None:
    x = double(1.0, 3.0)
    with pytest.raises(GradcheckError, match=r"Gradient of input 0 at \[\d\]: numeric .*, analytic"):
        gradcheck(lambda x: record(WrongSquare(), x), x)
    assert not gradcheck(lambda x: record(WrongSquare(), x), x, raise_exception=False)


class WrongSlope(Operation):
    """x squared, whose gradient is right and has no gradient."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        self.double = x * 2
        return x * x

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * self.double


def test_wrong_second_gradients_are_told_too() -> None:
    x = double(1.0, 3.0)
    assert gradcheck(lambda x: record(WrongSlope(), x), x)
    with pytest.raises(GradcheckError, match=r"Gradient of input 0 at \[\d\]: numeric .*, analytic 0"):
        gradgradcheck(lambda x: record(WrongSlope(), x), x)
    assert not gradgradcheck(lambda x: record(WrongSlope(), x), x, raise_exception=False)
    assert gradgradcheck(lambda x: x * x, x, torch.tensor([1.0, 2.0], dtype=torch.float64))


def test_several_outputs_and_inputs_of_other_kinds() -> None:
    assert gradcheck(lambda x, n: (x * n, x.exp(), x.argmax()), [double(1.0, 2.0), 3])
    assert gradgradcheck(lambda x, n: (x**n, x.exp().detach()), [double(1.0, 2.0), 3])


def test_a_missing_gradient_is_wrong() -> None:
    assert not gradcheck(lambda x: x + x.detach(), double(1.0), raise_exception=False)


def test_nothing_to_check_is_an_error() -> None:
    with pytest.raises(ValueError, match="require gradient"):
        gradcheck(lambda x: x, torch.ones(1))
