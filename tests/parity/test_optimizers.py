"""Optimisers step by step, in double precision: in single, a few steps of Adam make much of rounding."""

from __future__ import annotations

import copy
import pickle
import sys
from itertools import product
from typing import Any

import numpy as np
import pytest

import core

# Each option in each of these ways, in all combinations; the first value is PyTorch's default.
WAYS: dict[str, dict[str, tuple[Any, ...]]] = {
    "SGD": {
        "momentum": (0, 0.9),
        "dampening": (0, 0.3),
        "weight_decay": (0, 0.1),
        "nesterov": (False, True),
        "maximize": (False, True),
    },
    "Adam": {
        "betas": ((0.9, 0.999), (0.8, 0.95)),
        "weight_decay": (0, 0.1),
        "amsgrad": (False, True),
        "maximize": (False, True),
        "decoupled_weight_decay": (False, True),
    },
    "AdamW": {"eps": (1e-8, 1e-3), "weight_decay": (1e-2, 0.2), "amsgrad": (False, True), "maximize": (False, True)},
    "NAdam": {
        "betas": ((0.9, 0.999), (0.8, 0.95)),
        "weight_decay": (0, 0.1),
        "momentum_decay": (4e-3, 0.1),
        "decoupled_weight_decay": (False, True),
        "maximize": (False, True),
    },
    "RAdam": {
        "betas": ((0.9, 0.999), (0.8, 0.95)),
        "weight_decay": (0, 0.1),
        "decoupled_weight_decay": (False, True),
        "maximize": (False, True),
    },
    "RMSprop": {
        "alpha": (0.99, 0.9),
        "weight_decay": (0, 0.1),
        "momentum": (0, 0.9),
        "centered": (False, True),
        "maximize": (False, True),
    },
    "Adagrad": {
        "lr_decay": (0, 0.1),
        "weight_decay": (0, 0.1),
        "initial_accumulator_value": (0, 0.5),
        "maximize": (False, True),
    },
    "Adadelta": {"rho": (0.9, 0.5), "eps": (1e-6, 1e-3), "weight_decay": (0, 0.1), "maximize": (False, True)},
    "Adamax": {"betas": ((0.9, 0.999), (0.8, 0.95)), "weight_decay": (0, 0.1), "maximize": (False, True)},
    "ASGD": {
        "lambd": (1e-4, 0.1),
        "alpha": (0.75, 0.5),
        "t0": (1e6, 10.0),
        "weight_decay": (0, 0.1),
        "maximize": (False, True),
    },
    "Adafactor": {
        "beta2_decay": (-0.8, -0.5),
        "eps": ((None, 1e-3), (1e-4, 1e-2)),
        "d": (1.0, 2.0),
        "weight_decay": (0.0, 0.1),
        "maximize": (False, True),
    },
    "Rprop": {"etas": ((0.5, 1.2), (0.3, 1.5)), "step_sizes": ((1e-6, 50), (1e-3, 0.1)), "maximize": (False, True)},
}
FLAGS = {"capturable", "differentiable", "foreach", "fused"}


def combinations() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for name, ways in WAYS.items():
        for values in product(*ways.values()):
            options = dict(zip(ways, values, strict=True))
            if not options.get("nesterov") or (options["momentum"] and not options["dampening"]):
                found.append((name, options))
    return found


COMBINATIONS = combinations()
IDS = [f"{name} {' '.join(str(value) for value in options.values())}" for name, options in COMBINATIONS]
SOME = [(name, {key: values[-1] for key, values in ways.items() if key != "dampening"}) for name, ways in WAYS.items()]


class Problem:
    """A small network on fixed data in double precision, some of whose parameters get no gradient in some steps."""

    def __init__(self, library: Any, name: str, options: dict[str, Any]) -> None:
        source = np.random.default_rng(0)
        self.library = library.__name__
        self.weights = [self.leaf(source.standard_normal(shape)) for shape in ((3, 4), (4,), (4, 2))]
        self.x, self.y = (library.from_numpy(source.standard_normal(shape)) for shape in ((5, 3), (5, 2)))
        self.optimizer = getattr(library.optim, name)(self.weights, **options)

    def leaf(self, values: Any) -> Any:
        return sys.modules[self.library].tensor(values, requires_grad=True)

    def loss(self, without_bias: bool = False) -> Any:
        a, b, c = self.weights
        hidden = self.x @ a if without_bias else self.x @ a + b
        self.optimizer.zero_grad()
        loss = (((hidden.tanh() @ c).tanh() - self.y) ** 2).mean()
        loss.backward()
        return loss

    def step(self, without_bias: bool = False) -> None:
        self.loss(without_bias)
        self.optimizer.step()

    def values(self) -> list[Any]:
        return [each.detach().numpy() for each in self.weights]


