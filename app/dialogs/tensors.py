"""What is in a file of tensors, before anything of it is loaded."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.engine.trainer import Trainer
from app.look import units
from app.look.sentences import say
from app.widgets.dialog import Dialog
from app.widgets.figure_table import Figure, FigureTable, deviation
from app.widgets.histogram_view import HistogramView
from app.widgets.label import Label
from app.widgets.number_text import decimal, sizes
from app.widgets.push_button import push_button
from core.errors import Sentence
from core.training.messages import Event, Failed, ListTensors, TensorInFile, TensorsListed

DATA = (".npz",)
"""Endings of files that may hold samples as well."""


class TensorsDialog(Dialog):
    """Names, shapes, types and figures of all tensors, and the histogram of the one that is chosen."""

    weights_wanted = Signal(Path)
    """The file is to be loaded into the network, as far as it fits."""
    data_wanted = Signal(Path)
    """The file is to become the design's data."""

    def __init__(self, trainer: Trainer, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._question = ListTensors(str(path))
        self._tensors: tuple[TensorInFile, ...] = ()
        self.setObjectName("tensors")
        self.setWindowTitle(self.tr("Tensors in {name}").format(name=path.name))
        self.resize(QSize(860, 560))
        self.headline = Label(self.tr("Reading {name} …").format(name=path.name))
        self.headline.setObjectName("tensors.sentence")
        self.headline.setWordWrap(True)
        self.table = FigureTable(
            [self.tr("name"), self.tr("shape"), self.tr("type"), self.tr("mean"), self.tr("std"), self.tr("min"),
             self.tr("max"), self.tr("zeros"), self.tr("NaN or infinite")]
        )  # fmt: skip
        self.table.setObjectName("tensors.list")
        self.table.setAccessibleName(self.tr("Tensors"))
        self.table.currentItemChanged.connect(lambda *_: self._show_histogram())
        self.histogram = HistogramView("linear")
        self.histogram.setAccessibleName(self.tr("Values"))
        as_data = path.suffix.lower() in DATA
        self.use = push_button(
            self.tr("Use as data…") if as_data else self.tr("Load into the network…"), "primary", "tensors.use"
        )
        self.use.setEnabled(False)
        self.use.clicked.connect(self._use)
        self._arrange()
        trainer.questions.settled.connect(self._take)
        trainer.questions.ask(self._question)

    def _arrange(self) -> None:
        close = push_button(self.tr("Close"), "", "tensors.close")
        close.clicked.connect(self.reject)
        bottom, column = QHBoxLayout(), QVBoxLayout(self)
        bottom.addStretch(1)
        bottom.addWidget(close)
        bottom.addWidget(self.use)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.headline)
        column.addWidget(self.table, 1)
        column.addWidget(self.histogram)
        column.addLayout(bottom)

    def _take(self, question: object, answer: Event) -> None:
        if question != self._question:
            return
        if isinstance(answer, TensorsListed):
            self._show(answer)
        elif isinstance(answer, Failed):
            self.headline.setText(say(Sentence(answer.template, answer.values)))

    def _show(self, listed: TensorsListed) -> None:
        self._tensors = listed.tensors
        text = self.tr("{path}: {count} tensors, {memory}").format(
            path=listed.path,
            count=units.count(len(listed.tensors)),
            memory=units.memory(sum(each.size for each in listed.tensors)),
        )
        if listed.others:
            text += self.tr("; values of other kinds: {count}").format(count=units.count(listed.others))
        self.headline.setText(text)
        self.table.show_rows([_cells(each) for each in listed.tensors])
        self.table.setCurrentIndex(self.table.model().index(0, 0))
        self.use.setEnabled(bool(listed.tensors))

    def _show_histogram(self) -> None:
        place = self.table.place
        histogram = self._tensors[place].histogram if place is not None else None
        self.histogram.show_histogram(histogram, self.tr("no real numbers"))

    def _use(self) -> None:
        wanted = self.data_wanted if self._path.suffix.lower() in DATA else self.weights_wanted
        self.accept()
        wanted.emit(self._path)


def _cells(tensor: TensorInFile) -> list[Figure]:
    mean, low, high = (Figure(decimal(value), value) for value in (tensor.mean, tensor.minimum, tensor.maximum))
    if tensor.histogram is None:
        return [*_names(tensor), *[Figure("–", None)] * 6]
    return [
        *_names(tensor),
        mean,
        deviation(tensor.std, math.prod(tensor.shape)),
        low,
        high,
        Figure(units.share(tensor.zeros), tensor.zeros),
        Figure(units.count(tensor.nonfinite), tensor.nonfinite),
    ]


def _names(tensor: TensorInFile) -> tuple[Figure, ...]:
    shape = sizes(tensor.shape)
    return Figure(tensor.name, tensor.name), Figure(shape, shape), Figure(tensor.dtype, tensor.dtype)
