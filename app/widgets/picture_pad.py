"""A sample that is a picture, with its pixels enlarged; one can draw on it with the mouse."""

from __future__ import annotations

import math
from array import array

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.look import theme

SIDE = 120
BRUSH = 0.055
"""The radius of the brush, in shares of the picture's larger side; never less than a good half of a pixel."""


class PicturePad(QWidget):
    """Numbers of the shape (channels, height, width), one or three channels, from `low`, black, to `high`, white.

    With the left button one draws in white on the picture as it is, with the right one in black.
    """

    drawn = Signal()
    """What it shows was changed by the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values = array("f")
        self._shape = (1, 1, 1)
        self._ends = (0.0, 1.0)
        self._image = QImage()
        self._last: QPointF | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFixedSize(self.sizeHint())
        theme.notifier.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def show_values(self, values: array[float], shape: tuple[int, int, int], low: float, high: float) -> None:
        """Show these numbers, channel by channel and row by row."""
        self.values, self._shape, self._ends = values, shape, (low, high if high > low else low + 1)
        self._image = QImage()
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self.show_values(array("f"), (1, 1, 1), 0.0, 1.0)

    def wipe(self) -> None:
        """An empty picture, all at its lower end, to draw on."""
        self.values = array("f", [self._ends[0]] * math.prod(self._shape))
        self._image = QImage()
        self.update()
        self.drawn.emit()

    def _painted(self) -> QImage:
        channels, height, width = self._shape
        low, high = self._ends
        factor = 255 / (high - low)
        levels = bytes([min(max(int((value - low) * factor + 0.5), 0), 255) for value in self.values])
        if channels == 1:
            return QImage(levels, width, height, width, QImage.Format.Format_Grayscale8).copy()
        size = width * height
        colors = bytes(level for place in range(size) for level in levels[place::size])
        return QImage(colors, width, height, 3 * width, QImage.Format.Format_RGB888).copy()

    def _area(self) -> QRectF:
        """Where the picture is: as large as it can be, in the middle."""
        _, height, width = self._shape
        scale = min(self.width() / width, self.height() / height)
        size = width * scale, height * scale
        return QRectF((self.width() - size[0]) / 2, (self.height() - size[1]) / 2, *size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().well)
        if len(self.values) != math.prod(self._shape):
            return
        if self._image.isNull():
            self._image = self._painted()
        painter.drawImage(self._area(), self._image)

    # --- drawing ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last = event.position()
        self._stroke(event.position(), self._ink(event.button()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is None:
            return
        buttons = event.buttons()
        button = Qt.MouseButton.RightButton if buttons & Qt.MouseButton.RightButton else Qt.MouseButton.LeftButton
        steps = max(1, round(math.dist(event.position().toTuple(), self._last.toTuple()) / 3))
        for step in range(1, steps + 1):
            self._stroke(self._last + (event.position() - self._last) * step / steps, self._ink(button))
        self._last = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._last = None
            self.drawn.emit()

    def _ink(self, button: Qt.MouseButton) -> float:
        return self._ends[0] if button == Qt.MouseButton.RightButton else self._ends[1]

    def _stroke(self, at: QPointF, ink: float) -> None:
        """Mix ink into the pixels around a point, less towards the edge of the brush."""
        channels, height, width = self._shape
        if len(self.values) != channels * height * width:
            return
        area = self._area()
        x = (at.x() - area.x()) / area.width() * width - 0.5
        y = (at.y() - area.y()) / area.height() * height - 0.5
        radius = max(0.8, BRUSH * max(width, height))
        for row in range(max(0, math.floor(y - radius)), min(height, math.ceil(y + radius) + 1)):
            for column in range(max(0, math.floor(x - radius)), min(width, math.ceil(x + radius) + 1)):
                share = min(max(1.2 - math.hypot(column - x, row - y) / radius, 0.0), 1.0)
                for channel in range(channels):
                    place = (channel * height + row) * width + column
                    mixed = self.values[place] + share * (ink - self.values[place])
                    brighter = ink > self._ends[0]
                    self.values[place] = (max if brighter else min)(mixed, self.values[place])
        self._image = QImage()
        self.update()
