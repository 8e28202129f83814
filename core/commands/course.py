"""How a run goes on, said on the command line."""

from __future__ import annotations

import argparse
from dataclasses import replace

from core.design.schedules import SCHEDULES
from core.design.settings import Course, Settings
from core.errors import DesignError

NUMBERS = {
    "clip_norm": (float, "hold the norm of all gradients below X"),
    "clip_value": (float, "hold each number of the gradients below X"),
    "test_every": (int, "test after every N steps too, not only after an epoch"),
    "patience": (int, "end after N tests that were no better"),
}


def add_course(parser: argparse.ArgumentParser) -> None:
    """The options, each of which takes the place of what the project says."""
    parser.add_argument("--lr", type=float, metavar="X", help="the learning rate")
    parser.add_argument("--schedule", metavar="NAME", help=f"how it goes over the run: {', '.join(SCHEDULES)}, or none")
    parser.add_argument(
        "--schedule-option", action="append", default=[], metavar="NAME=VALUE", help="such as gamma=0.5"
    )
    for name, (kind, help) in NUMBERS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, metavar="X" if kind is float else "N", help=help)
    parser.add_argument("--keep-best", metavar="METRIC", help="keep the weights with the best loss or accuracy")


def with_course(settings: Settings, options: argparse.Namespace) -> Settings:
    """The settings with what was said. Raises DesignError for an option that the schedule does not have."""
    course = settings.course
    given = {name: getattr(options, name) for name in (*NUMBERS, "keep_best") if getattr(options, name) is not None}
    if options.schedule is not None:
        given |= {"schedule": "" if options.schedule == "none" else options.schedule, "schedule_options": {}}
    course = replace(course, **given)
    if options.schedule_option:
        said = dict(_option(text, course) for text in options.schedule_option)
        course = replace(course, schedule_options={**course.schedule_options, **said})
    if options.lr is not None:
        settings = replace(settings, optimiser_options={**settings.optimiser_options, "lr": options.lr})
    return replace(settings, course=course)


def _option(text: str, course: Course) -> tuple[str, float | tuple[int, ...]]:
    name, _, value = text.partition("=")
    schedule = SCHEDULES.get(course.schedule)
    known = {} if schedule is None else {option.name: option.kind for option in schedule.options}
    if name not in known:
        raise DesignError(
            "'{name}' is no option of this schedule: it has {known}.", name=name, known=", ".join(known) or "none"
        )
    try:
        if known[name] == "size":
            return name, tuple(int(part) for part in value.split(","))
        return name, int(value) if known[name] == "int" else float(value)
    except ValueError:
        raise DesignError("'{value}' is no number for '{name}'.", value=value, name=name) from None
