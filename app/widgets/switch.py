"""A switch between on and off."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.look import theme
from app.widgets.plain_tip import plain_tip
from core.design.model import Value

WIDTH, HEIGHT = 32, 18


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
        if self._mixed:
            self.setToolTip(plain_tip(hint))
        self.setChecked(value is True)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_body(painter, QRectF(0, (self.height() - HEIGHT) / 2, WIDTH, HEIGHT))

    def _paint_body(self, painter: QPainter, body: QRectF) -> None:
        shown = theme.current()
        on = self.isChecked() and self.isEnabled()
        edge = shown.text if self.hasFocus() else (shown.accent if on else shown.muted)
        width = 2 if self.hasFocus() else 1
        painter.setPen(QPen(edge, width))
        painter.setBrush(shown.accent if on else shown.well)
        inset = width / 2
        painter.drawRoundedRect(body.adjusted(inset, inset, -inset, -inset), HEIGHT / 2 - inset, HEIGHT / 2 - inset)
        side = HEIGHT - 6
        place = 0.5 if self._mixed else float(self.isChecked())
        knob = QRectF(body.left() + 3 + place * (WIDTH - side - 6), body.top() + 3, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shown.on_accent if on else (shown.muted if self.isEnabled() else shown.faint))
        painter.drawEllipse(knob)

    def _take(self, checked: bool) -> None:
        self._mixed = False
        self.value_edited.emit(checked)
