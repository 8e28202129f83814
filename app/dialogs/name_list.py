"""Names of columns in one line of text."""

from __future__ import annotations

import csv
from collections.abc import Iterable

QUOTE = '"'


def names_in(text: str) -> tuple[str, ...]:
    """Names with commas between them; one with a comma in it stands between quotation marks."""
    fields = next(csv.reader([text], skipinitialspace=True), [])
    return tuple(dict.fromkeys(name.strip() for name in fields if name.strip()))


def text_of(names: Iterable[str]) -> str:
    """The text from which `names_in` reads the names."""
    quoted = (f'"{name.replace(QUOTE, 2 * QUOTE)}"' if "," in name or QUOTE in name else name for name in names)
    return ", ".join(quoted)
