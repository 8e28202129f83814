"""Training as a generator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.data.prepare import prepare
from core.design import edits
from core.design.model import Design
from core.design.optimisers import OPTIMISERS
from core.errors import DesignError, DeviceError
from core.training import loop
from core.training.customs import full_report
from core.training.loop import RunEvent, Stepped, TrainingRun
from core.training.parameters import LiveParameters
from tests.unit.core.training.driving import diabetes, iris, mlp


def run_of(design: Design, live: LiveParameters | None = None) -> TrainingRun:
    data = prepare(design.settings.data)
    return TrainingRun(design, full_report(design, data.description), data, live)


def weights(run: TrainingRun) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in run.model.module.state_dict().items()}


def losses_of(events: list[RunEvent]) -> list[float]:
    return [event.loss for event in events if isinstance(event, Stepped | loop.Tested)]


def replace_settings(design: Design, **settings: Any) -> Design:
    return replace(design, settings=replace(design.settings, **settings))


def test_it_learns_the_digits() -> None:
    run = run_of(mlp(epochs=8))
    tests = [event for event in run if isinstance(event, loop.Tested)]
    assert [test.epoch for test in tests] == list(range(1, 9))
    assert tests[-1].accuracy is not None
    assert tests[-1].accuracy > 0.9
    assert tests[-1].loss < tests[0].loss


def test_steps_and_epochs_are_counted() -> None:
    run = run_of(iris(epochs=3, batch_size=50))
    steps = [event for event in run if isinstance(event, Stepped)]
    assert (run.steps_per_epoch, run.steps) == (3, 9)
    assert [(event.step, event.epoch, event.samples) for event in steps[2:5]] == [(3, 0, 20), (4, 1, 50), (5, 1, 50)]
    assert steps[-1].step == run.steps


def test_every_sample_is_used_once_in_an_epoch_but_never_a_batch_of_one() -> None:
    run = run_of(iris(epochs=1, batch_size=7))
    sizes = [event.samples for event in run if isinstance(event, Stepped)]
    assert sizes == [7] * 17  # 120 samples: the one left over is left out


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_the_same_seed_gives_the_same_bits(optimiser: str) -> None:
    design = mlp(epochs=2, optimiser=optimiser, optimiser_options={"weight_decay": 1e-4, "lr": 0.01}, seed=3)
    first, second = run_of(design), run_of(design)
    assert list(first) == list(second)
    assert weights(first) == weights(second)


def test_another_seed_gives_another_run() -> None:
    first, second = run_of(mlp(epochs=1, seed=0)), run_of(mlp(epochs=1, seed=1))
    assert list(first) != list(second)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_two_runs_of_one_epoch_are_one_run_of_two(optimiser: str) -> None:
    design = mlp(epochs=2, optimiser=optimiser, optimiser_options={"momentum": 0.9, "lr": 0.01})
    whole = run_of(design)
    events = list(whole)
    live = LiveParameters()
    losses = []
    for _ in range(2):
        part = run_of(replace_settings(design, epochs=1), live)
        losses += losses_of(list(part))
        part.save()
    assert losses == losses_of(events)
    assert weights(part) == weights(whole)


def test_testing_changes_nothing_and_drops_nothing() -> None:
    run = run_of(mlp(epochs=1))
    for event in run:
        if isinstance(event, Stepped) and event.step == run.steps_per_epoch:
            before = weights(run)
    assert weights(run) == before
    assert not run.model.module.training


@pytest.mark.parametrize("loss", ["MSELoss", "SmoothL1Loss", "L1Loss"])
def test_regression_has_a_loss_and_no_accuracy(loss: str) -> None:
    events = list(run_of(replace_settings(diabetes(epochs=5, optimiser_options={"lr": 0.02}), loss=loss)))
    tests = [event for event in events if isinstance(event, loop.Tested)]
    assert all(event.accuracy is None for event in events if isinstance(event, Stepped | loop.Tested))
    assert tests[-1].loss < tests[0].loss


@pytest.mark.parametrize("loss", ["CrossEntropyLoss", "MultiMarginLoss", "BCEWithLogitsLoss", "MSELoss"])
def test_losses_for_classes_learn_classes(loss: str) -> None:
    options = {"lr": 0.02}
    tests = [e for e in run_of(iris(loss=loss, epochs=20, optimiser_options=options)) if isinstance(e, loop.Tested)]
    assert tests[-1].accuracy is not None
    assert tests[-1].accuracy > 0.75


def test_a_device_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(DeviceError, match=r"Device 'cuda:9' cannot be used\. .* Choose one of: cpu"):
        run_of(iris(device="cuda:9"))
    with pytest.raises(DeviceError, match=r"Device 'toaster' cannot be used\. .* Choose one of: cpu"):
        run_of(iris(device="toaster"))


def test_a_network_without_parameters_has_nothing_to_train() -> None:
    with pytest.raises(DesignError, match="nothing to train"):
        run_of(iris("ReLU"))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"loss": "L1Loss"}, "L1Loss is not for classification"),
        ({"loss": "system"}, "There is no loss system"),
        ({"optimiser": "Optimizer"}, "There is no optimiser Optimizer"),
        ({"batch_size": 0}, "Batch size is 0"),
    ],
)
def test_settings_that_cannot_be_used_are_named(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DesignError, match=sentence):
        run_of(iris(**settings))


def test_frozen_parameters_stay_as_they_are() -> None:
    design = mlp(epochs=1)
    first = next(node for node in design.walk() if node.type == "Linear")
    run = run_of(edits.freeze(design, first.id, "weight", True))
    before = run.model.module.state_dict()[f"net.{first.name}.weight"].numpy().copy()
    bias = run.model.module.state_dict()[f"net.{first.name}.bias"].numpy().copy()
    list(run)
    after = run.model.module.state_dict()
    assert np.array_equal(after[f"net.{first.name}.weight"].numpy(), before)
    assert not np.array_equal(after[f"net.{first.name}.bias"].numpy(), bias)


def test_the_validation_part_is_looked_at_in_place_of_the_test_part() -> None:
    design = iris()
    data = replace(design.settings.data, valid_fraction=0.2)
    run = run_of(edits.set_settings(design, replace(design.settings, epochs=2, data=data)))
    assert [event.part for event in run if isinstance(event, loop.Tested)] == ["validation", "validation"]
    *_, last = run.test()
    assert isinstance(last, loop.Tested)
    assert (last.part, run.size_of("test"), run.size_of("validation")) == ("test", 30, 30)
