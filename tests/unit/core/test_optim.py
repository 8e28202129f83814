"""Optimisers: one step by hand, groups, state, and parameters that come and go."""

from __future__ import annotations

import copy
import math

import pytest

import core as torch
from core import nn
from tests.unit.core.gpu import stand_in


def leaf(value: float, grad: float | None = None) -> torch.Tensor:
    x = torch.tensor([value], dtype=torch.float64, requires_grad=True)
    if grad is not None:
        x.grad = torch.tensor([grad], dtype=torch.float64)
    return x


def test_sgd_by_hand() -> None:
    x = leaf(1.0, 2.0)
    optimizer = torch.optim.SGD([x], lr=0.1, momentum=0.5, weight_decay=0.5)
    optimizer.step()
    assert x.item() == pytest.approx(1 - 0.1 * 2.5)
    optimizer.step()
    assert x.item() == pytest.approx(0.75 - 0.1 * (0.5 * 2.5 + 2 + 0.5 * 0.75))


def test_nesterov_by_hand() -> None:
    x = leaf(1.0, 2.0)
    torch.optim.SGD([x], lr=0.1, momentum=0.5, nesterov=True).step()
    assert x.item() == pytest.approx(1 - 0.1 * (2 + 0.5 * 2))


def test_adam_by_hand() -> None:
    x = leaf(1.0, 2.0)
    optimizer = torch.optim.Adam([x], lr=0.1)
    for _ in range(2):
        optimizer.step()
    m, v = 0.1 * 2 * (1 + 0.9), 0.001 * 4 * (1 + 0.999)
    second = (m / (1 - 0.9**2)) / (math.sqrt(v / (1 - 0.999**2)) + 1e-8)
    assert x.item() == pytest.approx(1 - 0.1 * 2 / (2 + 1e-8) - 0.1 * second)


def test_adamw_shrinks_by_itself() -> None:
    x = leaf(1.0, 0.0)
    torch.optim.AdamW([x], lr=0.1, weight_decay=0.5).step()
    assert x.item() == pytest.approx(0.95)


def test_groups_have_their_own_options() -> None:
    a, b = leaf(0.0, 1.0), leaf(0.0, 1.0)
    optimizer = torch.optim.SGD([{"params": [a]}, {"params": b, "lr": 1.0}], lr=0.1)
    optimizer.step()
    assert [a.item(), b.item()] == [-0.1, -1.0]
    optimizer.add_param_group({"params": [c := leaf(0.0, 1.0)], "lr": 3.0})
    optimizer.step()
    assert c.item() == -3.0


def test_a_parameter_without_gradient_waits() -> None:
    a, b = leaf(1.0, 1.0), leaf(1.0)
    optimizer = torch.optim.Adam([a, b], lr=0.1)
    optimizer.step()
    assert b.item() == 1.0
    assert list(optimizer.state_dict()["state"]) == [0]
    b.grad = torch.ones(1, dtype=torch.float64)
    optimizer.step()
    steps = [optimizer.state[each]["step"].item() for each in (a, b)]
    assert steps == [2, 1]


def test_options_may_change_between_steps() -> None:
    x = leaf(0.0, 1.0)
    optimizer = torch.optim.SGD([x], lr=0.1)
    optimizer.step()
    optimizer.param_groups[0].update(lr=1.0, momentum=0.9)
    optimizer.step()
    assert x.item() == pytest.approx(-1.1)


def test_whoever_shares_a_parameters_memory_sees_the_steps() -> None:
    net = nn.Linear(2, 1)
    state = net.state_dict()
    optimizer = torch.optim.Adam(net.parameters())
    for _ in range(3):
        net(torch.ones(1, 2)).sum().backward()
        optimizer.step()
    assert torch.equal(state["weight"], net.weight.detach())


def test_a_step_counts_as_a_change_in_place() -> None:
    x = leaf(2.0)
    y = x * x
    x.grad = torch.ones(1, dtype=torch.float64)
    torch.optim.SGD([x], lr=0.1).step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.backward()


def test_the_closure_is_called_with_recording_on() -> None:
    x = leaf(3.0)
    optimizer = torch.optim.SGD([x], lr=0.1)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = (x * x).sum()
        loss.backward()
        return loss

    with torch.no_grad():
        assert optimizer.step(closure).item() == 9
    assert x.item() == pytest.approx(3 - 0.6)


def test_a_loaded_state_is_a_copy() -> None:
    x = leaf(1.0, 1.0)
    optimizer = torch.optim.Adam([x])
    optimizer.step()
    saved = copy.deepcopy(optimizer.state_dict())
    other = torch.optim.Adam([leaf(1.0, 1.0)], lr=5.0)
    other.load_state_dict(saved)
    other.step()
    assert other.param_groups[0]["lr"] == 1e-3
    assert saved["state"][0]["exp_avg"].item() == pytest.approx(0.1)
    assert saved["state"][0]["step"].item() == 1


def test_a_moved_or_replaced_parameter_takes_its_state_along() -> None:
    with stand_in():
        layer = nn.Linear(2, 1)
        optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
        for place in ("cpu", "cuda", "cpu"):
            layer.to(place)
            optimizer.zero_grad()
            layer(torch.ones(1, 2, device=place)).sum().backward()
            before = layer.weight.detach().cpu().clone()
            optimizer.step()
            moved = (before - layer.weight.detach().cpu()).abs()
            assert moved.tolist()[0] == pytest.approx([0.1, 0.1], rel=1e-4)
        state = optimizer.state[layer.weight]
        assert state["step"].item() == 3
        assert str(state["exp_avg"].device) == "cpu"


def test_types_may_be_mixed() -> None:
    a, b = leaf(0.0, 1.0), torch.zeros(1, requires_grad=True)
    b.grad = torch.ones(1)
    torch.optim.SGD([a, b], lr=0.5).step()
    assert [a.item(), b.item()] == [-0.5, -0.5]
    assert b.dtype == torch.float32


def test_zero_grad() -> None:
    x = leaf(1.0, 1.0)
    optimizer = torch.optim.SGD([x], lr=0.1)
    optimizer.zero_grad(set_to_none=False)
    assert x.grad.item() == 0
    optimizer.zero_grad()
    assert x.grad is None
