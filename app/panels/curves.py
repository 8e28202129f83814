"""Loss, accuracy and gradient norms of the current run, over its steps."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from app.charts.line_chart import Line, LineChart
from app.charts.series import Series
from app.document.document import Document
from app.engine.run import Run, distinct_names
from app.engine.runs import Runs
from app.look import theme
from app.widgets.label import Label
from app.widgets.number_text import significant
from core.design.graph import layers_in_order

LAYER_COLORS = ("linear", "normalisation", "regularisation", "convolution", "activation", "custom", "pooling", "shape")
"""Families whose colours tell the layers apart, from the input to the output."""


class CurvesPanel(QWidget):
    """Three charts side by side; a run that is compared lies faintly behind the current one."""

    picture_failed = Signal(object)
    """The `Sentence` that says why a picture of a chart could not be written."""

    def __init__(self, document: Document, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curves")
        self._document = document
        self._runs = runs
        self._compared: tuple[Run, ...] = ()
        self.loss = self._chart("curves.loss", LineChart(self.tr("Loss"), self))
        self.accuracy = self._chart("curves.accuracy", LineChart(self.tr("Accuracy"), self, spell=_share, top=1.0))
        title = self.tr("Gradient norm by layer (log)")
        self.gradients = self._chart("curves.gradients", LineChart(title, self, log=True, spell=_norm))
        self._lay_out()
        runs.curves_grew.connect(self._refresh)
        runs.current_changed.connect(self._refresh)
        document.selection_changed.connect(self._refresh)
        theme.notifier.changed.connect(self._refresh)
        self._refresh()

    def compare(self, runs: tuple[Run, ...]) -> None:
        """Show the curves of these runs behind those of the current one."""
        self._compared = runs
        self._refresh()

    def _chart(self, name: str, chart: LineChart) -> LineChart:
        chart.setObjectName(name)
        chart.picture.failed.connect(self.picture_failed)
        return chart

    def _lay_out(self) -> None:
        self._nothing = Label(self.tr("Press Start to watch loss, accuracy and gradients move."), self)
        self._nothing.setObjectName("curves.empty")
        self._nothing.setProperty("look", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._charts = QWidget(self)
        row = QHBoxLayout(self._charts)
        row.setContentsMargins(16, 10, 16, 14)
        row.setSpacing(22)
        for chart in (self.loss, self.accuracy, self.gradients):
            row.addWidget(chart, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._charts)

    def _refresh(self) -> None:
        current = self._runs.current
        runs = [*(run for run in self._compared if run is not current), *([current] if current else [])]
        runs = [run for run in runs if run.has_curves]
        self._stack.setCurrentWidget(self._charts if runs else self._nothing)
        self.accuracy.setVisible(any(run.has_accuracy for run in runs))
        self.loss.show_lines([line for run in runs for line in self._pair(run, run.train_loss, run.test_loss)])
        accuracies = [line for run in runs for line in self._pair(run, run.train_accuracy, run.test_accuracy)]
        self.accuracy.show_lines(accuracies)
        self.gradients.show_lines(self._layers(current) if current else [])

    def _pair(self, run: Run, train: Series, test: Series) -> list[Line]:
        faint = run is not self._runs.current
        colors = theme.current().accent, theme.current().family("regularisation")
        held_back = self.tr("validation") if run.part == "validation" else self.tr("test")
        return [Line(self.tr("train"), colors[0], train, faint), Line(held_back, colors[1], test, faint)]

    def _layers(self, run: Run) -> list[Line]:
        """A curve for each layer; while one of them is selected, the others step back."""
        layers = [layer for layer in layers_in_order(run.design) if layer in run.gradients]
        selected = {layer for layer in self._document.selection if layer in run.gradients}
        lines, names = [], distinct_names(run.design, layers)
        for number, layer in enumerate(layers):
            color = theme.current().family(LAYER_COLORS[number % len(LAYER_COLORS)])
            if selected and layer not in selected:
                color = theme.mix(color, theme.current().well, 0.45)
            lines.append(Line(names[layer], color, run.gradients[layer]))
        return lines


def _share(accuracy: float) -> str:
    return significant(accuracy, 4)


def _norm(norm: float) -> str:
    """Norms in as few characters as tell them apart: 0.031, 1, 2e-05."""
    return significant(norm, 2)
