"""Values of options as text that can be typed, and back."""

from __future__ import annotations

import re

from app.widgets.calculation import calculated, is_calculation
from core.design.catalog import Option
from core.design.model import Value
from core.errors import DesignError


def to_text(value: Value) -> str:
    """A value as it stands in a field: "128", "0.5", "1, 8, 8"; empty for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(to_text(size) for size in value)
    return str(value)


def from_text(option: Option, text: str, decimal: str = ".") -> Value:
    """The value that was typed; None for an empty field. Raises `DesignError` if the option cannot be that.

    `decimal` is the sign before the decimals in the user's country: a point or a comma. A number with a fraction may
    be written with it, or with a point. Nothing separates thousands, so what looks as if something did is never read
    in silence: `1.000` is 1 only as a fraction where a point stands before decimals; where a comma does, and for a
    whole number anywhere, it is refused with a sentence that says what to write instead. `0.001` looks like no
    thousands, and is what it is everywhere. Numbers may be calculated: `32*2`, `(28-5+1)/2`.

    >>> rate = Option("lr", "float")
    >>> from_text(rate, "0,01", decimal=","), from_text(rate, "1.000")
    (0.01, 1.0)
    >>> from_text(Option("out_features", "int"), "32*2"), from_text(Option("size", "size"), "2*4, 7+1")
    (64, (8, 8))
    """
    text = text.strip()
    if not text:
        return None
    value = _read(option.kind, text, decimal)
    option.check(value)
    return value


def _read(kind: str, text: str, decimal: str) -> Value:
    """The value, or, if it cannot be read as this kind, the text itself, which the option's check then names."""
    try:
        match kind:
            case "int":
                return _integer(text)
            case "float":
                return _real(text, decimal)
            case "size":
                return _sizes(text)
            case "axes":
                sizes = _sizes(text)
                return sizes[0] if len(sizes) == 1 else sizes
    except ValueError:
        return text
    return text


def _sizes(text: str) -> tuple[int, ...]:
    text = re.sub(r"\s*([+*/])\s*", r"\1", text)  # what is calculated stays together
    bare = text.strip(" \t,")
    if not is_calculation(bare) and bare[:1] in ("(", "[") and bare[-1:] in (")", "]"):
        bare = bare[1:-1]
    return tuple(_integer(size) for size in re.split(r"[,;×x\s]+", bare) if size)


def _integer(text: str) -> int:
    """A whole number; "1e3" is one, too, and "32*2". Raises ValueError."""
    if is_calculation(text):
        found = calculated(text)
        if found != int(found):
            raise ValueError
        return int(found)
    if _GROUPED.fullmatch(text):
        raise _in_doubt(text)
    if re.fullmatch(r"0\d+", text):
        raise ValueError  # the end of a number with commas between its thousands
    try:
        return int(text)
    except ValueError:
        number = float(text)
        if not number.is_integer():
            raise
        return int(number)


def _real(text: str, decimal: str) -> float:
    """A number with a fraction. Raises ValueError."""
    if is_calculation(pointed := text.replace(decimal, ".")):
        return float(calculated(pointed))
    if _GROUPED.fullmatch(text) and _SIGNS.findall(text) != [decimal]:
        raise _in_doubt(text, decimal)
    if decimal == "." and _COMMA.fullmatch(text):
        right = text.replace(",", ".")
        raise DesignError("'{text}': decimals come after a point here. Write {right}.", text=text, right=right)
    return float(text.replace(decimal, "."))


_SIGNS = re.compile(r"[.,'\u2019\s]")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,'\u2019\s]\d{3})+")
"""A number that may have something between its thousands."""
_COMMA = re.compile(r"[+-]?\d*,\d+(e[+-]?\d+)?", re.IGNORECASE)


def _in_doubt(text: str, decimal: str = "") -> DesignError:
    """The refusal of a number that may have something between its thousands; with `decimal` it may have a fraction."""
    whole, signs = _SIGNS.sub("", text), _SIGNS.findall(text)
    first, last = text.split(signs[0], 1)
    if signs in (["."], [","]) and (decimal or int(last) == 0):
        other = f"{first}{decimal}{last.rstrip('0') or '0'}" if decimal else first
        template = "'{text}' can be read as {whole} or as {other}: write one of these."
        return DesignError(template, text=text, whole=whole, other=other)
    return DesignError("'{text}': write {whole}, with nothing between the thousands.", text=text, whole=whole)
