"""A table that is too large to be held, in blocks of rows: where each begins, and its text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core import foreign
from core.data.frames import LAZILY, FrameFile, kind_of_frame
from core.data.layout import Layout
from core.data.text_file import TextFile, only_first
from core.design.settings import DataSettings
from core.errors import DataError, FileError

ROWS = 8192
"""Of a block, at most."""
MOST_VALUES = 2**18
"""Of a block's features, as long as it has a few rows: 2 MiB."""
_LEAST_ROWS = 64
_PIECE = 2**24  # bytes that are read at once while blocks are looked for
_LONGEST = 2**28  # bytes of a block: more than that is no table
_FIRST = 20_000  # lines by which the layout is found


class RowBlocks(Protocol):
    """A table in blocks. It is handed to the processes that read it, so it can be pickled."""

    @property
    def head(self) -> TextFile:
        """The first rows, by which the layout is found."""

    def find(self, layout: Layout, rows: int) -> Iterator[tuple[TextFile, int, int]]:
        """Each block of at most so many rows, with how far this is of how much. From then on there is `block`."""

    def block(self, number: int) -> TextFile:
        """The rows of a block that was found. Raises FileError where the file is not as it was."""


def rows_of_block(layout: Layout) -> int:
    """How many rows a block has, at most."""
    return int(np.clip(MOST_VALUES // max(len(layout.kept), 1), _LEAST_ROWS, ROWS))


def in_blocks(path: Path, settings: DataSettings) -> RowBlocks | None:
    """The table in blocks; None for one that can only be read from its beginning, as one that is packed."""
    if kind := kind_of_frame(path):
        return FrameBlocks(path) if kind in LAZILY else None
    blocks = TextBlocks(path, settings)
    return blocks if blocks.can_be_cut else None


class FrameBlocks:
    """Of a file whose rows polars finds by their numbers."""

    def __init__(self, path: Path) -> None:
        self.head = FrameFile(path, lazily=True)
        self._rows = ROWS

    def find(self, layout: Layout, rows: int) -> Iterator[tuple[TextFile, int, int]]:
        """As of RowBlocks."""
        self._rows, height = rows, self.head.height
        several = max(_PIECE // (8 * max(len(layout.names), 1)) // rows, 1) * rows  # a group of rows is unpacked once
        for first in range(0, height, several):
            piece = self.head.rows_from(first, several)
            for start in range(0, piece.frame.height, rows):
                yield piece.slice(start, rows), first + start, height

    def block(self, number: int) -> TextFile:
        """As of RowBlocks."""
        return self.head.rows_from(number * self._rows, self._rows)


class TextBlocks:
    """Of a text, by the places in the file where blocks begin."""

    def __init__(self, path: Path, settings: DataSettings) -> None:
        with only_first(_FIRST):
            self.head = TextFile(path, settings.encoding, settings.separator, settings.comments)
        self._path = path
        self._places = np.zeros((0, 3), np.int64)

    @property
    def can_be_cut(self) -> bool:
        """Whether the end of a line can be seen in the file's bytes."""
        with foreign.opened(self._path) as file:
            is_packed = file.read(2) == b"\x1f\x8b"
        return not is_packed and "16" not in self.head.encoding.codec and b"\n" in self.head.raw

    def find(self, layout: Layout, rows: int) -> Iterator[tuple[TextFile, int, int]]:
        """As of RowBlocks: cut where a line ends outside quotation marks."""
        found: list[tuple[int, int, int]] = []  # where, how many bytes, and how many lines come before
        with foreign.opened(self._path) as file:
            size, rest = self._path.stat().st_size, b""
            line = self._lines_before(layout)
            place = _after_lines(self.head.raw, line)
            file.seek(place)
            while piece := file.read(_PIECE):
                rest += piece
                cuts = _row_ends(rest)[rows - 1 :: rows]
                for start, end in zip((0, *cuts[:-1]), cuts, strict=False):
                    found.append((place + start, end - start, line))
                    raw = rest[start:end]
                    yield self.head.part(raw, line), place + end, size
                    line += raw.count(b"\n")
                if len(cuts):
                    rest, place = rest[cuts[-1] :], place + int(cuts[-1])
                if len(rest) > _LONGEST:
                    raise DataError(
                        "'{path}' has no ends of lines from line {line} on: is a quotation mark missing?",
                        path=str(self._path), line=line + 1,
                    )  # fmt: skip
            if rest.strip():
                found.append((place, len(rest), line))
                yield self.head.part(rest, line), size, size
        self._places = np.array(found, np.int64).reshape(-1, 3)

    def block(self, number: int) -> TextFile:
        """As of RowBlocks."""
        place, length, line = self._places[number].tolist()
        try:
            with foreign.opened(self._path) as file:
                file.seek(place)
                raw = file.read(length)
        except OSError as error:
            raise FileError(
                "'{path}' cannot be read: {reason}.", path=str(self._path), reason=error.strerror or str(error)
            ) from None
        if len(raw) < length:
            raise FileError("'{path}' has become shorter while it was read.", path=str(self._path))
        return self.head.part(raw, line)

    def _lines_before(self, layout: Layout) -> int:
        """The lines before the first sample."""
        if not layout.skipped:
            return self.head.preamble.lines
        return next(line for line, _ in self.head.rows())

    def __getstate__(self) -> dict[str, object]:
        return {**vars(self), "head": self.head.part(b"", 0)}


def _after_lines(raw: bytes, lines: int) -> int:
    place = 0
    for _ in range(lines):
        place = raw.find(b"\n", place) + 1 or len(raw)
    return place


def _row_ends(raw: bytes) -> NDArray[np.int64]:
    """Where rows end: after each line feed before which there are as many opened as closed quotation marks."""
    signs = np.frombuffer(raw, np.uint8)
    ends = np.flatnonzero(signs == ord("\n")) + 1
    if b'"' in raw:
        ends = ends[np.searchsorted(np.flatnonzero(signs == ord('"')), ends) % 2 == 0]
    return ends