def assert_equal(ours: Problem, theirs: Problem) -> None:
    for mine, other in zip(ours.values(), theirs.values(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-12)


def assert_same_state(ours: Any, theirs: Any) -> None:
    """Of two values from `state_dict`s."""
    if isinstance(theirs, dict):
        assert list(ours) == [key for key, value in theirs.items() if value is not None]
        for key, value in ours.items():
            assert_same_state(value, theirs[key])
    elif hasattr(theirs, "numpy"):
        assert str(ours.dtype) == str(theirs.dtype)
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-7, atol=1e-12)
    else:
        assert ours == theirs


@pytest.mark.parametrize(("name", "options"), COMBINATIONS, ids=IDS)
def test_steps(torch: Any, name: str, options: dict[str, Any]) -> None:
    ours, theirs = Problem(core, name, options), Problem(torch, name, options)
    for number in range(50):
        for problem in (ours, theirs):
            problem.step(without_bias=number in (0, 5, 6))
    assert_equal(ours, theirs)
    mine, other = (problem.optimizer.state_dict() for problem in (ours, theirs))
    assert_same_state(mine["state"], {number: values for number, values in other["state"].items() if values})
    assert mine["param_groups"] == other["param_groups"]
    assert repr(ours.optimizer) == repr(theirs.optimizer)


@pytest.mark.parametrize(("name", "options"), SOME, ids=list(WAYS))
@pytest.mark.parametrize("way", ["state_dict", "pickle", "deepcopy"])
def test_goes_on_from_a_saved_state(torch: Any, name: str, options: dict[str, Any], way: str) -> None:
    ours, theirs = Problem(core, name, options), Problem(torch, name, options)
    for number in range(3):
        for problem in (ours, theirs):
            problem.step(without_bias=number == 1)
    if way == "state_dict":
        fresh = Problem(core, name, {**options, "lr": 123.0})
        for weight, values in zip(fresh.weights, ours.values(), strict=True):
            weight.data = core.tensor(values)
        fresh.optimizer.load_state_dict(ours.optimizer.state_dict())
    else:
        fresh = pickle.loads(pickle.dumps(ours)) if way == "pickle" else copy.deepcopy(ours)
    for _ in range(3):
        for problem in (fresh, theirs):
            problem.step()
    assert_equal(fresh, theirs)


@pytest.mark.parametrize(("name", "options"), SOME, ids=list(WAYS))
def test_takes_over_a_state_of_pytorch_and_gives_it_back(torch: Any, name: str, options: dict[str, Any]) -> None:
    ours, theirs = Problem(core, name, options), Problem(torch, name, options)
    for _ in range(3):
        theirs.step()
    hand_over(theirs, ours, core)
    ours.step()
    theirs.step()
    assert_equal(ours, theirs)
    hand_over(ours, theirs, torch)
    ours.step()
    theirs.step()
    assert_equal(ours, theirs)


