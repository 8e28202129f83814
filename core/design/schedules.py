"""How the learning rate goes over a run: PyTorch's schedulers, as functions of the step.

Each gives by what the rate of the settings is multiplied. They are functions, not objects with a state, so that a
rate can be drawn before a run, changed during it, and be the same after it was stopped and went on. Formulas are those
of `torch.optim.lr_scheduler`, whose names they have. `core.design.pytorch` writes them as PyTorch's own.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from core.design.catalog.base import Option
from core.design.settings import Settings
from core.errors import DesignError, Sentence

Numbers = Mapping[str, Any]
Factor = Callable[[Numbers, int, int, int], float]
"""Of the options, the step from 0, the steps of an epoch, and those of the run."""

PLATEAU = "ReduceLROnPlateau"
"""The only one that depends on how training goes: `core.training.course` has it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A scheduler under PyTorch's name. `by_step`: PyTorch's is told of each step, not of each epoch."""

    key: str
    summary: str
    options: tuple[Option, ...]
    factor: Factor
    by_step: bool = False


def _gamma(default: float) -> Option:
    return Option("gamma", "float", default, "factor", "By what the rate is multiplied.", minimum=1e-9)


def _one_cycle(options: Numbers, step: int, _: int, steps: int) -> float:
    """Smith and Topin (2018), as PyTorch does with anneal_strategy="cos": from 1/25 up to 1 and down to 1/250,000."""
    top, last = options["pct_start"] * steps - 1, steps - 1
    first, final = 1 / 25, 1 / 25 / 1e4
    start, end, share = (first, 1.0, step / top) if step <= top else (1.0, final, (step - top) / max(last - top, 1e-9))
    return end + (start - end) / 2 * (1 + math.cos(math.pi * min(share, 1.0)))


def _cosine(options: Numbers, step: int, of_epoch: int, steps: int) -> float:
    """To `floor` of the rate in `T_max` epochs, by default all of them (Loshchilov and Hutter, 2017)."""
    wide = options["T_max"] or max(1, steps // of_epoch)
    return float(options["floor"] + (1 - options["floor"]) * (1 + math.cos(math.pi * (step // of_epoch) / wide)) / 2)


SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {
        schedule.key: schedule
        for schedule in (
            Schedule(
                "StepLR",
                "Falls by a factor every so many epochs.",
                (Option("step_size", "int", 10, "epochs", "How many epochs lie between.", minimum=1), _gamma(0.1)),
                lambda options, step, of_epoch, _: options["gamma"] ** (step // of_epoch // options["step_size"]),
            ),
            Schedule(
                "MultiStepLR",
                "Falls by a factor at certain epochs.",
                (Option("milestones", "size", (10, 15), "epochs", "At which it falls: 10, 15."), _gamma(0.1)),
                lambda options, step, of_epoch, _: (
                    options["gamma"] ** bisect_right(sorted(options["milestones"]), step // of_epoch)
                ),
            ),
            Schedule(
                "ExponentialLR",
                "Falls by a factor after every epoch.",
                (_gamma(0.95),),
                lambda options, step, of_epoch, _: options["gamma"] ** (step // of_epoch),
            ),
            Schedule(
                "CosineAnnealingLR",
                "Falls along half a wave of the cosine.",
                (
                    Option("T_max", "int", 0, "epochs", "How long it falls; 0: to the run's end.", minimum=0),
                    Option("floor", "float", 0.0, "lowest", "Where it ends, as a share of the rate.", minimum=0.0),
                ),
                _cosine,
            ),
            Schedule(
                "LinearLR",
                "Warms up: from a share of the rate to all of it, in so many steps.",
                (
                    Option("start_factor", "float", 0.1, "first share", "Where it begins.", minimum=1e-9, maximum=1.0),
                    Option("total_iters", "int", 100, "steps", "How long it warms up.", minimum=1),
                ),
                lambda options, step, _, __: (
                    options["start_factor"]
                    + (1 - options["start_factor"]) * min(step, options["total_iters"]) / options["total_iters"]
                ),
                by_step=True,
            ),
            Schedule(
                "OneCycleLR",
                "Rises from a twenty-fifth to the rate, and falls to nearly nothing, within the run.",
                (Option("pct_start", "float", 0.3, "rising share", "Of the run.", minimum=1e-3, maximum=0.999),),
                _one_cycle,
                by_step=True,
            ),
            Schedule(
                PLATEAU,
                "Falls by a factor when the tests have not become better for a while.",
                (_gamma(0.1), Option("patience", "int", 5, "patience", "Tests that it waits.", minimum=0)),
                lambda *_: 1.0,
            ),
        )
    }
)


def options_of_schedule(settings: Settings) -> dict[str, Any]:
    """The schedule's options, those that are not set with their defaults."""
    schedule = SCHEDULES[settings.course.schedule]
    given = settings.course.schedule_options
    return {option.name: given.get(option.name, option.default) for option in schedule.options}


def factor(settings: Settings, step: int, of_epoch: int, steps: int) -> float:
    """By what the learning rate is multiplied at a step, counted from 0; infinity where that is beyond all numbers."""
    schedule = SCHEDULES.get(settings.course.schedule)
    try:
        return 1.0 if schedule is None else float(schedule.factor(options_of_schedule(settings), step, of_epoch, steps))
    except OverflowError:
        return math.inf


def course_problems(settings: Settings) -> Iterator[Sentence]:
    """What is wrong with how a run is to go on, a sentence each."""
    course = settings.course
    if course.schedule and course.schedule not in SCHEDULES:
        values: dict[str, object] = {"schedule": course.schedule, "known": ", ".join(SCHEDULES)}
        yield Sentence("There is no schedule {schedule}: choose one of {known}.", values)
    elif course.schedule:
        for option in SCHEDULES[course.schedule].options:
            try:
                option.check(course.schedule_options.get(option.name, option.default))
            except DesignError as error:
                yield error.sentence
    if course.keep_best not in ("", "loss", "accuracy"):
        yield Sentence("Weights are kept by loss or accuracy, not by {metric}.", {"metric": course.keep_best})
