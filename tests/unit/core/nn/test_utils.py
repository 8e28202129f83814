"""Clipping gradients, and weights that are made from others."""

from __future__ import annotations

import math

import numpy as np
import pytest

import core as torch
from core import nn
from core.autograd.gradcheck import gradcheck, gradgradcheck
from core.nn.utils import parametrizations, parametrize


def test_gradients_are_scaled_to_the_length_asked_for() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 1))
    (net(torch.ones(2, 3)) * 100).sum().backward()
    before = nn.utils.get_total_norm([each.grad for each in net.parameters()])
    assert nn.utils.clip_grad_norm_(net.parameters(), 0.5).item() == before.item()
    assert nn.utils.get_total_norm([each.grad for each in net.parameters()]).item() == pytest.approx(0.5, rel=1e-5)
    assert nn.utils.clip_grad_norm_(net.parameters(), 1.0).item() == pytest.approx(0.5, rel=1e-5)


def test_an_endless_gradient_is_refused_if_wished() -> None:
    weight = torch.ones(2, requires_grad=True)
    weight.grad = torch.tensor([math.inf, 1.0])
    with pytest.raises(RuntimeError, match="non-finite, so it cannot be clipped"):
        nn.utils.clip_grad_norm_([weight], 1.0, error_if_nonfinite=True)
    assert weight.grad.tolist() == [math.inf, 1.0]


def test_an_empty_generator_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="is an empty generator"):
        nn.utils.clip_grad_norm_((each for each in ()), 1.0)


def test_a_vector_of_all_parameters_and_back() -> None:
    layer, other = nn.Linear(2, 3), nn.Linear(2, 3)
    nn.utils.vector_to_parameters(nn.utils.parameters_to_vector(layer.parameters()), other.parameters())
    assert torch.equal(layer.weight, other.weight)
    assert other.weight.requires_grad


def test_weight_norm_learns_length_and_direction_apart() -> None:
    layer = parametrizations.weight_norm(nn.Linear(3, 2))
    with torch.no_grad():
        layer.parametrizations.weight.original0.fill_(2.0)
    lengths = layer.weight.norm(dim=1).tolist()
    assert lengths == pytest.approx([2.0, 2.0], rel=1e-6)


def test_spectral_norm_keeps_the_greatest_singular_value_at_one() -> None:
    torch.manual_seed(0)
    layer = parametrizations.spectral_norm(nn.Linear(5, 4))
    for _ in range(50):
        layer(torch.ones(1, 5))
    assert np.linalg.svd(layer.eval().weight.detach().numpy())[1][0] == pytest.approx(1.0, rel=1e-4)


@pytest.mark.parametrize("orthogonal_map", ["matrix_exp", "cayley", "householder"])
def test_an_orthogonal_weight_stays_so_while_it_learns(orthogonal_map: str) -> None:
    torch.manual_seed(0)
    layer = parametrizations.orthogonal(nn.Linear(3, 3), orthogonal_map=orthogonal_map)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        layer(torch.eye(3)).square().sum().backward()
        layer(torch.linspace(0, 1, 6).reshape(2, 3)).cos().sum().backward()
        optimizer.step()
    np.testing.assert_allclose((layer.weight.T @ layer.weight).detach().numpy(), np.eye(3), atol=1e-5)


@pytest.mark.parametrize(
    "made",
    [
        lambda: parametrizations._WeightNorm(0),
        lambda: parametrizations._Orthogonal(torch.eye(3), "cayley", use_trivialization=False),
        lambda: parametrizations._Orthogonal(torch.eye(3), "matrix_exp", use_trivialization=False),
    ],
)
def test_parametrisations_have_their_gradients(made: object) -> None:
    module = made()  # type: ignore[operator]
    torch.manual_seed(1)
    drawn = torch.randn(3, 3, dtype=torch.float64)
    inputs = module.right_inverse(drawn) if hasattr(module, "dim") else (drawn,)
    inputs = [each.detach().clone().requires_grad_() for each in inputs]
    assert gradcheck(module, inputs)
    assert gradgradcheck(module, inputs)


def test_within_cached_a_weight_is_made_once() -> None:
    layer = parametrizations.weight_norm(nn.Linear(3, 2))
    assert layer.weight is not layer.weight
    with parametrize.cached():
        assert layer.weight is layer.weight
    with parametrize.cached():
        assert layer.weight.grad_fn is not None


def test_a_pruned_number_stays_zero_while_the_others_learn() -> None:
    layer = nn.utils.prune.l1_unstructured(nn.Linear(4, 3), "weight", amount=5)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(3):
        layer(torch.ones(2, 4)).sum().backward()
        optimizer.step()
    assert int((nn.utils.prune.remove(layer, "weight").weight == 0).sum()) == 5
