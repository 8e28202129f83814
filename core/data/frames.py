"""Tables that polars reads: Excel, Parquet, Arrow, NDJSON; and large ones of text, whose numbers it finds quickly."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.encoding import Encoding
from core.data.layout import Layout
from core.data.packed import read_bytes
from core.data.text_file import Preamble, Tally, TextFile
from core.design.column_kinds import NUMBER
from core.design.data_kinds import FRAMES
from core.design.settings import Remark
from core.errors import DataError, FileError

INSTALL = "pip install polars fastexcel"
LARGE = 2**22
"""Bytes of a text from which on polars is asked."""
_CHUNK = 4096  # rows that become texts at a time
_NEAR = 4096  # rows that are put together at a time, while they are near the processor
_FIRST = 100_000  # rows that are looked at where not all are read


def kind_of_frame(path: Path) -> str:
    """What the table is, by the end of its name; "" for a text."""
    return next((kind for ending, kind in FRAMES.items() if path.name.lower().endswith(ending)), "")


def _polars() -> Any:
    """The library, where it is installed; else None."""
    try:
        return import_module("polars")
    except ImportError:
        return None


class FrameFile(TextFile):
    """A table whose columns have names and types already, as rows of texts like those of a .csv file."""

    has_names = True

    def __init__(self, path: Path, lazily: bool = False) -> None:
        """Raises FileError where it cannot be read, DataError where polars is not installed or there is no table.

        `lazily`: of a file of LAZILY only the first rows are read; `rows_from` reads the others, some at a time.
        """
        self.path = path
        self.remarks: tuple[Remark, ...] = ()
        self._kind = kind_of_frame(path)
        self._lazy: Any = None
        self.frame = self._caught(self._first if lazily else self._whole)
        self.encoding = Encoding("utf-8")
        self.has_underscores = False
        self.preamble = Preamble()
        self.separator = ","

    def _whole(self, polars: Any) -> Any:
        raw = io.BytesIO(read_bytes(self.path))
        return self._sheet(polars, raw) if self._kind == "excel" else _OF_BYTES[self._kind](polars)(raw)

    def _first(self, polars: Any) -> Any:
        self.height: int = self._scan(polars).select(polars.len()).collect().item()
        return self._scan(polars).head(_FIRST).collect()

    def _scan(self, polars: Any) -> Any:
        """The whole table, of which nothing is read yet."""
        if self._lazy is None:
            self._lazy = LAZILY[self._kind](polars)(self.path)
        return self._lazy

    def rows_from(self, first: int, count: int) -> FrameFile:
        """So many rows, the first of which is row `first`, counted from 0. Raises FileError."""
        part = copy(self)
        part.frame = self._caught(lambda polars: self._scan(polars).slice(first, count).collect())
        part.lines_before = first
        return part

    def slice(self, start: int, count: int) -> FrameFile:
        """So many of the rows that are read."""
        part = copy(self)
        part.frame, part.lines_before = self.frame.slice(start, count), self.lines_before + start
        return part

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_lazy": None, "frame": None}

    def _caught(self, read: Callable[[Any], Any]) -> Any:
        """What polars reads. Raises DataError where it is not installed, FileError where it cannot."""
        polars, path = _polars(), self.path
        if polars is None:
            raise DataError(
                "'{path}' is read with polars, which is not installed. This installs it: {command}",
                path=str(path), command=INSTALL,
            )  # fmt: skip
        try:
            return read(polars)
        except ModuleNotFoundError:
            raise DataError(
                "Excel's files are read with fastexcel, which is not installed. This installs it: {command}",
                command=INSTALL,
            ) from None
        except MemoryError:
            raise
        except BaseException as error:  # a panic of Rust's is no Exception
            if isinstance(error, KeyboardInterrupt | SystemExit | FileError | DataError):
                raise
            raise FileError(
                "'{path}' is damaged, cut off or no {kind} file.", path=str(path), kind=self._kind.capitalize()
            ) from None

    def _sheet(self, polars: Any, raw: io.BytesIO) -> Any:
        """The first sheet that holds anything."""
        sheets = polars.read_excel(raw, sheet_id=0, drop_empty_rows=False, raise_if_empty=False)
        name = next((name for name, sheet in sheets.items() if sheet.height), next(iter(sheets)))
        if len(sheets) > 1:
            values = {"name": name, "count": len(sheets)}
            self.remarks = (Remark("The sheet '{name}' is read, the only one of {count} that is.", values),)
        return sheets[name]

    def rows(self, tally: Tally | None = None) -> Iterator[tuple[int, list[str]]]:
        """The names as line 1, then each row that holds anything."""
        yield 1, list(self.frame.columns)
        tally = tally or Tally()
        for start in range(0, self.frame.height, _CHUNK):
            part = self.frame.slice(start, _CHUNK)
            columns = [[_text(value) for value in column.to_list()] for column in part.get_columns()]
            for number, row in enumerate(zip(*columns, strict=True), self.lines_before + start + 2):
                if any(row):
                    yield number, list(row)
                else:
                    tally.blank += 1

    def whole(self) -> str:
        """All values, a row a line."""
        return "\n".join(" ".join(row) for _, row in self.rows())


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case float() if value.is_integer():
            return str(int(value))  # Excel's numbers all have a fraction
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


LAZILY: Mapping[str, Callable[[Any], Callable[[Path], Any]]] = {
    "parquet": lambda polars: polars.scan_parquet,
    "arrow": lambda polars: polars.scan_ipc,
}
"""The kinds of files of which some rows can be read without the others."""
_OF_BYTES: Mapping[str, Callable[[Any], Callable[[io.BytesIO], Any]]] = {
    "parquet": lambda polars: polars.read_parquet,
    "arrow": lambda polars: polars.read_ipc,
    "NDJSON": lambda polars: polars.read_ndjson,
}


@dataclass(frozen=True, slots=True, eq=False)
class Quick:
    """features (N, columns), target (N,) numbers or texts, and the line of each row (N,)."""

    features: NDArray[np.float64]
    target: NDArray[Any]
    lines: NDArray[np.int64]


def quick_columns(
    text: TextFile, layout: Layout, least: int | None = None, target_is_text: bool = False
) -> Quick | None:
    """The columns of a large table all of whose features are plain numbers, found at once; None where it is another.

    None also where polars is not installed, or anything is not as in the first rows: then it is read row by row, which
    finds the line that is to blame. `least`: bytes that a text must have, by default LARGE.
    """
    polars = _polars()
    if polars is None or layout.percent or layout.group is not None or not layout.kept or len(layout.targets) > 1:
        return None
    if set(layout.kinds) != {NUMBER}:
        return None
    if isinstance(text, FrameFile):
        frame = text.frame
    else:
        text_at = layout.target if target_is_text else None
        frame = _parsed(polars, text, layout, LARGE if least is None else least, text_at)
    if frame is None or frame.width != len(layout.names) or not frame.height:
        return None
    columns, target = [frame.to_series(place) for place in layout.kept], frame.to_series(layout.target)
    numbers = columns if target_is_text else (*columns, target)
    if any(not column.dtype.is_numeric() or column.null_count() for column in numbers):
        return None
    if (features := _rows_of([column.cast(polars.Float64).to_numpy() for column in columns])) is None:
        return None
    first = (2 if isinstance(text, FrameFile) else text.preamble.lines + layout.skipped + 1) + text.lines_before
    if target_is_text:
        values = np.array([_text(value).strip() for value in target.to_list()], dtype=object)
    else:
        values = target.cast(polars.Float64).to_numpy()
    return Quick(features, values, first + np.arange(frame.height))


def _rows_of(columns: list[NDArray[np.float64]]) -> NDArray[np.float64] | None:
    """(N, columns), without a copy between; None where a number is infinite or none."""
    rows = np.empty((len(columns[0]), len(columns)))
    for start in range(0, len(rows), _NEAR):
        some = rows[start : start + _NEAR]
        for at, column in enumerate(columns):
            some[:, at] = column[start : start + _NEAR]
        if not np.isfinite(some).all():
            return None
    return rows


def _parsed(polars: Any, text: TextFile, layout: Layout, least: int, text_at: int | None) -> Any:
    """The rows of a large .csv file whose values are all numbers with a decimal point; None for another. `text_at`: a
    column that holds texts.
    """
    raw, numerals = text.raw, layout.numerals
    is_plain = len(raw) >= least and numerals.decimal != "comma" and numerals.thousands in (None, "none")
    if text_at == 0 and b"\n#" in raw:
        return None  # elsewhere a comment is no number
    if not is_plain or b'"' in raw or len(text.separator) != 1 or text.separator == " ":
        return None
    schema = {str(place): polars.String if place == text_at else polars.Float64 for place in range(len(layout.names))}
    skipped = text.preamble.lines + layout.skipped
    try:
        frame = polars.read_csv(
            io.BytesIO(raw), has_header=False, skip_rows=skipped, separator=text.separator, schema=schema,
            quote_char=None,
        )  # fmt: skip
    except polars.exceptions.PolarsError:
        return None
    lines = raw.count(b"\n") + (not raw.endswith(b"\n"))
    return frame if frame.height == lines - skipped else None
