"""Code that was typed but not yet taken over: kept from one opening of the editor to the next, also over a crash."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings

NEW = "new"


@dataclass(frozen=True, slots=True)
class Draft:
    """What stood in the editor."""

    name: str
    source: str


class Drafts:
    """Drafts by what they change: the name of a custom layer, or `NEW`."""

    def __init__(self) -> None:
        self._store = QSettings("netloom", "netloom")

    def get(self, key: str) -> Draft | None:
        name, source = (self._store.value(f"drafts/{key}/{part}") for part in ("name", "source"))
        return Draft(name, source) if isinstance(name, str) and isinstance(source, str) else None

    def keep(self, key: str, draft: Draft) -> None:
        self._store.setValue(f"drafts/{key}/name", draft.name)
        self._store.setValue(f"drafts/{key}/source", draft.source)

    def drop(self, key: str) -> None:
        self._store.remove(f"drafts/{key}")
