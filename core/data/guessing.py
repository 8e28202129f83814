"""What a column of a table holds, as far as its first cells tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.data.dates import order_of
from core.data.missing import is_missing
from core.data.numerals import is_number
from core.design.column_kinds import CYCLIC, NUMBER, ONE_HOT, TEXT

_MOST_CATEGORIES = 50
EXAMPLES = 4
_SHORT = 24  # letters of an example


@dataclass(frozen=True, slots=True)
class Guess:
    """`kind`: one of `core.design.column_kinds.KINDS`, or TEXT. `order`: what comes first in dates, where it shows or
    is likely; `asks`: whether it may as well be something else. `examples`: some different values.
    """

    kind: str
    order: str | None = None
    asks: bool = False
    examples: tuple[str, ...] = ()


def guess(cells: Sequence[str]) -> Guess:
    """Numbers, as soon as one looks like a number; dates, if all do; texts of few different values are a category."""
    present = [cell for cell in cells if not is_missing(cell)]
    different = list(dict.fromkeys(present))
    examples = tuple(_shortened(cell) for cell in different[:EXAMPLES])
    if not present or any(is_number(cell.rstrip("%")) for cell in present):
        return Guess(NUMBER, examples=examples)
    order, asks = order_of(different)
    if order is not None:
        return Guess(CYCLIC, order, asks, examples)
    is_category = len(different) <= _MOST_CATEGORIES and 2 * len(different) <= len(present)
    return Guess(ONE_HOT if is_category else TEXT, examples=examples)


def _shortened(cell: str) -> str:
    return cell if len(cell) <= _SHORT else cell[: _SHORT - 1] + "…"
