"""Drawn numbers, and what is drawn after them, which shows the generator's state, are PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core

EXPRESSIONS = """
t.randint(0, 2**28, (5,))
t.randint(0, 2**28 - 1, (5,))
t.randint(-5, 2**31, (5,))
t.randint(2**40, (5,))
t.randint(9, size=(3,))
t.randint(high=9, size=(3,))
t.randint(low=3, high=9, size=(3,))
t.randint(9, (3,), dtype=t.uint8)
t.zeros(5, dtype=t.int64).random_(7, 2**33)
t.zeros(4, dtype=t.float16).random_()
t.zeros(4).random_()
t.zeros(4, dtype=t.float64).random_()
t.zeros(4, dtype=t.int8).random_()
t.zeros(4, dtype=t.uint8).random_()
t.zeros(4, dtype=t.int16).random_()
t.zeros(4, dtype=t.int32).random_()
t.zeros(4, dtype=t.int64).random_()
t.zeros(4, dtype=t.bool).random_()
t.randn(5, dtype=t.float16)
t.randn(16, dtype=t.float16)
t.randn(20, dtype=t.float16)
t.randn(100, dtype=t.float16)
t.rand(100, dtype=t.float16)
t.zeros(100, dtype=t.float16).uniform_(1, 2)
t.zeros(20, dtype=t.float16).normal_(1, 2)
t.zeros(3, 3).T.normal_()
t.zeros(5, 7).T.normal_()
t.zeros(5, 7).T.uniform_()
t.zeros(3, 4, 5).permute(2, 0, 1).uniform_(1, 3)
t.zeros(6, 6)[::2, 1:].normal_()
t.zeros(6, 6)[::2, 1:].uniform_()
t.zeros(5, 7).T.exponential_()
t.zeros(5, 7).T.bernoulli_(0.3)
t.zeros(5, 7).T.random_(10)
t.zeros(5, 7).T.cauchy_()
t.zeros(5, 7).T.geometric_(0.3)
t.zeros(40)[::2].normal_()
t.multinomial(t.tensor([0.1, 0.4, 0.5]), 1, replacement=True)
t.multinomial(t.tensor([0.1, 0.4, 0.5]), 20, replacement=True)
t.multinomial(t.arange(1.0, 13).reshape(3, 4), 7, replacement=True)
t.multinomial(t.arange(1.0, 13).reshape(3, 4), 1, replacement=True)
t.multinomial(t.arange(1.0, 1001).double(), 50, replacement=True)
t.multinomial(t.arange(1.0, 1001), 50)
t.multinomial(t.tensor([0.1, 0.0, 0.5]), 20, replacement=True)
t.randperm(20)
t.randperm(20, dtype=t.int16)
t.bernoulli(t.full((4, 5), 0.3).T)
t.normal(t.zeros(5, 4).T, 1.0)
t.nn.init.orthogonal_(t.empty(4, 4))
t.nn.functional.dropout(t.ones(4, 5), 0.5)
"""


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().split("\n"))
def test_draws(torch: Any, expression: str) -> None:
    found = []
    for library in (core, torch):
        library.manual_seed(7)
        drawn = eval(expression, {"t": library})
        found.append((str(drawn.dtype), drawn.tolist(), library.rand(1).item(), library.randn(1).item()))
    (ours, mine, *after), (theirs, other, *later) = found
    assert ours == theirs
    np.testing.assert_allclose(mine, other, rtol=2e-6 if ours != "torch.float16" else 2e-3, atol=1e-6)
    np.testing.assert_allclose(after, later, rtol=1e-6)
