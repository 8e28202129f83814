"""The pyqtgraph side of a line plot: axes, curves, the names at their ends. Only imported once a plot is shown."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QWheelEvent

from app.look import theme
from app.plots.axis import Axis, Canvas
from app.plots.line import Line
from app.plots.series import Series
from app.widgets.number_text import significant

WIDTH = 1.5
THIN = 1.0
"""The width of lines that lie behind others, or are more than a few: they are also painted in half the time."""
FEW = 6
MARK_HEIGHT = 7
NAME_GAP = 6
Floats = NDArray[np.float64]


class View(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """The wheel zooms along the steps, with Ctrl along the values; dragging moves both."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.takes_wheel = True
        self.holds_values = False
        """Whether the user chose which values are shown."""
        self.setLimits(minXRange=1e-9)

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        if not self.takes_wheel:
            event.ignore()
            return
        by_value = axis == 1 or bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        super().wheelEvent(event, 1 if by_value else 0)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        """Along the steps, as the values that lie there always fill the height; along both once values were zoomed."""
        both = axis is not None or self.holds_values or event.button() == Qt.MouseButton.RightButton
        super().mouseDragEvent(event, axis if both else 0)


class Ends(pg.AxisItem):  # type: ignore[misc]
    """The names of the curves at the right of a plot, each as high as its curve ends, none over another."""

    def __init__(self) -> None:
        super().__init__("right", maxTickLength=0, showValues=False)
        self._names: list[tuple[str, QColor, float]] = []
        self.setWidth(2 * NAME_GAP)

    def show_names(self, names: Sequence[tuple[str, QColor, float]]) -> None:
        """Names with their colours and the values at which they stand."""
        metrics = QFontMetricsF(theme.ui(-1, theme.Weight.DemiBold))
        widest = max((metrics.horizontalAdvance(name) for name, _, _ in names), default=0.0)
        self._names = list(names)
        width = math.ceil(min(widest, 110.0) / 8) * 8 + 2 * NAME_GAP
        if width != self.fixedWidth:
            self.setWidth(width)
        self.update()

    def paint(self, painter: QPainter, _option: object, _widget: object) -> None:
        view = self.linkedView()
        if view is None or not self._names:
            return
        font = theme.ui(-1, theme.Weight.DemiBold)
        metrics = QFontMetricsF(font)
        height = metrics.height() - 3
        top, bottom = 0.0, float(self.height())
        shown = as_many_as_fit(
            [
                (self.mapFromScene(view.mapViewToScene(QPointF(0, y))).y(), name, color)
                for name, color, y in self._names
            ],
            int(bottom / height) + 1,
        )
        painter.setFont(font)
        room = self.width() - NAME_GAP
        places = apart([y for y, _, _ in shown], height, top, bottom)
        for (_, name, color), y in zip(shown, places, strict=True):
            painter.setPen(color)
            box = QRectF(NAME_GAP, y - height, room, 2 * height)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)


