"""Histograms side by side, one for each moment: how the values of a parameter spread over the steps."""

from __future__ import annotations

from itertools import accumulate, pairwise

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look import theme
from app.widgets.color_scale import LEVELS, rising
from core.training.messages import Histogram

ROWS = 48
MOST = 120
"""Moments that are kept. When there are more, every second one goes."""


class HistogramHistory(QWidget):
    """The latest moment at the right; high values at the top; the darker the ground, the fewer values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments: list[Histogram] = []
        self._columns: list[bytes] = []
        self._ends = (0.0, 0.0)
        self._due = self._every = 1
        self._image = QImage()
        self._colors = rising(theme.current())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self._recolor)

    def clear(self) -> None:
        """Begin anew, with another parameter or run."""
        self._moments, self._columns, self._ends = [], [], (0.0, 0.0)
        self._due = self._every = 1
        self._draw()

    def add(self, histogram: Histogram) -> None:
        """Add the next moment."""
        self._due -= 1
        if self._due:
            return
        self._moments.append(histogram)
        if len(self._moments) > MOST:
            self._moments, self._columns = self._moments[::2], self._columns[::2]
            self._every *= 2
        self._due = self._every
        self._take_columns()
        self._draw()

    def __len__(self) -> int:
        return len(self._moments)

    def _take_columns(self) -> None:
        low, high = self._ends
        latest = self._moments[-1]
        if not self._columns or latest.low < low or latest.high > high:
            room = 0.1 * (latest.high - latest.low)
            self._ends = (min(low, latest.low - room), max(high, latest.high + room))
            self._columns = [column(moment, self._ends) for moment in self._moments]
        elif len(self._columns) < len(self._moments):
            self._columns.append(column(latest, self._ends))

    def _draw(self) -> None:
        width = len(self._columns)
        rows = b"".join(bytes(part) for part in zip(*self._columns, strict=True))
        self._image = QImage(rows, width, ROWS, width, QImage.Format.Format_Indexed8).copy() if width else QImage()
        if width:
            self._image.setColorTable(self._colors)
        self.update()

    def _recolor(self) -> None:
        self._colors = rising(theme.current())
        self._draw()

    def sizeHint(self) -> QSize:
        return QSize(200, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().well)
        if not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), self._image)


def column(histogram: Histogram, ends: tuple[float, float]) -> bytes:
    """The counts as levels (0 to 255, by the largest), from high to low, over a wider range in `ROWS` rows."""
    low, high = ends
    sums = [0, *accumulate(histogram.counts)]
    width = (histogram.high - histogram.low) / max(len(histogram.counts), 1) or 1.0

    def below(value: float) -> float:
        """How many values are below this one, where those of a bin lie evenly in it."""
        place = min(max((value - histogram.low) / width, 0.0), len(sums) - 1.0)
        whole = int(place)
        return sums[whole] + (place - whole) * (sums[min(whole + 1, len(sums) - 1)] - sums[whole])

    edges = [below(high - row * (high - low) / ROWS) for row in range(ROWS + 1)]
    counts = [upper - lower for upper, lower in pairwise(edges)]
    highest = max(counts) or 1
    return bytes(round(LEVELS * count / highest) for count in counts)
