"""OverTimePlot: how the values of a tensor spread, moment by moment: steps across, value up, count as colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.plots.frame import PlotFrame
from app.widgets.label import Label
from app.widgets.number_text import rounded
from core.training.messages import Histogram

if TYPE_CHECKING:
    from app.plots.over_time import OverTime

MOST = 500
"""Moments that are kept. When there are more, every second one goes."""


class OverTimePlot(PlotFrame):
    """The latest moment at the right; pointing at one shows its histogram beside."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._moments: list[tuple[int, Histogram]] = []
        self._due = self._every = 1
        self._graph: OverTime | None = None
        self.told = Label("", self)
        """The step that is pointed at, and how many values lie there."""
        self.told.setProperty("look", "section")
        self._header.addWidget(self.told)

    def sizeHint(self) -> QSize:
        return QSize(200, 168)

    @property
    def moments(self) -> list[tuple[int, Histogram]]:
        """Steps with their histograms."""
        return self._moments

    def clear(self) -> None:
        """Begin anew, with another parameter or run."""
        self._moments = []
        self._due = self._every = 1
        self._changed()

    def add(self, step: int, histogram: Histogram) -> None:
        """Add the next moment; one of an earlier step than the last begins anew."""
        if self._moments and step < self._moments[-1][0]:
            self.clear()
        if not histogram.counts or (self._moments and step == self._moments[-1][0]):
            return
        self._due -= 1
        if self._due:
            return
        self._moments.append((step, histogram))
        if len(self._moments) > MOST:
            self._moments = self._moments[::2]
            self._every *= 2
        self._due = self._every
        self._changed(streams=True)

    def __len__(self) -> int:
        return len(self._moments)

    def table(self) -> list[list[str]]:
        """A row for each moment: its step, the ends of its bins, its counts."""
        most = max((len(moment.counts) for _, moment in self._moments), default=0)
        rows = [[str(step), repr(each.low), repr(each.high), *map(str, each.counts)] for step, each in self._moments]
        return [["step", "low", "high", *(f"bin {number}" for number in range(most))], *rows]

    def _make(self) -> QWidget:
        from app.plots.over_time import OverTime

        self._graph = OverTime()
        self._graph.setParent(self)
        self._graph.viewport().setMouseTracking(True)
        self._graph.viewport().installEventFilter(self)
        return self._graph

    def _draw(self) -> None:
        assert self._graph is not None
        self._graph.draw(self._moments)

    def _dress(self) -> None:
        if self._graph is not None:
            self._graph.dress()
        super()._dress()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Read out what is pointed at."""
        if event.type() == QEvent.Type.MouseMove:
            self._point(event.position())  # type: ignore[attr-defined]
        elif event.type() == QEvent.Type.Leave:
            self._point(None)
        return False

    def _point(self, position: QPointF | None) -> None:
        assert self._graph is not None
        found = self._graph.point(position)
        if found is None:
            self.told.setText("")
            return
        moment, low, high, count = found
        template = self.tr("step {step} · {count} from {low} to {high}")
        self.told.setText(
            template.format(
                step=f"{self._moments[moment][0]:,}", count=f"{count:,}", low=rounded(low), high=rounded(high)
            )
        )
