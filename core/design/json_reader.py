"""Reading plain JSON values strictly: each step says where it is, what it expected and what came."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from core.design.model import LARGEST_WHOLE, Value
from core.errors import FileError

T = TypeVar("T")

LONGEST_OPTION = 64
"""How many numbers the value of an option may be made of: more axes no array has."""


def parse(text: str) -> Reader:
    """The value of a JSON text. Raises `FileError` for what is not JSON, for NaN, and for keys given twice."""
    try:
        return Reader(json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique))
    except RecursionError:
        raise FileError("The text is nested too deeply to be a design.") from None
    except json.JSONDecodeError as error:
        raise FileError(
            "Line {line}, column {column}: not JSON ({reason}).",
            line=error.lineno,
            column=error.colno,
            reason=error.msg,
        ) from None
    except ValueError as error:
        raise FileError("The text is not JSON: {reason}.", reason=str(error)) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set[str]()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"{twice!r} is given twice")
    return found


@dataclass(frozen=True, slots=True)
class Reader:
    """A plain value and where it stands in the file, such as `nodes[3].options`."""

    value: object
    place: str = ""

    def refuse(self, expected: str) -> FileError:
        """The error that something else was expected here."""
        shown = (
            json.dumps(self.value, ensure_ascii=False) if not isinstance(self.value, list | dict) else _kind(self.value)
        )
        shown = shown if len(shown) <= 60 else shown[:57] + "…"
        return FileError(
            "{place}: expected {expected}, got {got}.", place=self.place or "file", expected=expected, got=shown
        )

    def _as(self, kind: type[T] | tuple[type[T], ...], expected: str) -> T:
        if not isinstance(self.value, kind) or (isinstance(self.value, bool) and kind is not bool):
            raise self.refuse(expected)
        return self.value

    def text(self) -> str:
        """A text."""
        return self._as(str, "a text")

    def optional_text(self) -> str | None:
        """A text or null."""
        return None if self.value is None else self.text()

    def flag(self) -> bool:
        """True or false."""
        return self._as(bool, "true or false")

    def whole(self, at_least: int | None = None, at_most: int = LARGEST_WHOLE) -> int:
        """A whole number, by default between -2**53 and 2**53: beyond, no computer holds what it would count."""
        number = self._as(int, "a whole number")
        if at_least is not None and number < at_least:
            raise self.refuse(f"a whole number of at least {at_least}")
        if not -LARGEST_WHOLE <= number <= at_most:
            raise self.refuse(f"a whole number of at most {at_most}")
        return number

    def number(self) -> float:
        """A finite number."""
        number = self._as(cast(tuple[type[float], ...], (int, float)), "a number")
        try:
            finite = math.isfinite(number)
        except OverflowError:
            finite = False
        if not finite:
            raise self.refuse("a number")
        return number

    def items(self) -> Iterator[Reader]:
        """The members of a list."""
        for index, value in enumerate(self._as(list, "a list")):
            yield Reader(value, f"{self.place}[{index}]")

    def fields(self) -> Mapping[str, Reader]:
        """The members of an object."""
        start = f"{self.place}." if self.place else ""
        return {name: Reader(value, start + name) for name, value in self._as(dict, "an object").items()}

    def record(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Mapping[str, Reader]:
        """The members of an object that has all of `required`, perhaps some of `optional`, and nothing else."""
        fields = self.fields()
        for name in required:
            if name not in fields:
                raise FileError("{place}: '{name}' is missing.", place=self.place or "file", name=name)
        for name, reader in fields.items():
            if name not in required and name not in optional:
                raise FileError("{place}: nothing called '{name}' belongs here.", place=reader.place, name=name)
        return fields

    def option_value(self, depth: int = 4) -> Value:
        """The value of an option: a text, number, true, false, null or a list of such."""
        if isinstance(self.value, list) and depth and len(self.value) <= LONGEST_OPTION:
            return tuple(item.option_value(depth - 1) for item in self.items())
        if isinstance(self.value, float):
            return self.number()
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self.whole()
        if self.value is None or isinstance(self.value, bool | str):
            return self.value
        raise self.refuse("the value of an option")


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else "an object"
