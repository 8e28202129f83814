"""A small coloured dot beside a text, as an icon."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

SIZE = 10
RATIO = 3


def dot_icon(color: QColor) -> QIcon:
    """A filled circle of this colour."""
    picture = QPixmap(QSize(SIZE, SIZE) * RATIO)
    picture.setDevicePixelRatio(RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(QPointF(SIZE / 2, SIZE / 2), 4, 4)
    painter.end()
    return QIcon(picture)
