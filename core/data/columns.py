"""Columns of a table by their names and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.errors import DataError


def kept_columns(names: list[str], ignored: Sequence[str], path: Path) -> list[int]:
    """The places of the columns that are not ignored. Raises DataError for one that is not there."""
    for name in ignored:
        if name not in names:
            raise _unknown(names, name, path)
    return [position for position, name in enumerate(names) if name not in ignored]


def position_of(names: list[str], target: str | int | None, path: Path) -> int:
    """Where a column is, by its name or number; None: the last. Raises DataError where it is not there."""
    if isinstance(target, str):
        if names.count(target) == 1:
            return names.index(target)
        raise _unknown(names, target, path)
    position = -1 if target is None else target
    if not -len(names) <= position < len(names):
        raise DataError(
            "'{path}' has no column {target}: it has {count} columns, counted from 0.",
            path=str(path),
            target=target,
            count=len(names),
        )
    return position % len(names)


def _unknown(names: list[str], name: str, path: Path) -> DataError:
    problem = "{count} columns called '{name}'" if name in names else "no column called '{name}'"
    return DataError(
        "'{path}' has " + problem + ": its columns are {names}.",
        path=str(path),
        name=name,
        count=names.count(name),
        names=listed(names),
    )


def listed(names: Sequence[str]) -> str:
    """The first names with commas between them."""
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
