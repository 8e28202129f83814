"""Values of options as text that can be typed, and back."""

from __future__ import annotations

import re

from core.design.catalog import Option
from core.design.model import Value


def to_text(value: Value) -> str:
    """A value as it stands in a field: "128", "0.5", "1, 8, 8"; empty for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(to_text(size) for size in value)
    return str(value)


def from_text(option: Option, text: str) -> Value:
    """The value that was typed; None for an empty field. Raises `DesignError` if the option cannot be that."""
    text = text.strip()
    if not text:
        return None
    value = _read(option.kind, text)
    option.check(value)
    return value


def _read(kind: str, text: str) -> Value:
    """The value, or, if it cannot be read as this kind, the text itself, which the option's check then names."""
    try:
        match kind:
            case "int":
                return _integer(text)
            case "float":
                return float(text)
            case "size":
                return _sizes(text)
            case "axes":
                sizes = _sizes(text)
                return sizes[0] if len(sizes) == 1 else sizes
    except ValueError:
        return text
    return text


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(_integer(size) for size in re.split(r"[,;×x\s]+", text.strip("()[] \t,")) if size)


def _integer(text: str) -> int:
    """A whole number; "1e3" is one, too. Raises ValueError."""
    try:
        return int(text)
    except ValueError:
        number = float(text)
        if not number.is_integer():
            raise
        return int(number)
