"""What a column of a table may hold, and what the network sees of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.design.settings import DataSettings

KINDS = ("number", "one-hot", "index", "date", "cyclic")
"""A number as it is; a category as a column of 0 and 1 for each of its values, or as the number of its value, for an
Embedding; a date as its parts, in numbers, or, but for the year, in sines and cosines: December is near January.
"""
NUMBER, ONE_HOT, INDEX, DATE, CYCLIC = KINDS
CATEGORIES, DATES = (ONE_HOT, INDEX), (DATE, CYCLIC)
TEXT, LEFT_OUT, TARGET, GROUP = "text", "left out", "target", "group"
"""What else may become of a column: a text is learned from by itself, as `DataSettings.text`."""
FURTHER = "further target"
"""What is chosen for a column that is to be a target beside those there are."""


def is_kind(text: str) -> bool:
    """Whether this is the name of a column and what it holds, as in "city:one-hot"."""
    name, given, kind = text.rpartition(":")
    return bool(given and name) and kind in KINDS


def kinds_of(settings: DataSettings) -> Mapping[str, str]:
    """The kinds that were chosen, by the columns' names."""
    return {name: kind for name, _, kind in (each.rpartition(":") for each in settings.kinds)}


def as_texts(kinds: Mapping[str, str]) -> tuple[str, ...]:
    """Kinds as they stand in the settings."""
    return tuple(f"{name}:{kind}" for name, kind in kinds.items())


def with_kind(settings: DataSettings, column: str, kind: str, all_targets: Iterable[str] = ()) -> DataSettings:
    """The settings with a column of another kind, one of KINDS, TEXT, LEFT_OUT, TARGET or FURTHER.

    `all_targets`: the columns that are targets now. The target takes their place, a further one comes to them. Where
    none is left, it is found out.
    """
    others = {name: each for name, each in kinds_of(settings).items() if name != column}
    targets = [name for name in all_targets if name != column]
    changes = replace(
        settings,
        ignored=tuple(name for name in settings.ignored if name != column),
        kinds=as_texts(others | {column: kind} if kind in KINDS else others),
    )
    if settings.text == column and settings.samples == TEXT:
        changes = replace(changes, text=None, samples="rows")
    match kind:
        case "target":
            targets = [column]
        case "further target":
            targets.append(column)
        case "left out":
            changes = replace(changes, ignored=(*changes.ignored, column))
        case "text":
            changes = replace(changes, text=column, samples=TEXT)
    if len(targets) > 1:
        return replace(changes, target=None, targets=tuple(targets))
    left = None if changes.target == column else changes.target
    return replace(changes, target=targets[0] if targets else left, targets=())
