"""The table of losses and optimisers."""

from __future__ import annotations

import inspect

import pytest

from core import nn, optim
from core.design.losses import LOSSES, default_loss, options_of, problems
from core.design.optimisers import OPTIMISERS
from core.design.settings import Settings

LEFT_TO_SCRIPTS = {
    *("params", "maximize", "foreach", "fused", "capturable", "differentiable"),
    *("decoupled_weight_decay", "initial_accumulator_value"),
}
"""Arguments that no run of the designer needs."""


def sentences(settings: Settings, task: str | None = None) -> list[str]:
    return [str(sentence) for sentence in problems(settings, task)]


def test_the_settings_one_begins_with_have_no_problem() -> None:
    assert sentences(Settings()) == []
    assert sentences(Settings(), "classification") == []


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_each_task_has_a_loss_to_begin_with(task: str) -> None:
    assert task in LOSSES[default_loss(task)].tasks


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_defaults_lie_within_their_own_limits(optimiser: str) -> None:
    assert sentences(Settings(optimiser=optimiser)) == []


def test_options_of_another_optimiser_are_left_out() -> None:
    options = options_of(Settings(optimiser="SGD", optimiser_options={"momentum": 0.9, "beta1": 0.5}))
    assert options == {"lr": 1e-3, "momentum": 0.9, "dampening": 0.0, "weight_decay": 0.0, "nesterov": False}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (Settings(loss="Loss"), "There is no loss Loss: choose one of CrossEntropyLoss,"),
        (Settings(loss="L1Loss"), "L1Loss is not for classification: choose CrossEntropyLoss, for example."),
        (Settings(optimiser="Sgd"), "There is no optimiser Sgd: choose one of Adam, AdamW, SGD,"),
        (Settings(batch_size=0), "Batch size is 0: it must be at least 1."),
        (Settings(epochs=-1), "Epochs is -1: it must be at least 1."),
        (Settings(optimiser_options={"lr": -0.1}), "learning rate is -0.1: it must be at least 0.0."),
        (Settings(optimiser_options={"lr": float("nan")}), "learning rate is nan: it must be at least 0.0."),
        (Settings(optimiser_options={"beta1": 1.0}), "beta 1 is 1.0: it must be below 1."),
        (Settings(optimiser="SGD", optimiser_options={"nesterov": True}), "Nesterov needs momentum above 0"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(settings: Settings, sentence: str) -> None:
    (found,) = sentences(settings, "classification")
    assert found.startswith(sentence)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_engine_has_every_loss(loss: str) -> None:
    getattr(nn, loss)()


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_defaults_are_those_of_the_engine(optimiser: str) -> None:
    found = {name: each.default for name, each in inspect.signature(getattr(optim, optimiser)).parameters.items()}
    if "betas" in found:
        found["beta1"], found["beta2"] = found.pop("betas")
    ours = OPTIMISERS[optimiser].defaults()
    assert ours == {name: found[name] for name in ours}
    assert set(found) - set(ours) <= LEFT_TO_SCRIPTS
