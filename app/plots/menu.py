"""The context menu of a plot: its view, a picture of it, its values as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from app.look import theme
from app.widgets.choose_file import new_file_dialog
from core import atomic
from core.endings import CSV, PICTURE, check_ending
from core.errors import FileError

if TYPE_CHECKING:
    from app.plots.frame import PlotFrame

RATIO = 2.0
"""Pixels of a saved picture for each pixel on the screen."""


class PlotMenu(QObject):
    """Opens at a right click. `actions`: those that the plot has besides."""

    failed = Signal(object)
    """The `Sentence` that says why nothing was written."""

    def __init__(self, plot: PlotFrame) -> None:
        super().__init__(plot)
        self._plot = plot
        self.actions: list[QAction] = []
        plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        plot.customContextMenuRequested.connect(self.open)

    def open(self, position: QPoint) -> QMenu:
        """Show the menu at a place in the widget."""
        menu = QMenu(self._plot)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions)
        menu.addSeparator()
        menu.addAction(self.tr("Copy picture"), self.copy)
        kinds = self.tr("PNG picture (*.png)"), self.tr("SVG picture (*.svg)")
        menu.addAction(
            self.tr("Save picture…"), lambda: self._choose(self.tr("Save picture"), "png", self.save, *kinds)
        )
        menu.addAction(self.tr("Copy values"), self.copy_values)
        kind = self.tr("Tables (*.csv)")
        menu.addAction(
            self.tr("Save values…"), lambda: self._choose(self.tr("Save values"), "csv", self.save_values, kind)
        )
        menu.popup(self._plot.mapToGlobal(position))
        return menu

    def picture(self) -> QPixmap:
        """The plot as it is drawn now, at twice the size for sharp print."""
        picture = QPixmap(self._plot.size() * RATIO)
        picture.setDevicePixelRatio(RATIO)
        picture.fill(theme.current().panel)
        self._plot.bring_up_to_date()
        self._plot.render(picture, renderFlags=QWidget.RenderFlag.DrawChildren)
        return picture

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self.picture())

    def copy_values(self) -> None:
        """Put the values on the clipboard, for a spreadsheet."""
        QGuiApplication.clipboard().setText(self._table("\t"))

    def save(self, path: str) -> None:
        """Write the picture to a file, of the kind that its name says."""
        self._write(path, PICTURE, lambda: self._svg() if path.lower().endswith(".svg") else self._png())

    def save_values(self, path: str) -> None:
        """Write the values to a file, a column for each curve."""
        self._write(path, CSV, lambda: self._table(",").encode("utf-8", "replace"))

    def _choose(self, title: str, suffix: str, take: Callable[[str], None], *kinds: str) -> None:
        dialog = new_file_dialog(self._plot, title, "", suffix, *kinds)
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix("svg" if "*.svg" in kind else suffix))
        dialog.fileSelected.connect(take)
        dialog.open()

    def _write(self, path: str, known: tuple[str, ...], content: Callable[[], bytes]) -> None:
        try:
            check_ending(Path(path), known)
            atomic.write(Path(path), content())
        except FileError as error:
            self.failed.emit(error.sentence)

    def _table(self, separator: str) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator="\n").writerows(self._plot.table())
        return text.getvalue()

    def _png(self) -> bytes:
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.picture().save(buffer, "PNG")
        return bytes(content.data())

    def _svg(self) -> bytes:
        from PySide6.QtSvg import QSvgGenerator

        content = QByteArray()
        buffer = QBuffer(content)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(self._plot.size())
        generator.setViewBox(self._plot.rect())
        generator.setTitle(self._plot.accessibleName())
        self._plot.bring_up_to_date()
        painter = QPainter(generator)
        painter.fillRect(self._plot.rect(), theme.current().panel)
        self._plot.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
        painter.end()
        return bytes(content.data())
