"""`check`: the problems of projects, one a line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.commands.data import add_data, with_data
from core.commands.examined import Examined, command_line, examine_design
from core.commands.exit_codes import FINE, PROBLEM, UNUSABLE
from core.design import project
from core.design.shapes import Problem
from core.errors import DeviceError, FileError


def run(arguments: Sequence[str]) -> int:
    """Print the problems as `path: node: sentence`, or `path: no problems`.

    Returns 0 if there are none but warnings, 1 if there are some, 2 if a file cannot be read. Raises DataError where
    other data were named that cannot be used.
    """
    parser = command_line("check", "Say what is wrong in projects, a problem a line.")
    parser.add_argument("projects", metavar="PROJECT", nargs="+", type=Path)
    add_data(parser)
    options = parser.parse_args(arguments)
    return max(_check(path, options) for path in options.projects)


def _check(path: Path, options: argparse.Namespace) -> int:
    try:
        design, data = with_data(project.read(path).design, options)
        examined = examine_design(design, options.trust, data)
    except FileError as error:
        print(f"netloom: {error}", file=sys.stderr)
        return UNUSABLE
    found = list(problems(examined))
    for node, sentence, _ in found:
        print(f"{path}: {node}: {sentence}")
    if not found:
        print(f"{path}: no problems")
    return PROBLEM if any(blocks for _, _, blocks in found) else FINE


def problems(examined: Examined) -> Iterator[tuple[str, str, bool]]:
    """Where each problem is, what it is, and whether training cannot begin with it."""
    for problem in examined.report.problems:
        blocks = problem.blocks
        yield examined.name(problem.node), ("" if blocks else "warning: ") + with_ways(problem), blocks
    if (sentence := _device_problem(examined.design.settings.device)) is not None:
        yield "settings", sentence, True


def with_ways(problem: Problem) -> str:
    """Its sentence, and in brackets what the window would offer to click."""
    ways = " · ".join(str(repair.label) for repair in problem.repairs)
    return f"{problem.sentence} [{ways}]" if ways else str(problem.sentence)


def _device_problem(name: str) -> str | None:
    """Why this machine cannot train on a device, if it cannot. The CPU is always there, and the engine stays away."""
    if name == "cpu":
        return None
    from core.training.devices import check_device

    try:
        check_device(name)
    except DeviceError as error:
        return str(error)
    return None
