"""Every operation of the table on tensors that lie in memory in other ways: the same numbers and gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import core as torch
from core import Tensor
from tests.unit.core.cases.case import Numbers
from tests.unit.core.operation_cases import CASES, Case

MOVABLE = [case for case in CASES if case.name not in ("as_strided", "view")]
"""Those two depend on how the elements lie."""


def strided(array: Numbers) -> Numbers:
    """Every second element of greater memory, along every dimension."""
    whole = np.full([2 * length + 1 for length in array.shape], np.nan)
    view = whole[(*(slice(1, 1 + 2 * length, 2) for length in array.shape), ...)]
    view[...] = array
    return view


def turned(array: Numbers) -> Numbers:
    """The last dimension first in memory."""
    return array.copy(order="F")


def outcome(case: Case, arrays: list[Numbers]) -> tuple[Numbers, list[Numbers | None]]:
    leaves = [torch.from_numpy(each).requires_grad_() for each in arrays]
    result: Tensor = case.call(*leaves)
    if result.requires_grad:
        (result * torch.arange(1.0, 1 + result.numel()).reshape(result.shape)).sum().backward()
    return result.detach().numpy(), [None if each.grad is None else each.grad.numpy() for each in leaves]


@pytest.mark.parametrize("layout", [strided, turned])
@pytest.mark.parametrize("case", MOVABLE, ids=lambda case: case.name)
def test_same_wherever_the_elements_lie(case: Case, layout: Callable[[Numbers], Numbers]) -> None:
    expected, grads = outcome(case, case.numbers())
    found, others = outcome(case, [layout(each) for each in case.numbers()])
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)
    for other, grad in zip(others, grads, strict=True):
        assert (other is None) == (grad is None)
        if other is not None and grad is not None:
            np.testing.assert_allclose(other, grad, rtol=1e-9, atol=1e-12)
