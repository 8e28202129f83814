"""Above the plots: which of them are shown, how smooth, and a legend of the runs, each of which can be switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from app.widgets.dot import dot_icon
from app.widgets.label import Label
from app.widgets.plain_tip import plain_tip

AT_FIRST = ("loss", "accuracy", "gradients")
MOST_SMOOTH = 30
"""Percent of a curve over which means are taken at most."""


class CurvesBar(QWidget):
    """A menu of the plots, a slider, and a button for each run."""

    plots_changed = Signal()
    runs_changed = Signal()
    smoothing_changed = Signal(float)
    """The share of a curve over which means are taken; 0: the curve as it is, alone."""

    def __init__(self, plots: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hidden_runs: set[int] = set()
        """The numbers of the runs that are switched off."""
        self._runs: list[tuple[int, QColor]] = []
        self._buttons: list[QToolButton] = []
        self.menu = QMenu(self)
        self._actions = {}
        for name, title in plots.items():
            action = self._actions[name] = self.menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(name in AT_FIRST)
            action.toggled.connect(self._change_plots)
        self.choose = QToolButton(self)
        self.choose.setObjectName("curves.choose")
        self.choose.setProperty("look", "boxed")
        self.choose.setText(self.tr("Plots"))
        self.choose.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.choose.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.choose.setMenu(self.menu)
        self.smoothing = QSlider(Qt.Orientation.Horizontal, self)
        self.smoothing.setObjectName("curves.smoothing")
        self.smoothing.setAccessibleName(self.tr("Smoothing"))
        self.smoothing.setToolTip(
            plain_tip(self.tr("Draws means over the curves, which stay where they are behind them."))
        )
        self.smoothing.setRange(0, MOST_SMOOTH)
        self.smoothing.setFixedWidth(96)
        self.smoothing.valueChanged.connect(lambda value: self.smoothing_changed.emit(value / 100))
        label = Label(self.tr("Smoothing"), self)
        label.setProperty("look", "note")
        label.setBuddy(self.smoothing)
        self._legend = QHBoxLayout()
        self._legend.setSpacing(2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.choose)
        row.addWidget(label)
        row.addWidget(self.smoothing)
        row.addLayout(self._legend)
        row.addStretch(1)

    @property
    def chosen(self) -> set[str]:
        """The plots that are to be shown."""
        return {name for name, action in self._actions.items() if action.isChecked()}

    def choose_plot(self, name: str) -> None:
        """Show this plot too."""
        self._actions[name].setChecked(True)

    def show_runs(self, runs: Sequence[tuple[int, QColor]]) -> None:
        """A button for each of these runs: its number and colour."""
        if list(runs) == self._runs:
            return
        self._runs = list(runs)
        for button in self._buttons:
            self._legend.removeWidget(button)
            button.deleteLater()
        self._buttons = [self._button(number, color) for number, color in runs]

    def _button(self, number: int, color: QColor) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"curves.run.{number}")
        button.setText(self.tr("run {number}").format(number=number))
        button.setIcon(dot_icon(color))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setCheckable(True)
        button.setChecked(number not in self.hidden_runs)
        button.toggled.connect(lambda on: self._switch(number, on))
        self._legend.addWidget(button)
        return button

    def _switch(self, number: int, on: bool) -> None:
        self.hidden_runs = self.hidden_runs - {number} if on else self.hidden_runs | {number}
        self.runs_changed.emit()

    def _change_plots(self) -> None:
        if not self.chosen:  # one stays
            next(iter(self._actions.values())).setChecked(True)
        self.plots_changed.emit()
