"""Samples seen through the network as it is now: asked for, kept up to date while it learns, and told as signals."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from app.engine.trainer import Trainer
from core.design.model import NodeId
from core.errors import Sentence
from core.training.messages import (
    ActivationsSeen,
    Assess,
    Assessed,
    Chosen,
    Event,
    Failed,
    SampleSeen,
    SeeActivations,
    SeeSample,
    SeeSurface,
    SurfaceSeen,
)

Look: TypeAlias = Assess | SeeSample | SeeActivations | SeeSurface

EVERY = 800
"""Milliseconds between two looks while a run goes on."""
ANSWERS: dict[type, type] = {
    Assess: Assessed,
    SeeSample: SampleSeen,
    SeeActivations: ActivationsSeen,
    SeeSurface: SurfaceSeen,
}


class Seeing(QObject):
    """What is `wanted` is asked for at once, and again whenever the weights are others; one of a kind at a time."""

    seen = Signal(object)
    """`Assessed`, `SampleSeen`, `ActivationsSeen` or `SurfaceSeen`."""
    failed = Signal(object, object)
    """The kind of what was asked for, and the `Sentence` that says why there is no answer."""
    chosen_changed = Signal()
    """Another sample is looked at."""
    forgotten = Signal()
    """What was told is not so any more, and nothing is known yet: another design or project."""

    def __init__(self, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trainer = trainer
        self._chosen = Chosen()
        self._wanted: dict[type, Look] = {}
        self._asked: dict[type, Look] = {}
        self._stale: set[type] = set()
        self._soon = QTimer(self, singleShot=True, interval=EVERY)
        self._soon.timeout.connect(self._ask_all)
        trainer.looked.connect(self._take)
        trainer.failed.connect(self._take_failure)
        trainer.statistics_changed.connect(lambda _: self._ask_soon())
        trainer.weights.replaced.connect(self._ask_soon)
        trainer.prepared.connect(lambda _: self._ask_all())
        trainer.runs.state_changed.connect(lambda _: self._ask_all())

    @property
    def chosen(self) -> Chosen:
        """The sample that is looked at."""
        return self._chosen

    def choose(self, sample: Chosen) -> None:
        """Look at another sample."""
        if sample != self._chosen:
            self._chosen = sample
            for look in list(self._wanted.values()):
                if isinstance(look, SeeSample):
                    self.want(SeeSample(sample))
                elif isinstance(look, SeeActivations):
                    self.want(SeeActivations(look.node, sample))
            self.chosen_changed.emit()

    def want(self, look: Look) -> None:
        """Have this told, now and whenever it changes, in place of what was wanted of its kind."""
        self._wanted[type(look)] = look
        self._ask(look)

    def let_go(self, kind: type) -> None:
        """Nobody looks at this any more."""
        self._wanted.pop(kind, None)

    def forget(self) -> None:
        """Another project is open: its first sample is looked at."""
        self._chosen = Chosen()
        self._asked.clear()
        self._stale.clear()
        for look in list(self._wanted.values()):
            if isinstance(look, SeeSample):
                self._wanted[SeeSample] = SeeSample(self._chosen)
            elif isinstance(look, SeeActivations):
                del self._wanted[SeeActivations]
        self.forgotten.emit()

    def wants(self, kind: type) -> bool:
        """Whether somebody looks at this."""
        return kind in self._wanted

    def activations_of(self, node: NodeId) -> None:
        """Have told what a layer gives, for the sample that is looked at."""
        self.want(SeeActivations(node, self._chosen))

    def _ask_soon(self) -> None:
        if self._wanted and not self._soon.isActive():
            self._soon.start()

    def _ask_all(self) -> None:
        for look in list(self._wanted.values()):
            self._ask(look)

    def _ask(self, look: Look) -> None:
        """Or, while another of its kind is not answered yet, once it is."""
        kind = type(look)
        if kind in self._asked:
            self._stale.add(kind)
        elif self._trainer.look(look):
            self._asked[kind] = look

    def _take(self, event: Event) -> None:
        for kind, answer in ANSWERS.items():
            if isinstance(event, answer):
                asked = self._asked.pop(kind, None)
                if asked is not None and asked == self._wanted.get(kind):
                    self.seen.emit(event)
                self._go_on(kind)

    def _take_failure(self, failed: Failed) -> None:
        kinds: dict[str, type] = {kind.__name__: kind for kind in ANSWERS}
        kind = kinds.get(failed.request)
        if kind is None:
            if failed.request in ("Start", "Prepare"):  # the process may be another
                self._asked.clear()
            return
        if self._asked.pop(kind, None) is not None and kind not in self._stale:
            self.failed.emit(kind, Sentence(failed.template, failed.values))
        self._go_on(kind)

    def _go_on(self, kind: type) -> None:
        if kind in self._stale:
            self._stale.discard(kind)
            if (look := self._wanted.get(kind)) is not None:
                self._ask(look)
