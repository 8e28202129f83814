"""Data on the command line: other ones than the project's, how they are read, and what was understood of them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace

from core import foreign
from core.commands.examined import trusted
from core.data.prepare import PreparedData
from core.design.account import account
from core.design.choosing_data import take_described
from core.design.data_kinds import OWN, path_of
from core.design.data_options import for_other_source, with_option
from core.design.datasets import BUILT_IN
from core.design.model import Design
from core.design.settings import DataDescription, DataSettings
from core.errors import FileError, Sentence


def add_data(parser: argparse.ArgumentParser) -> None:
    """The options that choose data and say how they are read."""
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="a file, a folder or a dataset to use instead of the project's; a .py file with a Dataset wants --trust",
    )
    parser.add_argument(
        "--data-option",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="how the data are read and split, as in decimal=comma (see docs/file-formats.md)",
    )


def with_data(design: Design, options: argparse.Namespace) -> tuple[Design, PreparedData | None]:
    """The design with the data of the command line, and these as they were read; None where it says nothing of them.

    Raises DataError or FileError with what cannot be read or has to be decided.
    """
    settings = design.settings.data
    if options.data is None and not options.data_option:
        return design, None
    if options.data is not None:
        settings = _other(settings, options.data)
    for text in options.data_option:
        settings = with_option(settings, text)
    data = trusted(settings, options.trust)
    design = take_described(design, data.description)
    return design, replace(data, description=replace(data.description, settings=design.settings.data))


def _other(settings: DataSettings, data: str) -> DataSettings:
    path = path_of(data).absolute()
    if path.suffix != ".py":
        return for_other_source(settings, data if data in BUILT_IN else str(path))
    try:
        code = foreign.read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None
    return replace(for_other_source(settings, OWN), code=code)


def told(data: DataDescription) -> Iterator[str]:
    """Sentences about data that were read from a file: which lines were used, and what was assumed.

    What one is warned of is in the check's report.
    """
    if data.lines:
        yield str(account(data))
    for remark in data.remarks:
        if remark.kind == "said":
            yield str(Sentence(remark.template, remark.values))
