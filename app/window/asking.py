"""Asking for files, beside the project's own, and holding their names to what is written into them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.document.document import Document
from app.widgets.choose_file import file_dialog, new_file_dialog
from core.endings import check_ending
from core.errors import NetloomError


class AskingForFiles(QObject):
    """Opens dialogs that ask for a file. `refused` carries why a name cannot be."""

    refused = Signal(object)

    def __init__(self, document: Document, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._window = window

    def existing(self, title: str, act: Callable[[Path], object], *kinds: str) -> None:
        """Ask for a file that is there, and do something with it."""
        dialog = file_dialog(self._window, title, self._folder, *kinds)
        dialog.fileSelected.connect(lambda path: act(Path(path)))
        dialog.open()

    def new(
        self, title: str, known: tuple[str, ...], act: Callable[[Path], object], suffix: str, *kinds: str
    ) -> QFileDialog:
        """Ask for the name of a new file, and do something with it, unless it says that it is of another kind than the
        `known` endings'."""
        dialog = new_file_dialog(self._window, title, self._folder, suffix, *kinds)
        dialog.selectFile(f"{self._document.name}.{suffix}")
        dialog.fileSelected.connect(lambda name: self._act(Path(name), known, act))
        dialog.open()
        return dialog

    def _act(self, path: Path, known: tuple[str, ...], act: Callable[[Path], object]) -> None:
        try:
            check_ending(path, known)
        except NetloomError as error:
            self.refused.emit(error.sentence)
        else:
            act(path)

    @property
    def _folder(self) -> str:
        path = self._document.path
        return str(path.parent) if path else QDir.homePath()  # Path.home fails where nobody has one
