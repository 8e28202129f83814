"""A run step by step: its weights, as they were kept, under a slider, and the way on from there."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from app.engine.run_archive import RunArchive
from app.engine.run_store import Kept, Row
from app.engine.trainer import Trainer
from app.look import units
from app.look.sentences import say
from app.plots.over_time_plot import OverTimePlot
from app.widgets.dialog import Dialog
from app.widgets.figure_table import Figure, FigureTable, deviation
from app.widgets.heat_map_section import HeatMapSection
from app.widgets.histogram_view import HistogramView
from app.widgets.label import Label
from app.widgets.number_text import decimal, sizes
from app.widgets.push_button import push_button
from core.design import json_form
from core.design.model import NodeId
from core.errors import FileError, Sentence
from core.training.messages import (
    Event,
    Failed,
    ListTensors,
    NodeStatistics,
    Statistics,
    TensorInFile,
    TensorsListed,
)

OWN = "model|"
"""How the names of weights begin in a checkpoint; what else is in it belongs to the optimiser."""


class RunStepsDialog(Dialog):
    """A slider over the checkpoints of a run; the table, the histogram and the picture follow it."""

    opened = Signal(object, str)
    """A project with the run's design and the weights of the step, and what it was called."""
    stepped = Signal(object, object)
    """The run's design, and `Statistics` as cards show them, of the step that is looked at."""

    def __init__(self, archive: RunArchive, trainer: Trainer, row: Row, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._archive, self._questions, self._row = archive, trainer.questions, row
        self._design = json_form.from_json(row.run.design)
        self._network = self._design.as_it_runs
        self._order = {node.id: place for place, node in enumerate(self._network.walk())}
        self._steps: list[Kept] = archive.store.steps(row.run.key)
        end = archive.store.weights(row.run.key)
        if end.exists():
            self._steps.append(Kept(None, "end", end))
        self._listed: dict[ListTensors, TensorsListed] = {}
        self._unreadable: set[str] = set()
        self._tensors: tuple[TensorInFile, ...] = ()
        self.setObjectName("run_steps")
        self.setWindowTitle(self.tr("Steps of {project} · run {number}").format(
            project=row.run.project, number=row.run.number
        ))  # fmt: skip
        self.resize(QSize(1080, 620))
        self.headline = Label()
        self.headline.setObjectName("run_steps.sentence")
        self.headline.setWordWrap(True)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("run_steps.slider")
        self.slider.setAccessibleName(self.tr("Step"))
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(1)
        self.slider.setPageStep(1)
        self.slider.setMaximum(max(len(self._steps) - 1, 0))
        self.slider.setEnabled(len(self._steps) > 1)
        self.slider.valueChanged.connect(lambda _: self._ask())
        self.table = FigureTable(
            [self.tr("name"), self.tr("shape"), self.tr("mean"), self.tr("std"), self.tr("min"), self.tr("max"),
             self.tr("zeros")]
        )  # fmt: skip
        self.table.setObjectName("run_steps.table")
        self.table.setAccessibleName(self.tr("Parameters"))
        self.table.setTextElideMode(Qt.TextElideMode.ElideLeft)
        self.table.currentItemChanged.connect(lambda *_: self._choose())
        self.histogram = HistogramView("linear")
        self.histogram.setAccessibleName(self.tr("Values"))
        self.picture = HeatMapSection(self.tr("Heat map"))
        self.history = OverTimePlot(self.tr("Histogram over the checkpoints"))
        self.branch = push_button(self.tr("Branch from here"), "primary", "run_steps.branch")
        self.branch.setToolTip(self.tr("Open the run\u2019s design with these weights as a project of its own"))
        self.branch.clicked.connect(self._branch)
        self._arrange()
        self._questions.settled.connect(self._take)
        self.slider.setValue(self.slider.maximum())
        self._ask()

    def _arrange(self) -> None:
        close = push_button(self.tr("Close"), "", "run_steps.close")
        close.clicked.connect(self.reject)
        bottom, middle, right, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(), QVBoxLayout(self)
        bottom.addStretch(1)
        bottom.addWidget(close)
        bottom.addWidget(self.branch)
        for part in (self.histogram, self.picture, self.history):
            right.addWidget(part)
        right.addStretch(1)
        middle.setSpacing(16)
        middle.addWidget(self.table, 3)
        middle.addLayout(right, 2)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.headline)
        column.addWidget(self.slider)
        column.addLayout(middle, 1)
        column.addLayout(bottom)

    @property
    def kept(self) -> Kept | None:
        """The checkpoint that is looked at."""
        return self._steps[self.slider.value()] if self._steps else None

    # --- asking -------------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        """The one that is looked at and, so that the plot is whole, the next one that is not known yet."""
        kept = self.kept
        self.branch.setEnabled(kept is not None)
        if kept is None:
            self.headline.setText(
                self.tr(
                    "Nothing was kept of this run. \u201cCheckpoint every so many steps\u201d in Schedule has it kept."
                )
            )
            return
        self.headline.setText(self._title(kept))
        question = self._question(kept)
        if question in self._listed:
            self._show(self._listed[question])
        else:
            self._questions.ask(question)

    def _question(self, kept: Kept) -> ListTensors:
        return ListTensors(str(kept.path), self._chosen)

    @property
    def _chosen(self) -> str:
        place = self.table.place
        return "" if place is None else self._tensors[place].name

    def _title(self, kept: Kept) -> str:
        titles = {
            "best": self.tr("The weights that tested best"),
            "last": self.tr("The weights of the last step"),
            "end": self.tr("What the run came to"),
        }
        if kept.step is None and len(self._steps) > 1:
            return titles[kept.name]
        if kept.step is None:
            return self.tr(
                "{title}. Nothing else was kept: \u201cCheckpoint every so many steps\u201d in Schedule keeps more."
            ).format(title=titles[kept.name])
        return self.tr("Step {step} of {steps}").format(
            step=units.count(kept.step), steps=units.count(self._row.run.step)
        )

    def _take(self, question: object, answer: Event) -> None:
        if not isinstance(question, ListTensors) or question.path not in {str(kept.path) for kept in self._steps}:
            return
        if isinstance(answer, TensorsListed):
            self._listed[question] = answer
            if self.kept is not None and question == self._question(self.kept):
                self._show(answer)
            else:
                self._show_history()
                self._ask_next()
        elif isinstance(answer, Failed):
            self._unreadable.add(question.path)
            if self.kept is not None and question.path == str(self.kept.path):
                self._show_nothing(say(Sentence(answer.template, answer.values)))
            self._ask_next()

    def _show_nothing(self, why: str) -> None:
        """The checkpoint is damaged: neither its numbers nor a branch from it can be had."""
        self.headline.setText(why)
        self.branch.setEnabled(False)
        self._tensors = ()
        self.table.show_rows([])
        self._show_one()
        self.stepped.emit(self._design, Statistics(0, 0, {}))

    # --- showing ------------------------------------------------------------------------------------------------------

    def _show(self, listed: TensorsListed) -> None:
        chosen = self._chosen
        own = [each for each in listed.tensors if each.name.startswith(OWN)]
        self._tensors = tuple(sorted(own, key=lambda each: self._place(each.name)))
        names = [self._name(each.name) for each in self._tensors]
        self.table.blockSignals(True)
        self.table.show_rows([_cells(name, each) for name, each in zip(names, self._tensors, strict=True)])
        place = next((at for at, each in enumerate(self._tensors) if each.name == chosen), 0)
        self.table.setCurrentIndex(self.table.model().index(place, 0))
        self.table.blockSignals(False)
        if self._tensors and not chosen:
            self._ask()  # once more, with the picture of the first
            return
        self._show_one()
        self.stepped.emit(self._design, Statistics(0, 0, self._cards()))
        self._ask_next()

    def _name(self, name: str) -> str:
        """`model|NODE|NAME` as `state_dict` calls it."""
        _, node, parameter = name.split("|", 2)
        return f"{self._network.path(node)}.{parameter}" if node in self._network else parameter

    def _place(self, name: str) -> tuple[int, bool, str]:
        """Layers in their order, and of each the weight first: the file has no order of its own."""
        _, node, parameter = name.split("|", 2)
        return self._order.get(node, len(self._order)), parameter != "weight", parameter

    def _cards(self) -> Mapping[NodeId, NodeStatistics]:
        cards: dict[NodeId, NodeStatistics] = {}
        for each in self._tensors:
            node = each.name.split("|")[1]
            if node in self._design and (node not in cards or each.name.endswith("|weight")):
                cards[node] = NodeStatistics(each.histogram, None, None, each.nonfinite)
        return cards

    def _choose(self) -> None:
        if self.kept is not None:
            self._ask()
            self._show_history()

    def _show_one(self) -> None:
        place = self.table.place
        each = None if place is None else self._tensors[place]
        self.histogram.show_histogram(None if each is None else each.histogram, self.tr("no real numbers"))
        if each is not None and each.picture is not None:
            image = each.picture
            self.picture.view.show_picture(image.values, image.rows, image.columns, each.stride, each.shape)
        self._show_history()

    def _show_history(self) -> None:
        """Of the chosen parameter, over the checkpoints that were read so far."""
        chosen = self._chosen
        self.history.clear()
        known = {question.path: listed for question, listed in self._listed.items()}
        for kept in self._steps:
            listed = known.get(str(kept.path))
            if kept.step is not None and listed is not None:
                for each in listed.tensors:
                    if each.name == chosen and each.histogram is not None:
                        self.history.add(kept.step, each.histogram)
        self.history.setVisible(len(self.history) > 1)

    def _ask_next(self) -> None:
        known = {question.path for question in self._listed}
        for kept in self._steps:
            if kept.step is not None and str(kept.path) not in known | self._unreadable:
                self._questions.ask(ListTensors(str(kept.path)))
                return

    def _branch(self) -> None:
        kept = self.kept
        assert kept is not None
        try:
            project = self._archive.project_of(self._row, kept.path)
        except FileError as error:
            self.headline.setText(say(error.sentence))
            return
        self.opened.emit(project, self._row.run.project)
        self.accept()


def _cells(name: str, tensor: TensorInFile) -> list[Figure]:
    mean, low, high = (Figure(decimal(value), value) for value in (tensor.mean, tensor.minimum, tensor.maximum))
    shape = sizes(tensor.shape)
    return [
        Figure(name, name),
        Figure(shape, shape),
        mean,
        deviation(tensor.std, math.prod(tensor.shape)),
        low,
        high,
        Figure(units.share(tensor.zeros), tensor.zeros),
    ]
