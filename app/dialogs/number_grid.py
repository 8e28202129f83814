"""Numbers as a spreadsheet has them on the clipboard: a line a row, tabs between."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.widgets.option_text import from_text
from core.design.catalog import Option
from core.errors import DesignError

NUMBER = Option("number", "float", required=True)
_CHANGE = re.compile(r"\s*([+*/-])\s*(.+)")


def number_text(value: float, dtype: str) -> str:
    """The shortest text that is this number in its type: 0.1, not 0.10000000149011612."""
    return str(np.dtype(dtype).type(value))


def to_grid(values: NDArray[np.float64], dtype: str, decimal: str) -> str:
    """Rows and columns of numbers as text."""
    rows = ("\t".join(number_text(value, dtype) for value in row) for row in values)
    return "\n".join(rows).replace(".", decimal)


def from_grid(text: str, decimal: str) -> list[list[float]]:
    """Rows of numbers, all of one length. Raises DesignError with what is no number, or the row that is too short."""
    rows = [[number(cell, decimal) for cell in line.split("\t")] for line in text.rstrip("\r\n").splitlines()]
    for place, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise DesignError(
                "Row {row} has {count} numbers, the first one {wanted}.", row=place, count=len(row), wanted=len(rows[0])
            )
    return rows


def number(text: str, decimal: str) -> float:
    """The number that was typed. Raises DesignError."""
    value = from_text(NUMBER, text, decimal)
    if not isinstance(value, int | float):
        raise DesignError("A number is missing.")
    return float(value)


def change_of(text: str, decimal: str) -> tuple[str, Sequence[float]]:
    """What `+1`, `-1`, `*0.5` or `/2` does, or a number alone, which takes the place of others. Raises DesignError."""
    found = _CHANGE.fullmatch(text)
    if found is None:
        return "set", [number(text, decimal)]
    sign, value = found[1], number(found[2], decimal)
    if sign == "/":
        if value == 0:
            raise DesignError("Nothing can be divided by 0.")
        return "multiply", [1 / value]
    return ("multiply", [value]) if sign == "*" else ("add", [value if sign == "+" else -value])
