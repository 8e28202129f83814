"""What is remembered from one start to the next: theme, layout, recent projects, trusted code."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from core import private
from core.errors import Sentence

RECENT = 10


class Preferences:
    """The user's preferences, kept by QSettings. Reading a damaged or missing entry gives its default."""

    def __init__(self) -> None:
        self._store = QSettings("netloom", "netloom")
        self.trouble: Sentence | None = None
        """Why they last only as long as the program, if so."""
        if sys.platform == "linux":  # elsewhere settings may be kept in no file
            file = Path(self._store.fileName())
            try:
                _keep_private(file)
            except OSError as error:
                template = "Settings cannot be kept in '{path}': {reason}. They last until the program ends."
                self.trouble = Sentence(template, {"path": str(file), "reason": error.strerror or str(error)})

    @property
    def theme(self) -> str:
        """ "dark", "light" or "system"."""
        choice = str(self._store.value("theme", "system"))
        return choice if choice in ("dark", "light", "system") else "system"

    @theme.setter
    def theme(self, choice: str) -> None:
        self._store.setValue("theme", choice)

    @property
    def memory(self) -> float:
        """Gigabytes that a process of the engine may take; 0: as much as there is."""
        try:
            return max(float(str(self._store.value("memory", 0.0))), 0.0)
        except ValueError:
            return 0.0

    @memory.setter
    def memory(self, size: float) -> None:
        self._store.setValue("memory", size)

    @property
    def layout(self) -> tuple[QByteArray, QByteArray]:
        """Geometry and dock state of the window, as Qt saves them; empty when there are none."""
        values = (self._store.value("window/geometry"), self._store.value("window/state"))
        geometry, state = (value if isinstance(value, QByteArray) else QByteArray() for value in values)
        return geometry, state

    @layout.setter
    def layout(self, layout: tuple[QByteArray, QByteArray]) -> None:
        self._store.setValue("window/geometry", layout[0])
        self._store.setValue("window/state", layout[1])

    @property
    def recent(self) -> tuple[Path, ...]:
        """Projects opened or saved lately, the latest first; those that are gone are left out."""
        return tuple(path for path in map(Path, self._strings("recent")) if path.is_file())

    def add_recent(self, path: Path) -> None:
        """A project was opened or saved."""
        paths = [str(path.resolve()), *(str(p) for p in self.recent if p != path.resolve())]
        self._store.setValue("recent", paths[:RECENT])

    def trusts(self, source: str) -> bool:
        """Whether the user wrote this code here, or said that it may run."""
        return _digest(source) in self._strings("trusted")

    def trust(self, sources: Iterable[str]) -> None:
        """This code may run from now on."""
        known = self._strings("trusted")
        self._store.setValue("trusted", list(dict.fromkeys([*known, *map(_digest, sources)])))

    def _strings(self, key: str) -> list[str]:
        value = self._store.value(key, [])
        # An INI file does not tell a list of one text from a text.
        return [value] if isinstance(value, str) else [str(item) for item in value] if isinstance(value, list) else []


def _keep_private(file: Path) -> None:
    """Have nobody else read what was opened lately. Raises OSError where settings cannot be kept."""
    private.make_folder(file.parent)
    with open(file, "ab", opener=private.opener):
        file.chmod(0o600)


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
