"""ReadOut: over a plot, a line at the step that is pointed at and a box with every curve's value there."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.look import theme
from app.plots.line import Line
from app.plots.series import Point

if TYPE_CHECKING:
    from app.plots.graph import Graph

NEAR = 14.0
"""Pixels from a curve at which it is the one that is pointed at."""
GAP = 8.0
Reading = tuple[Line, Point]
"""A curve, and the point of it that is nearest to the step that is pointed at."""


class ReadOut(QWidget):
    """Lies over a graph and lets everything through to it."""

    def __init__(self, graph: Graph, spell: Callable[[float], str]) -> None:
        super().__init__(graph)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._graph, self._spell = graph, spell
        self._lines: Sequence[Line] = ()
        self.position: QPointF | None = None
        self.readings: list[Reading] = []
        self.nearest: Line | None = None
        """The curve that is pointed at."""
        graph.installEventFilter(self)
        self.resize(graph.size())
        self.hide()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.resize(self._graph.size())
        return False

    @property
    def step(self) -> float | None:
        """The step that is pointed at."""
        return None if self.position is None else self._graph.step_at(self.position.x())

    def show_lines(self, lines: Sequence[Line]) -> None:
        """These curves are there now."""
        self._lines = lines
        if self.position is not None:
            self._read()

    def point(self, position: QPointF | None) -> None:
        """The pointer is here, in the graph's pixels, or gone."""
        area = self._graph.area()
        inside = position is not None and area.left() <= position.x() <= self._graph.width() - GAP
        if inside or self.position is not None:
            self.position = position if inside else None
            self._read()

    def _read(self) -> None:
        step = self.step
        lines = [] if step is None else [line for line in self._lines if not line.faint] or self._lines
        self.readings = [(line, point) for line in lines if (point := line.series.nearest(step or 0.0)) is not None]
        self.readings.sort(key=self._height)
        at = self.position
        far = [(abs(self._height(each) - at.y()), number) for number, each in enumerate(self.readings)] if at else []
        self.nearest = self.readings[min(far)[1]][0] if far and min(far)[0] <= NEAR else None
        self.setVisible(bool(self.readings))
        self.update()

    def _height(self, reading: Reading) -> float:
        """How far from the top; what is only marked is as high as the plot."""
        _, (x, y) = reading
        return self._graph.place(x, y).y() if math.isfinite(y) else self._graph.area().top()

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.readings or self.position is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown, area = theme.current(), self._graph.area()
        fullest = max(self.readings, key=lambda reading: len(reading[0].series))
        across = min(max(self._graph.place(*fullest[1]).x(), area.left()), area.right())
        painter.setPen(QPen(theme.mix(shown.muted, shown.well, 0.5), 1))
        painter.drawLine(QLineF(across, area.top(), across, area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        for line, (x, y) in self.readings:
            place = self._graph.place(x, y) if math.isfinite(y) else None
            if place is not None and area.contains(place):
                painter.setBrush(line.color)
                painter.drawEllipse(place, 3, 3)
        self._draw_box(painter, across)
        painter.end()

    def rows(self) -> list[tuple[Line | None, str, str]]:
        """What is written: the step, then name and value of each curve, those that lie highest first."""
        steps = {x for _, (x, _) in self.readings}
        template = QCoreApplication.translate("ReadOut", "step {step}")
        one = len(steps) == 1
        rows: list[tuple[Line | None, str, str]] = []
        if one:
            rows.append((None, template.format(step=f"{round(steps.pop()):,}"), ""))
        for line, (x, y) in self.readings:
            text = self._spell(y) if math.isfinite(y) else QCoreApplication.translate("ReadOut", "NaN or ∞")
            low, high = line.series.ends_at(x) if math.isfinite(y) else (y, y)
            if low < high and len(self.readings) <= 4:
                text += f"  {self._spell(low)}–{self._spell(high)}"
            rows.append((line, line.name if one else f"{line.name} · {round(x):,}", text))
        return rows

    def _draw_box(self, painter: QPainter, across: float) -> None:
        shown = theme.current()
        names, figures = QFontMetricsF(theme.ui(-1)), QFontMetricsF(theme.mono(-1))
        height = names.height() + 1
        rows = self._in_reach(self.rows(), int((self.height() - 2 * GAP) / height))
        wide = min(max(names.horizontalAdvance(name) for _, name, _ in rows), self.width() * 0.4)
        values = max(figures.horizontalAdvance(text) for _, _, text in rows)
        box = QRectF(0, 0, wide + values + 3 * GAP, len(rows) * height + GAP)
        box.moveTo(across + GAP if across + GAP + box.width() < self.width() else across - GAP - box.width(), 2)
        box.moveLeft(min(max(box.left(), 2.0), max(2.0, self.width() - box.width() - 2)))
        painter.setPen(shown.line)
        painter.setBrush(shown.card)
        painter.drawRoundedRect(box, 5, 5)
        for number, (line, name, text) in enumerate(rows):
            row = QRectF(box.left() + GAP, box.top() + GAP / 2 + number * height, box.width() - 2 * GAP, height)
            bold = line is not None and line == self.nearest and len(self.readings) > 1
            painter.setFont(theme.ui(-1, theme.Weight.DemiBold if bold else theme.Weight.Normal))
            painter.setPen(shown.muted if line is None else line.color)
            text_name = names.elidedText(name, Qt.TextElideMode.ElideMiddle, wide + 1)
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text_name)
            painter.setFont(theme.mono(-1))
            painter.setPen(shown.text)
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _in_reach(self, rows: list[tuple[Line | None, str, str]], count: int) -> list[tuple[Line | None, str, str]]:
        """Where there is no room for all, those around the one that is pointed at, with how many are not shown."""
        if len(rows) <= count:
            return rows
        at = next((number for number, (line, _, _) in enumerate(rows) if line is self.nearest and line), len(rows) // 2)
        room = max(1, count - 1)
        first = min(max(0, at - room // 2), len(rows) - room)
        template = QCoreApplication.translate("ReadOut", "and {count} more")
        return [*rows[first : first + room], (None, template.format(count=len(rows) - room), "")]
