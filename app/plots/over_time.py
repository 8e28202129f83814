"""The pyqtgraph side of histograms over time. Only imported once one is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from app.look import theme
from app.plots.axis import Axis, Canvas
from app.widgets.color_scale import LEVELS, rising
from app.widgets.number_text import rounded
from core.training.messages import Histogram

ROWS = 64
SLICE = 52
"""Pixels of the histogram beside."""
Moment = tuple[int, Histogram]


class OverTime(Canvas):
    """An image with a column for each moment, and beside it the histogram of the last one, or of the one pointed at."""

    def __init__(self) -> None:
        self.left, self.bottom = Axis("left", rounded), Axis("bottom", self._step)
        super().__init__(self.left, self.bottom)
        self.setMouseEnabled(x=False, y=False)
        self._image = pg.ImageItem(axisOrder="col-major")
        self._line = pg.InfiniteLine(angle=90)
        self._line.setVisible(False)
        for item in (self._image, self._line):
            self.addItem(item, ignoreBounds=True)
        self._beside = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self._beside.disableAutoRange()
        self._bars = pg.BarGraphItem(x0=[0], y=[0], width=[0], height=1, pen=pg.mkPen(None))
        self._beside.addItem(self._bars, ignoreBounds=True)
        self.plotItem.layout.addItem(self._beside, 2, 3)
        self.plotItem.layout.setColumnFixedWidth(3, SLICE)
        self._moments: Sequence[Moment] = ()
        self._columns: NDArray[np.uint8] = np.zeros((0, ROWS), np.uint8)
        self._first: Moment | None = None
        self._reach = (0.0, 0.0)
        self._pointed: int | None = None
        self.dress()

    def wheelEvent(self, event: object) -> None:
        """What lies around it scrolls."""
        event.ignore()  # type: ignore[attr-defined]

    def dress(self) -> None:
        """Take the theme's colours and fonts."""
        for axis in (self.left, self.bottom):
            axis.dress(with_grid=False)
        table = np.array(rising(theme.current()), np.uint32)
        self._image.setLookupTable(np.stack([table >> 16 & 255, table >> 8 & 255, table & 255], 1).astype(np.uint8))
        self._line.setPen(pg.mkPen(theme.current().muted))
        self._bars.setOpts(brush=theme.current().family("linear"))

    def draw(self, moments: Sequence[Moment]) -> None:
        """Draw these moments."""
        self._moments = moments
        self._image.setVisible(bool(moments))
        self._bars.setVisible(bool(moments))
        if not moments:
            self._columns, self._first = self._columns[:0], None
            return
        self._take_columns(moments)
        low, high = self._reach
        self._image.setImage(self._columns, autoLevels=False, levels=(0, LEVELS))
        self._image.setRect(QRectF(-0.5, low, len(moments), high - low))
        self.view.setRange(xRange=(-0.5, len(moments) - 0.5), yRange=self._reach, padding=0)
        self._draw_beside()

    def point(self, position: QPointF | None) -> tuple[int, float, float, int] | None:
        """What lies there, in the widget's pixels: which moment, the ends of a bin, and its count."""
        area = self.view.sceneBoundingRect()
        self._pointed, found = None, None
        if position is not None and self._moments and area.contains(position):
            at = self.view.mapSceneToView(position)
            self._pointed = min(max(round(at.x()), 0), len(self._moments) - 1)
            moment = self._moments[self._pointed][1]
            wide = (moment.high - moment.low) / len(moment.counts) or 1.0
            place = math.floor((at.y() - moment.low) / wide)
            count = moment.counts[place] if 0 <= place < len(moment.counts) else 0
            found = self._pointed, moment.low + place * wide, moment.low + (place + 1) * wide, count
        self._line.setVisible(self._pointed is not None)
        self._line.setPos(self._pointed or 0)
        if self._moments:
            self._draw_beside()
        return found

    def _draw_beside(self) -> None:
        moment = self._moments[-1 if self._pointed is None else min(self._pointed, len(self._moments) - 1)][1]
        wide = (moment.high - moment.low) / len(moment.counts) or (self._reach[1] - self._reach[0]) / ROWS
        places = moment.low + wide * (np.arange(len(moment.counts)) + 0.5)
        counts = np.array(moment.counts, float)
        self._bars.setOpts(x0=np.zeros(len(counts)), y=places, width=counts, height=0.85 * wide)
        self._beside.setRange(xRange=(0, float(counts.max()) * 1.05 or 1.0), yRange=self._reach, padding=0)

    def _take_columns(self, moments: Sequence[Moment]) -> None:
        low, high = self._reach
        latest = moments[-1][1]
        if self._first is not moments[0] or latest.low < low or latest.high > high or len(self._columns) > len(moments):
            low = min(moment.low for _, moment in moments)
            high = max(moment.high for _, moment in moments)
            room = 0.1 * (high - low) or 0.1 * abs(high) or 1.0
            self._reach = low - room, high + room
            self._columns, self._first = self._columns[:0], moments[0]
        fresh = [column(moment, self._reach) for _, moment in moments[len(self._columns) :]]
        if fresh:
            self._columns = np.concatenate([self._columns, np.stack(fresh)])

    def _step(self, place: float) -> str:
        inside = self._moments and 0 <= round(place) < len(self._moments) and abs(place - round(place)) < 1e-6
        return f"{self._moments[round(place)][0]:,}" if inside else ""


def column(histogram: Histogram, reach: tuple[float, float], rows: int = ROWS) -> NDArray[np.uint8]:
    """The counts as levels (0 to 255, by the largest), from low to high, over a wider range: (rows,).

    Those of a bin lie evenly in it.
    """
    sums = np.concatenate([[0], np.cumsum(histogram.counts)])
    edges = np.linspace(histogram.low, histogram.high, len(sums))
    if histogram.low == histogram.high:
        step = (reach[1] - reach[0]) / rows
        edges = np.linspace(histogram.low - step / 2, histogram.high + step / 2, len(sums))
    counts = np.diff(np.interp(np.linspace(*reach, rows + 1), edges, sums))
    levels: NDArray[np.uint8] = np.round(LEVELS * counts / (counts.max() or 1)).astype(np.uint8)
    return levels
