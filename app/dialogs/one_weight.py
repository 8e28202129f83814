"""One tensor of the design: what goes into it from a file, and its values before and after."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.widgets.choice_field import ChoiceField
from app.widgets.histogram_view import HistogramView
from app.widgets.label import Label
from core.training.messages import TensorInFile

LEAST = 56
"""Pixels that a histogram is high at least."""


class OneWeight(QWidget):
    """`chosen` says the name in the file of what the user wants there; None: nothing."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self.choice = ChoiceField(())
        self.choice.setObjectName("load_weights.choice")
        self.choice.setMinimumContentsLength(40)
        self.choice.activated.connect(lambda index: self.chosen.emit(self._names[index - 1] if index else None))
        self._takes = Label(self.tr("Takes from the file"))
        self._takes.setBuddy(self.choice)
        self.before, self.after = HistogramView("linear"), HistogramView("convolution")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.addWidget(self._takes, 0, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.choice, 0, 1, Qt.AlignmentFlag.AlignLeft)
        for column, (view, title) in enumerate(((self.before, self.tr("Now")), (self.after, self.tr("In the file")))):
            view.setAccessibleName(title)
            view.setMinimumHeight(LEAST)
            view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)  # on a small screen it shrinks
            grid.addWidget(Label(title), 1, column)
            grid.addWidget(view, 2, column)
            grid.setColumnStretch(column, 1)

    def show_one(self, own: TensorInFile | None, taken: TensorInFile | None, fitting: Sequence[str]) -> None:
        """`own`: the tensor of the design, or None; `taken`: what goes into it; `fitting`: what could."""
        self._names = list(fitting)
        self.choice.clear()
        self.choice.addItems([self.tr("nothing: it stays as it is"), *fitting])
        self.choice.setCurrentIndex(1 + fitting.index(taken.name) if taken and taken.name in fitting else 0)
        self.choice.setEnabled(own is not None and bool(fitting))
        before, after = (each.histogram if each else None for each in (own, taken))
        both = [each for each in (before, after) if each is not None]
        axis = (min(each.low for each in both), max(each.high for each in both)) if len(both) > 1 else None
        self.before.show_histogram(before, self.tr("not in this design"), axis)
        self.after.show_histogram(after, self.tr("stays as it is"), axis)
