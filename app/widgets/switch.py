"""A switch between on and off."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app import theme
from core.design.model import Value

WIDTH, HEIGHT = 32, 18
RING = 3
"""Room around the switch for the ring that shows where the keyboard is."""


class Switch(QAbstractButton):
    """On, off, or, for several layers that differ, in between. `value_edited` carries what the user chose."""

    value_edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._mixed = False
        self.clicked.connect(self._take)
        theme.notifier.changed.connect(self.update)

    def show_value(self, value: Value, hint: str = "") -> None:
        """Show on or off; None with a hint: both."""
        self._mixed = value is None and bool(hint)
        self.setToolTip(hint if self._mixed else self.toolTip())
        self.setChecked(value is True)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH + 2 * RING, HEIGHT + 2 * RING)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(RING, (self.height() - HEIGHT) / 2, WIDTH, HEIGHT)
        if self.hasFocus():
            painter.setPen(QPen(shown.accent, 1.5))
            painter.drawRoundedRect(body.adjusted(-2, -2, 2, 2), HEIGHT / 2 + 2, HEIGHT / 2 + 2)
        self._paint_body(painter, body)

    def _paint_body(self, painter: QPainter, body: QRectF) -> None:
        shown = theme.current()
        on = self.isChecked() and self.isEnabled()
        painter.setPen(QPen(shown.accent if on else shown.muted, 1))
        painter.setBrush(shown.accent if on else shown.well)
        painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), HEIGHT / 2, HEIGHT / 2)
        side = HEIGHT - 6
        place = 0.5 if self._mixed else float(self.isChecked())
        knob = QRectF(body.left() + 3 + place * (WIDTH - side - 6), body.top() + 3, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shown.on_accent if on else (shown.muted if self.isEnabled() else shown.faint))
        painter.drawEllipse(knob)

    def _take(self, checked: bool) -> None:
        self._mixed = False
        self.value_edited.emit(checked)
