"""Tables in .csv files: from lines of text to features and a target, or a sentence that names the line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from core.data.frames import FrameFile, quick_columns
from core.data.layout import Layout, find_layout
from core.data.missing import is_missing, missing_labels
from core.data.numerals import is_number
from core.data.source import Source, name_of
from core.data.text_file import Tally, TextFile
from core.design.data_kinds import FRAMES
from core.design.settings import Choice, DataSettings, Remark
from core.errors import DataError

_CHUNK = 4096  # rows turned into numbers at a time, so that their texts need little memory
FILLS = ("mean", "median", "interpolate")
"""What missing features may be filled in with; prepare does so, by the training part."""
NAMED = 5
"""Lines that a sentence about missing values names."""


@dataclass(slots=True)
class _Holes:
    """Missing values found so far: how many, and where the first ones are."""

    count: int = 0
    places: list[str] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)

    def add(self, found: list[tuple[int, str]]) -> None:
        """Those of the next lines: line and column of each, in any order."""
        self.count += len(found)
        first = sorted(found, key=lambda place: place[0])[: NAMED - len(self.places)]
        self.places += [f"line {line}, column '{column}'" for line, column in first]
        self.columns.update(column for _, column in found)

    def add_all(self, others: _Holes) -> None:
        """Those of later lines."""
        self.count += others.count
        self.places += others.places[: NAMED - len(self.places)]
        self.columns |= others.columns

    def text(self) -> str:
        more = self.count - len(self.places)
        return "; ".join(self.places) + (f", and {more} more" if more else "")


def read_table(path: Path, settings: DataSettings) -> Source:
    """The samples of a .csv or .csv.gz file, one a line.

    What the settings do not say of how it is written is found out, see `core.data.layout`; all columns but the target
    must hold numbers. Features come as float64 (N, columns), NaN where one is missing that is to be filled in; the
    target as (N,) numbers where all of its values are, else as texts.
    Raises FileError when the file cannot be read, DataError with the line or column of what is wrong in it.
    """
    return table_of(open_text(path, settings), settings)


def open_text(path: Path, settings: DataSettings) -> TextFile:
    """The text of a table, read as the settings say."""
    if path.name.lower().endswith(tuple(FRAMES)):
        return FrameFile(path)
    return TextFile(path, settings.encoding, settings.separator, settings.comments)


def table_of(text: TextFile, settings: DataSettings) -> Source:
    """As `read_table`, of a text that is open."""
    layout = find_layout(text, settings)
    reader = RowReader(text, layout, settings)
    if (quick := quick_columns(text, layout)) is not None:
        reader.lines = quick.lines.tolist()
        features, target = quick.features, quick.target
    else:
        features = reader.read()
        target = reader.target()
    return Source(
        name=name_of(text.path),
        features=features,
        target=target,
        target_name=f"column '{layout.names[layout.target]}'",
        columns=tuple(layout.features),
        lines=np.array(reader.lines),
        understood=layout.understood,
        remarks=(*layout.remarks, *reader.remarks()),
        account=reader.account(),
        groups=np.array(reader.groups, dtype=object) if reader.groups else None,
    )


class RowReader:
    """Turns rows into numbers, whole chunks at once, and cell by cell only where a chunk has something wrong."""

    def __init__(self, text: TextFile, layout: Layout, settings: DataSettings) -> None:
        self.text = text
        self.layout = layout
        self.missing = settings.missing
        self.comments = settings.comments
        self.number = layout.numerals.reader(text.has_underscores)
        self.holes = _Holes()
        self.text_found: tuple[int, str, str] | None = None
        self.lines: list[int] = []
        self.labels: list[str] = []
        self.groups: list[str] = []
        self.tally = Tally()
        self.skipped = {"comments": 0, "incomplete": 0}

    def read(self) -> NDArray[np.float64]:
        """The features, (N, columns)."""
        features = self.rows()
        if not len(features):
            raise DataError("'{path}' has a line with names but no samples below it.", path=str(self.text.path))
        return self._without_holes(features)

    def rows(self) -> NDArray[np.float64]:
        """The features of all rows, (N, columns), NaN where one is missing."""
        rows = islice(self.text.rows(self.tally), self.layout.skipped, None)
        features = [self._chunk(chunk) for chunk in _chunks(self._without_comments(rows))]
        return np.concatenate(features) if features else np.zeros((0, len(self.layout.kept)))

    def value(self, label: str) -> float:
        """The number that a label is; ValueError for none."""
        return self._value(label, self.layout.target)

    def target(self) -> NDArray[Any]:
        """The target (N,) of the samples that were read: numbers if all are, else texts."""
        try:
            return np.array([self.value(label) for label in self.labels])
        except ValueError:
            return np.array(self.labels, dtype=object)

    def account(self, rows: str = "samples", used: int | None = None) -> tuple[tuple[str, int], ...]:
        """What each line of the text is; samples, or what rows are called, come first. `used`: how many these are, by
        default those that were read.
        """
        before = self.text.preamble
        counts = {
            rows: len(self.lines) if used is None else used,
            "names": int(self.layout.header),
            "instructions": int(before.instruction),
            "comments": len(before.comments) + self.skipped["comments"] - (self.layout.header > self.layout.skipped),
            "blank": self.tally.blank,
            "continued": self.tally.continued,
            "incomplete": self.skipped["incomplete"],
        }
        return tuple((name, count) for name, count in counts.items() if count or name == rows)

    def take_over(self, later: RowReader) -> None:
        """What another found in later lines of the file: what they are, and where values are missing."""
        self.tally.blank += later.tally.blank
        self.tally.continued += later.tally.continued
        self.skipped["comments"] += later.skipped["comments"]
        self.holes.add_all(later.holes)

    def remarks(self) -> Iterator[Remark]:
        """What was filled in or left out, or has to be."""
        if self.holes.count:
            yield self._holes_remark()
        for place in sorted(self.layout.percent):
            values = {"column": self.layout.names[place]}
            yield Remark("The numbers of column '{column}' are read without their percent sign.", values)

    def _holes_remark(self) -> Remark:
        values = {"count": self.holes.count, "lines": self.skipped["incomplete"], "places": self.holes.text()}
        if self.missing in FILLS:
            sentence = "{count} values are missing: {places}. Features are filled in with the {fill} of their column."
            return Remark(sentence, {**values, "fill": self.missing})
        if self.missing == "drop":
            return Remark("Values are missing in {lines} lines, which are left out: {places}.", values)
        fills = [Choice("missing", fill, f"Fill in the {fill}") for fill in ("mean", "median")]
        in_target_only = self.holes.columns == {self.layout.names[self.layout.target]}
        choices = Choice("missing", "drop", "Leave out {lines} lines"), *([] if in_target_only else fills)
        return Remark("Values are missing: {places}. Choose what becomes of them.", values, choices, "question")

    def _without_comments(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """Rows that are samples: a line with # in front and another number of values is none."""
        width = len(self.layout.names)
        for line, row in rows:
            if row[0].startswith("#") and self.comments is not False and (self.comments or len(row) != width):
                self.skipped["comments"] += 1
            else:
                yield line, row

    def _without_holes(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Without the rows that lack their target or, where missing values are not filled in, any value."""
        missing = missing_labels(set(self.labels))
        target = self.layout.names[self.layout.target]
        no_label = np.array([label.strip().lower() in missing for label in self.labels])
        self.holes.add([(line, target) for line, hole in zip(self.lines, no_label, strict=True) if hole])
        if not self.holes.count or self.missing == "keep":
            return features
        kept = ~no_label & (True if self.missing in FILLS else ~np.isnan(features).any(axis=1))
        self.skipped["incomplete"] = int(np.sum(~kept))
        self.lines = [line for line, keep in zip(self.lines, kept, strict=True) if keep]
        self.labels = [label for label, keep in zip(self.labels, kept, strict=True) if keep]
        self.groups = [group for group, keep in zip(self.groups, kept, strict=False) if keep]
        if not self.lines:
            raise DataError(
                "Every line of '{path}' has missing values: {places}. Fill them in or leave the columns out.",
                path=str(self.text.path),
                places=self.holes.text(),
            )
        return features[kept]

    def _chunk(self, chunk: list[tuple[int, list[str]]]) -> NDArray[np.float64]:
        width = len(self.layout.names)
        for line, row in chunk:
            if len(row) > width and not any(map(str.strip, row[width:])):
                del row[width:]
            if len(row) != width:
                raise DataError(
                    "Line {line} of '{path}' has {count} values, but {expected} were expected, as in the first line.",
                    line=line,
                    path=str(self.text.path),
                    count=len(row),
                    expected=width,
                )
        for line, row in chunk:
            self.lines.append(line)
            self.labels.append(row[self.layout.target].strip())
            if self.layout.group is not None:
                self.groups.append(row[self.layout.group].strip())
            row[:] = [row[position] for position in self.layout.kept]
        values = self._at_once(chunk)
        if values is None:
            values = self._one_by_one(chunk)
        if self.text_found is not None:
            self._refuse_text(*self.text_found)
        return values

    def _at_once(self, chunk: list[tuple[int, list[str]]]) -> NDArray[np.float64] | None:
        if self.layout.percent:
            return None
        shape = len(chunk), len(self.layout.kept)
        cells = chain.from_iterable(row for _, row in chunk)
        try:
            values = np.fromiter(map(self.number, cells), np.float64, shape[0] * shape[1]).reshape(shape)
        except ValueError:
            return None
        return values if np.isfinite(values).all() else None

    def _one_by_one(self, chunk: list[tuple[int, list[str]]]) -> NDArray[np.float64]:
        """The values, NaN for what is missing; the first text is noted."""
        names, missing = self.layout.features, []
        values = np.full((len(chunk), len(names)), np.nan)
        for index, (line, row) in enumerate(chunk):
            for position, cell in enumerate(row):
                if is_missing(cell):
                    missing.append((line, names[position]))
                else:
                    values[index, position] = self._number(cell, line, position)
        self.holes.add(missing)
        return values

    def _number(self, cell: str, line: int, position: int) -> float:
        column = self.layout.features[position]
        try:
            value = self._value(cell, self.layout.kept[position])
        except ValueError:
            self.text_found = self.text_found or (line, column, cell)
            return 0.0
        if math.isinf(value):
            raise DataError(
                "Line {line} of '{path}', column '{column}': {cell} is too large for a number.",
                line=line,
                path=str(self.text.path),
                column=column,
                cell=cell.strip(),
            )
        return value

    def _value(self, cell: str, column: int) -> float:
        """The number in a cell; ValueError for none."""
        if column in self.layout.percent:
            if not cell.rstrip().endswith("%"):
                raise ValueError(cell)
            cell = cell.rstrip().removesuffix("%")
        return self.layout.numerals.number(cell)

    def _refuse_text(self, line: int, column: str, cell: str) -> NoReturn:
        advice = "Write it as a number or leave the column out"
        if line == 1 and not self.layout.header:
            advice = "If the first line holds the names of the columns, say so; otherwise write it as a number"
        elif is_number(cell):
            advice += ", or choose other marks for decimals and thousands (now: {decimal}, {thousands})"
        raise DataError(
            "Line {line} of '{path}', column '{column}': '{cell}' is text, but a feature must be a number. "
            + advice
            + (". Also missing: {places}." if self.holes.count else "."),
            line=line,
            path=str(self.text.path),
            column=column,
            cell=cell.strip()[:40],
            places=self.holes.text(),
            decimal=self.layout.numerals.decimal,
            thousands=self.layout.numerals.thousands,
        )


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk
