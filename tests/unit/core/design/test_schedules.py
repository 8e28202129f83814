"""Schedules: the same rates as the engine's schedulers, which are PyTorch's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core import nn
from core.design import json_form, project
from core.design.losses import problems
from core.design.schedules import SCHEDULES, factor, options_of_schedule
from core.design.settings import Course, Settings
from core.optim import SGD, lr_scheduler

OF_EPOCH, EPOCHS = 7, 20
STEPS = OF_EPOCH * EPOCHS


def arguments(settings: Settings) -> dict[str, Any]:
    """What the engine's scheduler is made with."""
    options = options_of_schedule(settings)
    match settings.course.schedule:
        case "CosineAnnealingLR":
            return {"T_max": options["T_max"] or EPOCHS, "eta_min": options["floor"] * 0.5}
        case "OneCycleLR":
            return {"max_lr": 0.5, "total_steps": STEPS, "cycle_momentum": False, **options}
    return options


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("StepLR", {"step_size": 3, "gamma": 0.5}),
        ("MultiStepLR", {"milestones": (2, 5, 5), "gamma": 0.3}),
        ("ExponentialLR", {"gamma": 0.9}),
        ("CosineAnnealingLR", {}),
        ("CosineAnnealingLR", {"T_max": 8, "floor": 0.1}),
        ("LinearLR", {"start_factor": 0.2, "total_iters": 30}),
        ("OneCycleLR", {}),
        ("OneCycleLR", {"pct_start": 0.6}),
    ],
)
def test_rates_are_those_of_the_scheduler(name: str, options: dict[str, Any]) -> None:
    settings = Settings(course=Course(schedule=name, schedule_options=options))
    optimiser = SGD([nn.Parameter(nn.Linear(1, 1).weight.detach())], lr=0.5)
    scheduler = getattr(lr_scheduler, name)(optimiser, **arguments(settings))
    theirs, ours = [], []
    for step in range(STEPS):
        theirs.append(optimiser.param_groups[0]["lr"])
        ours.append(0.5 * factor(settings, step, OF_EPOCH, STEPS))
        optimiser.step()
        if SCHEDULES[name].by_step or (step + 1) % OF_EPOCH == 0:
            scheduler.step()
    assert ours == pytest.approx(theirs, rel=1e-6)


def test_without_a_schedule_the_rate_stays() -> None:
    assert {factor(Settings(), step, 5, 50) for step in range(50)} == {1.0}


@pytest.mark.parametrize(
    ("course", "words"),
    [
        (Course(schedule="Sawtooth"), "no schedule Sawtooth"),
        (Course(schedule="StepLR", schedule_options={"step_size": 0}), "step_size"),
        (Course(keep_best="speed"), "not by speed"),
    ],
)
def test_what_is_wrong_is_said(course: Course, words: str) -> None:
    assert any(words in str(sentence) for sentence in problems(Settings(course=course), None))


def test_a_course_is_kept_in_the_design_and_older_versions_read_what_has_none() -> None:
    design = project.new().design
    assert "course" not in json_form.to_json(design)
    course = Course("MultiStepLR", {"milestones": (3, 7), "gamma": 0.5}, 1.0, 0.5, 100, 5, "accuracy")
    with_course = replace(design, settings=replace(design.settings, course=course))
    assert json_form.from_json(json_form.to_json(with_course)) == with_course
