"""How a table writes numbers: which mark stands before decimals, and which between thousands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

DECIMALS = {"point": ".", "comma": ","}
THOUSANDS = {"point": ".", "comma": ",", "space": " ", "apostrophe": "'"}
_SPACES, _APOSTROPHES = "[ \u00a0\u2009\u202f]", "['\u2019]"
_BETWEEN = {"point": r"\.", "comma": ",", "space": _SPACES, "apostrophe": _APOSTROPHES}
_SIGN = "[+\u2212-]?"
_NUMBER = re.compile(
    rf"{_SIGN}(?:\d+(?:\.\d*|,\d+)?|[.,]\d+|[1-9]\d{{0,2}}(?P<between>[.,'\u2019]|{_SPACES})\d{{3}}"
    rf"(?:(?P=between)\d{{3}})*(?:(?!(?P=between))[.,]\d*)?)(?:[eE][+-]?\d+)?"
)
_EITHER = re.compile(rf"{_SIGN}[1-9]\d{{0,2}}[.,]\d{{3}}")
_NAMES = {".": "point", ",": "comma", "'": "apostrophe", "\u2019": "apostrophe"}


@dataclass(frozen=True)
class Numerals:
    """`decimal`: "point", "comma" or "either"; `thousands`: "none" or a word of THOUSANDS.

    >>> Numerals("comma", "point").number("1.107,5")
    1107.5
    """

    decimal: str = "point"
    thousands: str = "none"

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        grouped = rf"|[1-9]\d{{0,2}}(?:{_BETWEEN[self.thousands]}\d{{3}})+" if self.thousands != "none" else ""
        mark = {"point": r"\.", "comma": ",", "either": "[.,]"}[self.decimal]
        return re.compile(rf"{_SIGN}(?:(?:\d+{grouped})(?:{mark}\d*)?|{mark}\d+)(?:[eE][+-]?\d+)?")

    @cached_property
    def _marks(self) -> dict[int, str | None]:
        """What becomes of the letters of a number on its way to Python's own spelling."""
        gone: dict[str, str | None] = dict.fromkeys(" \u00a0\u2009\u202f'\u2019")
        return str.maketrans(gone | {".": None, ",": None} | dict.fromkeys(self._decimals, ".") | {"\u2212": "-"})

    @property
    def _decimals(self) -> str:
        return DECIMALS.get(self.decimal, ".,")

    def number(self, text: str) -> float:
        """The number that `text` writes; ValueError for none. An underscore makes a text of it, unlike in Python."""
        text = text.strip()
        if self._pattern.fullmatch(text):
            return float(text.translate(self._marks))
        if text.lower().lstrip("+-") in ("inf", "infinity"):
            return float(text)
        raise ValueError(text)

    def reader(self, has_underscores: bool) -> Callable[[str], float]:
        """The fastest function that reads numbers as `number` does, from cells with or without underscores in some."""
        return float if self == Numerals() and not has_underscores else self.number


def is_number(text: str) -> bool:
    """Whether this looks like a number, whatever its marks mean."""
    text = text.strip()
    return bool(_NUMBER.fullmatch(text)) or text.lower().lstrip("+-") in ("inf", "infinity", "nan")


@dataclass(slots=True)
class Evidence:
    """What the numbers of a table tell about its marks.

    `decimal` and `thousands` hold, for each mark that can only be one, a place where it shows. `unclear` holds, for a
    mark with always three digits behind it, the first number that may be either: 1.107. `beside`: marks that stand in
    a column with numbers that have none, as thousands do: 1.107, 114.
    """

    decimal: dict[str, str] = field(default_factory=dict)
    thousands: dict[str, str] = field(default_factory=dict)
    unclear: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    beside: set[str] = field(default_factory=set)

    def add_column(self, name: str, cells: Iterable[tuple[int, str]]) -> None:
        """The cells of one column with their lines."""
        unclear, clear, plain = set[str](), False, False
        for line, cell in cells:
            text = cell.strip().rstrip("%").rstrip()
            if _EITHER.fullmatch(text):
                mark = "point" if "." in text else "comma"
                unclear.add(mark)
                self.unclear.setdefault(mark, (line, name, text))
            elif text.lstrip("+-\u2212").isdigit():
                plain = True
            else:
                clear = self._is_clear(text) or clear
        if plain and not clear:
            self.beside |= unclear

    def _is_clear(self, text: str) -> bool:
        """Take what a number with a mark tells."""
        found = _NUMBER.fullmatch(text)
        marks = [letter for letter in text if letter in ".,"] if found else []
        between = found["between"] if found else None
        if between is not None:
            self.thousands.setdefault(_NAMES.get(between, "space"), text)
        if marks and marks[-1] != between:
            self.decimal.setdefault(_NAMES[marks[-1]], text)
        return bool(marks)


@dataclass(frozen=True, slots=True)
class Decision:
    """The marks, and where they are not certain, the number that may be read in two ways: line, column, text."""

    numerals: Numerals
    unclear: tuple[int, str, str] | None = None
    asks: bool = False


def decide(evidence: Evidence, separator: str, decimal: str | None = None, thousands: str | None = None) -> Decision:
    """The marks of a table, where the settings do not say them.

    A mark that is proven to be the one cannot be the other. With a comma between the values it is hardly before
    decimals, and the point hardly between thousands. Whatever else may be either is to be asked about.
    """
    if decimal is not None or thousands is not None:
        return Decision(_completed(evidence, decimal, thousands))
    if len(evidence.decimal) == 2:
        return Decision(Numerals("either", _spaced(evidence)), _first(evidence.unclear))
    if evidence.decimal:
        (mark,) = evidence.decimal
        unclear = evidence.unclear.get(mark) if mark in evidence.beside else None
        return Decision(_completed(evidence, mark, None), unclear)
    known = {"point", "comma"} & set(evidence.thousands)
    if known:
        return Decision(_completed(evidence, None, min(known)))
    if not evidence.unclear:
        return Decision(Numerals("point", _spaced(evidence)))
    return _unclear(evidence, separator)


def _unclear(evidence: Evidence, separator: str) -> Decision:
    """Every mark has three digits behind it."""
    first = _first(evidence.unclear)
    if len(evidence.unclear) == 2 or _spaced(evidence) != "none":
        return Decision(Numerals("point", "comma" if len(evidence.unclear) == 2 else _spaced(evidence)), first, True)
    (mark,) = evidence.unclear
    if mark == "point":
        certain = separator == "," and mark not in evidence.beside
        return Decision(Numerals("point") if certain else Numerals("comma", "point"), first, not certain)
    return Decision(Numerals("point", "comma"), first, separator != ",")


def _completed(evidence: Evidence, decimal: str | None, thousands: str | None) -> Numerals:
    """The marks where one of them is known: the other of point and comma is the other, if it is there at all."""
    if decimal is None:
        decimal = {"point": "comma", "comma": "point"}.get(thousands or "", "point")
        return Numerals(decimal, thousands or "none")
    if thousands is None:
        other = {"point": "comma", "comma": "point"}.get(decimal, "")
        seen = other in evidence.unclear or other in evidence.thousands
        thousands = other if seen else _spaced(evidence)
    return Numerals(decimal, thousands)


def _spaced(evidence: Evidence) -> str:
    return next((word for word in ("space", "apostrophe") if word in evidence.thousands), "none")


def _first(unclear: dict[str, tuple[int, str, str]]) -> tuple[int, str, str] | None:
    return min(unclear.values(), default=None)
