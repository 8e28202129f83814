"""LinePlot: curves over the steps of a run, named at their ends; zoomed and moved by hand, read under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.plots.frame import PlotFrame
from app.plots.line import Line, plain
from app.plots.read_out import Reading, ReadOut
from app.plots.scale import Range, kept, linear, logarithmic
from app.plots.series import Point

if TYPE_CHECKING:
    from app.plots.graph import Graph

KEY_STEP = 4
"""Pixels that an arrow key moves along the curves."""
ROOM = 0.03
"""Share of the width that is kept free behind the last step, so that the axis need not move with every point."""
KEY_ZOOM = 1.3


class LinePlot(PlotFrame):
    """A title, a plot, and, while the pointer is on it, a line with every curve's value there.

    `spell` writes a value; `top` is where the scale ends whatever the values, as with shares that cannot exceed 1;
    `band` is a range of values that is called good. With `takes_wheel` off, the wheel scrolls what lies around it.
    """

    chosen = Signal(str)
    """The key of the curve that was clicked."""
    pointed = Signal(str)
    """The key of the curve that is pointed at; empty of none."""

    def __init__(
        self,
        title: str,
        parent: QWidget | None = None,
        *,
        log: bool = False,
        spell: Callable[[float], str] = plain,
        top: float | None = None,
        band: Range | None = None,
        takes_wheel: bool = True,
    ) -> None:
        super().__init__(title, parent)
        self._spell, self._top, self._band = spell, top, band
        self._takes_wheel = takes_wheel
        self._lines: tuple[Line, ...] = ()
        self._ends: list[Point | None] = []
        self._smoothing = 0.0
        self._graph: Graph | None = None
        self._read_out: ReadOut | None = None
        self._shown_x: Range | None = None
        self._shown_y: Range | None = None
        self._pressed: QPoint | None = None
        self.is_zoomed = False
        """Whether the user chose what is shown; until then it is everything."""
        self.log = QAction(self.tr("Logarithmic values"), self, checkable=True, checked=log)
        self.log.toggled.connect(self.reset)
        self.all = QAction(self.tr("Show everything"), self, enabled=False)
        self.all.triggered.connect(self.reset)
        self.picture.actions = [self.all, self.log]

    @property
    def lines(self) -> tuple[Line, ...]:
        """What it shows now."""
        return self._lines

    @property
    def readings(self) -> list[Reading]:
        """The point of each curve at the step that is pointed at; none while nothing is."""
        return [] if self._read_out is None else self._read_out.readings

    def show_lines(self, lines: Sequence[Line], streams: bool = False) -> None:
        """Draw these curves, later ones over earlier ones; nothing is drawn if none is new and none has grown."""
        ends = [line.series.latest for line in lines]
        if tuple(lines) != self._lines or ends != self._ends:
            self._lines, self._ends = tuple(lines), ends
            self._changed(streams)

    def smooth(self, share: float) -> None:
        """Draw means over this share of each curve over it; 0: none."""
        self._smoothing = share
        self._changed()

    def reset(self) -> None:
        """Show everything, and follow the run again."""
        self.is_zoomed = False
        if self._graph is not None:
            self._graph.view.holds_values = False
        self._shown_x = self._shown_y = None
        self.all.setEnabled(False)
        self._changed()

    def zoom(self, factor: float, at: float | None = None) -> None:
        """Show `factor` times less of the steps, around the one pointed at, or the middle."""
        if self._graph is not None:
            left, right = self._graph.view.viewRange()[0]
            at = (left + right) / 2 if at is None else at
            self._graph.view.setXRange(at - (at - left) / factor, at + (right - at) / factor, padding=0)
            self._note_zoom((True, False))

    def range(self) -> tuple[Range, Range]:
        """The steps and the values between which the curves are shown."""
        assert self._graph is not None
        across, up = self._graph.view.viewRange()
        if self.log.isChecked():
            up = [10**value for value in up]
        return (across[0], across[1]), (up[0], up[1])

    def place(self, x: float, y: float) -> QPoint:
        """Where a point of a curve lies in the widget."""
        assert self._graph is not None
        place: QPoint = self._graph.mapTo(self, self._graph.place(x, y).toPoint())
        return place

    def table(self) -> list[list[str]]:
        """A row for each step at which a curve has a point, a column for each curve."""
        steps = sorted({x for line in self._lines for x in line.series.xs})
        points = [dict(zip(line.series.xs, line.series.ys, strict=True)) for line in self._lines]
        rows = [[f"{step:g}", *(repr(curve[step]) if step in curve else "" for curve in points)] for step in steps]
        return [["step", *(line.name for line in self._lines)], *rows]

    # --- drawing ------------------------------------------------------------------------------------------------------

    def _make(self) -> QWidget:
        from app.plots.graph import Graph

        self._graph = graph = Graph(self._spell)
        graph.setParent(self)
        graph.view.takes_wheel = self._takes_wheel
        graph.show_band(self._band)
        graph.view.sigRangeChangedManually.connect(self._note_zoom)
        graph.view.sigXRangeChanged.connect(lambda *_: self._changed() if self.is_zoomed else None)
        graph.viewport().setMouseTracking(True)
        graph.viewport().installEventFilter(self)
        self._read_out = ReadOut(graph, self._spell)
        return graph

    def _draw(self) -> None:
        assert self._graph is not None
        assert self._read_out is not None
        lines = [line for line in self._lines if not line.series.is_empty]
        self._graph.set_log(self.log.isChecked())
        self._fit(lines)
        self._graph.draw(lines, self._smoothing, antialias=not self._quiet.isActive())
        self._read_out.show_lines(lines)

    def _fit(self, lines: Sequence[Line]) -> None:
        """Unless the user chose otherwise, show all steps, and all values that lie in them."""
        assert self._graph is not None
        view = self._graph.view
        if not self.is_zoomed:
            end = max([1.0, *(line.series.end for line in lines)])
            if self._shown_x is None or end > self._shown_x[1] or end < (1 - 3 * ROOM) * self._shown_x[1]:
                self._shown_x = 0.0, end * (1 + ROOM)
                view.setXRange(*self._shown_x, padding=0)
        if not view.holds_values:
            wanted = self._values_of(lines, *view.viewRange()[0])
            self._shown_y = kept(self._shown_y, wanted)
            if list(self._shown_y) != view.viewRange()[1]:
                view.setYRange(*self._shown_y, padding=0)

    def _values_of(self, lines: Sequence[Line], first: float, last: float) -> Range:
        from app.plots.graph import reach

        found = reach([line for line in lines if len(line.series)], first, last, positive=self.log.isChecked())
        if self.log.isChecked():
            return logarithmic(*found) if found else (-1.0, 1.0)
        low, high = linear(*(found or (0.0, 1.0)))
        ends = self._top is not None and low < self._top and not self.is_zoomed
        return low, self._top * 1.02 if ends and self._top is not None else high

    def _dress(self) -> None:
        if self._graph is not None:
            self._graph.dress()
        super()._dress()

    # --- hands --------------------------------------------------------------------------------------------------------

    def _note_zoom(self, axes: Sequence[bool]) -> None:
        self.is_zoomed = True
        view = None if self._graph is None else self._graph.view
        if view is not None and axes[1] and not axes[0]:
            view.holds_values = True
        self.all.setEnabled(True)
        self._changed()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """What the pointer does on the curves. Nothing is kept from pyqtgraph but the double click."""
        match event.type():
            case QEvent.Type.MouseMove:
                self._point(event.position())  # type: ignore[attr-defined]
            case QEvent.Type.Leave:
                self._point(None)
            case QEvent.Type.MouseButtonPress:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self._pressed = event.position().toPoint()  # type: ignore[attr-defined]
            case QEvent.Type.MouseButtonRelease if event.button() == Qt.MouseButton.LeftButton:  # type: ignore[attr-defined]
                if self._pressed == event.position().toPoint():  # type: ignore[attr-defined]
                    self._choose()
            case QEvent.Type.MouseButtonDblClick:
                self.reset()
                return True
        return False

    def _point(self, position: QPointF | None) -> None:
        assert self._read_out is not None
        before = self._read_out.nearest
        self._read_out.point(position)
        if self._read_out.nearest != before:
            nearest = self._read_out.nearest
            self.pointed.emit("" if nearest is None else nearest.key)

    def _choose(self) -> None:
        nearest = None if self._read_out is None else self._read_out.nearest
        if nearest is not None and nearest.key:
            self.chosen.emit(nearest.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys move along the curves as the pointer does, up and down from one to the next; + and - zoom;
        Enter chooses; Home shows everything."""
        steps = {Qt.Key.Key_Left: -KEY_STEP, Qt.Key.Key_Right: KEY_STEP}
        zooms = {Qt.Key.Key_Plus: KEY_ZOOM, Qt.Key.Key_Equal: KEY_ZOOM, Qt.Key.Key_Minus: 1 / KEY_ZOOM}
        key = Qt.Key(event.key())
        if self._graph is None or self._read_out is None:
            super().keyPressEvent(event)
        elif key in steps:
            self._step_by(steps[key])
        elif key in zooms:
            self.zoom(zooms[key], self._read_out.step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif key == Qt.Key.Key_Home:
            self.reset()
        else:
            super().keyPressEvent(event)

    def _step_by(self, pixels: int) -> None:
        assert self._graph is not None
        assert self._read_out is not None
        area = self._graph.area()
        at = self._read_out.position or area.center()
        self._point(QPointF(min(max(at.x() + pixels, area.left()), area.right()), at.y()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._read_out is not None:
            self._point(None)
        super().focusOutEvent(event)
