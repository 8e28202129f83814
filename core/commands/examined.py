"""A project as the commands see it: read, and its data and shapes looked at."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from core.commands.parsing import plain_command_line
from core.data.prepare import PreparedData, prepare
from core.design import project, shapes
from core.design.model import Design, NodeId
from core.design.own_code import own_code
from core.design.settings import DataDescription, DataSettings
from core.design.shapes import Facts, Report
from core.errors import DataError, FileError, Sentence

NOT_TRUSTED = "'{name}' is code that came with the project: it runs only with --trust, and `show --code` prints it."


@dataclass(frozen=True, slots=True)
class Examined:
    """A design, what was found about it, and its data if they could be read."""

    design: Design
    report: Report
    data: PreparedData | None

    def name(self, node: NodeId) -> str:
        """What a node is called in lists: its dotted path, or the project's name for the whole."""
        return self.design.path(node) or self.design[node].name


def command_line(name: str, does: str) -> argparse.ArgumentParser:
    """The parser of a command, with what is the same for all: `--trust` and the exit status in its help."""
    parser = plain_command_line(name, does)
    parser.add_argument("--trust", action="store_true", help="run the code of the project's custom layers")
    return parser


def examine(path: Path, trust: bool) -> Examined:
    """Read a project and check it. Raises FileError if it cannot be read; other problems are in the report."""
    return examine_design(project.read(path).design, trust)


def trusted(settings: DataSettings, trust: bool) -> PreparedData:
    """The data of these settings. Raises DataError where code that is not trusted would have to run for them."""
    if settings.code and not trust:
        raise DataError(NOT_TRUSTED, name=settings.source)
    return prepare(settings)


def examine_design(
    design: Design, trust: bool, data: PreparedData | None = None, description: DataDescription | None = None
) -> Examined:
    """Check a design with its data, which are read if they were not yet and there is no `description` of them. Its
    custom layers are run only if they are trusted.
    """
    problem = None
    try:
        if description is None:
            data = data or trusted(design.settings.data, trust)
            description = data.description
    except (DataError, FileError) as error:
        problem = error.sentence
    if trust and description:
        # The engine, which runs custom layers, is a second's import that other designs need not wait for.
        from core.training.customs import full_report

        return Examined(design, full_report(design, description), data)
    customs = {} if trust else {name: Sentence(NOT_TRUSTED, {"name": name}) for name, _ in own_code(design)}
    return Examined(design, shapes.check(design, Facts(description, problem, customs=customs)), data)
