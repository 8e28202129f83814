"""Samples that are pictures, side by side with their labels."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QWidget

from core.design.settings import SamplePicture

SIDE = 64
"""Pixels of a picture as it is shown."""


class PictureGrid(QListWidget):
    """Small pictures are shown with their pixels enlarged, not blurred."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Sample pictures"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + 16, SIDE + 30))
        self.setUniformItemSizes(True)

    def show_pictures(self, pictures: Iterable[SamplePicture]) -> None:
        """Show these instead of those that are shown."""
        self.clear()
        for picture in pictures:
            item = QListWidgetItem(QIcon(pixmap_of(picture)), picture.label)
            self.addItem(item)


def pixmap_of(picture: SamplePicture) -> QPixmap:
    """The picture, at most SIDE pixels wide and high."""
    form = QImage.Format.Format_Grayscale8 if picture.channels == 1 else QImage.Format.Format_RGB888
    line = picture.width * picture.channels
    image = QImage(picture.pixels, picture.width, picture.height, line, form).copy()
    small = max(picture.width, picture.height) < SIDE
    way = Qt.TransformationMode.FastTransformation if small else Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(image.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, way))
