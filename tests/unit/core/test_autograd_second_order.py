"""Gradients of gradients, through every operation of the table and by every road through the record."""

from __future__ import annotations

import pytest

import core as torch
from core.gradcheck import gradgradcheck
from tests.unit.core.operation_cases import CASES, Case

ONCE = ("ctc_loss",)  # PyTorch has no second derivative of them either
SMOOTH = [case for case in CASES if case.smooth and case.name not in ONCE]


def tensors(case: Case) -> list[torch.Tensor]:
    return [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in case.numbers()]


@pytest.mark.parametrize("case", SMOOTH, ids=lambda case: case.name)
def test_second_gradient_is_the_numeric_one(case: Case) -> None:
    assert gradgradcheck(case.call, tensors(case))