class Curve(pg.PlotCurveItem):  # type: ignore[misc]
    """A curve that is drawn as short lines, many times faster than as one, and takes as its bounds what is shown: how
    far it reaches is known to its series."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        super().__init__(skipFiniteCheck=True)
        self.setSegmentedLineMode("on")

    def boundingRect(self) -> QRectF:
        return self.graph.shown


class Graph(Canvas):
    """Curves on axes. What is where is asked in the widget's own pixels."""

    def __init__(self, spell: Callable[[float], str]) -> None:
        self.left, self.bottom, self.ends = Axis("left", spell), Axis("bottom", _step), Ends()
        super().__init__(self.left, self.bottom, viewBox=View(), axisItems={"right": self.ends})
        self.showAxis("right")
        self._curves: list[tuple[Any, Any, Any]] = []
        self.shown = QRectF()
        """What can be seen, in steps and values."""
        self._marks: Any = None
        self._band: Any = None
        self.is_log = False
        self.dress()

    def dress(self) -> None:
        """Take the theme's colours and fonts."""
        self.left.dress(with_grid=True)
        self.bottom.dress(with_grid=False)
        if self._band is not None:
            self._band.setBrush(theme.mix(theme.current().ok, theme.current().well, 0.85))

    def show_band(self, band: tuple[float, float] | None) -> None:
        """Shade the values between two, given as they are on the axis."""
        if band is not None:
            self._band = pg.LinearRegionItem(band, "horizontal", movable=False, pen=pg.mkPen(None))
            self._band.setZValue(-40)
            self.addItem(self._band, ignoreBounds=True)
            self.dress()

    def set_log(self, is_log: bool) -> None:
        """Powers of ten at the left."""
        if is_log != self.is_log:  # what is set anew is drawn anew
            self.is_log = is_log
            self.left.setLogMode(y=is_log)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.view.takes_wheel:
            event.ignore()  # what lies around it scrolls
            return
        super().wheelEvent(event)

    # --- places -------------------------------------------------------------------------------------------------------

    def area(self) -> QRectF:
        """The room of the curves."""
        area: QRectF = self.view.sceneBoundingRect()
        return area

    def place(self, x: float, y: float) -> QPointF:
        """Where a point of a curve lies."""
        y = (math.log10(y) if y > 0 else -math.inf) if self.is_log else y
        (left, right), (low, high) = self.view.viewRange()
        area = self.area()
        return QPointF(
            area.left() + (x - left) / (right - left) * area.width(),
            area.bottom() - (min(max(y, low - 1e3), high + 1e3) - low) / (high - low) * area.height(),
        )

    def step_at(self, across: float) -> float:
        """Which step lies at so many pixels from the left."""
        left, right = self.view.viewRange()[0]
        area = self.area()
        return float(left + (across - area.left()) / max(1.0, area.width()) * (right - left))

    @property
    def step_of_pixel(self) -> float:
        """How many steps a pixel stands for."""
        return float(self.shown.width() / max(1.0, self.area().width()))

    # --- curves -------------------------------------------------------------------------------------------------------

    def draw(self, lines: Sequence[Line], smoothing: float, antialias: bool) -> None:
        """Draw these curves in the range that is shown. `smoothing`: over which share of a curve means are taken."""
        first, last = self.view.viewRange()[0]
        pixels = max(16, int(self.area().width()))
        self.shown = self.view.viewRect()
        many = sum(not line.faint for line in lines) > FEW
        while len(self._curves) < len(lines):
            self._curves.append(self._new_curve())
        ends = []
        for (spread, curve, mean), line in zip(self._curves, lines, strict=False):
            points = Points(line.series, first, last, pixels, self.is_log)
            raw, over = _colors(line, smoothing)
            wide = line.bold or not (line.faint or many or smoothing)
            _show(
                curve,
                points.xs,
                points.ys,
                _pen(raw, WIDTH + 0.5 * line.bold if wide else THIN),
                antialias,
                points.breaks,
            )
            _show_spread(spread, points, line, self.place)
            smoothed = smooth(points.ys, smoothing) if smoothing and len(points.ys) > 2 else points.ys[:0]
            _show(mean, points.xs[: len(smoothed)], smoothed, _pen(over, WIDTH), antialias, points.breaks)
            depth = 2 * line.bold - line.faint
            for item, order in ((spread, -30), (curve, depth), (mean, depth + 10)):
                if item.zValue() != order:
                    item.setZValue(order)
            if line.named and not line.faint and len(points.ys):
                ends.append((line.name, line.color, float((smoothed if len(smoothed) else points.ys)[-1])))
        for items in self._curves[len(lines) :]:
            for item in items:
                item.setVisible(False)
        self.ends.show_names([end for end in ends if math.isfinite(end[2])])
        self._draw_marks([mark for line in lines for mark in line.series.marks])

    def _new_curve(self) -> tuple[Any, Any, Any]:
        items = Curve(self), Curve(self), Curve(self)
        for item in items:
            self.addItem(item, ignoreBounds=True)
        return items

    def _draw_marks(self, xs: Sequence[float]) -> None:
        """Where values are NaN or infinite: a line from top to bottom."""
        if self._marks is None:
            if not xs:
                return
            self._marks = Curve(self)
            self.addItem(self._marks, ignoreBounds=True)
        low, high = self.view.viewRange()[1]
        shown = theme.current()
        self._marks.setData(
            np.repeat(np.asarray(xs, float), 2), np.tile([low - 1e3, high + 1e3], len(xs)),
            connect="pairs", pen=_pen(theme.mix(shown.problem, shown.well, 0.25), THIN),
        )  # fmt: skip


def reach(lines: Sequence[Line], first: float, last: float, positive: bool) -> tuple[float, float] | None:
    """The least and the greatest value of the curves between two steps; with `positive` of those above zero."""
    lows, highs = list[float](), list[float]()
    for line in lines:
        places = line.series.places(first, last)
        low, high = np.frombuffer(line.series.lows)[places], np.frombuffer(line.series.highs)[places]
        if positive:
            low, high = low[low > 0], high[high > 0]
        if len(low):
            lows.append(float(low.min()))
        if len(high):
            highs.append(float(high.max()))
    return (min([*lows, *highs]), max(highs)) if highs else None


