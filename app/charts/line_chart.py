"""LineChart: a few curves over the steps of a run, named at their ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.charts.picture import PictureMenu
from app.charts.plate import Mark, Plate, Words
from app.charts.scale import Scale, linear, logarithmic
from app.charts.series import Point, Series
from app.look import theme
from app.widgets.number_text import significant

WIDTH = 1.5
THIN = 1.0
"""The width of lines that lie behind others, or are more than a few: they are also painted in half the time."""
FEW = 6
KEY_STEP = 4
"""Pixels that an arrow key moves along the curves."""
TICKS = 3
MARK = QSizeF(2.0, 7.0)
"""The tick at the top of the plot where a value is NaN or infinite."""
FOOTER = 10.0
"""Pixels for the first and the last step below the plot, besides the rim of the card."""


@dataclass(frozen=True, slots=True)
class Line:
    """A curve with its name and colour. `faint`: drawn thin behind the others, for comparison."""

    name: str
    color: QColor
    series: Series
    faint: bool = False


def plain(value: float) -> str:
    """A value in at most four digits."""
    return significant(value, 4)


Reading = tuple[Line, Point]
"""A curve, and the point of it that is pointed at."""


class LineChart(QWidget):
    """A title, a plot, and, while the pointer is on it, the values there.

    `spell` writes a value; `top` is where the scale ends whatever the values, as with shares that cannot exceed 1.
    """

    def __init__(
        self,
        title: str,
        parent: QWidget | None = None,
        *,
        log: bool = False,
        spell: Callable[[float], str] = plain,
        top: float | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.picture = PictureMenu(self)
        self._title = title
        self._log = log
        self._spell = spell
        self._top = top
        self._lines: tuple[Line, ...] = ()
        self._ends: list[Point | None] = []
        self._pointer: QPointF | None = None
        theme.notifier.changed.connect(self.update)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What it shows now."""
        return self._lines

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Draw these curves, later ones over earlier ones; nothing is painted if none is new and none has grown."""
        ends = [line.series.latest for line in lines]
        if tuple(lines) != self._lines or ends != self._ends:
            self._lines, self._ends = tuple(lines), ends
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 110)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys move along the curves as the pointer does."""
        steps = {Qt.Key.Key_Left: -KEY_STEP, Qt.Key.Key_Right: KEY_STEP}
        if event.key() not in steps:
            super().keyPressEvent(event)
            return
        at = self._pointer or QPointF(self.width() / 2, self.height() / 2)
        across = min(max(at.x() + steps[Qt.Key(event.key())], 0.0), float(self.width()))
        self._pointer = QPointF(across, at.y())
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._pointer = None
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lines = [line for line in self._lines if not line.series.is_empty]
        scale = self._scale(lines)
        marks = [Mark(tick, self._spell(tick)) for tick in scale.ticks(TICKS)] if lines else []
        names = [line.name for line in lines if not line.faint]
        plate = Plate(self, [mark.text for mark in marks], names, FOOTER if lines else 0.0)
        plate.draw_card(painter, self.hasFocus())
        plate.draw_grid(painter, scale, marks)
        read_out = _Plot(painter, plate, scale, lines).draw(self._pointer) if lines else []
        if lines:
            plate.draw_ends(painter, *self.ends(lines))
        plate.draw_title(painter, self._title, self._words(plate, read_out))
        painter.end()

    def _scale(self, lines: Sequence[Line]) -> Scale:
        drawn = [line.series for line in lines if len(line.series)]
        low = min((min(series.lows) for series in drawn), default=0.0)
        high = max((max(series.highs) for series in drawn), default=1.0)
        if self._log:
            return logarithmic(low, high) if drawn else Scale(-1.0, 1.0, log=True)
        scale = linear(low, high)
        return Scale(scale.low, self._top) if self._top is not None and scale.low < self._top else scale

    def ends(self, lines: Sequence[Line]) -> tuple[str, str]:
        """The steps at the left and the right end, in words."""
        return "0", self.tr("step {step}").format(step=f"{round(last_step(lines)):,}")

    def _words(self, plate: Plate, read_out: Sequence[Reading]) -> list[Words]:
        """The values that are pointed at; between which values means lie is said where there is room for it."""
        whole = self._values(read_out, with_ends=True)
        return whole if plate.has_room(self._title, whole) else self._values(read_out, with_ends=False)

    def _values(self, read_out: Sequence[Reading], with_ends: bool) -> list[Words]:
        """`step 320  0.412  0.436`: values in their curves' colours, each after its own step where those differ."""
        words, muted, named = list[Words](), theme.current().muted, len(read_out) == 1
        steps = [f"{round(x):,}" for _, (x, _) in read_out]
        if len(set(steps)) == 1:
            words.append(Words(self.tr("step {step}").format(step=steps[0]), muted))
        for (line, (x, y)), step in zip(read_out, steps, strict=True):
            if len(set(steps)) > 1:
                words.append(Words(f"{step}:", muted))
            text = self._spell(y) if math.isfinite(y) else self.tr("NaN or ∞")
            words.append(Words(f"{line.name} {text}" if named else text, line.color))
            low, high = line.series.ends_at(x) if math.isfinite(y) else (y, y)
            if with_ends and low < high:
                words.append(Words(f"{self._spell(low)}–{self._spell(high)}", muted))
        return words


def last_step(lines: Sequence[Line]) -> float:
    """Where the plot ends: at the last step of the longest curve."""
    return max(1.0, *(line.series.end for line in lines))


