"""A histogram with the ends of its axis."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.look import theme, units
from app.widgets.number_text import decimal, rounded
from core.training.messages import Histogram

PADDING = 8
THINNEST = 3
"""Pixels a bar takes at least, with its gap; thinner ones are put together."""
LABELS = 6
"""Between the bars and the numbers under them."""


class HistogramView(QWidget):
    """Bars on a well, the lowest and the highest value under them. `family` gives the colour."""

    def __init__(self, family: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._family = family
        self._histogram: Histogram | None = None
        self._empty = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.updateGeometry)
        theme.notifier.changed.connect(self.update)

    def show_histogram(self, histogram: Histogram | None, empty: str = "") -> None:
        """Show these counts, or, if there are none, a word in their place."""
        if (histogram, empty) != (self._histogram, self._empty):
            self._histogram, self._empty = histogram, empty
            self.update()

    @property
    def histogram(self) -> Histogram | None:
        return self._histogram

    def sizeHint(self) -> QSize:
        return QSize(150, 96 + LABELS + round(QFontMetricsF(theme.mono(-1)).height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shown.well)
        painter.drawRoundedRect(self._well(), theme.CONTROL_RADIUS, theme.CONTROL_RADIUS)
        if self._histogram is None:
            painter.setPen(shown.muted)
            painter.setFont(theme.ui(-1))
            painter.drawText(self._well(), Qt.AlignmentFlag.AlignCenter, self._empty)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(QColor(shown.family(self._family)))
        painter.drawRects(self._bars(self._histogram))
        self._paint_ends(painter, self._histogram)

    def _well(self) -> QRectF:
        labels = LABELS + QFontMetricsF(theme.mono(-1)).height()
        return QRectF(0, 0, self.width(), self.height() - labels)

    def _bars(self, histogram: Histogram) -> list[QRectF]:
        area = self._well().adjusted(PADDING, PADDING, -PADDING, -PADDING)
        counts = histogram.counts
        together = math.ceil(THINNEST * len(counts) / max(area.width(), 1))
        counts = tuple(sum(counts[place : place + together]) for place in range(0, len(counts), together))
        highest, step = max(counts, default=0) or 1, area.width() / max(len(counts), 1)
        bars = []
        for place, number in enumerate(counts):
            height = area.height() * number / highest
            height = max(height, 1.0) if number else 0.0
            bars.append(QRectF(area.left() + place * step, area.bottom() - height, step - 1, height))
        return bars

    def _paint_ends(self, painter: QPainter, histogram: Histogram) -> None:
        below = QRectF(0, self._well().bottom() + LABELS, self.width(), QFontMetricsF(theme.mono(-1)).height())
        painter.setPen(theme.current().muted)
        painter.setFont(theme.mono(-1))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, rounded(histogram.low))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, rounded(histogram.high))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.read_out(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def read_out(self, position: QPointF) -> str:
        """What the bar at a place stands for: how many values, and between which ends."""
        histogram = self._histogram
        if histogram is None or not histogram.counts:
            return ""
        area = self._well().adjusted(PADDING, 0, -PADDING, 0)
        share = (position.x() - area.left()) / max(area.width(), 1)
        place = min(max(int(share * len(histogram.counts)), 0), len(histogram.counts) - 1)
        step = (histogram.high - histogram.low) / len(histogram.counts)
        low = histogram.low + place * step
        return self.tr("{count} from {low} to {high}").format(
            count=units.count(histogram.counts[place]), low=decimal(low), high=decimal(low + step)
        )
