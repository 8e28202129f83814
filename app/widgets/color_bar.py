"""The scale of a picture of numbers: its colours in a row, with the numbers that they stand for."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look import theme
from app.widgets.color_scale import LEVELS, diverging
from app.widgets.number_text import rounded

THICK, GAP = 6, 2
"""Pixels of the bar, and between it and the numbers below."""


class ColorBar(QWidget):
    """From the most negative number through zero to the most positive; nothing where all numbers are zero."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.updateGeometry)
        theme.notifier.changed.connect(self.update)
        self.hide()

    def show_scale(self, scale: float) -> None:
        """`scale`: the number that is farthest from zero, whatever its sign."""
        self._scale = scale
        self.setVisible(scale > 0)
        self.setAccessibleName(self.tr("Colours from {low} to {high}").format(low=self.ends[0], high=self.ends[2]))
        self.update()

    @property
    def ends(self) -> tuple[str, str, str]:
        """The numbers below it."""
        return rounded(-self._scale), "0", rounded(self._scale)

    def sizeHint(self) -> QSize:
        return QSize(120, THICK + GAP + round(QFontMetricsF(theme.mono(-1)).height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        image = QImage(bytes(range(LEVELS)), LEVELS, 1, LEVELS, QImage.Format.Format_Indexed8)
        image.setColorTable(diverging(theme.current()))
        painter.drawImage(QRectF(0, 0, self.width(), THICK), image)
        painter.setPen(theme.current().line)
        painter.drawRect(QRectF(0.5, 0.5, self.width() - 1, THICK - 1))
        painter.setPen(theme.current().muted)
        painter.setFont(theme.mono(-1))
        below = QRectF(0, THICK + GAP, self.width(), self.height() - THICK - GAP)
        places = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for place, text in zip(places, self.ends, strict=True):
            painter.drawText(below, place, text)
