"""A seed gives PyTorch's own numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import core


def both(torch: Any, draw: Callable[[Any], Any], seed: int = 5) -> tuple[Any, Any]:
    results = []
    for library in (core, torch):
        library.manual_seed(seed)
        results.append(draw(library))
    return results[0], results[1]


TO_THE_BIT: dict[str, Callable[[Any], Any]] = {
    "rand": lambda t: t.rand(3, 5),
    "rand double": lambda t: t.rand(7, dtype=t.float64),
    "rand half": lambda t: t.rand(7, dtype=t.float16),
    "uniform_": lambda t: t.empty(4, 4).uniform_(-0.3, 0.7),
    "randint": lambda t: t.randint(-5, 9, (20,)),
    "randint wide": lambda t: t.randint(0, 2**40, (4,)),
    "randperm": lambda t: t.randperm(50),
    "randperm of 0": lambda t: t.randperm(0),
    "bernoulli": lambda t: t.bernoulli(t.full((40,), 0.3)),
    "bernoulli of a number": lambda t: t.cat([t.bernoulli(t.ones(9), 0.3), t.ones(9).bernoulli(p=0.4), t.rand(1)]),
    "bernoulli_": lambda t: t.cat([t.ones(9, dtype=t.float64).bernoulli_(0.3), t.rand(1)]),
    "bernoulli_ of integers": lambda t: t.ones(9, dtype=t.int64).bernoulli_(0.3),
    "bernoulli_ of tensors": lambda t: t.cat(
        [t.ones(9).bernoulli_(t.full((9,), 0.5, dtype=kind)) for kind in (t.float32, t.float64)] + [t.rand(1)]
    ),
    "random_": lambda t: t.empty(3, dtype=t.int64).random_(),
    "random_ to": lambda t: t.empty(9, dtype=t.int32).random_(7),
    "one after the other": lambda t: t.stack([t.rand(3), t.rand(3)]),
    "Linear weight": lambda t: t.nn.Linear(13, 7).weight.detach(),
    "Linear bias": lambda t: t.nn.Linear(13, 7).bias.detach(),
    "xavier_uniform_": lambda t: t.nn.init.xavier_uniform_(t.empty(6, 4), gain=1.7),
    "kaiming_uniform_": lambda t: t.nn.init.kaiming_uniform_(t.empty(6, 4), nonlinearity="relu"),
    "exponential_": lambda t: t.empty(40).exponential_(2.0),
    "cauchy_": lambda t: t.empty(40).cauchy_(1.0, 0.5),
    "geometric_": lambda t: t.empty(40).geometric_(0.3),
    "log_normal_": lambda t: t.empty(5).log_normal_(0.5, 1.5),
    "multinomial": lambda t: t.multinomial(t.tensor([[0.1, 0.2, 0.3, 0.4], [1.0, 0.0, 2.0, 3.0]]), 3),
    "multinomial with replacement": lambda t: t.multinomial(t.tensor([[0.1, 0.2, 0.7], [1.0, 0.0, 2.0]]), 20, True),
    "poisson": lambda t: t.poisson(t.tensor([0.0, 0.5, 3.0, 9.9, 10.0, 80.0]).repeat(5)),
    "randint_like": lambda t: t.randint_like(t.zeros(3, 4), 2, 9),
}
CLOSE: dict[str, Callable[[Any], Any]] = {
    "randn": lambda t: t.randn(16),
    "randn with a rest": lambda t: t.randn(37),
    "randn double": lambda t: t.randn(20, dtype=t.float64),
    "randn few": lambda t: t.randn(7),
    "randn few double": lambda t: t.randn(5, dtype=t.float64),
    "randn odd then more": lambda t: t.cat([t.randn(3), t.randn(4), t.randn(20)]),
    "normal_": lambda t: t.nn.init.normal_(t.empty(9, 9), mean=0.5, std=2.0),
    "xavier_normal_": lambda t: t.nn.init.xavier_normal_(t.empty(6, 4)),
    "kaiming_normal_": lambda t: t.nn.init.kaiming_normal_(t.empty(6, 4), mode="fan_out", nonlinearity="relu"),
    "orthogonal_ wide": lambda t: t.nn.init.orthogonal_(t.empty(4, 6), gain=2.0),
    "orthogonal_ tall": lambda t: t.nn.init.orthogonal_(t.empty(6, 4)),
    "trunc_normal_": lambda t: t.nn.init.trunc_normal_(t.empty(50), std=1.5),
    "sparse_": lambda t: t.nn.init.sparse_(t.empty(10, 6), sparsity=0.3),
}


@pytest.mark.parametrize("name", TO_THE_BIT)
def test_to_the_bit(torch: Any, name: str) -> None:
    ours, theirs = both(torch, TO_THE_BIT[name])
    np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
    assert str(ours.dtype) == str(theirs.dtype)


@pytest.mark.parametrize("name", CLOSE)
def test_but_for_rounding(torch: Any, name: str) -> None:
    ours, theirs = both(torch, CLOSE[name])
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-5, atol=2e-6)
