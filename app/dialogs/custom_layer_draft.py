"""Code that was typed but not yet taken over: kept from one opening of the editor to the next, also over a crash."""

from __future__ import annotations

from dataclasses import dataclass

from app.document.settings import Store

NEW = "new"


@dataclass(frozen=True, slots=True)
class Draft:
    """What stood in the editor."""

    name: str
    source: str


class Drafts:
    """Drafts by what they change: the name of a custom layer, or `NEW`."""

    def __init__(self) -> None:
        self._store = Store()

    def get(self, key: str) -> Draft | None:
        """What was kept under `key`; None if nothing was."""
        name, source = (self._store.value(f"drafts/{key}/{part}") for part in ("name", "source"))
        return Draft(name, source) if isinstance(name, str) and isinstance(source, str) else None

    def keep(self, key: str, draft: Draft) -> None:
        """Keep a draft in place of an older one."""
        self._store.set(f"drafts/{key}/name", draft.name)
        self._store.set(f"drafts/{key}/source", draft.source)

    def drop(self, key: str) -> None:
        """It was taken or given up."""
        Store.is_behind = True
        self._store.remove(f"drafts/{key}")
