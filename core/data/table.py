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

from core.data.source import Source, name_of
from core.data.text_file import TextFile
from core.errors import DataError

MISSING = frozenset({"", "?", "-", "na", "n/a", "nan", "null", "none"})
MISSING_LABELS = frozenset({"", "?", "na", "n/a", "nan"})  # "none" may well be a class
_CHUNK = 4096  # rows turned into numbers at a time, so that their texts need little memory
_NAMED = 5  # lines that a sentence about missing values names


@dataclass(slots=True)
class _Columns:
    """What the first line tells: names (made up where there is no header), which is the target, and whether it was a
    header."""

    names: list[str]
    target: int
    header: bool

    @property
    def features(self) -> list[str]:
        return self.names[: self.target] + self.names[self.target + 1 :]


@dataclass(slots=True)
class _Holes:
    """Missing values found so far: how many, and where the first ones are."""

    count: int = 0
    places: list[str] = field(default_factory=list)

    def add(self, line: int, column: str) -> None:
        self.count += 1
        if len(self.places) < _NAMED:
            self.places.append(f"line {line}, column '{column}'")


def read_table(path: Path, target: str | int | None = None, header: bool | None = None) -> Source:
    """The samples of a .csv or .csv.gz file, one a line; values between `,` `;` `|`, tabs or spaces (found out).

    `target` is the name or number (from 0, negative from the end) of the target column, None: the last. `header` says
    whether the first line holds names; None: it does when none of its values is a number. All columns but the target
    must hold numbers. Features come as float64 (N, columns), the target as (N,) numbers where all of its values are,
    else as texts.
    Raises FileError when the file cannot be read, DataError with the line or column of what is wrong in it.
    """
    text = TextFile(path)
    columns = _columns(text, target, header)
    reader = _Reader(text, columns)
    return Source(
        name=name_of(path),
        features=reader.read(),
        target=reader.target(),
        target_name=f"column '{columns.names[columns.target]}'",
        columns=tuple(columns.features),
        lines=np.array(reader.lines),
    )


def _columns(text: TextFile, target: str | int | None, header: bool | None) -> _Columns:
    line, first = next(text.rows(), (1, []))
    if not first:
        raise DataError("'{path}' is empty: it needs a line for each sample.", path=str(text.path))
    if len(first) == 1:
        raise DataError(
            "Line {line} of '{path}' holds one value only: at least one feature and the target are needed, "
            "with a comma, semicolon, tab or space between them.",
            line=line,
            path=str(text.path),
        )
    if header is None:
        header = not any(text.is_number(value) for value in first)
    names = [name.strip() if header else "" for name in first]
    names = [name or f"column {position}" for position, name in enumerate(names)]
    return _Columns(names, _position(names, target, text.path), header)


def _position(names: list[str], target: str | int | None, path: Path) -> int:
    if isinstance(target, str):
        if names.count(target) == 1:
            return names.index(target)
        problem = "{count} columns called '{target}'" if target in names else "no column called '{target}'"
        raise DataError(
            "'{path}' has " + problem + ": its columns are {names}.",
            path=str(path),
            target=target,
            count=names.count(target),
            names=_listed(names),
        )
    position = -1 if target is None else target
    if not -len(names) <= position < len(names):
        raise DataError(
            "'{path}' has no column {target}: it has {count} columns, counted from 0.",
            path=str(path),
            target=target,
            count=len(names),
        )
    return position % len(names)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "")


class _Reader:
    """Turns rows into numbers: whole chunks at once, and cell by cell only where a chunk has something wrong."""

    def __init__(self, text: TextFile, columns: _Columns) -> None:
        self.text = text
        self.columns = columns
        self.holes = _Holes()
        self.lines: list[int] = []
        self.labels: list[str] = []

    def read(self) -> NDArray[np.float64]:
        """The features, (N, columns)."""
        rows = self.text.rows()
        if self.columns.header:
            next(rows)
        features = [self._chunk(chunk) for chunk in _chunks(rows)]
        if self.holes.count:
            self._refuse_holes()
        if not features:
            raise DataError("'{path}' has a line with names but no samples below it.", path=str(self.text.path))
        return np.concatenate(features)

    def target(self) -> NDArray[Any]:
        """The target (N,) of the samples that were read: numbers if all are, else texts."""
        try:
            return np.array([self.text.number(label) for label in self.labels])
        except ValueError:
            return np.array(self.labels, dtype=object)

    def _chunk(self, chunk: list[tuple[int, list[str]]]) -> NDArray[np.float64]:
        width = len(self.columns.names)
        for line, row in chunk:
            if len(row) != width:
                raise DataError(
                    "Line {line} of '{path}' has {count} values, but {expected} were expected, as in the first line.",
                    line=line,
                    path=str(self.text.path),
                    count=len(row),
                    expected=width,
                )
        for line, row in chunk:
            label = row.pop(self.columns.target).strip()
            if label.lower() in MISSING_LABELS:
                self.holes.add(line, self.columns.names[self.columns.target])
            self.lines.append(line)
            self.labels.append(label)
        values = self._at_once(chunk)
        return self._one_by_one(chunk) if values is None else values

    def _at_once(self, chunk: list[tuple[int, list[str]]]) -> NDArray[np.float64] | None:
        shape = len(chunk), len(self.columns.names) - 1
        cells = chain.from_iterable(row for _, row in chunk)
        try:
            values = np.fromiter(map(float, cells), np.float64, shape[0] * shape[1]).reshape(shape)
        except ValueError:
            return None
        return values if np.isfinite(values).all() else None

    def _one_by_one(self, chunk: list[tuple[int, list[str]]]) -> NDArray[np.float64]:
        names = self.columns.features
        values = np.zeros((len(chunk), len(names)))
        for index, (line, row) in enumerate(chunk):
            for position, cell in enumerate(row):
                if cell.strip().lower() in MISSING:
                    self.holes.add(line, names[position])
                else:
                    values[index, position] = self._number(cell, line, names[position])
        return values

    def _number(self, cell: str, line: int, column: str) -> float:
        try:
            value = self.text.number(cell)
        except ValueError:
            self._refuse_text(cell, line, column)
        if math.isinf(value):
            raise DataError(
                "Line {line} of '{path}', column '{column}': {cell} is too large for a number.",
                line=line,
                path=str(self.text.path),
                column=column,
                cell=cell.strip(),
            )
        return value

    def _refuse_text(self, cell: str, line: int, column: str) -> NoReturn:
        advice = "Write it as a number or leave the column out"
        if line == 1 and not self.columns.header:
            advice = "If the first line holds the names of the columns, say so; otherwise write it as a number"
        raise DataError(
            "Line {line} of '{path}', column '{column}': '{cell}' is text, but a feature must be a number. "
            + advice
            + ".",
            line=line,
            path=str(self.text.path),
            column=column,
            cell=cell.strip()[:40],
        )

    def _refuse_holes(self) -> NoReturn:
        more = self.holes.count - len(self.holes.places)
        raise DataError(
            "'{path}' has missing values: {places}"
            + (", and {more} more" if more else "")
            + ". Fill them in or remove these lines.",
            path=str(self.text.path),
            places="; ".join(self.holes.places),
            more=more,
        )


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk
