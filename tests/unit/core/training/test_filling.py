"""Parameters filled by functions: the numbers are PyTorch's, all or none change, and the rest of the run stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.design import edits
from core.design.json_form import to_json
from core.files import read_tensors
from core.training.filling import MOST_VALUES
from core.training.messages import (
    DrawValues,
    Failed,
    Filling,
    Initialise,
    NumbersChanged,
    ParameterInfo,
    ParameterView,
    Pause,
    Prepare,
    Prepared,
    Resume,
    SaveWeights,
    Start,
    ValuesDrawn,
    Watch,
)
from tests.unit.core.design.drawing import node
from tests.unit.core.training.driving import Driven, iris, of, states, the

FUNCTIONS = {
    "normal_": {"mean": 1.0, "std": 0.01},
    "uniform_": {"a": -0.5, "b": 0.25},
    "trunc_normal_": {"mean": 0.0, "std": 1.0, "a": -1.0, "b": 1.0},
    "constant_": {"val": 2.5},
    "zeros_": {},
    "ones_": {},
    "xavier_uniform_": {"gain": 2.0},
    "xavier_normal_": {"gain": 1.0},
    "kaiming_uniform_": {"a": 0.0, "mode": "fan_out", "nonlinearity": "relu"},
    "kaiming_normal_": {"a": 0.0, "mode": "fan_in", "nonlinearity": "tanh"},
    "eye_": {},
    "orthogonal_": {"gain": 1.0},
}
OWN = """import torch
from torch.nn import init

def half(tensor):
    init.uniform_(tensor, -10, 10)
    tensor *= (tensor.abs() >= 5).float()