class Points:
    """What is drawn of a series between two steps: no more than some points for each pixel, peaks and dips among them.

    `breaks`: whether there are NaN among `ys`, at which the curve is interrupted.
    """

    def __init__(self, series: Series, first: float, last: float, pixels: int, is_log: bool) -> None:
        places = series.places(first, last)
        self.xs, self.ys = _floats(series.xs)[places], _floats(series.ys)[places]
        self.has_ends = series.has_ends
        self.lows = _floats(series.lows)[places] if series.has_ends else self.ys
        self.highs = _floats(series.highs)[places] if series.has_ends else self.ys
        self._thin(-(-len(self.xs) // (2 * pixels)))
        if is_log:
            with np.errstate(divide="ignore", invalid="ignore"):
                self.ys, self.lows, self.highs = (np.log10(each) for each in (self.ys, self.lows, self.highs))
            self.ys[~np.isfinite(self.ys)] = math.nan
        if series.marks and len(self.xs):
            self._interrupt(_floats(series.marks))
        self.breaks = bool(is_log or series.marks) and bool(np.isnan(self.ys).any())

    def _thin(self, group: int) -> None:
        """Of each `2 * group` neighbours the lowest and the highest."""
        if group < 2:
            return
        width = 2 * group
        whole = len(self.xs) // width * width
        low, high = (getattr(self.ys[:whole].reshape(-1, width), name)(1) for name in ("argmin", "argmax"))
        base = np.arange(0, whole, width)
        places = np.sort(np.stack([low, high], 1), 1) + base[:, None]
        rest = np.arange(whole, len(self.xs))
        least = np.minimum.reduceat(self.lows[:whole], base).repeat(2)
        greatest = np.maximum.reduceat(self.highs[:whole], base).repeat(2)
        self.lows = np.concatenate([least, self.lows[rest]])
        self.highs = np.concatenate([greatest, self.highs[rest]])
        chosen = np.concatenate([places.ravel(), rest])
        self.xs, self.ys = self.xs[chosen], self.ys[chosen]

    def _interrupt(self, marks: Floats) -> None:
        places = np.searchsorted(self.xs, marks)
        between = (places > 0) & (places < len(self.xs))
        places, marks = places[between], marks[between]
        alone = self.xs[places] != marks  # else the mark is of some among many steps, whose mean is known
        places, marks = places[alone], marks[alone]
        self.xs = np.insert(self.xs, places, marks)
        self.ys, self.lows, self.highs = (
            np.insert(each, places, math.nan) for each in (self.ys, self.lows, self.highs)
        )


def smooth(ys: Floats, share: float) -> Floats:
    """Means over a share of the curve around each point; those of NaN are left out. Twice, so that steps are soft."""
    half = max(1, round(share * len(ys) / 4))
    known = np.isfinite(ys)
    for _ in range(2):
        sums = np.concatenate([[0.0], np.cumsum(np.where(known, ys, 0.0))])
        counts = np.concatenate([[0], np.cumsum(known)])
        at = np.arange(len(ys))
        low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, len(ys))
        ys = np.where(known, (sums[high] - sums[low]) / np.maximum(counts[high] - counts[low], 1), math.nan)
    return ys


def _floats(values: array[float]) -> Floats:
    """A copy: the array must be free to grow while this is drawn."""
    return np.array(values, dtype=float)


def _show(item: Any, xs: Floats, ys: Floats, pen: QPen, antialias: bool, breaks: bool) -> None:
    if item.isVisible() != bool(len(xs)):
        item.setVisible(len(xs) > 0)
    if len(xs) == 1:  # one point is a short line
        xs, ys = np.array([xs[0], xs[0] + 2 * item.graph.step_of_pixel]), np.array([ys[0], ys[0]])
    if len(xs):
        item.setData(
            xs, ys, pen=pen, antialias=antialias, connect="finite" if breaks else "all", skipFiniteCheck=not breaks
        )


def _show_spread(item: Any, points: Points, line: Line, place: Callable[[float, float], QPointF]) -> None:
    """Behind the curves, how low and how high the values reach that each point stands for."""
    count = len(points.xs)
    item.setVisible(points.has_ends and count > 0)
    if not points.has_ends or not count:
        return
    wide = (place(points.xs[-1], 1).x() - place(points.xs[0], 1).x()) / max(1, count - 1)
    pen = _pen(theme.mix(line.color, theme.current().well, 0.85 if line.faint else 0.65), max(1.0, wide))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    ends = np.nan_to_num(np.stack([points.lows, points.highs], 1), neginf=-1e3).ravel()
    item.setData(np.repeat(points.xs, 2), ends, pen=pen, antialias=False, connect="pairs", skipFiniteCheck=True)


def _colors(line: Line, smoothing: float) -> tuple[QColor, QColor]:
    """Of the curve as it is, and of its means over it."""
    well = theme.current().well
    over = theme.mix(line.color, well, 0.6) if line.faint else line.color
    return (theme.mix(line.color, well, 0.6), over) if smoothing or line.faint else (line.color, over)


def _pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCosmetic(True)
    return pen


def _step(value: float) -> str:
    return f"{round(value):,}" if abs(value) < 1e6 else significant(value, 3)


def as_many_as_fit(ends: list[tuple[float, str, QColor]], count: int) -> list[tuple[float, str, QColor]]:
    """All ends, or, where there are too many, every second, third, … from the top."""
    ends = sorted(ends, key=lambda end: end[0])
    return ends[:: -(-len(ends) // max(1, count))] if ends else ends


def apart(wanted: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Heights near the wanted ones, in their order, at least `distance` apart, from `low` to `high` if they fit."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = list(wanted)
    edge = low - distance
    for i in order:
        placed[i] = edge = max(wanted[i], edge + distance)
    edge = max(high, low + distance * (len(wanted) - 1)) + distance
    for i in reversed(order):
        placed[i] = edge = min(placed[i], edge - distance)
    return placed
