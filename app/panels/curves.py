"""What the current run tells over its steps, and other runs over it: loss, accuracy, gradients, rate, time, memory."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.document.document import Document
from app.engine.run import Run, distinct_names
from app.engine.runs import Runs
from app.look import theme, units
from app.look.depth_color import depth_color
from app.panels.curves_bar import CurvesBar
from app.plots.line import Line
from app.plots.line_plot import LinePlot
from app.plots.series import Series
from app.widgets.label import Label
from app.widgets.number_text import significant
from core.design.graph import layers_in_order
from core.design.model import NodeId
from core.design.unfolding import original

RUN_COLORS = ("normalisation", "convolution", "activation", "custom", "pooling", "sequence")
"""Families whose colours tell the runs apart that lie over the current one."""
FEW = 8
"""Layers that all have their names at their curves; of more, those that are selected, the first and the last."""
HEALTHY = (-4.0, -2.0)
"""Between which powers of ten an update is to the weights, where learning goes well: about a thousandth a step.

As Andrej Karpathy advises in his notes on training networks (CS231n, "Ratio of weights:updates").
"""


class CurvesPanel(QWidget):
    """Plots side by side, as many as are chosen; runs that are compared lie over the current one."""

    picture_failed = Signal(object)
    """The `Sentence` that says why what a plot shows could not be written."""
    layer_chosen = Signal(str)
    """A layer whose curve was clicked."""

    def __init__(self, document: Document, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curves")
        self._document = document
        self._runs = runs
        self._compared: tuple[Run, ...] = ()
        self._pointed = ""
        self.loss = LinePlot(self.tr("Loss"), self)
        self.accuracy = LinePlot(self.tr("Accuracy"), self, spell=_share, top=1.0)
        self.gradients = LinePlot(self.tr("Gradient norm by layer"), self, log=True, spell=_norm)
        self.updates = LinePlot(self.tr("Update to weight, by layer"), self, log=True, spell=_norm, band=HEALTHY)
        self.rate = LinePlot(self.tr("Learning rate"), self, spell=_share)
        self.pace = LinePlot(self.tr("Time of a step"), self, spell=units.short_time)
        self.memory = LinePlot(self.tr("Memory of the engine"), self, spell=units.memory)
        self.plots = {
            name: getattr(self, name) for name in ("loss", "accuracy", "gradients", "updates", "rate", "pace", "memory")
        }
        for name, plot in self.plots.items():
            plot.setObjectName(f"curves.{name}")
            plot.picture.failed.connect(self.picture_failed)
        for plot in (self.gradients, self.updates):
            plot.chosen.connect(self._choose)
            plot.pointed.connect(self._point)
        self.bar = CurvesBar({name: plot.accessibleName() for name, plot in self.plots.items()}, self)
        self.bar.plots_changed.connect(self._refresh)
        self.bar.runs_changed.connect(self._refresh)
        self.bar.smoothing_changed.connect(self._smooth)
        self._lay_out()
        runs.curves_grew.connect(self._refresh)
        runs.current_changed.connect(self._refresh)
        document.selection_changed.connect(self._refresh)
        theme.notifier.changed.connect(self._refresh)
        self._refresh()

    def compare(self, runs: tuple[Run, ...]) -> None:
        """Show the curves of these runs over those of the current one."""
        self._compared = runs
        self._refresh()

    def _lay_out(self) -> None:
        self._nothing = Label(self.tr("Press Start to watch loss, accuracy and gradients move."), self)
        self._nothing.setObjectName("curves.empty")
        self._nothing.setProperty("look", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._charts = QWidget(self)
        row = QHBoxLayout()
        row.setSpacing(22)
        for plot in self.plots.values():
            row.addWidget(plot, 1)
        column = QVBoxLayout(self._charts)
        column.setContentsMargins(16, 2, 16, 10)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addLayout(row, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._charts)

    def _refresh(self) -> None:
        current = self._runs.current
        others = [run for run in self._compared if run is not current and run.has_curves]
        shown = [*others, *([current] if current is not None and current.has_curves else [])]
        self._stack.setCurrentWidget(self._charts if shown else self._nothing)
        self.bar.show_runs([(run.number, self._color(run, others)) for run in shown] if others else [])
        shown = [run for run in shown if run.number not in self.bar.hidden_runs or not others]
        for name, plot in self.plots.items():
            plot.setVisible(name in self.bar.chosen and (name != "accuracy" or any(run.has_accuracy for run in shown)))
        self._show("loss", shown, others, lambda run: (run.train_loss, run.test_loss))
        self._show("accuracy", shown, others, lambda run: (run.train_accuracy, run.test_accuracy))
        for name in ("rate", "pace", "memory"):
            self._show(name, shown, others, lambda run, name=name: (getattr(run, name),))  # type: ignore[misc]
        by_layer = current is not None and current in shown
        for plot, curves in ((self.gradients, "gradients"), (self.updates, "updates")):
            lines = self._layers(current, getattr(current, curves)) if by_layer and current is not None else []
            plot.show_lines(lines, self._runs.is_on)

    def _show(self, name: str, runs: list[Run], others: list[Run], curves: Callable[[Run], tuple[Series, ...]]) -> None:
        """The curves of each run: of the current one in their usual colours, of the others in that of the run."""
        lines = []
        for run in runs:
            held_back = self.tr("validation") if run.part == "validation" else self.tr("test")
            of_run = curves(run)
            for part, series in enumerate(of_run):
                color = self._color(run, others)
                if part:
                    is_current = run not in others
                    color = theme.current().family("regularisation") if is_current else _paler(color)
                label = (self.tr("train"), held_back)[part] if len(of_run) > 1 else ""
                if run in others or not label:
                    label = " ".join(filter(None, (self.tr("run {number}").format(number=run.number), label)))
                lines.append(Line(label, color, series))
        self.plots[name].show_lines(lines, self._runs.is_on)

    def _color(self, run: Run, others: list[Run]) -> QColor:
        if run not in others:
            return theme.current().accent
        return theme.current().family(RUN_COLORS[others.index(run) % len(RUN_COLORS)])

    def _layers(self, run: Run, curves: dict[NodeId, Series]) -> list[Line]:
        """A curve for each layer; while one of them is selected, the others step back."""
        layers = [layer for layer in layers_in_order(run.design) if layer in curves]
        selected = {layer for layer in self._document.selection if layer in curves}
        lines, names = [], distinct_names(run.design, layers)
        for place, layer in enumerate(layers):
            color = depth_color(place, len(layers), theme.current())
            bold = layer in selected or layer == self._pointed
            if selected and not bold:
                color = theme.mix(color, theme.current().well, 0.45)
            named = bold or len(layers) <= FEW or (not selected and place in (0, len(layers) - 1))
            lines.append(
                Line(names[layer], color, curves[layer], bold=bold and len(layers) > 1, named=named, key=layer)
            )
        return sorted(lines, key=lambda line: line.bold)

    def _choose(self, layer: str) -> None:
        """The run's layer may have been removed from the design since."""
        if original(layer) in self._document.design:
            self.layer_chosen.emit(layer)

    def _point(self, layer: str) -> None:
        self._pointed = layer
        self._refresh()

    def _smooth(self, share: float) -> None:
        for name in ("loss", "accuracy", "gradients", "updates", "pace"):
            self.plots[name].smooth(share)


def _paler(color: QColor) -> QColor:
    return theme.mix(color, theme.current().text, 0.4)


def _share(accuracy: float) -> str:
    return significant(accuracy, 4)


def _norm(norm: float) -> str:
    """Norms in as few characters as tell them apart: 0.031, 1, 2e-05."""
    return significant(norm, 2)
