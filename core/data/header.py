"""Whether a table's first line holds names: text above numbers, or numbers that count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.data.missing import is_missing
from core.data.numerals import is_number

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Header:
    """`numbers`: it is a header in which there are numbers. `asks`: it may as well be a sample."""

    found: bool
    numbers: bool = False
    asks: bool = False


def find_header(first: Row, below: Sequence[Row]) -> Header:
    """What the first line is, by itself and by the rows below it."""
    if not any(map(is_number, first)):
        return Header(True)
    if not below:
        return Header(False)
    if any(_is_name(cell) and _all_numbers(below, place) for place, cell in enumerate(first)):
        return Header(True, numbers=True)
    numbers = _whole_numbers(first)
    step = _step(numbers)
    if numbers is not None and step and step == _step(_whole_numbers(below[0])):
        return Header(False)
    label = _has_new_label(first, below)
    counts = numbers is not None and step == 1 and numbers[0] in (0, 1)
    if numbers and counts and (label or not first[0].strip() or (len(numbers) > 3 and not numbers[0])):
        return Header(True, numbers=True)
    cells = [cell.strip() for cell in first if is_number(cell)]
    asks = (step and len(cells) > 2) or (label and len(set(cells)) == len(cells))
    return Header(bool(asks), numbers=True, asks=bool(asks))


def is_unnamed(name: str) -> bool:
    """Whether this is no name, or the one that pandas gives where there is none."""
    return not name.strip() or name.strip() == "Unnamed: 0"


def counts(cells: Sequence[str]) -> bool:
    """Whether these are 0, 1, 2 … or 1, 2, 3 …"""
    return bool(cells) and cells[0].strip() in ("0", "1") and _step([_whole(cell) for cell in cells]) == 1


def tells_rows_apart(cells: Sequence[str]) -> bool:
    """Whether each is another whole number or another text, as numbers and names of rows are."""
    different = len({cell.strip() for cell in cells}) == len(cells)
    return different and (None not in map(_whole, cells) or not any(map(is_number, cells)))


def _is_name(cell: str) -> bool:
    return any(map(str.isalpha, cell)) and not is_number(cell) and not is_missing(cell)


def _all_numbers(rows: Sequence[Row], place: int) -> bool:
    cells = [row[place] for row in rows if place < len(row) and not is_missing(row[place])]
    return bool(cells) and all(map(is_number, cells))


def _whole(cell: str) -> int | None:
    text = cell.strip().lstrip("-")
    return int(cell) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _whole_numbers(row: Row) -> list[int] | None:
    """Its numbers if all of them are whole and there are two at least."""
    numbers = [_whole(cell) for cell in row if is_number(cell)]
    whole = [number for number in numbers if number is not None]
    return whole if len(whole) == len(numbers) > 1 else None


def _step(numbers: Sequence[int | None] | None) -> int:
    """By how much each is more than the one before; 0 where that differs."""
    if not numbers or None in numbers or len(numbers) < 2:
        return 0
    whole = [number for number in numbers if number is not None]
    steps = {after - before for before, after in pairwise(whole)}
    return steps.pop() if len(steps) == 1 else 0


def _has_new_label(first: Row, below: Sequence[Row]) -> bool:
    """Whether a text of the first line is in no line below, where every other one is at least twice."""
    for place, cell in enumerate(first):
        seen = Counter(row[place].strip() for row in below if place < len(row))
        if _is_name(cell) and cell.strip() not in seen and min(seen.values(), default=0) > 1:
            return True
    return False
