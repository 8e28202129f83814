"""Optimisers: one step by hand, groups, state, and parameters that come and go."""

from __future__ import annotations

import copy
import math
from typing import Any

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


def test_devices_may_be_mixed() -> None:
    with stand_in():
        here, there = leaf(0.0, 1.0), torch.zeros(1, device="cuda", requires_grad=True)
        there.grad = torch.ones(1, device="cuda")
        optimizer = torch.optim.Adam([here, there], lr=0.5)
        optimizer.step()
        assert [here.item(), there.item()] == pytest.approx([-0.5, -0.5])
        state = optimizer.state[there]
        assert [str(state[name].device) for name in ("step", "exp_avg")] == ["cpu", "cuda:0"]


def test_zero_grad() -> None:
    x = leaf(1.0, 1.0)
    optimizer = torch.optim.SGD([x], lr=0.1)
    optimizer.zero_grad(set_to_none=False)
    assert x.grad.item() == 0
    optimizer.zero_grad()
    assert x.grad is None


EVERY = "SGD Adam AdamW NAdam RAdam RMSprop Adagrad Adadelta Adamax ASGD Rprop Adafactor".split()
OPTIONS = {"SGD": {"momentum": 0.9, "nesterov": True}, "RMSprop": {"momentum": 0.9, "centered": True}}


@pytest.mark.parametrize("name", EVERY)
def test_every_optimiser_works_on_a_gpu(name: str) -> None:
    values = []
    with stand_in():
        for place in ("cpu", "cuda"):
            x = torch.tensor([[1.0, 2.0], [3.0, -4.0]], device=place, requires_grad=True)
            optimizer = getattr(torch.optim, name)([x], lr=0.1, maximize=True, **OPTIONS.get(name, {}))
            for _ in range(3):
                optimizer.zero_grad()
                (x * x * x).sum().backward()
                optimizer.step()
            values.append(x.detach().cpu())
    assert torch.equal(*values)


def test_lbfgs_works_on_a_gpu() -> None:
    with stand_in():
        x = torch.tensor([1.0, 2.0], device="cuda", requires_grad=True)
        optimizer = torch.optim.LBFGS([x], line_search_fn="strong_wolfe")

        def closure() -> torch.Tensor:
            optimizer.zero_grad()
            loss = ((x - 3) ** 2).sum()
            loss.backward()
            return loss

        assert optimizer.step(closure).item() == 5
        assert x.detach().cpu().tolist() == pytest.approx([3, 3])


def test_lbfgs_takes_one_group_and_one_kind_of_search() -> None:
    with pytest.raises(ValueError, match="parameter groups"):
        torch.optim.LBFGS([{"params": [leaf(1.0)]}, {"params": [leaf(1.0)]}])
    x = leaf(3.0)

    def closure() -> torch.Tensor:
        loss = (x * x).sum()
        loss.backward()
        return loss

    with pytest.raises(RuntimeError, match="only 'strong_wolfe' is supported"):
        torch.optim.LBFGS([x], line_search_fn="armijo").step(closure)


def test_a_users_own_optimiser() -> None:
    class Signs(torch.optim.Optimizer):
        def __init__(self, params: Any, lr: float) -> None:
            super().__init__(params, {"lr": lr})

        @torch.no_grad()
        def step(self, closure: Any = None) -> None:
            for group in self.param_groups:
                for each in group["params"]:
                    each.sub_(group["lr"] * each.grad.sign())
                    self.state[each]["count"] = self.state[each].get("count", 0) + 1

    x, calls = leaf(1.0, 5.0), []
    optimizer = Signs([x], lr=0.25)
    optimizer.register_step_post_hook(lambda *_: calls.append(1))
    optimizer.step()
    assert x.item() == 0.75
    assert optimizer.state_dict()["state"] == {0: {"count": 1}}
    assert calls == [1]


def test_hooks_around_steps() -> None:
    x, seen = leaf(1.0, 1.0), []
    optimizer = torch.optim.SGD([x], lr=0.1)
    before = optimizer.register_step_pre_hook(lambda opt, args, kwargs: seen.append(("before", x.item())))
    optimizer.register_step_post_hook(lambda opt, args, kwargs: seen.append(("after", x.item())))
    optimizer.step()
    before.remove()
    optimizer.step()
    assert seen == [("before", 1.0), ("after", 0.9), ("after", 0.8)]
    optimizer.register_step_pre_hook(lambda opt, args, kwargs: 5)
    with pytest.raises(RuntimeError, match=r"must return None or a tuple of \(new_args, new_kwargs\), but got 5"):
        optimizer.step()


