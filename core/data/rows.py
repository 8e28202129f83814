"""The rows of a table turned into numbers: each cell read as its column says, or refused with its line."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from core.data.coding import Column
from core.data.dates import read_date
from core.data.filling import FILLS
from core.data.layout import Layout
from core.data.missing import is_missing, missing_labels
from core.data.numerals import is_number
from core.data.target import natural_order
from core.data.text_file import Tally, TextFile
from core.design.column_kinds import DATES, NUMBER
from core.design.settings import Choice, DataSettings, Remark
from core.errors import DataError

_CHUNK = 4096  # rows turned into numbers at a time, so that their texts need little memory
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


class RowReader:
    """Turns rows into numbers, whole chunks at once, and cell by cell only where a chunk has something wrong."""

    def __init__(self, text: TextFile, layout: Layout, settings: DataSettings) -> None:
        self.text = text
        self.layout = layout
        self.missing = settings.missing
        self.fill_value = settings.fill_value
        self.comments = settings.comments
        self.number = layout.numerals.reader(text.has_underscores)
        self.holes = _Holes()
        self.text_found: tuple[int, str, str] | None = None
        self.lines: list[int] = []
        self.labels: list[str] = []
        self.more_labels: list[list[str]] = [[] for _ in layout.targets[1:]]
        """Those of the other targets."""
        self.missing_in: Counter[int] = Counter()
        """Of each column, by its place, how many values are missing, whatever becomes of it."""
        self.groups: list[str] = []
        self.tally = Tally()
        self.skipped = {"comments": 0, "incomplete": 0}
        self._columns: dict[int, Column] = {}
        kinds = dict(enumerate(layout.kinds))
        self._numbers = [at for at, kind in kinds.items() if kind == NUMBER]
        """Which of the features are numbers; of all others the cells are kept."""
        self._cells: dict[int, list[str]] = {at: [] for at, kind in kinds.items() if kind != NUMBER}
        used = {*layout.kept, *layout.targets}
        self._others = [place for place in range(len(layout.names)) if place not in used]

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
        if not features:
            return np.zeros((0, len(self.layout.kept)))
        return self._with_others(np.concatenate(features))

    def take_over(self, later: RowReader) -> None:
        """What another found in later lines of the file: what they are, and where values are missing."""
        self.tally.blank += later.tally.blank
        self.tally.continued += later.tally.continued
        self.skipped["comments"] += later.skipped["comments"]
        self.holes.add_all(later.holes)
        self.missing_in.update(later.missing_in)

    def columns(self) -> tuple[Column, ...]:
        """What the numbers of each feature stand for."""
        return tuple(self._columns.get(at, Column(name)) for at, name in enumerate(self.layout.features))

    def _with_others(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """With the columns of categories and dates between those of numbers (N, k), NaN where a value is missing."""
        if not self._cells:
            return numbers
        features = np.full((len(numbers), len(self.layout.kinds)), np.nan)
        features[:, self._numbers] = numbers
        for at, cells in self._cells.items():
            is_date = self.layout.kinds[at] in DATES
            features[:, at] = self._dates(at, cells) if is_date else self._categories(at, cells)
        return features

    def _categories(self, at: int, cells: list[str]) -> NDArray[np.float64]:
        """(N,) the number of each text, in natural order."""
        texts = sorted({cell for cell in cells if not is_missing(cell)}, key=lambda text: (natural_order(text), text))
        self._columns[at] = Column(self.layout.features[at], self.layout.kinds[at], tuple(texts))
        numbers = {text: float(number) for number, text in enumerate(texts)}
        return np.array([numbers.get(cell, math.nan) for cell in cells])

    def _dates(self, at: int, cells: list[str]) -> NDArray[np.float64]:
        """(N,) days since 1970."""
        name, known = self.layout.features[at], dict[str, float]()
        for line, cell in zip(self.lines, cells, strict=True):
            if cell in known:
                continue
            found = math.nan if is_missing(cell) else read_date(cell, self.layout.order)
            if found is None:
                raise DataError(
                    "Line {line} of '{path}', column '{column}': '{cell}' is no date. Mend it, or choose another kind "
                    "for the column.",
                    line=line, path=str(self.text.path), column=name, cell=cell[:40],
                )  # fmt: skip
            known[cell] = found
        days = np.array([known[cell] for cell in cells])
        has_time = bool((days[~np.isnan(days)] % 1 != 0).any())
        self._columns[at] = Column(name, self.layout.kinds[at], has_time=has_time)
        return days

    def value(self, label: str) -> float:
        """The number that a label is; ValueError for none."""
        return self._value(label, self.layout.target)

    def target(self) -> NDArray[Any]:
        """The target (N,) of the samples that were read: numbers if all are, else texts; of several, (N, k) numbers.

        Raises DataError where one of several is no number.
        """
        if self.more_labels:
            columns = (self.labels, *self.more_labels)
            places = self.layout.targets
            return np.column_stack([self._all_numbers(*each) for each in zip(places, columns, strict=True)])
        try:
            return np.array([self.value(label) for label in self.labels])
        except ValueError:
            return np.array(self.labels, dtype=object)

    def _all_numbers(self, place: int, labels: list[str]) -> NDArray[np.float64]:
        values = np.empty(len(labels))
        for index, label in enumerate(labels):
            try:
                values[index] = self._value(label, place)
            except ValueError:
                raise DataError(
                    "Line {line} of '{path}', column '{column}': '{cell}' is text, but each of several targets must be "
                    "a number.",
                    line=self.lines[index], path=str(self.text.path), column=self.layout.names[place], cell=label[:40],
                ) from None  # fmt: skip
        return values

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
            if self.missing == "value":
                sentence = "{count} values are missing: {places}. Features are filled in with {fill}."
            fill = {"frequent": "most frequent value", "value": f"{self.fill_value:g}"}.get(self.missing, self.missing)
            return Remark(sentence, {**values, "fill": fill})
        if self.missing == "drop":
            return Remark("Values are missing in {lines} lines, which are left out: {places}.", values)
        fills = [Choice("missing", fill, f"Fill in the {fill}") for fill in ("mean", "median")]
        fills.append(Choice("missing", "frequent", "Fill in the most frequent"))
        in_target_only = set(self.holes.columns) <= {self.layout.names[place] for place in self.layout.targets}
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
        no_label = np.zeros(len(self.labels), np.bool_)
        for place, labels in zip(self.layout.targets, (self.labels, *self.more_labels), strict=True):
            missing = missing_labels(set(labels))
            lacking = np.array([label.strip().lower() in missing for label in labels])
            self.missing_in[place] += int(lacking.sum())
            name = self.layout.names[place]
            self.holes.add([(line, name) for line, hole in zip(self.lines, lacking, strict=True) if hole])
            no_label |= lacking
        if not self.holes.count or self.missing == "keep":
            return features
        kept = ~no_label & (True if self.missing in FILLS else ~np.isnan(features).any(axis=1))
        self.skipped["incomplete"] = int(np.sum(~kept))
        self.lines = [line for line, keep in zip(self.lines, kept, strict=True) if keep]
        self.labels = [label for label, keep in zip(self.labels, kept, strict=True) if keep]
        self.more_labels = [
            [label for label, keep in zip(labels, kept, strict=True) if keep] for labels in self.more_labels
        ]
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
        self._take_others(chunk)
        missing = self._take_cells(chunk)
        places = [self.layout.kept[at] for at in self._numbers]
        for _, row in chunk:
            row[:] = [row[place] for place in places]
        values = self._at_once(chunk)
        if values is None:
            values, holes = self._one_by_one(chunk)
            missing += holes
        self.holes.add(missing)
        if self.text_found is not None:
            self._refuse_text(*self.text_found)
        return values

    def _take_others(self, chunk: list[tuple[int, list[str]]]) -> None:
        """Keep the lines, targets and groups, and count what is missing in columns that are left out."""
        for line, row in chunk:
            self.lines.append(line)
            self.labels.append(row[self.layout.target].strip())
            if self.more_labels:
                for labels, place in zip(self.more_labels, self.layout.targets[1:], strict=True):
                    labels.append(row[place].strip())
            if self.layout.group is not None:
                self.groups.append(row[self.layout.group].strip())
            for place in self._others:
                if is_missing(row[place]):
                    self.missing_in[place] += 1

    def _take_cells(self, chunk: list[tuple[int, list[str]]]) -> list[tuple[int, str]]:
        """Keep the cells of categories and dates; returns where one is missing, line and column."""
        missing = []
        for at, cells in self._cells.items():
            place, name = self.layout.kept[at], self.layout.features[at]
            for line, row in chunk:
                cells.append(cell := row[place].strip())
                if is_missing(cell):
                    missing.append((line, name))
                    self.missing_in[place] += 1
        return missing

    def _at_once(self, chunk: list[tuple[int, list[str]]]) -> NDArray[np.float64] | None:
        if self.layout.percent:
            return None
        shape = len(chunk), len(self._numbers)
        cells = chain.from_iterable(row for _, row in chunk)
        try:
            values = np.fromiter(map(self.number, cells), np.float64, shape[0] * shape[1]).reshape(shape)
        except ValueError:
            return None
        return values if np.isfinite(values).all() else None

    def _one_by_one(self, chunk: list[tuple[int, list[str]]]) -> tuple[NDArray[np.float64], list[tuple[int, str]]]:
        """The values, NaN for what is missing, and where that is; the first text is noted."""
        names, missing = [self.layout.features[at] for at in self._numbers], list[tuple[int, str]]()
        values = np.full((len(chunk), len(names)), np.nan)
        for index, (line, row) in enumerate(chunk):
            for position, cell in enumerate(row):
                if is_missing(cell):
                    missing.append((line, names[position]))
                    self.missing_in[self.layout.kept[self._numbers[position]]] += 1
                else:
                    values[index, position] = self._number(cell, line, self._numbers[position])
        return values, missing

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
