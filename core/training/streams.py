"""What the engine's process prints: one pipe, so that all comes in order, in which standard error is marked.

What native code writes by itself bears no mark.
"""

from __future__ import annotations

import codecs
import io
import re
import sys
from contextlib import suppress
from dataclasses import dataclass

ERROR_BEGINS, ERROR_ENDS = "\x0e", "\x0f"
"""Shift out and shift in, which no text of today uses."""
_MARKS = re.compile(f"([{ERROR_BEGINS}{ERROR_ENDS}])")


@dataclass(frozen=True, slots=True)
class Output:
    """A piece of what was printed; `is_error`: to standard error."""

    text: str
    is_error: bool = False


class ErrorStream(io.TextIOWrapper):
    """Standard error that marks what is written to it."""

    def write(self, text: str, /) -> int:
        """Takes the mark along with the text, so that another thread's cannot come between."""
        super().write(f"{ERROR_BEGINS}{text}{ERROR_ENDS}")
        return len(text)


def mark_standard_error() -> None:
    """Have all that Python code writes to standard error from now on bear the mark."""
    sys.stderr = ErrorStream(sys.stderr.buffer, encoding="utf-8", errors="backslashreplace", write_through=True)


def flush_output() -> None:
    """Send on what was printed, as far as code of the user's has left something to do that with."""
    with suppress(AttributeError, ValueError, OSError):
        sys.stdout.flush()


class OutputReader:
    """Takes what was printed apart again, however the pipe has cut it."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._is_error = False

    def read(self, data: bytes, limit: int) -> tuple[list[Output], int]:
        """The pieces that came, of each kind as much as stands together, and how many characters were left out before
        them so that they are no more than `limit`."""
        texts: list[tuple[bool, list[str]]] = []
        for part in _MARKS.split(self._decoder.decode(data)):
            if part in (ERROR_BEGINS, ERROR_ENDS):
                self._is_error = part == ERROR_BEGINS
            elif part and texts and texts[-1][0] == self._is_error:
                texts[-1][1].append(part)
            elif part:
                texts.append((self._is_error, [part]))
        return _last_of([Output("".join(parts), is_error) for is_error, parts in texts], limit)


def _last_of(pieces: list[Output], limit: int) -> tuple[list[Output], int]:
    kept: list[Output] = []
    room = limit
    for piece in reversed(pieces):
        text = piece.text[-room:] if room else ""
        if text:
            kept.append(Output(text, piece.is_error))
        room -= len(text)
    return kept[::-1], sum(len(piece.text) for piece in pieces) - (limit - room)
