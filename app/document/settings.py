"""What is remembered from one start to the next: theme, layout, recent projects, trusted code."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from core import private
from core.errors import Sentence

RECENT = 10
TROUBLE = "Settings cannot be kept in '{path}': {reason}. They last until the program ends."


class Store(QSettings):
    """The file of settings. All who have one see the same, and what one of them sets is written for all."""

    is_behind = False
    """Whether something was set that `keep` has not written yet."""

    def __init__(self) -> None:
        super().__init__("netloom", "netloom")

    def set(self, key: str, value: object) -> None:
        """Remember this."""
        Store.is_behind = True
        self.setValue(key, value)


class Preferences:
    """The user's preferences, kept by QSettings. Reading a damaged or missing entry gives its default."""

    def __init__(self) -> None:
        self._store = Store()
        self.trouble: Sentence | None = None
        """Why they last only as long as the program, if so."""
        if sys.platform == "linux":  # elsewhere settings may be kept in no file
            file = Path(self._store.fileName())
            try:
                _keep_private(file)
            except OSError as error:
                self.trouble = _trouble(file, error.strerror or str(error))

    def keep(self) -> None:
        """Write what was set since the last time; `trouble` says whether that could be done."""
        if not Store.is_behind and self.trouble is None:
            return
        store = Store()  # one that could not write once says so for ever
        store.sync()
        Store.is_behind = store.status() is not QSettings.Status.NoError
        file = Path(store.fileName())
        self.trouble = _trouble(file, _why_not(file)) if Store.is_behind else None

    @property
    def theme(self) -> str:
        """ "dark", "light" or "system"."""
        choice = str(self._store.value("theme", "system"))
        return choice if choice in ("dark", "light", "system") else "system"

    @theme.setter
    def theme(self, choice: str) -> None:
        self._store.set("theme", choice)

    @property
    def memory(self) -> float:
        """Gigabytes that a process of the engine may take; 0: as much as there is."""
        try:
            return max(float(str(self._store.value("memory", 0.0))), 0.0)
        except ValueError:
            return 0.0

    @memory.setter
    def memory(self, size: float) -> None:
        self._store.set("memory", size)

    @property
    def layout(self) -> tuple[QByteArray, QByteArray]:
        """Geometry and dock state of the window, as Qt saves them; empty when there are none."""
        values = (self._store.value("window/geometry"), self._store.value("window/state"))
        geometry, state = (value if isinstance(value, QByteArray) else QByteArray() for value in values)
        return geometry, state

    @layout.setter
    def layout(self, layout: tuple[QByteArray, QByteArray]) -> None:
        if layout != self.layout:
            self._store.set("window/geometry", layout[0])
            self._store.set("window/state", layout[1])

    @property
    def recent(self) -> tuple[Path, ...]:
        """Projects opened or saved lately, the latest first; those that are gone are left out."""
        return tuple(path for path in map(Path, self._strings("recent")) if path.is_file())

    def add_recent(self, path: Path) -> None:
        """A project was opened or saved."""
        paths = [str(path.resolve()), *(str(p) for p in self.recent if p != path.resolve())]
        self._store.set("recent", paths[:RECENT])

    def trusts(self, source: str) -> bool:
        """Whether the user wrote this code here, or said that it may run."""
        return _digest(source) in self._strings("trusted")

    def trust(self, sources: Iterable[str]) -> None:
        """This code may run from now on."""
        known = self._strings("trusted")
        self._store.set("trusted", list(dict.fromkeys([*known, *map(_digest, sources)])))

    def _strings(self, key: str) -> list[str]:
        value = self._store.value(key, [])
        # An INI file does not tell a list of one text from a text.
        return [value] if isinstance(value, str) else [str(item) for item in value] if isinstance(value, list) else []


def _keep_private(file: Path) -> None:
    """Have nobody else read what was opened lately. Raises OSError where settings cannot be kept."""
    private.make_folder(file.parent)
    with open(file, "ab", opener=private.opener):
        file.chmod(0o600)


def _trouble(file: Path, reason: str) -> Sentence:
    return Sentence(TROUBLE, {"path": str(file), "reason": reason})


def _why_not(file: Path) -> str:
    """Why no file of this size can be written there, which QSettings keeps to itself."""
    try:
        with tempfile.TemporaryFile(dir=file.parent) as tried:
            tried.write(bytes(2**16))
            tried.flush()
    except OSError as error:
        return error.strerror or str(error)
    return "the system refuses it"


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