"""


def draw(filling: Filling, **shapes: tuple[int, ...]) -> ValuesDrawn:
    return the(ValuesDrawn, Driven().ask(DrawValues(filling, tuple(shapes.items()))))


def refusal(filling: Filling, **shapes: tuple[int, ...]) -> str:
    failed = the(Failed, Driven().ask(DrawValues(filling, tuple(shapes.items()))))
    return failed.template.format(**failed.values)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_drawn_is_what_pytorch_draws(function: str, torch: Any) -> None:
    drawn = draw(Filling(function, FUNCTIONS[function], seed=7), a=(32, 16), b=(16, 8))
    torch.manual_seed(7)
    wanted = [torch.zeros(32, 16), torch.zeros(16, 8)]
    for tensor in wanted:
        getattr(torch.nn.init, function)(tensor, **FUNCTIONS[function])
    together = torch.cat([tensor.flatten() for tensor in wanted])
    assert (drawn.mean, drawn.std) == pytest.approx((together.mean().item(), together.std().item()), abs=1e-6)
    for (name, mean, std), tensor in zip(drawn.parameters, wanted, strict=True):
        assert (mean, std) == pytest.approx((tensor.mean().item(), tensor.std().item()), abs=1e-6), name
    counts, _ = np.histogram(together.numpy(), 64, (drawn.histogram.low, drawn.histogram.high))
    assert sum(drawn.histogram.counts) == together.numel()
    assert np.abs(np.subtract(counts, drawn.histogram.counts)).sum() <= 4  # values at the very edge of a bin


def test_a_function_of_ones_own_fills_as_it_does_in_pytorch(torch: Any) -> None:
    drawn = draw(Filling("half", {}, 3, OWN), w=(64, 64))
    torch.manual_seed(3)
    tensor = torch.zeros(64, 64).uniform_(-10, 10)
    tensor *= (tensor.abs() >= 5).float()
    assert (drawn.mean, drawn.std) == pytest.approx((tensor.mean().item(), tensor.std().item()), rel=1e-5)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def half(tensor):\n    tensor.nothing()", "Line 2 of 'half': AttributeError"),
        ("def half(tensor:", "Line 1 of 'half'"),
        ("x = 1", "must define a function half(tensor)"),
        ("def half(tensor):\n    return tensor[0]", "must keep the shape: given (4, 3) for 'w', it returned (3,)"),
    ],
)
def test_what_is_wrong_with_it_is_said_with_its_line(source: str, said: str) -> None:
    assert said in refusal(Filling("half", {}, 0, source), w=(4, 3))


def test_a_parameter_that_cannot_be_filled_is_named() -> None:
    text = refusal(Filling("xavier_normal_", {"gain": 1.0}, 0), weight=(4, 3), bias=(4,))
    assert text.startswith("'bias' cannot be filled by xavier_normal_: Fan in and fan out can not be computed")


def test_of_many_numbers_some_parameters_are_drawn() -> None:
    drawn = draw(Filling("zeros_", {}, 0), a=(MOST_VALUES - 1,), b=(2,), c=(2,))
    assert [name for name, *_ in drawn.parameters] == ["a", "b"]


# --- into the model ---------------------------------------------------------------------------------------------------


def weights(engine: Driven, folder: Path) -> dict[str, np.ndarray]:
    engine.ask(SaveWeights(str(folder / "w.safetensors")))
    return read_tensors(folder / "w.safetensors")[0]


def infos(events: list[object]) -> dict[str, ParameterInfo]:
    return {info.name: info for info in the(Prepared, events).parameters}


def test_parameters_are_filled_and_told_of(tmp_path: Path, torch: Any) -> None:
    engine, design = Driven(), iris()
    engine.ask(Prepare(to_json(design)))
    before, linear = weights(engine, tmp_path), node(design, "net.linear").id
    events = engine.ask(Initialise(Filling("normal_", {"mean": 0.0, "std": 0.01}, 5), ((linear, "weight"),)))
    assert the(NumbersChanged, events) == NumbersChanged(1, filled=True)
    torch.manual_seed(5)
    wanted = torch.nn.init.normal_(torch.zeros(3, 4), 0.0, 0.01)
    after = weights(engine, tmp_path)
    np.testing.assert_allclose(after["net.linear.weight"], wanted.numpy(), rtol=1e-6)
    np.testing.assert_array_equal(after["net.linear.bias"], before["net.linear.bias"])
    assert infos(events)["weight"].std == pytest.approx(wanted.std().item(), rel=1e-6)
    engine.ask(Prepare(to_json(edits.rename(design, linear, "other"))))
    np.testing.assert_array_equal(weights(engine, tmp_path)["net.other.weight"], after["net.linear.weight"])


def test_if_one_cannot_be_filled_none_is(tmp_path: Path) -> None:
    engine, design = Driven(), iris()
    engine.ask(Prepare(to_json(design)))
    before, linear = weights(engine, tmp_path), node(design, "net.linear").id
    both = ((linear, "weight"), (linear, "bias"))
    the(Failed, engine.ask(Initialise(Filling("xavier_normal_", {"gain": 1.0}, 0), both)))
    unsound = Filling("bad", {}, 0, "def bad(tensor):\n    return tensor / 0")
    assert "NaN or infinity" in the(Failed, engine.ask(Initialise(unsound, both))).template
    the(Failed, engine.ask(Initialise(Filling("zeros_", {}, 0), ((linear, "gone"),))))
    after = weights(engine, tmp_path)
    assert all((after[name] == before[name]).all() for name in before)


def test_a_paused_run_goes_on_from_what_was_filled(tmp_path: Path) -> None:
    engine, design = Driven(), iris(epochs=2)
    linear = node(design, "net.linear").id
    engine.ask(Start(to_json(design), 1))
    engine.step(2)
    zeros = Initialise(Filling("zeros_", {}, 0), ((linear, "weight"),))
    assert "pause it first" in the(Failed, engine.ask(zeros)).template
    engine.ask(Pause())
    assert of(NumbersChanged, engine.ask(zeros))
    assert not weights(engine, tmp_path)["net.linear.weight"].any()
    engine.ask(Resume())
    assert states(engine.run()) == ["finished"]
    assert weights(engine, tmp_path)["net.linear.weight"].any()


def test_buffers_are_told_of_and_looked_into_beside_parameters() -> None:
    engine, design = Driven(), iris(("Linear", {"out_features": 3}), "BatchNorm1d", epochs=1)
    engine.train(design)
    norm = node(design, "net.batchnorm1d").id
    view = of(ParameterView, engine.ask(Watch(norm, "running_mean")))[-1]
    assert [(info.name, info.buffer) for info in view.parameters] == [
        ("weight", False), ("bias", False), ("running_mean", True), ("running_var", True), ("num_batches_tracked", True)
    ]  # fmt: skip
    mean = np.frombuffer(view.picture, "<f4")
    assert view.parameters[2].mean == pytest.approx(float(mean.mean()))
    assert view.parameters[2].std == pytest.approx(float(mean.std(ddof=1)))
    assert view.parameters[4].mean == 4  # batches of an epoch
