"""Selecting with a rubber band."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor

from app.canvas.hands.base import Gesture, Modifiers
from app.canvas.layout import hits
from app.canvas.painting.style import pen
from app.canvas.painting.surface import Surface


class RubberBand(Gesture):
    """Selects what the rectangle touches; with Shift, besides what was selected."""

    def start(self, point: QPointF, modifiers: Modifiers) -> None:
        self._from = self._to = point
        self._before = self.view.document.selection
        self._kept = self._before if modifiers & Qt.KeyboardModifier.ShiftModifier else ()
        if not self._kept:
            self.view.document.select(())

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        self._to = point
        area = self._area()
        found = hits.inside(self.view.stage.layout, area.x(), area.y(), area.width(), area.height())
        self.view.document.select((*self._kept, *found))
        self.view.repaint()

    def cancel(self) -> None:
        self.view.document.select(self._before)

    def paint(self, surface: Surface) -> None:
        color = surface_color = QColor(self.view.stage.style.colors.accent)
        surface.painter.setPen(pen(color, 1.0 / surface.scale))
        surface_color.setAlphaF(0.12)
        surface.painter.setBrush(surface_color)
        surface.painter.drawRect(self._area())

    def _area(self) -> QRectF:
        return QRectF(self._from, self._to).normalized()
