"""The pyqtgraph side of a bar plot. Only imported once one is shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from app.look import theme
from app.plots.axis import Axis, Canvas
from app.plots.bar import Bar
from app.plots.scale import Range

LABEL = "0.0000"
"""A bar that has no room for a text this long has no label: pointing at it shows name and values above the plot."""
WIDTH, THIN = 0.34, 0.8
"""Shares of a column's width: of each of its two bars, of a bar that has it alone."""


class Bars(Canvas):
    """Columns on a logarithmic axis, the names below them. They stay where they are."""

    def __init__(self, spell: Callable[[float], str]) -> None:
        self.left, self.bottom = Axis("left", spell), Axis("bottom", spell)
        super().__init__(self.left, self.bottom)
        self.setMouseEnabled(x=False, y=False)
        self.left.setLogMode(y=True)
        self._item = pg.BarGraphItem(x=[0], height=[0], width=WIDTH, pen=pg.mkPen(None))
        self.addItem(self._item, ignoreBounds=True)
        self._values: list[pg.TextItem] = []
        self._named: tuple[object, ...] = ()
        self.dress()

    def wheelEvent(self, event: object) -> None:
        """Nothing can be zoomed."""
        event.ignore()  # type: ignore[attr-defined]

    def dress(self) -> None:
        """Take the theme's colours and fonts."""
        self.left.dress(with_grid=True)
        self.bottom.dress(with_grid=False)
        self.bottom.setTickFont(theme.ui(-1, theme.Weight.DemiBold))
        self._named = ()

    def index_at(self, across: float) -> int:
        """The place of the column at so many pixels from the left."""
        area: QRectF = self.view.sceneBoundingRect()
        left, right = self.view.viewRange()[0]
        return math.floor(float(left + (across - area.left()) / max(1.0, area.width()) * (right - left) + 0.5))

    def column(self, index: int, count: int) -> QRectF:
        """The room of a bar with its name."""
        area: QRectF = self.view.sceneBoundingRect()
        wide = area.width() / count
        return QRectF(area.left() + index * wide, area.top(), wide, self.height() - area.top())

    def draw(self, bars: Sequence[Bar], up: Range, pointed: Bar | None) -> None:
        """Draw these bars between two powers of ten."""
        self.view.setRange(xRange=(-0.5, max(0.5, len(bars) - 0.5)), yRange=self._with_headroom(up), padding=0)
        self._item.setVisible(bool(bars))
        has_two = any(bar.most is not None for bar in bars)
        places, heights, brushes = list[float](), list[float](), list[object]()
        for place, bar in enumerate(bars):
            color = theme.mix(bar.color, theme.current().text, 0.2) if bar is pointed else bar.color
            places.append(place - WIDTH / 2 if has_two else place)
            heights.append(_height(bar.value, up))
            brushes.append(color)
            if has_two:
                places.append(place + WIDTH / 2)
                heights.append(_height(bar.most or 0.0, up))
                brushes.append(theme.mix(color, theme.current().well, 0.55))
        if bars:
            self._item.setOpts(
                x=np.array(places), y0=up[0], height=np.array(heights), brushes=brushes,
                width=min(WIDTH if has_two else THIN, 56 * len(bars) / max(1.0, self.view.width())),
            )  # fmt: skip
        self._draw_texts(bars, up, has_two)

    def _with_headroom(self, up: Range) -> Range:
        """The range with room for a value's text above the highest bar."""
        text, whole = QFontMetricsF(theme.mono(-1)).height() + 4, self.view.height()
        return (up[0], up[1] + (up[1] - up[0]) * text / (whole - text)) if whole > 2 * text else up

    def _draw_texts(self, bars: Sequence[Bar], up: Range, has_two: bool) -> None:
        """The name below each bar and the value above it, where there is room."""
        wide = self.view.width() / max(1, len(bars))
        metrics = QFontMetricsF(theme.ui(-1, theme.Weight.DemiBold))
        roomy = wide >= QFontMetricsF(theme.mono(-1)).horizontalAdvance(LABEL) * (2 if has_two else 1)
        named = (wide, tuple((bar.name, bar.selected) for bar in bars))
        if named != self._named:
            self._named = named
            texts = [metrics.elidedText(bar.name, Qt.TextElideMode.ElideMiddle, wide - 4) for bar in bars]
            fits = wide >= metrics.horizontalAdvance("000")
            self.bottom.setTicks([list(enumerate(texts)) if fits else []])
        wanted = [
            (place + side, value)
            for place, bar in enumerate(bars if roomy else ())
            for side, value in ((-WIDTH / 2 if has_two else 0.0, bar.value), (WIDTH / 2, bar.most))
            if value is not None
        ]
        while len(self._values) < len(wanted):
            self._values.append(pg.TextItem(anchor=(0.5, 1.0)))
            self.addItem(self._values[-1], ignoreBounds=True)
        for text in self._values[len(wanted) :]:
            text.setVisible(False)
        for text, (x, value) in zip(self._values, wanted, strict=False):
            text.setVisible(True)
            text.setFont(theme.mono(-1))
            text.setColor(theme.current().text)
            text.setText(self.left.spell(value))
            text.setPos(x, up[0] + _height(value, up))


def _height(value: float, up: Range) -> float:
    return max(0.0, math.log10(value) - up[0]) if 0 < value < math.inf else 0.0
