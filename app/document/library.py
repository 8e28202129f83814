"""The user's libraries of custom layers and of blocks: a file each in the data folder, which outlives every project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import quote, unquote

from PySide6.QtCore import QObject, Signal

from app.document.data_folder import data_folder
from app.document.file_work import FileWork
from core import atomic, foreign, private
from core.design import catalog, clipboard, templates
from core.design.edits.whole import check_custom_name
from core.design.model import CustomLayer, Fragment
from core.errors import DesignError, FileError, Sentence

MOST = 500
"""Files that are read."""

TOO_MANY = (
    "Your library in '{folder}' is read up to {most} files: {count} more, the last by their names, are not in the "
    "palette. Take away what you do not use."
)

Item = TypeVar("Item")


def layers_folder() -> Path:
    """Where custom layers are kept."""
    return data_folder() / "layers"


def blocks_folder() -> Path:
    """Where blocks are kept."""
    return data_folder() / "blocks"


@dataclass(frozen=True, slots=True)
class Kind(Generic[Item]):
    """What a library holds: how a file of it ends, how many bytes of one are read, and what its name and text make.

    `made` raises DesignError for what cannot be used.
    """

    ending: str
    largest: int
    made: Callable[[str, str], Item]
    unread: str
    """What is said of files that cannot be used; `{names}` are theirs."""


def _layer(name: str, text: str) -> CustomLayer:
    check_custom_name(name)
    return CustomLayer(name, text)


def check_block_name(name: str) -> None:
    """Raise `DesignError` if the palette has something else of this name."""
    if name in catalog.types() or name in templates.TEMPLATES:
        raise DesignError("The palette has a '{name}' already: give the container another name.", name=name)


def _block(name: str, text: str) -> Fragment:
    check_block_name(name)
    return clipboard.from_text(text)


LAYERS = Kind(".py", 2**20, _layer, "These layers of your library cannot be read: {names}.")
BLOCKS = Kind(".json", clipboard.LONGEST, _block, "These blocks of your library cannot be read: {names}.")


class Library(QObject, Generic[Item]):
    """Layers or blocks by name, once the files have been read. What is kept or removed here soon is in the folder."""

    changed = Signal()
    kept = Signal(str, str)
    """Something is kept: its name, and the other text that was kept under it before, or ""."""
    failed = Signal(object)
    """A `Sentence` that says what could not be read or kept."""

    def __init__(self, kind: Kind[Item], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._texts: dict[str, str] = {}
        self._items: dict[str, Item] = {}
        self._work = FileWork(self)
        self._folder: Path | None = None

    def open(self, folder: Path) -> None:
        """Read the files of a folder, beside the window's thread; what is kept from now on is kept there."""
        self._folder = folder
        self._work.do(None, lambda: _read(folder, self._kind), self._take, self.failed.emit)

    def finish(self) -> None:
        """Wait until all is read and written."""
        self._work.finish()

    @property
    def items(self) -> Mapping[str, Item]:
        """All of them, by name."""
        return self._items

    def keep(self, name: str, text: str) -> None:
        """Put something in, in place of what has its name. Raises DesignError if it cannot be used."""
        item, before = self._kind.made(name, text), self._texts.get(name, "")
        self._texts, self._items = {**self._texts, name: text}, {**self._items, name: item}
        self._change(lambda folder: _write(folder, name, text, self._kind.ending))
        self.kept.emit(name, before if before != text else "")

    def remove(self, name: str) -> None:
        """Take something out. Projects that use it have a copy of their own."""
        self._texts = {other: text for other, text in self._texts.items() if other != name}
        self._items = {other: item for other, item in self._items.items() if other != name}
        self._change(lambda folder: _remove(folder, name, self._kind.ending))

    def _change(self, work: Callable[[Path], None]) -> None:
        folder = self._folder
        if folder is not None:
            self._work.do(None, lambda: work(folder), otherwise=self.failed.emit)
        self.changed.emit()

    def _take(self, found: tuple[dict[str, tuple[str, Item]], tuple[str, ...], int]) -> None:
        known, unread, left = found
        self._texts = {**{name: text for name, (text, _) in known.items()}, **self._texts}
        self._items = {**{name: item for name, (_, item) in known.items()}, **self._items}
        self.changed.emit()
        if unread:
            self.failed.emit(Sentence(self._kind.unread, {"names": ", ".join(unread)}))
        if left:
            values = {"folder": str(self._folder), "most": MOST, "count": left}
            self.failed.emit(Sentence(TOO_MANY, values))


def _read(folder: Path, kind: Kind[Item]) -> tuple[dict[str, tuple[str, Item]], tuple[str, ...], int]:
    """What is in a folder, each with its text, the names of files that hold nothing that could be used, and how many
    are not looked at.
    """
    known, unread = {}, []
    try:
        found = sorted(folder.glob(f"*{kind.ending}")) if folder.is_dir() else []
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(
            "Your library in '{path}' cannot be read: {reason}.", path=str(folder), reason=reason
        ) from error
    for path in found[:MOST]:
        name = unquote(path.stem)
        try:
            text = foreign.read_text(path, "utf-8", kind.largest)
            known[name] = text, kind.made(name, text)
        except (OSError, UnicodeDecodeError, DesignError):
            unread.append(path.name)
    return known, tuple(unread), max(len(found) - MOST, 0)


def _path(folder: Path, name: str, ending: str) -> Path:
    return folder / f"{quote(name, safe=' ')}{ending}"


def _write(folder: Path, name: str, text: str, ending: str) -> None:
    try:
        private.make_folder(folder)
        atomic.write(_path(folder, name, ending), text.encode("utf-8", "replace"), private=True)
    except OSError as error:
        raise FileError("'{name}' cannot be kept: {reason}.", name=name, reason=str(error)) from error


def _remove(folder: Path, name: str, ending: str) -> None:
    try:
        _path(folder, name, ending).unlink(missing_ok=True)
    except OSError as error:
        raise FileError("'{name}' cannot be removed: {reason}.", name=name, reason=str(error)) from error
