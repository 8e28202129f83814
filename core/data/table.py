"""Tables in .csv files: from lines of text to features and a target, or a sentence that names the line."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
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
    """What the first line tells: names (made up where there is no header), which is the target and which are features,
    and whether it was a header."""

    names: list[str]
    target: int
    kept: list[int]
    header: bool

    @property
    def features(self) -> list[str]:
        return [self.names[position] for position in self.kept]


@dataclass(slots=True)
class _Holes:
    """Missing values found so far: how many, and where the first ones are."""

    count: int = 0
    places: list[str] = field(default_factory=list)

    def add(self, found: list[tuple[int, str]]) -> None:
        """Those of the next lines: line and column of each, in any order."""
        self.count += len(found)
        first = sorted(found, key=lambda place: place[0])[: _NAMED - len(self.places)]
        self.places += [f"line {line}, column '{column}'" for line, column in first]

    def text(self) -> str:
        more = self.count - len(self.places)
        return "; ".join(self.places) + (f", and {more} more" if more else "")


def read_table(
    path: Path, target: str | int | None = None, header: bool | None = None, ignored: Collection[str] = ()
) -> Source:
    """The samples of a .csv or .csv.gz file, one a line; values between `,` `;` `|`, tabs or spaces (found out).

    `target` is the name or number (from 0, negative from the end) of the target column, None: the last. `header` says
    whether the first line holds names; None: it does when none of its values is a number. Columns whose names are
    `ignored` are not looked at; all others but the target must hold numbers. Features come as float64 (N, columns),
    the target as (N,) numbers where all of its values are, else as texts.
    Raises FileError when the file cannot be read, DataError with the line or column of what is wrong in it.
    """
    text = TextFile(path)
    columns = _columns(text, target, header, ignored)
    reader = _Reader(text, columns)
    return Source(
        name=name_of(path),
        features=reader.read(),
        target=reader.target(),
        target_name=f"column '{columns.names[columns.target]}'",
        columns=tuple(columns.features),
        lines=np.array(reader.lines),
    )


def _columns(text: TextFile, target: str | int | None, header: bool | None, ignored: Collection[str]) -> _Columns:
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
    kept = _kept(names, ignored, text.path)
    goal = kept[-1] if target is None and kept else _position(names, target, text.path)
    if goal not in kept or len(kept) == 1:
        raise DataError(
            "'{path}' has no target or no feature left: these columns are left out: {names}.",
            path=str(text.path),
            names=_listed(sorted(ignored)),
        )
    return _Columns(names, goal, [position for position in kept if position != goal], header)


def _kept(names: list[str], ignored: Collection[str], path: Path) -> list[int]:
    for name in ignored:
        if name not in names:
            raise _unknown(names, name, path)
    return [position for position, name in enumerate(names) if name not in ignored]


def _position(names: list[str], target: str | int | None, path: Path) -> int:
    if isinstance(target, str):
        if names.count(target) == 1:
            return names.index(target)
        raise _unknown(names, target, path)
    position = -1 if target is None else target
    if not -len(names) <= position < len(names):
        raise DataError(
            "'{path}' has no column {target}: it has {count} columns, counted from 0.",
            path=str(path),
            target=target,
            count=len(names),
        )
    return position % len(names)


def _unknown(names: list[str], name: str, path: Path) -> DataError:
    problem = "{count} columns called '{name}'" if name in names else "no column called '{name}'"
    return DataError(
        "'{path}' has " + problem + ": its columns are {names}.",
        path=str(path),
        name=name,
        count=names.count(name),
        names=_listed(names),
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "")


class _Reader:
    """Turns rows into numbers: whole chunks at once, and cell by cell only where a chunk has something wrong."""

    def __init__(self, text: TextFile, columns: _Columns) -> None:
        self.text = text
        self.columns = columns
        self.holes = _Holes()
        self.text_found: tuple[int, str, str] | None = None
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
        missing = []
        for line, row in chunk:
            label = row[self.columns.target].strip()
            row[:] = [row[position] for position in self.columns.kept]
            if label.lower() in MISSING_LABELS:
                missing.append((line, self.columns.names[self.columns.target]))
            self.lines.append(line)
            self.labels.append(label)
        values = self._at_once(chunk)
        if values is None:
            values = self._one_by_one(chunk, missing)
        self.holes.add(missing)
        if self.text_found is not None:
            self._refuse_text(*self.text_found)
        return values

    def _at_once(self, chunk: list[tuple[int, list[str]]]) -> NDArray[np.float64] | None:
        shape = len(chunk), len(self.columns.kept)
        cells = chain.from_iterable(row for _, row in chunk)
        try:
            values = np.fromiter(map(float, cells), np.float64, shape[0] * shape[1]).reshape(shape)
        except ValueError:
            return None
        return values if np.isfinite(values).all() else None

    def _one_by_one(self, chunk: list[tuple[int, list[str]]], missing: list[tuple[int, str]]) -> NDArray[np.float64]:
        """The values; what is missing is added to `missing`, and the first text is noted."""
        names = self.columns.features
        values = np.zeros((len(chunk), len(names)))
        for index, (line, row) in enumerate(chunk):
            for position, cell in enumerate(row):
                if cell.strip().lower() in MISSING:
                    missing.append((line, names[position]))
                else:
                    values[index, position] = self._number(cell, line, names[position])
        return values

    def _number(self, cell: str, line: int, column: str) -> float:
        try:
            value = self.text.number(cell)
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

    def _refuse_text(self, line: int, column: str, cell: str) -> NoReturn:
        advice = "Write it as a number or leave the column out"
        if line == 1 and not self.columns.header:
            advice = "If the first line holds the names of the columns, say so; otherwise write it as a number"
        raise DataError(
            "Line {line} of '{path}', column '{column}': '{cell}' is text, but a feature must be a number. "
            + advice
            + (". Also missing: {places}." if self.holes.count else "."),
            line=line,
            path=str(self.text.path),
            column=column,
            cell=cell.strip()[:40],
            places=self.holes.text(),
        )

    def _refuse_holes(self) -> NoReturn:
        raise DataError(
            "'{path}' has missing values: {places}. Fill them in, remove these lines or leave the columns out.",
            path=str(self.text.path),
            places=self.holes.text(),
        )


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk
