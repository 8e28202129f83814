"""Pictures of charts: saved or copied from a short menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QSaveFile, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from app.look import theme
from app.widgets.choose_file import new_file_dialog
from core.endings import PNG, check_ending
from core.errors import FileError, Sentence

RATIO = 2.0
"""Pixels of a saved picture for each pixel on the screen."""


class PictureMenu(QObject):
    """The context menu of a widget that can be saved and copied as a picture."""

    failed = Signal(object)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        widget.customContextMenuRequested.connect(self.open)

    def open(self, position: QPoint) -> QMenu:
        """Show the menu at a place in the widget."""
        menu = QMenu(self._widget)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy picture"), self.copy)
        menu.addAction(self.tr("Save picture…"), self.choose_and_save)
        menu.popup(self._widget.mapToGlobal(position))
        return menu

    def picture(self) -> QPixmap:
        """The widget as it is drawn now, at twice the size for sharp print."""
        picture = QPixmap(self._widget.size() * RATIO)
        picture.setDevicePixelRatio(RATIO)
        picture.fill(theme.current().panel)
        self._widget.render(picture, renderFlags=QWidget.RenderFlag.DrawChildren)
        return picture

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self.picture())

    def choose_and_save(self) -> None:
        """Ask for a file and write the picture there."""
        dialog = new_file_dialog(self._widget, self.tr("Save picture"), "", "png", self.tr("Pictures (*.png)"))
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def save(self, path: str) -> None:
        """Write the picture to a file, or say through `failed` that it cannot be written."""
        try:
            check_ending(Path(path), PNG)
        except FileError as error:
            self.failed.emit(error.sentence)
            return
        file = QSaveFile(path)
        opened = file.open(QSaveFile.OpenModeFlag.WriteOnly)
        if not (opened and self.picture().save(file, "PNG") and file.commit()):
            template = self.tr("The picture could not be written to {path}: is there such a folder, and room?")
            self.failed.emit(Sentence(template, {"path": path}))
