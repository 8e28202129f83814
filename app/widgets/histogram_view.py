"""A histogram with the ends of its axis."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.look import theme, units
from app.widgets.number_text import decimal, rounded
from app.widgets.plain_tip import plain_tip
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
        self._axis: tuple[float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.updateGeometry)
        theme.notifier.changed.connect(self.update)

    def show_histogram(
        self, histogram: Histogram | None, empty: str = "", axis: tuple[float, float] | None = None
    ) -> None:
        """Show these counts, or, if there are none, a word in their place.

        `axis`: its ends, where it is compared with another; by default those of the counts.
        """
        if (histogram, empty, axis) != (self._histogram, self._empty, self._axis):
            self._histogram, self._empty, self._axis = histogram, empty, axis
            self.update()

    @property
    def histogram(self) -> Histogram | None:
        """What it shows now."""
        return self._histogram

    @property
    def axis(self) -> tuple[float, float]:
        """The ends of its axis; both are 0 where it shows nothing."""
        shown = self._histogram
        return (0.0, 0.0) if shown is None else self._axis or (shown.low, shown.high)

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
        self._paint_ends(painter)
        if self._histogram.nonfinite:
            painter.setPen(shown.problem)
            painter.setFont(theme.ui(-1))
            area = self._well().adjusted(PADDING, PADDING / 2, -PADDING, 0)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight, self._nonfinite_text(self._histogram))

    def _well(self) -> QRectF:
        labels = LABELS + QFontMetricsF(theme.mono(-1)).height()
        return QRectF(0, 0, self.width(), self.height() - labels)

    def _nonfinite_text(self, histogram: Histogram) -> str:
        return self.tr("{count} NaN or infinite").format(count=units.count(histogram.nonfinite))

    def _extent(self, histogram: Histogram) -> tuple[float, float]:
        """Where the bars begin, and how wide all of them are together, in pixels."""
        low, high = self.axis
        room = max(self.width() - 2 * PADDING, 1)
        scale = room / (high - low) if high > low else 0.0
        if not scale:
            return float(PADDING), float(room)
        return PADDING + (histogram.low - low) * scale, max((histogram.high - histogram.low) * scale, THINNEST)

    def _together(self, histogram: Histogram) -> int:
        """How many bins share a bar."""
        return math.ceil(THINNEST * len(histogram.counts) / self._extent(histogram)[1])

    def _bars(self, histogram: Histogram) -> list[QRectF]:
        mark = QFontMetricsF(theme.ui(-1)).height() if histogram.nonfinite else 0.0
        area = self._well().adjusted(PADDING, PADDING + mark, -PADDING, -PADDING)
        left, width = self._extent(histogram)
        together, step = self._together(histogram), width / max(len(histogram.counts), 1)
        counts = [(first, sum(bins)) for first, bins in _joined(histogram.counts, together)]
        highest = max((number for _, number in counts), default=0) or 1
        bars = []
        for first, number in counts:
            height = area.height() * number / highest
            height = max(height, 1.0) if number else 0.0
            width = max(step * min(together, len(histogram.counts) - first) - 1, 1.0)
            bars.append(QRectF(left + first * step, area.bottom() - height, width, height))
        return bars

    def _paint_ends(self, painter: QPainter) -> None:
        below = QRectF(0, self._well().bottom() + LABELS, self.width(), QFontMetricsF(theme.mono(-1)).height())
        painter.setPen(theme.current().muted)
        painter.setFont(theme.mono(-1))
        low, high = self.axis
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, rounded(low))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, rounded(high))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self.read_out(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def read_out(self, position: QPointF) -> str:
        """What the bar at a place stands for: how many values, and between which ends; and what is in no bar."""
        histogram = self._histogram
        if histogram is None or not histogram.counts:
            return ""
        bins, together = len(histogram.counts), self._together(histogram)
        left, width = self._extent(histogram)
        share = (position.x() - left) / width
        first = min(max(int(share * bins), 0), bins - 1) // together * together
        end, step = min(first + together, bins), (histogram.high - histogram.low) / bins
        text = self.tr("{count} from {low} to {high}").format(
            count=units.count(sum(histogram.counts[first:end])),
            low=decimal(histogram.low + first * step),
            high=decimal(histogram.low + end * step),
        )
        others = [self._nonfinite_text(histogram)] if histogram.nonfinite else []
        return " · ".join([text, *others, *filter(None, [sample_text(histogram)])])


def _joined(counts: Sequence[int], together: int) -> Iterator[tuple[int, Sequence[int]]]:
    """The counts of so many bins at a time, each with the place of its first bin."""
    return ((first, counts[first : first + together]) for first in range(0, len(counts), together))


def sample_text(histogram: Histogram | None) -> str:
    """That a histogram is that of a sample, if it is."""
    if histogram is None or not histogram.sampled_from:
        return ""
    text = QCoreApplication.translate("HistogramView", "from a sample of {part} of {all} values")
    return text.format(part=units.count(sum(histogram.counts)), all=units.count(histogram.sampled_from))
