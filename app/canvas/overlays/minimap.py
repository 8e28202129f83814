"""The minimap: all of the canvas in a corner, and which part of it is seen. A click or a drag goes there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from app.canvas.painting.style import pen
from app.canvas.view import View

SIZE = QSize(104, 82)
_MARGIN = 8.0


class Minimap(QWidget):
    """Draws the far view of the canvas's drawing, kept as a picture until the drawing is another."""

    def __init__(self, view: View, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.minimap")
        self.setAccessibleName(self.tr("Map of the canvas"))
        self.setToolTip(self.tr("Click to go there"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.resize(SIZE)
        self._view = view
        self._picture: QPixmap | None = None

    def forget(self) -> None:
        """The drawing is another now."""
        self._picture = None
        self.update()

    def _placement(self) -> tuple[float, QPointF]:
        """Scale and origin that show the whole drawing."""
        bounds = self._view.stage.layout.bounds
        width, height = max(bounds.width, 1.0), max(bounds.height, 1.0)
        scale = min((self.width() - 2 * _MARGIN) / width, (self.height() - 2 * _MARGIN) / height)
        centre = QPointF(bounds.x + width / 2, bounds.y + height / 2)
        return scale, centre - QPointF(self.width(), self.height()) / (2 * scale)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._drawn()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        scale, origin = self._placement()
        seen = self._view.camera.rect_to_canvas(self._view.area)
        area = QRectF((seen.topLeft() - origin) * scale, seen.size() * scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(self._view.stage.style.colors.accent))
        painter.drawRoundedRect(area.intersected(QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5)), 3, 3)

    def _drawn(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = self._view.stage.style.colors
        painter.setPen(pen(colors.line))
        painter.setBrush(colors.panel)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        scale, origin = self._placement()
        painter.scale(scale, scale)
        painter.translate(-origin)
        self._view.stage.drawing.far.paint(painter, 0.0)
        painter.end()
        return picture

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            scale, origin = self._placement()
            self._view.camera.centre_on(event.position() / scale + origin, self._view.size)
