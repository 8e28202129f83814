"""Samples that are pictures or curves, side by side with their labels."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QWidget

from app.look import theme
from core.design.settings import SampleCurves, SamplePicture

SCROLL_BAR = 16
SIDE = 64
"""Pixels of a picture as it is shown."""


class PictureGrid(QListWidget):
    """Small pictures are shown with their pixels enlarged, not blurred."""

    def __init__(self, parent: QWidget | None = None, can_choose: bool = False) -> None:
        """`can_choose`: one of them can be the current one."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("Sample pictures"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        if not can_choose:
            self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + 16, SIDE + 30))
        self.setUniformItemSizes(True)

    def show_pictures(self, pictures: Iterable[SamplePicture]) -> None:
        """Show these instead of those that are shown."""
        self.clear()
        for picture in pictures:
            self.addItem(QListWidgetItem(QIcon(pixmap_of(picture)), picture.label))

    def show_rows(self, rows: int, columns: int) -> None:
        """Have so many pictures in each row, without scrolling: that is for what is around it."""
        cell, frame = self.gridSize(), 2 * self.frameWidth() + SCROLL_BAR
        self.setFixedSize(columns * cell.width() + frame, rows * cell.height() + frame)

    def show_curves(self, windows: Iterable[SampleCurves]) -> None:
        """Show these, a line for each column of a window."""
        self.clear()
        for window in windows:
            self.addItem(QListWidgetItem(QIcon(drawing_of(window)), window.label))


def image_of(picture: SamplePicture) -> QImage:
    """The picture as it is."""
    form = QImage.Format.Format_Grayscale8 if picture.channels == 1 else QImage.Format.Format_RGB888
    line = picture.width * picture.channels
    return QImage(picture.pixels, picture.width, picture.height, line, form).copy()


def pixmap_of(picture: SamplePicture) -> QPixmap:
    """The picture, at most SIDE pixels wide and high."""
    image = image_of(picture)
    small = max(picture.width, picture.height) < SIDE
    way = Qt.TransformationMode.FastTransformation if small else Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(image.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, way))


def drawing_of(window: SampleCurves) -> QPixmap:
    """The columns of a window as lines, on the ground of a card."""
    pixmap = QPixmap(SIDE, SIDE)
    look = theme.current()
    pixmap.fill(look.well)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for index, column in enumerate(window.columns):
        painter.setPen(QPen(look.accent if not index else look.muted, 1.2))
        step = (SIDE - 8) / max(len(column) - 1, 1)
        painter.drawPolyline([QPointF(4 + step * i, SIDE - 6 - value * (SIDE - 12)) for i, value in enumerate(column)])
    painter.end()
    return pixmap
