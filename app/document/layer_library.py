"""The user's library of custom layers: a Python file each in the data folder, which outlives every project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.document.data_folder import data_folder
from app.document.file_work import FileWork
from core import atomic, foreign, private
from core.design.edits.whole import check_custom_name
from core.design.model import CustomLayer
from core.errors import DesignError, FileError, Sentence

LARGEST = 2**20
"""Bytes of a layer's file that is read."""
MOST = 500
"""Layers that are read."""


def library_folder() -> Path:
    """Where the library is kept."""
    return data_folder() / "layers"


class LayerLibrary(QObject):
    """The layers by name, once the files have been read. What is kept or removed here soon is in the folder."""

    changed = Signal()
    failed = Signal(object)
    """A `Sentence` that says what could not be read or kept."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layers: dict[str, CustomLayer] = {}
        self._work = FileWork(self)
        self._folder: Path | None = None

    def open(self, folder: Path) -> None:
        """Read the layers of a folder, beside the window's thread; what is kept from now on is kept there."""
        self._folder = folder
        self._work.do(None, lambda: _read(folder), self._take, self.failed.emit)

    def finish(self) -> None:
        """Wait until all is read and written."""
        self._work.finish()

    @property
    def layers(self) -> Mapping[str, CustomLayer]:
        """All of them, by name."""
        return self._layers

    def keep(self, layer: CustomLayer) -> None:
        """Put a layer in, in place of one of its name."""
        self._layers = {**self._layers, layer.name: CustomLayer(layer.name, layer.source)}
        self._change(lambda folder: _write(folder, layer))

    def remove(self, name: str) -> None:
        """Take a layer out. Projects that use it have a copy of their own."""
        self._layers = {other: layer for other, layer in self._layers.items() if other != name}
        self._change(lambda folder: _remove(folder, name))

    def _change(self, work: Callable[[Path], None]) -> None:
        folder = self._folder
        if folder is not None:
            self._work.do(None, lambda: work(folder), otherwise=self.failed.emit)
        self.changed.emit()

    def _take(self, found: tuple[dict[str, CustomLayer], tuple[str, ...]]) -> None:
        layers, unread = found
        self._layers = {**layers, **self._layers}
        self.changed.emit()
        if unread:
            names = ", ".join(unread)
            self.failed.emit(Sentence("These layers of your library cannot be read: {names}.", {"names": names}))


def _read(folder: Path) -> tuple[dict[str, CustomLayer], tuple[str, ...]]:
    """The layers in a folder, and the names of files that hold none that could be used."""
    layers, unread = {}, []
    try:
        found = sorted(folder.glob("*.py"))[:MOST] if folder.is_dir() else []
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(
            "Your library of layers in '{path}' cannot be read: {reason}.", path=str(folder), reason=reason
        ) from error
    for path in found:
        try:
            check_custom_name(path.stem)
            layers[path.stem] = CustomLayer(path.stem, foreign.read_text(path, "utf-8", LARGEST))
        except (OSError, UnicodeDecodeError, DesignError):
            unread.append(path.name)
    return layers, tuple(unread)


def _write(folder: Path, layer: CustomLayer) -> None:
    try:
        private.make_folder(folder)
        atomic.write(folder / f"{layer.name}.py", layer.source.encode("utf-8"), private=True)
    except OSError as error:
        raise FileError("'{name}' cannot be kept: {reason}.", name=layer.name, reason=str(error)) from error


def _remove(folder: Path, name: str) -> None:
    try:
        (folder / f"{name}.py").unlink(missing_ok=True)
    except OSError as error:
        raise FileError("'{name}' cannot be removed: {reason}.", name=name, reason=str(error)) from error
