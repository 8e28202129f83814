"""A text file of a table as lines: unpacked, in the right encoding, with its delimiter found out."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from core.errors import DataError, FileError

LARGEST = 2**31  # bytes of text. Arrays several times that size are made from it.
DELIMITERS = ",;\t| "
_LOOK_AT = 20  # lines that decide the delimiter
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class TextFile:
    """The text of a .csv file, packed with gzip or not. `path` is named in errors.

    Raises FileError when it cannot be read and DataError when it is no text.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw = _read(path)
        marks = (encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if self._raw.startswith(mark))
        self._encoding = next(marks, "utf-8")
        if self._encoding != "utf-16" and b"\0" in self._raw:
            raise DataError(
                "'{path}' is no text but binary data: a table of values, line by line, was expected.", path=str(path)
            )
        self.delimiter = self._find_delimiter()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row that is not blank: the number of its last line, from 1, and its fields.

        Raises DataError with the line where bytes are no text or quotes do not close.
        """
        lines: Iterator[str] = io.TextIOWrapper(io.BytesIO(self._raw), self._encoding, newline="")
        if self.delimiter == " ":
            lines = (line.strip() + "\n" for line in lines)
        reader = csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True, strict=True)
        try:
            for row in reader:
                if row and (len(row) > 1 or row[0].strip()):
                    yield reader.line_num, row
        except csv.Error as error:
            raise DataError(
                "Line {line} of '{path}' cannot be taken apart: {reason}. Is a quotation mark missing?",
                line=max(reader.line_num, 1),
                path=str(self.path),
                reason=str(error),
            ) from None
        except UnicodeError:
            raise self._undecodable() from None

    def number(self, text: str) -> float:
        """The number that `text` writes, with a decimal comma too where commas do not delimit; ValueError for none."""
        if "_" in text:  # Python would read 1_2 as 12
            raise ValueError(text)
        return float(text if self.delimiter == "," else text.replace(",", ".", 1))

    def is_number(self, text: str) -> bool:
        try:
            self.number(text)
        except ValueError:
            return False
        return True

    def _find_delimiter(self) -> str:
        """The one with which most values of the first lines are numbers; of equals the one that gives most values."""
        best, best_score = ",", (0.0, 1)
        for self.delimiter in DELIMITERS:
            try:
                rows = [row for _, row in islice(self.rows(), _LOOK_AT)]
            except DataError:
                continue
            width = len(rows[0]) if rows else 0
            numbers = sum(self.is_number(cell) for row in rows if len(row) == width for cell in row)
            score = numbers / max(sum(map(len, rows)), 1), width
            if width > 1 and score > best_score:
                best, best_score = self.delimiter, score
        return best

    def _undecodable(self) -> DataError:
        try:
            self._raw.decode(self._encoding)
        except UnicodeDecodeError as error:
            return DataError(
                "Line {line} of '{path}' holds the byte 0x{byte:02X}, which is no {encoding}: save the file as UTF-8.",
                line=self._raw.count(b"\n", 0, error.start) + 1,
                path=str(self.path),
                byte=self._raw[error.start],
                encoding=self._encoding.upper(),
            )
        return DataError("'{path}' is no text in {encoding}.", path=str(self.path), encoding=self._encoding.upper())


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            with gzip.GzipFile(fileobj=file) if packed else file as stream:
                raw = stream.read(LARGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise FileError("'{path}' is damaged or cut off: it cannot be unpacked with gzip.", path=str(path)) from None
    except OSError as error:
        raise FileError(
            "'{path}' cannot be read: {reason}.", path=str(path), reason=error.strerror or str(error)
        ) from None
    if len(raw) > LARGEST:
        raise DataError(
            "'{path}' holds more than {size} GiB of text: use an .npz file for so much.",
            path=str(path),
            size=LARGEST // 2**30,
        )
    return raw