def test_hooks_around_the_steps_of_all() -> None:
    optimizer, seen = torch.optim.SGD([leaf(1.0, 1.0)], lr=0.1), []
    handles = [
        torch.optim.optimizer.register_optimizer_step_pre_hook(lambda *_: seen.append("before")),
        torch.optim.optimizer.register_optimizer_step_post_hook(lambda *_: seen.append("after")),
    ]
    optimizer.step()
    for handle in handles:
        handle.remove()
    optimizer.step()
    assert seen == ["before", "after"]


def test_a_step_that_calls_its_parents_is_one_step() -> None:
    class Careful(torch.optim.SGD):
        def step(self, closure: Any = None) -> Any:
            return super().step(closure)

    optimizer, seen = Careful([leaf(1.0, 1.0)], lr=0.1), []
    optimizer.register_step_pre_hook(lambda *_: seen.append("before"))
    optimizer.step()
    optimizer.step()
    assert seen == ["before", "before"]


def test_a_hook_may_change_the_arguments_of_a_step() -> None:
    optimizer = torch.optim.SGD([leaf(1.0, 1.0)], lr=0.1)
    optimizer.register_step_pre_hook(lambda opt, args, kwargs: ((lambda: 7,), {}))
    assert optimizer.step() == 7


def test_hooks_around_saving_and_loading() -> None:
    optimizer, seen = torch.optim.SGD([leaf(1.0)], lr=0.1), []
    optimizer.register_state_dict_pre_hook(lambda opt: seen.append("saving"))
    optimizer.register_state_dict_post_hook(lambda opt, state: {**state, "more": 1})
    state = optimizer.state_dict()
    assert state["more"] == 1
    optimizer.register_load_state_dict_pre_hook(lambda opt, state: seen.append(("loading", state["more"])))
    optimizer.register_load_state_dict_pre_hook(lambda opt, state: seen.append("first"), prepend=True)
    optimizer.register_load_state_dict_post_hook(lambda opt: seen.append("loaded"))
    optimizer.load_state_dict(state)
    assert seen == ["saving", "first", ("loading", 1), "loaded"]


def test_a_changed_state_is_noticed() -> None:
    x = leaf(0.0, 1.0)
    optimizer = torch.optim.SGD([x], lr=0.1, momentum=0.9)
    for _ in range(3):
        optimizer.step()
    optimizer.state.clear()
    before = x.item()
    optimizer.step()
    assert x.item() == pytest.approx(before - 0.1)


def test_each_parameter_has_a_count_of_its_own() -> None:
    params = [leaf(1.0, 1.0) for _ in range(3)]
    optimizer = torch.optim.Adam(params)
    optimizer.step()
    steps = [state["step"] for state in optimizer.state_dict()["state"].values()]
    steps[0].add_(5)
    assert [each.item() for each in steps] == [6, 1, 1]


def test_what_cannot_be_loaded() -> None:
    optimizer = torch.optim.SGD([leaf(1.0)], lr=0.1)
    state = optimizer.state_dict()
    with pytest.raises(ValueError, match="different number of parameter groups"):
        optimizer.load_state_dict({**state, "param_groups": []})
    with pytest.raises(ValueError, match="doesn't match the size of optimizer's group"):
        optimizer.load_state_dict({**state, "param_groups": [{"params": [0, 1]}]})


def test_steps_are_not_recorded() -> None:
    for name in EVERY[:-1]:
        with pytest.raises(NotImplementedError, match=f"{name} does not support differentiable=True"):
            getattr(torch.optim, name)([leaf(1.0)], differentiable=True)


def test_a_parameter_twice_in_a_group_is_warned_of() -> None:
    x = leaf(1.0)
    with pytest.warns(UserWarning, match="duplicate parameters"):
        torch.optim.SGD([x, x], lr=0.1)


def test_zeroed_gradients_stay_the_same_object() -> None:
    x = leaf(1.0, 1.0)
    grad = x.grad
    torch.optim.SGD([x], lr=0.1).zero_grad(set_to_none=False)
    assert x.grad is grad
    assert grad.item() == 0
