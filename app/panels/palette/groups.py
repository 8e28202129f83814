"""Which layers the palette shows, in which groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.document.layer_search import LayerEntry
from app.look.sentences import tr
from core.design import catalog

_ORDER = (*(family for family in catalog.FAMILIES if family not in ("input", "custom")), "template", "input", "custom")


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one title, and the rare ones that are shown when asked for; `key` is the same in every language."""

    key: str
    title: str
    entries: tuple[LayerEntry, ...]
    rare: tuple[LayerEntry, ...] = ()


def family_title(family: str) -> str:
    """What the palette calls a family."""
    titles = {
        "input": tr("Ends"),
        "container": tr("Containers"),
        "linear": tr("Linear"),
        "activation": tr("Activation"),
        "shape": tr("Shape"),
        "normalisation": tr("Normalisation"),
        "regularisation": tr("Regularisation"),
        "convolution": tr("Convolution"),
        "pooling": tr("Pooling"),
        "resizing": tr("Padding and resizing"),
        "sequence": tr("Sequences"),
        "merge": tr("Merge"),
        "mark": tr("Notes and points"),
        "template": tr("Templates"),
        "custom": tr("Yours"),
    }
    return titles.get(family, family.capitalize())


def groups(entries: Sequence[LayerEntry], before: str, followers: Iterable[str], recent: Iterable[str]) -> list[Group]:
    """The palette's groups from top to bottom: what likeliest comes next, what was used last, then a group a family."""
    by_key = {entry.key: entry for entry in entries}
    after = Group("after", tr("After {type}").format(type=before), _known(by_key, followers)[:3])
    latest = Group("recent", tr("Recent"), _known(by_key, recent))
    families = (_family(family, [entry for entry in entries if entry.family == family]) for family in _ORDER)
    return [group for group in (after, latest, *families) if group.entries]


def _family(family: str, entries: Sequence[LayerEntry]) -> Group:
    common = tuple(entry for entry in entries if not entry.rare)
    return Group(family, family_title(family), common, tuple(entry for entry in entries if entry.rare))


def _known(by_key: Mapping[str, LayerEntry], keys: Iterable[str]) -> tuple[LayerEntry, ...]:
    return tuple(by_key[key] for key in keys if key in by_key)
