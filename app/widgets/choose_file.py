"""Dialogs that ask for a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFileInfo, Qt
from PySide6.QtGui import QAbstractFileIconProvider, QIcon
from PySide6.QtWidgets import QFileDialog, QFileIconProvider, QWidget

IconType = QAbstractFileIconProvider.IconType


class PlainIcons(QFileIconProvider):
    """A folder or a file. Qt's own icons are chosen by what is in a file, and reading one of /proc may never end."""

    def icon(self, what: IconType | QFileInfo) -> QIcon:
        return super().icon(_kind(what) if isinstance(what, QFileInfo) else what)

    def type(self, info: QFileInfo) -> str:
        return QCoreApplication.translate("FileDialog", "Folder") if info.isDir() else info.suffix()


def _kind(info: QFileInfo) -> IconType:
    return IconType.Folder if info.isDir() else IconType.File


@cache
def _icons() -> PlainIcons:
    """Dialogs do not keep their icons alive."""
    return PlainIcons()


def file_dialog(parent: QWidget, title: str, folder: str | Path, *kinds: str) -> QFileDialog:
    """A dialog for one file of these kinds, such as "Text (*.txt)", that is there already. It is not open yet."""
    dialog = QFileDialog(parent, title, str(folder))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setIconProvider(_icons())
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(kinds)
    return dialog


def new_file_dialog(parent: QWidget, title: str, folder: str | Path, suffix: str, *kinds: str) -> QFileDialog:
    """A dialog for a new file's name. It adds the suffix where none is typed, before it asks about overwriting."""
    dialog = file_dialog(parent, title, folder, *kinds)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    return dialog
