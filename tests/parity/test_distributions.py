"""Distributions: what is drawn with a seed, densities, entropies, divergences and their gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core

MADE = (
    """
d.Normal(t.tensor([0.5, -1.0]), t.tensor([1.0, 2.0])); d.Normal(0.0, 1.0); d.Normal(t.zeros(3, 1), t.ones(4))
d.LogNormal(t.tensor([0.5, -1.0]), t.tensor([1.0, 0.5])); d.Uniform(t.tensor([0.0, -1.0]), 2.0)
d.Exponential(t.tensor([0.5, 3.0])); d.Laplace(t.tensor([0.5, -1.0]), t.tensor([1.0, 2.0]))
d.Gamma(t.tensor([0.5, 3.0]), t.tensor([1.0, 2.0])); d.Beta(t.tensor([0.5, 3.0]), t.tensor([1.0, 2.0]))
d.Dirichlet(t.tensor([[0.5, 3.0, 1.0], [1.0, 1.0, 2.0]])); d.Bernoulli(t.tensor([0.2, 0.9]))
d.Bernoulli(logits=t.tensor([0.2, -0.9])); d.Categorical(t.tensor([[0.2, 0.9, 0.4], [1.0, 0.0, 3.0]]))
d.Categorical(logits=t.tensor([0.2, -0.9, 1.0])); d.OneHotCategorical(t.tensor([[0.2, 0.9, 0.4], [1.0, 0.1, 3.0]]))
d.Geometric(t.tensor([0.2, 0.9])); d.Poisson(t.tensor([0.2, 20.0]))
d.Independent(d.Normal(t.zeros(3, 2), t.ones(3, 2)), 1)
d.MultivariateNormal(t.zeros(2), t.tensor([[2.0, 0.5], [0.5, 1.0]]))
d.MultivariateNormal(t.zeros(3, 2), scale_tril=t.tensor([[2.0, 0.0], [0.5, 1.0]]))
""".replace("\n", "; ")
    .strip("; ")
    .split("; ")
)
PAIRS = (
    """
d.Normal(0.5, 1.0) d.Normal(0.0, 2.0); d.Uniform(0.0, 1.0) d.Uniform(-1.0, 2.0); d.Uniform(0.0, 3.0) d.Uniform(-1, 2)
d.Exponential(2.0) d.Exponential(3.0); d.Laplace(0.5, 1.0) d.Laplace(0.0, 2.0); d.Gamma(0.5, 1.0) d.Gamma(2.0, 2.0)
d.Beta(0.5, 1.0) d.Beta(2.0, 2.0); d.Bernoulli(0.3) d.Bernoulli(0.6); d.Bernoulli(0.3) d.Bernoulli(0.0)
d.Categorical(t.tensor([0.2,0.8])) d.Categorical(t.tensor([0.5,0.5])); d.Poisson(2.0) d.Poisson(3.0)
d.Geometric(0.3) d.Geometric(0.6); d.LogNormal(0.5, 1.0) d.LogNormal(0.0, 2.0)
d.Dirichlet(t.tensor([0.2,0.8])) d.Dirichlet(t.tensor([0.5,0.5]))
d.MultivariateNormal(t.ones(2),t.eye(2)) d.MultivariateNormal(t.zeros(2),t.eye(2)*2)
d.Independent(d.Normal(t.ones(2),1.0),1) d.Independent(d.Normal(t.zeros(2),2.0),1)
""".replace("\n", "; ")
    .strip("; ")
    .split("; ")
)


def made(library: Any, expression: str) -> Any:
    return eval(expression, {"t": library, "d": library.distributions})


def close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("expression", MADE)
def test_distribution(torch: Any, expression: str) -> None:
    pair = [made(library, expression) for library in (core, torch)]
    assert str(pair[0]) == str(pair[1])
    assert tuple(pair[0].batch_shape) == tuple(pair[1].batch_shape)
    assert tuple(pair[0].event_shape) == tuple(pair[1].event_shape)
    for shape in ((), (3,), (2, 5)):
        drawn = []
        for library, each in zip((core, torch), pair, strict=True):
            library.manual_seed(3)
            drawn.append(each.sample(shape))
        close(*drawn)
        close(*(each.log_prob(some) for each, some in zip(pair, drawn, strict=True)))
    for name in ("mean", "variance", "stddev"):
        close(*(getattr(each, name) for each in pair))
    if "Poisson" not in expression:
        close(*(each.entropy() for each in pair))


@pytest.mark.parametrize("pair", PAIRS)
def test_divergence(torch: Any, pair: str) -> None:
    first, second = pair.replace(") d.", ")| d.", 1).split("| ") if "Independent" not in pair else pair.split(" d.Ind")
    second = second if second.startswith("d.") else f"d.Ind{second}"
    close(
        *(library.distributions.kl_divergence(made(library, first), made(library, second)) for library in (core, torch))
    )


def test_gradients_flow_through_what_is_drawn(torch: Any) -> None:
    found = []
    for library in (core, torch):
        library.manual_seed(0)
        loc, scale = library.zeros(5, requires_grad=True), library.ones(5, requires_grad=True)
        made_of = library.distributions.Normal(loc, scale)
        drawn = made_of.rsample()
        (drawn.square().sum() - made_of.log_prob(drawn.detach()).sum()).backward()
        found.append((loc.grad, scale.grad))
    for ours, theirs in zip(*found, strict=True):
        close(ours, theirs)


@pytest.mark.parametrize(
    "expression", ["d.Normal(0.0, -1.0)", "d.Bernoulli(2.0)", "d.Uniform(1.0, 0.0)", "d.Bernoulli()"]
)
def test_refusals(torch: Any, expression: str) -> None:
    for library in (core, torch):
        with pytest.raises(ValueError, match=r"Expected parameter|low>= high|must be specified"):
            made(library, expression)
