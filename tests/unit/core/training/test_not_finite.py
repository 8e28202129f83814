"""The first value that is NaN or infinite: where it arose is told, and what was before it is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import core
from core.autograd.watching import watch_operations
from core.data.prepare import prepare
from core.design.json_form import to_json
from core.design.model import CustomLayer, Design
from core.design.settings import DataSettings, Settings
from core.errors import DesignError
from core.training.checkpoint import read_checkpoint
from core.training.customs import full_report
from core.training.loop import Stepped, TrainingRun
from core.training.messages import Checkpointed, Failed, RunState, Start, Stop
from core.training.not_finite import NotFiniteError
from core.training.parameters import LiveParameters
from tests.unit.core.design.drawing import stack
from tests.unit.core.gpu import stand_in
from tests.unit.core.training.driving import Driven, custom, diabetes, iris, mlp, of, the

LOG = """
class Mine(nn.Module):
    def forward(self, x):
        return torch.log(torch.relu(x))
"""
ROOT_OF_ZERO = """
class Mine(nn.Module):
    def forward(self, x):
        return x + torch.sqrt(x - x.detach())
"""
ONLY_TESTED = """
class Mine(nn.Module):
    def forward(self, x):
        return x if self.training else x * float("inf")
"""


def run_of(design: Design, live: LiveParameters | None = None) -> TrainingRun:
    data = prepare(design.settings.data)
    return TrainingRun(design, full_report(design, data.description), data, live)


def behind_linear(source: str, **settings: Any) -> Design:
    """A custom layer behind a Linear, so that gradients flow through it."""
    plain = replace(iris(), customs={"Mine": CustomLayer("Mine", source)})
    design = replace(stack(("Linear", {"out_features": 3}), "Mine", shape=(4,)), customs=plain.customs)
    return replace(design, settings=Settings(data=DataSettings("iris"), **settings))


def error_of(run: TrainingRun) -> NotFiniteError:
    with pytest.raises(NotFiniteError) as caught:
        list(run)
    return caught.value


def weights(run: TrainingRun) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in run.model.module.state_dict().items()}


def sgd(lr: float, **options: float) -> dict[str, Any]:
    return {"optimiser": "SGD", "optimiser_options": {"lr": lr, **options}}


WHERE = {
    "an output": (mlp(**sgd(1e6)), "linear1", "Addmm", "gave infinity in Addmm"),
    "an operation in a custom layer": (custom(LOG), "mine", "Log", "gave infinity in Log"),
    "a gradient": (behind_linear(ROOT_OF_ZERO), "mine", "Sqrt", "the gradient of 'mine' became infinity in Sqrt"),
    "the loss": (diabetes(**sgd(1e3)), "", "MSELoss", "the loss became infinity in MSELoss"),
    "an update": (iris(**sgd(1e39)), "linear", "SGD", "SGD made a weight of 'linear' infinity"),
    "a later update": (iris(**sgd(1e10, weight_decay=1e5)), "linear", "SGD", "SGD made a weight of 'linear' infinity"),
    "a test": (custom(ONLY_TESTED), "mine", "Mul", "The test after step 4 failed: 'mine' gave"),
}


@pytest.mark.parametrize("case", WHERE)
def test_where_it_arose_is_named(case: str) -> None:
    design, name, operation, words = WHERE[case]
    error = error_of(run_of(design))
    assert words in str(error)
    assert f"tep {error.step} failed" in str(error)
    assert error.operation == operation
    assert (design[error.node].name if error.node else "") == name


@pytest.mark.parametrize("case", WHERE)
def test_what_is_kept_is_what_the_steps_before_made(case: str) -> None:
    """Also with dropout and batch norm: the same random numbers, the same running statistics."""
    design = WHERE[case][0]
    failed, again = run_of(design), run_of(design)
    error = error_of(failed)
    assert failed.step == error.kept == error.step - (case != "a test")
    events = iter(again)
    for _ in range(error.kept):
        while not isinstance(next(events), Stepped):
            pass
    assert weights(failed) == weights(again)


def test_dropout_and_running_statistics_are_those_of_the_last_good_step() -> None:
    layers = ("Flatten", ("Linear", {"out_features": 32}), "BatchNorm1d", "Dropout", ("Linear", {"out_features": 10}))
    design = replace(stack(*layers), settings=Settings(**sgd(1e8)))
    failed, again = run_of(design), run_of(design)
    error, events = error_of(failed), iter(again)
    assert error.kept > 0
    for _ in range(error.kept):
        next(events)
    assert weights(failed) == weights(again)
    failed.save()
    again.save()
    assert failed.live.random is not None
    assert failed.live.steps == error.kept
    assert failed.live.random.tolist() == again.live.random.tolist()  # type: ignore[union-attr]


def test_the_engine_tells_it_and_keeps_finite_weights(tmp_path: Path) -> None:
    driven = Driven(tmp_path / "checkpoint")
    events = driven.train(mlp(**sgd(1e6)), run=7)
    failed = the(Failed, events)
    assert (failed.request, failed.run, failed.operation) == ("Start", 7, "Addmm")
    assert failed.step == failed.values["step"]
    assert failed.node is not None
    assert [state.state for state in of(RunState, events)] == ["running"]
    assert the(Checkpointed, events).step == failed.values["kept"]
    kept = read_checkpoint(tmp_path / "checkpoint")
    assert kept.tensors
    assert all(np.isfinite(tensor.numpy()).all() for tensor in kept.tensors.values())


def test_a_run_that_is_stopped_before_a_loss_told_of_it_keeps_finite_weights(tmp_path: Path) -> None:
    driven = Driven(tmp_path / "checkpoint")
    driven.ask(Start(to_json(iris(**sgd(1e10, weight_decay=1e5))), 1))
    driven.step(3)  # the third update overflowed
    assert the(Checkpointed, driven.ask(Stop())).step == 2
    kept = read_checkpoint(tmp_path / "checkpoint").tensors.values()
    assert all(np.isfinite(tensor.numpy()).all() for tensor in kept)


def test_a_run_goes_back_when_it_is_saved_and_then_fails() -> None:
    run = run_of(iris(**sgd(1e39)))
    events = iter(run)
    next(events)
    run.save()
    assert all(np.isfinite(tensor.numpy()).all() for tensor in run.model.module.state_dict().values())
    with pytest.raises(NotFiniteError, match="Step 1 failed: SGD made a weight"):
        next(events)


def test_weights_that_are_not_finite_are_refused_with_a_way_out() -> None:
    design = iris()
    run = run_of(design)
    next(iter(run))
    run.save()
    next(iter(run.live.tensors.values()))._array[0] = np.nan
    with pytest.raises(DesignError, match=r"The weights of 'linear' hold .* begin with new weights, or load others"):
        run_of(design, run.live)


def test_operations_are_watched_only_while_it_is_asked_for() -> None:
    seen: list[str] = []
    x = core.zeros(2, requires_grad=True)
    with watch_operations(lambda operation, results: seen.append(f"{operation.title} {results[0].tolist()}")):
        x.sin().mul_(2)
    x.log()
    assert seen == ["Sin [0.0, 0.0]", "Mul [0.0, 0.0]"]


@pytest.mark.parametrize("case", ["an output", "a gradient", "a later update", "a test"])
def test_on_a_gpu_it_is_the_same(case: str) -> None:
    design = WHERE[case][0]
    on_cpu = run_of(design)
    expected = error_of(on_cpu)
    with stand_in():
        run = run_of(replace(design, settings=replace(design.settings, device="cuda:0")))
        error = error_of(run)
        kept = {name: tensor.cpu() for name, tensor in run.model.module.state_dict().items()}
    assert str(error) == str(expected)
    for name, tensor in on_cpu.model.module.state_dict().items():
        # Compiled loops, which only the CPU has, round otherwise, and a run that diverges makes much of it.
        np.testing.assert_allclose(kept[name].numpy(), tensor.numpy(), rtol=1e-3)
