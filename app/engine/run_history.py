"""The runs of this session: what each was, how far it came, and its curves."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from app.charts.series import Series
from app.document.document import Document
from app.engine.trainer import ON, State, Trainer
from core.design.graph import graph_of
from core.design.model import Design, NodeId
from core.training.messages import Curves, Progress

LAYER_LIMIT = 120
"""Points kept of a layer's curve: fewer than of others, as there may be many layers."""


@dataclass(eq=False, slots=True)
class Run:
    """One run, with the design it began with. Accuracies stay empty for regression; `seconds` leave pauses out."""

    number: int
    design: Design
    state: State = State.STARTING
    epoch: int = 0
    seconds: float = 0.0
    train_loss: Series = field(default_factory=Series)
    test_loss: Series = field(default_factory=Series)
    train_accuracy: Series = field(default_factory=Series)
    test_accuracy: Series = field(default_factory=Series)
    gradients: dict[NodeId, Series] = field(default_factory=dict)

    @property
    def has_curves(self) -> bool:
        return bool(len(self.train_loss) or len(self.test_loss) or self.gradients)

    @property
    def has_accuracy(self) -> bool:
        return bool(len(self.train_accuracy) or len(self.test_accuracy))

    def take(self, curves: Curves) -> None:
        """Add the points that came."""
        for step, loss, accuracy in curves.train:
            _add(step, loss, accuracy, self.train_loss, self.train_accuracy)
        for step, loss, accuracy in curves.test:
            _add(step, loss, accuracy, self.test_loss, self.test_accuracy)
        for step, norms in curves.gradients:
            for node, norm in norms.items():
                self.gradients.setdefault(node, Series(LAYER_LIMIT, positive=True)).append(step, norm)

    def last_gradients(self) -> list[tuple[NodeId, float]]:
        """The norm of each layer's gradient at the last step, from the input to the output."""
        return [
            (node, series.latest[1])
            for node in layers_in_order(self.design)
            if (series := self.gradients.get(node)) is not None and series.latest is not None
        ]


def _add(step: int, loss: float, accuracy: float | None, losses: Series, accuracies: Series) -> None:
    losses.append(step, loss)
    if accuracy is not None:
        accuracies.append(step, accuracy)


def distinct_names(design: Design, nodes: Sequence[NodeId]) -> dict[NodeId, str]:
    """The names of layers; of those that share a name, the dotted paths."""
    count = Counter(design[node].name for node in nodes)
    return {node: design[node].name if count[design[node].name] == 1 else design.path(node) for node in nodes}


def layers_in_order(design: Design) -> Iterator[NodeId]:
    """The layers of a design in the order they are executed."""
    stack = [design.root]
    while stack:
        node = design[stack.pop()]
        if node.children:
            stack.extend(reversed(graph_of(design, node.id).order))
        else:
            yield node.id


class RunHistory(QObject):
    """Takes down what the trainer says of its runs.

    `current` is the run that is on, or else the last one of this project; None before the first.
    """

    run_added = Signal(object)
    run_changed = Signal(object)
    curves_grew = Signal(object)
    """The current run has new points."""
    current_changed = Signal()

    def __init__(self, document: Document, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs: list[Run] = []
        self.current: Run | None = None
        self._document = document
        self._trainer = trainer
        self._running_since: float | None = None
        trainer.state_changed.connect(self._take_state)
        trainer.progressed.connect(self._take_progress)
        trainer.curves_grew.connect(self._take_curves)

    def _take_state(self, state: State) -> None:
        if state is State.STARTING:
            self._begin()
        elif state is State.IDLE:  # another project was opened
            self._end()
            self.current = None
            self.current_changed.emit()
        elif self.current is not None:
            self._set(self.current, state)

    def _begin(self) -> None:
        """A run begins with the design as it is now, whatever is edited later."""
        self._end()
        self.current = Run(self._trainer.run, self._document.design)
        self.runs.append(self.current)
        self.run_added.emit(self.current)
        self.current_changed.emit()

    def _end(self) -> None:
        """A run in whose place another one is started is over."""
        if self.current is not None and self.current.state in ON:
            self._set(self.current, State.STOPPED)

    def _set(self, run: Run, state: State) -> None:
        self._count_time(run, goes_on=state is State.RUNNING)
        run.state = state
        self.run_changed.emit(run)

    def _count_time(self, run: Run, goes_on: bool) -> None:
        now = time.monotonic()
        if self._running_since is not None:
            run.seconds += now - self._running_since
        self._running_since = now if goes_on else None

    def _take_progress(self, progress: Progress) -> None:
        run = self._run(progress.run)
        if run is not None:
            self._count_time(run, goes_on=run.state is State.RUNNING)
            if progress.epoch != run.epoch:
                run.epoch = progress.epoch
                self.run_changed.emit(run)

    def _take_curves(self, curves: Curves) -> None:
        run = self._run(curves.run)
        if run is not None:
            run.take(curves)
            self.curves_grew.emit(run)
            if curves.test:
                self.run_changed.emit(run)

    def _run(self, number: int) -> Run | None:
        return self.current if self.current is not None and self.current.number == number else None
