"""What all plots of pyqtgraph share: axes with our texts, and the widget they stand in."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPaintEvent

from app.look import theme


class Axis(pg.AxisItem):  # type: ignore[misc]
    """Texts in our font, lines across the plot, no line of its own."""

    def __init__(self, orientation: str, spell: Callable[[float], str]) -> None:
        super().__init__(orientation, maxTickLength=0)
        self.spell = spell
        self.enableAutoSIPrefix(False)
        self.setStyle(
            maxTickLevel=0, hideOverlappingLabels=orientation == "bottom", autoReduceTextSpace=False, tickAlpha=255
        )
        self.setTickDensity(0.7)

    def dress(self, with_grid: bool) -> None:
        """Take the theme's colours and fonts."""
        shown = theme.current()
        self.setTickFont(theme.mono(-1))
        self.setPen(pg.mkPen(None))
        self.setTextPen(shown.muted)
        self.setTickPen(pg.mkPen(theme.mix(shown.line, shown.well, 0.3)))
        self.setGrid(255 if with_grid else False)
        self.setZValue(-1000)  # lines across the plot lie behind the curves

    def tickValues(self, low: float, high: float, size: float) -> list[Any]:
        """Those of pyqtgraph, at the bottom no closer than their texts allow."""
        levels: list[Any] = super().tickValues(low, high, size)
        if self.logMode or self.orientation != "bottom" or not levels or high <= low:
            return levels
        spacing, values = levels[0]
        wide = QFontMetricsF(theme.mono(-1)).horizontalAdvance(self.spell(high)) + 10
        every = max(1, math.ceil(wide / (spacing / (high - low) * max(size, 1.0))))
        return [(spacing * every, [value for value in values if round(value / spacing) % every == 0])]

    def logTickValues(self, low: float, high: float, size: float, _: object) -> list[Any]:
        """Powers of ten, no more than there is room for; between few of them also twice and five times each."""
        first, last = math.ceil(low), math.floor(high)
        every = max(1, math.ceil((last - first) * 24 / max(size, 1.0)))
        ticks = [float(power) for power in range(first, last + 1) if power % every == 0]
        if last - first < 2 and size > 80:
            between = (power + math.log10(factor) for power in range(first - 1, last + 1) for factor in (2, 5))
            ticks += [place for place in between if low <= place <= high]
        return [(None, ticks)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [self.spell(10**value if self.logMode else value) for value in values]


class Canvas(pg.PlotWidget):  # type: ignore[misc]
    """A plot on nothing, as what it lies on has the ground, without a menu or buttons of its own."""

    def __init__(self, left: Axis, bottom: Axis, **options: Any) -> None:
        axes = {"left": left, "bottom": bottom} | options.pop("axisItems", {})
        super().__init__(background=None, enableMenu=False, axisItems=axes, **options)
        self.setStyleSheet("background: transparent")
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # there is no background, and pictures would get one of pixels
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hideButtons()
        self.plotItem.layout.setContentsMargins(4, 8, 4, 0)
        self.view = self.plotItem.vb
        self.view.setDefaultPadding(0.0)
        self.view.disableAutoRange()
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self.plotItem.layout.activate)

    def paintEvent(self, event: QPaintEvent) -> None:
        """An axis that needs more room finds out while it is drawn; nobody but us tells the layout."""
        super().paintEvent(event)
        if not self.plotItem.layout.isActivated():
            self._settle.start()
