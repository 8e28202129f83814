"""Which character stands between the values of a table's lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.data.numerals import is_number

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " "}
_STRONG = ";\t|"
"""Hardly ever part of a value, as commas and spaces often are."""


def score_of(rows: Sequence[Sequence[str]], separator: str) -> tuple[float, int]:
    """How well these rows, taken apart at `separator`, look like a table: of as many values each, and many numbers.

    A value that holds another separator counts against it: in 5,5;rose the comma is not the one. The number of values
    in a line comes second. Empty values at the end of lines are not looked at.
    """
    widths = Counter(len(stripped(row)) for row in rows)
    width = max(widths, key=lambda width: (widths[width], width), default=0)
    if width < 2:
        return 0.0, 1
    cells = [cell for row in rows for cell in row]
    fitting = [row for row in rows if len(stripped(row)) <= width <= len(row)]
    numbers = sum(is_number(cell) for row in fitting for cell in row)
    others = _STRONG.replace(separator, "")
    strange = sum(any(letter in cell for letter in others) for cell in cells)
    return len(fitting) / len(rows) + (numbers - strange) / max(len(cells), 1), width


def stripped(row: Sequence[str]) -> Sequence[str]:
    """The row without empty values at its end."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]
