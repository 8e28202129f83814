"""BarPlot: a mean and a greatest value for each layer, side by side on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.plots.bar import Bar
from app.plots.frame import PlotFrame
from app.plots.line import plain
from app.plots.scale import kept, logarithmic
from app.widgets.label import Label

if TYPE_CHECKING:
    from app.plots.bars import Bars
    from app.plots.scale import Range


class BarPlot(PlotFrame):
    """A title above columns with their values; `chosen` carries the key of the bar that was clicked."""

    chosen = Signal(str)

    def __init__(self, title: str, parent: QWidget | None = None, spell: Callable[[float], str] = plain) -> None:
        super().__init__(title, parent)
        self._spell = spell
        self._bars: tuple[Bar, ...] = ()
        self._pointed: Bar | None = None
        self._graph: Bars | None = None
        self._shown_y: Range | None = None
        self.told = Label("", self)
        """Name and values of the bar that is pointed at."""
        self.told.setProperty("look", "section")
        self._header.addWidget(self.told)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What it shows now."""
        return self._bars

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Draw these bars from left to right."""
        if tuple(bars) != self._bars:
            pointed = self._pointed.key if self._pointed is not None else None
            self._bars = tuple(bars)
            self._point(next((bar for bar in bars if bar.key == pointed), None))
            self._changed(streams=True)

    def column(self, key: str) -> QRectF:
        """The room of a bar with its name, in the widget's coordinates."""
        assert self._graph is not None
        index = next(i for i, bar in enumerate(self._bars) if bar.key == key)
        column = self._graph.column(index, len(self._bars))
        return column.translated(self._graph.pos())

    def sizeHint(self) -> QSize:
        return QSize(600, 180)

    def table(self) -> list[list[str]]:
        """A row for each bar."""
        rows = [[bar.name, repr(bar.value), "" if bar.most is None else repr(bar.most)] for bar in self._bars]
        return [["layer", "mean", "max"], *rows]

    def _make(self) -> QWidget:
        from app.plots.bars import Bars

        self._graph = Bars(self._spell)
        self._graph.setParent(self)
        self._graph.viewport().setMouseTracking(True)
        self._graph.viewport().installEventFilter(self)
        return self._graph

    def _draw(self) -> None:
        assert self._graph is not None
        ends = [end for bar in self._bars for end in (bar.value, bar.most or 0.0) if 0 < end < float("inf")]
        wanted = logarithmic(min(ends), max(ends)) if ends else (-1.0, 1.0)
        self._shown_y = kept(self._shown_y, wanted)
        self._graph.draw(self._bars, self._shown_y, self._pointed)

    def _dress(self) -> None:
        if self._graph is not None:
            self._graph.dress()
        super()._dress()

    # --- hands --------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """What the pointer does on the bars."""
        match event.type():
            case QEvent.Type.MouseMove:
                self._point(self._bar_at(event.position()))  # type: ignore[attr-defined]
            case QEvent.Type.Leave:
                self._point(None)
            case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.LeftButton:  # type: ignore[attr-defined]
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self._choose(self._bar_at(event.position()))  # type: ignore[attr-defined]
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys walk from bar to bar, Enter chooses."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self._bars:
            at = -1 if self._pointed is None else self._bars.index(self._pointed)
            self._point(self._bars[(at + steps[Qt.Key(event.key())]) % len(self._bars)])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._pointed)
        else:
            super().keyPressEvent(event)

    def _bar_at(self, position: QPointF) -> Bar | None:
        if self._graph is None or not self._bars:
            return None
        index = self._graph.index_at(position.x())
        return self._bars[index] if 0 <= index < len(self._bars) else None

    def _point(self, bar: Bar | None) -> None:
        if bar is not self._pointed:
            self._pointed = bar
            text = "" if bar is None else f"{bar.name}   {self._spell(bar.value)}"
            self.told.setText(text if bar is None or bar.most is None else f"{text}   max {self._spell(bar.most)}")
            self._changed()

    def _choose(self, bar: Bar | None) -> None:
        if bar is not None:
            self.chosen.emit(bar.key)
