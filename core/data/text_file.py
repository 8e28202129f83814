"""A text file of a table as rows: unpacked, in the right encoding, with its separator found out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from core.data.encoding import Encoding, encoding_of
from core.data.packed import read_bytes, read_head
from core.data.separator import SEPARATORS, score_of
from core.design.settings import Remark
from core.errors import DataError

_LOOK_AT = 50  # rows that decide the separator
_INSTRUCTION = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


_lines: int | None = None


@contextmanager
def only_first(lines: int) -> Iterator[None]:
    """What texts are opened in here are read no further than so many lines."""
    global _lines
    _lines = lines
    try:
        yield
    finally:
        _lines = None


def is_cut_short() -> bool:
    """Whether texts are read no further than their first lines."""
    return _lines is not None


@dataclass(frozen=True, slots=True)
class Preamble:
    """What stands before the table: how many lines, whether `sep=;` is among them, the comments with their lines."""

    lines: int = 0
    instruction: bool = False
    comments: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class Tally:
    """Lines that are no rows: blank ones, and those that go on with a quoted value of the line before."""

    blank: int = 0
    continued: int = 0


class TextFile:
    """The text of a .csv file, packed with gzip or not. `path` is named in errors.

    What is not given is found out: the encoding, the separator (a word of SEPARATORS), and whether lines that begin
    with # before the table are comments. Raises FileError when it cannot be read and DataError when it is no text.
    """

    has_names = False
    """Whether the first row is known to hold the names of columns."""
    remarks: tuple[Remark, ...] = ()
    lines_before = 0
    """Of the file, where this is a later part of it."""

    def __init__(
        self, path: Path, encoding: str | None = None, separator: str | None = None, comments: bool | None = None
    ) -> None:
        self.path = path
        self._raw = read_bytes(path) if _lines is None else read_head(path, _lines)
        found = Encoding(encoding) if encoding else encoding_of(self._raw)
        if found is None:
            raise DataError(
                "'{path}' is no text but binary data: a table of values, line by line, was expected.", path=str(path)
            )
        self.encoding = found
        self.has_underscores = b"_" in self._raw
        self.preamble, told = self._find_preamble(comments)
        self.separator = SEPARATORS.get(separator, separator) if separator else told or self._find_separator()

    def part(self, raw: bytes, lines_before: int) -> TextFile:
        """Other lines of the same file, whose rows are samples, written in the same way."""
        part = copy(self)
        part._raw, part.lines_before, part.preamble = raw, lines_before, Preamble()
        part.has_underscores = b"_" in raw
        return part

    @property
    def raw(self) -> bytes:
        """The bytes of the text, unpacked."""
        return self._raw

    @property
    def separator_word(self) -> str:
        """The separator as the settings call it, or as it is where a `sep=` line names another one."""
        return next((word for word, sign in SEPARATORS.items() if sign == self.separator), self.separator)

    def rows(self, tally: Tally | None = None) -> Iterator[tuple[int, list[str]]]:
        """Each row below the preamble that is not blank: the number of its last line, from 1, and its values.

        What the other lines are goes into `tally`. Raises DataError with the line where bytes are no text or quotes do
        not close.
        """
        start, above = self.preamble.lines, self.preamble.lines + self.lines_before
        lines: Iterator[str] = islice(self._lines(), start, None)
        if self.separator == " ":
            lines = (line.strip() + "\n" for line in lines)
        reader = csv.reader(lines, delimiter=self.separator, skipinitialspace=True, strict=True)
        tally, before = tally or Tally(), 0
        tally.blank += start - len(self.preamble.comments) - self.preamble.instruction
        try:
            for row in reader:
                tally.continued += reader.line_num - before - 1
                before = reader.line_num
                if any(map(str.strip, row)):
                    yield above + before, row
                else:
                    tally.blank += 1
        except csv.Error as error:
            raise DataError(
                "Line {line} of '{path}' cannot be taken apart: {reason}. Is a quotation mark missing?",
                line=max(above + reader.line_num, 1),
                path=str(self.path),
                reason=str(error),
            ) from None
        except UnicodeError:
            raise self._undecodable() from None

    def whole(self) -> str:
        """All of the text, with plain ends of lines."""
        try:
            return self._raw.decode(self.encoding.codec).replace("\r\n", "\n")
        except UnicodeError:
            raise self._undecodable() from None

    def split(self, line: str) -> list[str]:
        """The values of one line of text."""
        return next(csv.reader([line.strip()], delimiter=self.separator, skipinitialspace=True), [])

    def _lines(self) -> Iterator[str]:
        return io.TextIOWrapper(io.BytesIO(self._raw), self.encoding.codec, newline="")

    def _find_preamble(self, comments: bool | None) -> tuple[Preamble, str]:
        """The preamble, and the separator that it names. A file of which all lines begin with # has no comments."""
        instruction, count, found, told = False, 0, list[tuple[int, str]](), ""
        try:
            for number, line in enumerate(self._lines(), 1):
                text = line.strip()
                if number == 1 and (match := _INSTRUCTION.fullmatch(text if text != "sep=" else line.rstrip("\r\n"))):
                    instruction, told = True, match[1]
                elif text.startswith("#") and comments is not False:
                    found.append((number, text.lstrip("#").strip()))
                elif text:
                    return Preamble(count, instruction, tuple(found)), told
                count = number
        except UnicodeError:
            raise self._undecodable() from None
        return Preamble(1 if instruction else 0, instruction), told

    def _find_separator(self) -> str:
        best, best_score = ",", (0.0, 1)
        for self.separator in SEPARATORS.values():
            try:
                rows = [row for _, row in islice(self.rows(), _LOOK_AT)]
            except DataError:
                continue
            if (score := score_of(rows, self.separator)) > best_score:
                best, best_score = self.separator, score
        return best

    def _undecodable(self) -> DataError:
        try:
            self._raw.decode(self.encoding.codec)
        except UnicodeDecodeError as error:
            return DataError(
                "Line {line} of '{path}' holds the byte 0x{byte:02X}, which is no {encoding}: "
                "save the file as UTF-8, or choose another encoding.",
                line=self.lines_before + self._raw.count(b"\n", 0, error.start) + 1,
                path=str(self.path),
                byte=self._raw[error.start],
                encoding=self.encoding.name.upper(),
            )
        return DataError("'{path}' is no text in {encoding}.", path=str(self.path), encoding=self.encoding.name.upper())
