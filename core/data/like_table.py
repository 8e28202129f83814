"""A table seen as another one: its columns found by their names, with something in the place of a target."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from core.data.columns import listed
from core.data.numerals import is_number
from core.data.separator import stripped
from core.data.text_file import Tally, TextFile
from core.errors import DataError

_NO_LABEL = "0"


class LikeTable(TextFile):
    """The rows of `text` as if it were the table whose columns are called `names`. What stands at the places of
    `targets` is not looked at, and need not be there; neither must columns that are not `needed`.

    Columns are taken in their order where those that were learned from have no names (`named`), or these have none but
    begin with numbers. Raises DataError for a column that is not there.
    """

    def __init__(
        self, text: TextFile, names: Sequence[str], targets: Sequence[int], needed: Collection[str], named: bool
    ) -> None:
        self._text, self._names, self._targets, self._named = text, names, frozenset(targets), named
        self.path, self.encoding, self.separator = text.path, text.encoding, text.separator
        self.has_underscores, self.remarks, self.has_names = text.has_underscores, text.remarks, text.has_names
        self.preamble = replace(text.preamble, comments=()) if named else text.preamble
        first = next((row for _, row in text.rows()), [])
        self._width = len(first)
        head = self._head(first) if named else None
        self._has_head = head is not None and head is first
        self._places = self._in_order(first) if head is None else self._by_name(head, needed)

    @property
    def raw(self) -> bytes:
        """Nothing: what the file holds is laid out otherwise."""
        return b""

    def _head(self, first: Sequence[str]) -> Sequence[str] | None:
        """The names of the columns, in the first row or in a comment before it; None where there are none."""
        if any(cell.strip() in self._names for cell in first) or not any(map(is_number, first)):
            return first
        comments = self._text.preamble.comments
        names = self._text.split(comments[-1][1]) if comments else []
        return names if len(names) == len(stripped(first)) and any(cell in self._names for cell in names) else None

    def _by_name(self, head: Sequence[str], needed: Collection[str]) -> list[int | None]:
        """For each name where it stands here, a name that is there twice in its order."""
        found: dict[str, list[int]] = {}
        for place, cell in enumerate(head):
            found.setdefault(cell.strip() or f"column {place}", []).append(place)
        places = [found[name].pop(0) if found.get(name) else None for name in self._names]
        lacking = [name for name, place in zip(self._names, places, strict=True) if place is None and name in needed]
        if lacking:
            raise DataError(
                "'{path}' has no column called '{name}', which was learned from: its columns are {names}.",
                path=str(self.path), name=lacking[0], names=listed([cell.strip() for cell in head]),
            )  # fmt: skip
        return places

    def _in_order(self, first: Sequence[str]) -> list[int | None]:
        """The columns in their order, with the targets or without. Those that are too many are refused later."""
        width, count = len(self._names), len(stripped(first))
        lacking = self._targets if count <= width - len(self._targets) else frozenset()
        places: list[int | None] = [None] * width
        there = [place for place in range(width) if place not in lacking]
        for at, place in enumerate(there):
            places[place] = at
        return places + list(range(len(there), count))

    def rows(self, tally: Tally | None = None) -> Iterator[tuple[int, list[str]]]:
        rows = self._text.rows(tally)
        if self._has_head:
            next(rows, None)
        if self._named:
            yield 1, list(self._names)
        for line, row in rows:
            if len(row) != self._width and len(stripped(row)) != self._width:
                yield line, row  # a comment, or what is refused with its line
            else:
                yield line, [self._cell(row, at, place) for at, place in enumerate(self._places)]

    def _cell(self, row: list[str], at: int, place: int | None) -> str:
        if at in self._targets:
            return _NO_LABEL
        return row[place] if place is not None and place < len(row) else ""
