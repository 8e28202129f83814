"""Optimisers step by step, in double precision: in single, a few steps of Adam make much of rounding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core

OPTIONS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.1, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.05, "amsgrad": True}),
    ("Adam", {"lr": 0.05, "maximize": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.2, "amsgrad": True}),
]
IDS = [f"{name} {' '.join(options)}" for name, options in OPTIONS]


class Problem:
    """A small network on fixed data in double precision, some of whose parameters get no gradient in some steps."""

    def __init__(self, library: Any, name: str, options: dict[str, Any]) -> None:
        source = np.random.default_rng(0)
        self.library = library
        self.weights = [self.leaf(source.standard_normal(shape)) for shape in ((3, 4), (4,), (4, 2))]
        self.x, self.y = (library.from_numpy(source.standard_normal(shape)) for shape in ((5, 3), (5, 2)))
        self.optimizer = getattr(library.optim, name)(self.weights, **options)

    def leaf(self, values: Any) -> Any:
        return self.library.tensor(values, requires_grad=True)

    def step(self, without_bias: bool = False) -> None:
        a, b, c = self.weights
        hidden = self.x @ a if without_bias else self.x @ a + b
        self.optimizer.zero_grad()
        ((hidden.tanh() @ c - self.y) ** 2).mean().backward()
        self.optimizer.step()

    def values(self) -> list[Any]:
        return [each.detach().numpy() for each in self.weights]


def assert_equal(ours: Problem, theirs: Problem) -> None:
    for mine, other in zip(ours.values(), theirs.values(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize(("name", "options"), OPTIONS, ids=IDS)
def test_steps(torch: Any, name: str, options: dict[str, Any]) -> None:
    ours, theirs = Problem(core, name, options), Problem(torch, name, options)
    for number in range(12):
        for problem in (ours, theirs):
            problem.step(without_bias=number in (0, 5, 6))
        assert_equal(ours, theirs)


@pytest.mark.parametrize(("name", "options"), OPTIONS, ids=IDS)
def test_state_has_the_same_names_and_numbers(torch: Any, name: str, options: dict[str, Any]) -> None:
    states = []
    for library in (core, torch):
        problem = Problem(library, name, options)
        for _ in range(3):
            problem.step()
        states.append(problem.optimizer.state_dict())
    ours, theirs = states
    assert ours["state"].keys() == theirs["state"].keys()
    for number, values in theirs["state"].items():
        kept = {key: value for key, value in values.items() if value is not None}
        assert ours["state"][number].keys() == kept.keys()
        for key, value in kept.items():
            np.testing.assert_allclose(ours["state"][number][key].numpy(), value.numpy(), rtol=1e-10)
    for mine, other in zip(ours["param_groups"], theirs["param_groups"], strict=True):
        assert mine == {key: other[key] for key in mine}


@pytest.mark.parametrize(("name", "options"), OPTIONS, ids=IDS)
def test_goes_on_from_a_saved_state(torch: Any, name: str, options: dict[str, Any]) -> None:
    ours, theirs = Problem(core, name, options), Problem(torch, name, options)
    for problem in (ours, theirs):
        for _ in range(3):
            problem.step()
    fresh = Problem(core, name, {**options, "lr": 123.0})
    for weight, values in zip(fresh.weights, ours.values(), strict=True):
        weight.data = core.tensor(values)
    fresh.optimizer.load_state_dict(ours.optimizer.state_dict())
    for problem in (fresh, theirs):
        problem.step()
    assert_equal(fresh, theirs)
