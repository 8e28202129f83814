"""The tab of a layer's parameters: their figures, and the numbers of one of them as histogram and picture, live."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.look import units
from app.panels.inspector.parameter_table import ParameterRow, ParameterTable, details
from app.plots.over_time_plot import OverTimePlot
from app.widgets.heat_map_section import HeatMapSection, MapGridSection
from app.widgets.heat_map_view import places
from app.widgets.histogram_view import HistogramView, sample_text
from app.widgets.label import Label
from app.widgets.later_note import LaterNote
from app.widgets.push_button import push_button
from app.widgets.scroll_column import ScrollColumn, section
from app.widgets.switch import Switch
from core.training.messages import ParameterInfo, ParameterView


class ParametersTab(ScrollColumn):
    """`chosen`: the parameter to look into. `trainable_changed`: whether it is to be trained."""

    chosen = Signal(str)
    trainable_changed = Signal(object)
    reinitialise_requested = Signal()
    initialise_requested = Signal()
    numbers_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = ParameterTable()
        self.table.chosen.connect(self.chosen)
        self._details = Label()
        self._details.setProperty("look", "note")
        self._details.setWordWrap(True)
        self.values = HistogramView("linear")
        self.values.setAccessibleName(self.tr("Values"))
        self.gradient = HistogramView("activation")
        self.gradient.setAccessibleName(self.tr("Gradient"))
        self.heat_map = HeatMapSection(self.tr("Heat map"))
        self.heat_map.view.setToolTip(self.tr("Ctrl and the wheel zoom; drag to move; a double-click shows all"))
        self.kernels = MapGridSection(self.tr("Kernels"))
        self.kernels.view.setObjectName("inspector.kernels")
        self.history = OverTimePlot(self.tr("Histogram over steps"))
        self.column.addWidget(self.table)
        self.column.addWidget(self._details)
        self.column.addWidget(self._histograms())
        self.column.addWidget(self.heat_map)
        self.column.addWidget(self.kernels)
        self.column.addWidget(self.history)
        self.column.addLayout(self._by_hand())
        self.column.addWidget(self._actions())
        self._latest_step: int | None = None
        self.clear()

    def _histograms(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        for place, view in enumerate((self.values, self.gradient)):
            grid.addWidget(section(view.accessibleName()), 0, place)
            grid.addWidget(view, 1, place)
            grid.setColumnStretch(place, 1)
        return box

    def _actions(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.trainable = Switch()
        self.trainable.setObjectName("inspector.trainable")
        self.trainable.value_edited.connect(self.trainable_changed)
        label = Label(self.tr("Trainable"))
        label.setProperty("look", "muted")
        label.setBuddy(self.trainable)
        self.trainable.setAccessibleName(label.text())
        self.reinitialise = push_button(self.tr("Re-initialise layer"), "accent", "inspector.reinitialise")
        self.reinitialise.setToolTip(self.tr("Draw new initial values for all parameters of this layer"))
        self.reinitialise.clicked.connect(self.reinitialise_requested)
        self._later = LaterNote()
        self._later.setObjectName("inspector.trainable.later")
        row.addWidget(label)
        row.addWidget(self.trainable)
        row.addWidget(self._later)
        row.addStretch(1)
        row.addWidget(self.reinitialise)
        return box

    def _by_hand(self) -> QHBoxLayout:
        """What a hand can do to the chosen parameter."""
        self.numbers = push_button(self.tr("Numbers…"), "", "inspector.numbers")
        self.numbers.setToolTip(self.tr("See and edit the numbers of the chosen parameter"))
        self.numbers.clicked.connect(self.numbers_requested)
        self.initialise = push_button(self.tr("Initialise…"), "", "inspector.initialise")
        self.initialise.setToolTip(self.tr("Fill the chosen parameter by a function"))
        self.initialise.clicked.connect(self.initialise_requested)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.numbers)
        row.addWidget(self.initialise)
        return row

    def allow_by_hand(self, is_parameter: bool) -> None:
        """Only parameters are trained, filled and edited; a buffer is the layer's own."""
        for control in (self.trainable, self.numbers, self.initialise):
            control.setEnabled(is_parameter)

    def clear(self) -> None:
        """Show that nothing is known of the numbers yet."""
        self._latest_step = None
        self._details.hide()
        self.values.show_histogram(None, self.tr("not made yet"))
        self.gradient.show_histogram(None, self.tr("no step yet"))
        self.heat_map.view.show_picture(b"", 0, 0)
        self.kernels.hide()
        self.history.clear()
        self._show_history()

    def show_rows(self, rows: Sequence[ParameterRow], chosen: str | None, trainable: bool, later: bool = False) -> None:
        """Show the layer's parameters, one of them chosen, and whether that one is trained: from now, or `later`."""
        self._later.setVisible(later)
        self.table.show_rows(rows, chosen)
        self.trainable.show_value(trainable)
        info = next((row.info for row in rows if row.name == chosen), None)
        self._show_details(info)

    def _show_details(self, info: ParameterInfo | None) -> None:
        self._details.setVisible(info is not None)
        if info is not None:
            source = sample_text(self.values.histogram)
            sampled = self.tr(" · histogram {source}").format(source=source) if source else ""
            self._details.setText(details(info) + sampled)

    def show_view(self, view: ParameterView, info: ParameterInfo) -> None:
        """Show the numbers of the chosen parameter."""
        if view.gradient is not None or view.values != self.values.histogram:
            self.gradient.show_histogram(view.gradient, self.tr("no step yet"))
        self.values.show_histogram(view.values, self.tr("not made yet"))
        self.heat_map.view.show_picture(view.picture, view.rows, view.columns, view.stride, info.shape)
        self._show_kernels(view, info.shape)
        if self._latest_step is not None and view.step < self._latest_step:
            self.history.clear()
        if view.values is not None and view.step != self._latest_step:
            self.history.add(view.step, view.values)
        self._latest_step = view.step
        self._show_history()
        self._show_details(info)

    def _show_kernels(self, view: ParameterView, shape: tuple[int, ...]) -> None:
        """Of a convolution, each by the places that its numbers have in the weight."""
        self.kernels.setVisible(bool(view.kernels))
        if view.kernels:
            total = math.prod(shape[:-2])
            title = self.tr("Kernels") if total == len(view.kernels) else self.tr("Kernels: {shown} of {all}")
            self.kernels.show_title(title.format(shown=len(view.kernels), all=units.count(total)))
            names = [", ".join(map(str, places(number, shape[:-2]))) for number in range(len(view.kernels))]
            self.kernels.view.show_pictures(view.kernels, names)

    def _show_history(self) -> None:
        self.history.setVisible(len(self.history) > 1)