class _Plot:
    """Draws the curves of one chart into the room that its plate has for them."""

    def __init__(self, painter: QPainter, plate: Plate, scale: Scale, lines: Sequence[Line]) -> None:
        self._painter = painter
        self._plate = plate
        self._scale = scale
        self._lines = sorted(lines, key=lambda line: not line.faint)
        self._span = last_step(lines)

    def draw(self, pointer: QPointF | None) -> list[Reading]:
        """Draw curves, names and what is under the pointer, and return that: curves with a point of each."""
        ends = []
        for line in self._lines:
            self._draw_ends(line)
        for line in self._lines:
            self._draw_marks(line.series)
            segments = self._segments(line.series)
            self._draw_line(line, segments)
            if segments and not line.faint:
                ends.append((line, segments[-1].p2()))
        self._draw_names(ends)
        return self._draw_pointer(pointer) if pointer is not None else []

    def _across(self, xs: Iterable[float]) -> list[float]:
        left, width = self._plate.area.left(), self._plate.area.width() / self._span
        return [left + x * width for x in xs]

    def _down(self, ys: Iterable[float]) -> list[float]:
        bottom, height = self._plate.area.bottom(), self._plate.area.height()
        return [bottom - y * height for y in self._scale.heights(ys)]

    def _segments(self, series: Series) -> list[QLineF]:
        """The curve as short lines, which Qt draws many times faster than one polyline of that width."""
        xs, ys = self._across(series.xs), self._down(series.ys)
        segments = []
        for first, end in series.stretches():
            if end - first == 1:
                segments.append(QLineF(xs[first], ys[first], xs[first] + 1, ys[first]))
            segments += map(QLineF, xs[first:end], ys[first:end], xs[first + 1 : end], ys[first + 1 : end])
        return segments

    def _draw_ends(self, line: Line) -> None:
        """Behind the curves, how low and how high the values reach that each point stands for."""
        series = line.series
        if not (series.has_ends and series.xs):
            return
        xs, lows, highs = self._across(series.xs), self._down(series.lows), self._down(series.highs)
        wide = max(1.0, (xs[-1] - xs[0]) / max(1, len(xs) - 1))
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(theme.mix(line.color, theme.current().well, 0.85 if line.faint else 0.65))
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        spans = zip(xs, lows, highs, strict=True)
        self._painter.drawRects([QRectF(x - wide / 2, high, wide, low - high) for x, low, high in spans if low > high])
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _draw_marks(self, series: Series) -> None:
        """Where values are NaN or infinite: a line from top to bottom, with a tick at the top."""
        if not series.marks:
            return
        area, problem = self._plate.area, theme.current().problem
        across = self._across(series.marks)
        self._painter.setPen(QPen(theme.mix(problem, theme.current().well, 0.6), 1))
        self._painter.drawLines([QLineF(x, area.top(), x, area.bottom()) for x in across])
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(problem)
        self._painter.drawRects([QRectF(QPointF(x - MARK.width() / 2, area.top()), MARK) for x in across])

    def _draw_line(self, line: Line, segments: Sequence[QLineF]) -> None:
        color = theme.mix(line.color, theme.current().well, 0.6) if line.faint else line.color
        self._painter.setPen(QPen(color, THIN if line.faint or len(self._lines) > FEW else WIDTH))
        self._painter.drawLines(segments)

    def _draw_names(self, ends: Sequence[tuple[Line, QPointF]]) -> None:
        plate, height = self._plate, self._plate.line_height
        ends = _as_many_as_fit(ends, int(plate.area.height() / (height - 3)) + 1)
        places = apart([end.y() for _, end in ends], height - 3, plate.area.top(), plate.area.bottom())
        self._painter.setFont(plate.name_font)
        for (line, _), y in zip(ends, places, strict=True):
            self._painter.setPen(line.color)
            plate.draw_name(self._painter, y, line.name)

    def _draw_pointer(self, pointer: QPointF) -> list[Reading]:
        area = self._plate.area
        if not area.left() <= pointer.x() <= self._plate.card.right():
            return []
        found = self._nearest(pointer)
        across = area.left() + found[0][1][0] / self._span * area.width()
        self._painter.setPen(QPen(theme.mix(theme.current().muted, theme.current().well, 0.5), 1))
        self._painter.drawLine(QLineF(across, area.top(), across, area.bottom()))
        self._painter.setPen(Qt.PenStyle.NoPen)
        for line, point in found:
            if math.isfinite(point[1]):
                self._painter.setBrush(line.color)
                self._painter.drawEllipse(self._place(point), 3, 3)
        return found

    def _nearest(self, pointer: QPointF) -> list[Reading]:
        """The point of each curve at the pointer's step; of more than two curves only that of the nearest one."""
        area = self._plate.area
        x = min(1.0, (pointer.x() - area.left()) / area.width()) * self._span
        lines = [line for line in self._lines if not line.faint] or self._lines
        found = [(line, point) for line in lines if (point := line.series.nearest(x)) is not None]
        if len(found) > 2:
            return [min(found, key=lambda pair: self._distance(pair[1], pointer))]
        # The curve with the most points comes first: the marker stands at its step. Curves of epochs have few.
        return sorted(found, key=lambda pair: -len(pair[0].series))

    def _distance(self, point: Point, pointer: QPointF) -> float:
        """How far above or below the pointer; what is only marked is as high as the plot."""
        return abs((self._place(point).y() if math.isfinite(point[1]) else self._plate.area.top()) - pointer.y())

    def _place(self, point: Point) -> QPointF:
        area = self._plate.area
        (height,) = self._scale.heights([point[1]])
        return QPointF(area.left() + point[0] / self._span * area.width(), area.bottom() - height * area.height())


def _as_many_as_fit(ends: Sequence[tuple[Line, QPointF]], count: int) -> Sequence[tuple[Line, QPointF]]:
    """All ends, or, where there are too many, every second, third, … from the top."""
    ends = sorted(ends, key=lambda end: end[1].y())
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