def hand_over(giver: Problem, taker: Problem, library: Any) -> None:
    for weight, values in zip(taker.weights, giver.values(), strict=True):
        weight.data = library.from_numpy(values.copy())
    state = giver.optimizer.state_dict()
    state["state"] = {
        number: {key: library.from_numpy(value.numpy().copy()) for key, value in values.items() if value is not None}
        for number, values in state["state"].items()
    }
    taker.optimizer.load_state_dict(state)


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"lr": 0.5},
        {"history_size": 2},
        {"max_iter": 3, "max_eval": 4},
        {"max_iter": 1},
        {"tolerance_change": 1e-3},
        {"tolerance_grad": 1e-2},
    ],
    ids=str,
)
def test_lbfgs(torch: Any, search: str | None, options: dict[str, Any]) -> None:
    ours, theirs = (Problem(lib, "LBFGS", {"line_search_fn": search, **options}) for lib in (core, torch))
    for _ in range(2):
        losses = [float(problem.optimizer.step(problem.loss).detach()) for problem in (ours, theirs)]
        assert losses[0] == pytest.approx(losses[1], rel=1e-9, abs=1e-14)
    for mine, other in zip(ours.values(), theirs.values(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4)
    mine, other = (problem.optimizer.state_dict() for problem in (ours, theirs))
    assert mine["param_groups"] == other["param_groups"]
    counts = [{key: state["state"][0][key] for key in ("func_evals", "n_iter")} for state in (mine, other)]
    assert counts[0] == counts[1]
    assert repr(ours.optimizer) == repr(theirs.optimizer)


def test_a_rate_may_be_a_tensor(torch: Any) -> None:
    for name in WAYS:
        ours, theirs = (Problem(lib, name, {"lr": lib.tensor(0.01, dtype=lib.float64)}) for lib in (core, torch))
        for _ in range(3):
            ours.step()
            theirs.step()
        assert_equal(ours, theirs)


WRONG: list[tuple[str, dict[str, Any]]] = [
    *((name, {"lr": -1.0}) for name in (*WAYS, "LBFGS")),
    *((name, {"weight_decay": -1.0}) for name in WAYS if name != "Rprop"),
    *((name, {"eps": -1.0}) for name in ("Adam", "NAdam", "RAdam", "RMSprop", "Adagrad", "Adadelta", "Adamax")),
    *((name, {"betas": (1.0, 0.5)}) for name in ("Adam", "AdamW", "NAdam", "RAdam", "Adamax")),
    *((name, {"betas": (0.5, -1.0)}) for name in ("Adam", "AdamW", "NAdam", "RAdam", "Adamax")),
    *((name, {"fused": True, "foreach": True}) for name in ("SGD", "Adam", "AdamW", "Adagrad")),
    *((name, {"fused": True, "differentiable": True}) for name in ("SGD", "Adam", "AdamW", "Adagrad")),
    ("SGD", {"momentum": -1.0}),
    ("SGD", {"nesterov": True}),
    ("SGD", {"nesterov": True, "momentum": 0.9, "dampening": 0.1}),
    ("NAdam", {"momentum_decay": -1.0}),
    ("RMSprop", {"alpha": -1.0}),
    ("RMSprop", {"momentum": -1.0}),
    ("Adagrad", {"lr_decay": -1.0}),
    ("Adagrad", {"initial_accumulator_value": -1.0}),
    ("Adadelta", {"rho": 1.5}),
    ("Rprop", {"etas": (1.5, 2.0)}),
    ("Adafactor", {"beta2_decay": 0.5}),
    ("Adafactor", {"eps": (-1.0, 0.5)}),
    ("Adafactor", {"eps": (None, -0.5)}),
    ("Adafactor", {"d": 0.5}),
]


@pytest.mark.parametrize(("name", "options"), WRONG, ids=[f"{name} {options}" for name, options in WRONG])
def test_wrong_options(torch: Any, name: str, options: dict[str, Any]) -> None:
    said = []
    for library in (core, torch):
        with pytest.raises((ValueError, RuntimeError)) as raised:
            Problem(library, name, options)
        said.append((type(raised.value), str(raised.value)))
    assert said[0] == said[1]


def groups(lib: Any, case: str) -> Any:
    """Makes an optimiser of these parameters, or fails."""
    one, two = (lib.ones(2, requires_grad=True) for _ in range(2))
    given: dict[str, Any] = {
        "tensor": one,
        "empty": [],
        "a number": [5],
        "a text": ["a"],
        "an array": [np.ones(2)],
        "not a leaf": [one * 2],
        "twice": [{"params": [one]}, {"params": [one, two]}],
        "a set": [{"params": {one, two}}],
        "a name missing": [("a", one), two],
        "names in one group": [{"params": [("a", one)]}, {"params": [two]}],
        "no names in one group": [{"params": [two]}, {"params": [("a", one)]}],
        "a list among groups": [{"params": [one]}, [two]],
    }
    return lib.optim.SGD(given[case], lr=0.1)


@pytest.mark.parametrize(
    "case",
    [
        *("tensor", "empty", "a number", "a text", "an array", "not a leaf", "twice", "a set", "a name missing"),
        *("names in one group", "no names in one group", "a list among groups"),
    ],
)
def test_wrong_parameters(torch: Any, case: str) -> None:
    said = []
    for library in (core, torch):
        with pytest.raises((ValueError, TypeError)) as raised:
            groups(library, case)
        said.append((type(raised.value), str(raised.value)))
    assert said[0] == said[1]


def test_named_parameters_and_groups(torch: Any) -> None:
    states = []
    for library in (core, torch):
        net = library.nn.Linear(2, 3)
        optimizer = library.optim.Adam([{"params": [("w", net.weight)], "lr": 0.5}], lr=0.1)
        optimizer.add_param_group({"params": [("b", net.bias)], "amsgrad": True})
        states.append((optimizer.state_dict(), repr(optimizer)))
    assert states[0] == states[1]
