"""What the user can do with runs: begin one, go on, test, draw new weights. The engine's model follows the design."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.document import Document
from app.engine.fact_finder import FactFinder
from app.engine.trainer import Trainer
from core.design.adjusting import adjusted
from core.design.model import Design
from core.design.schedules import course_problems
from core.design.shapes import Facts, Report, check
from core.errors import Sentence

PREPARE_AFTER = 200
"""Milliseconds after the last edit until the engine makes the edited model."""


class RunControl(QObject):
    """Starts runs of the design as it is, and between them keeps the engine's model in step with it."""

    blocked = Signal()
    """A problem, or code that is not trusted, stands in the way of what was asked."""

    def __init__(self, document: Document, trainer: Trainer, facts: FactFinder) -> None:
        super().__init__(document)
        self._document = document
        self._trainer = trainer
        self._runs = trainer.runs
        self._facts = facts
        self._reported: tuple[Design, Facts] = document.design, document.facts
        self._prepare_soon = QTimer(self, singleShot=True, interval=PREPARE_AFTER)
        self._prepare_soon.timeout.connect(self._prepare)
        document.report_changed.connect(self._follow_if_new)
        document.weights_wanted.connect(self._exchange_weights)
        document.why_weights_stay = self._why_weights_stay
        trainer.weights.changed.connect(document.note_weights)
        self._runs.state_changed.connect(self._follow_after_run)
        document.design_changed.connect(self._adjust)

    def follow(self) -> None:
        """Have the engine make the model of the design as it will be in a moment."""
        self._prepare_soon.start()

    def proceed(self) -> None:
        """Go on with the run that is paused, unless the design would train otherwise by now; else start one."""
        if self._runs.is_paused and not self._runs.is_behind(self._document.design):
            self._trainer.resume()
        else:
            self.start()

    def go_on(self) -> None:
        """Go on with the run that the weights are from, at the step where they are from, as if it had never stopped."""
        self.start(goes_on=True)

    def start(self, single: bool = False, goes_on: bool = False) -> None:
        """Train the design as it is now, or, when a problem stands in the way, say so through `blocked`. With `single`
        it waits after the first step."""
        if not self._can_build:
            self.blocked.emit()
            return
        self._prepare_soon.stop()
        self._trainer.start(self._document.design, single, goes_on)

    def step(self) -> None:
        """Make one step of the run that is paused, or begin one with its first step."""
        if self._runs.is_paused:
            self._trainer.step()
        else:
            self.start(single=True)

    def evaluate(self) -> None:
        """Test the design as it is now, with its present parameters."""
        if not self._can_build:
            self.blocked.emit()
            return
        self._prepare()
        self._trainer.evaluate()

    def reinitialise(self) -> None:
        """Draw new initial parameters for all layers, from a new seed unless it is kept."""
        self._trainer.weights.reinitialise(seed=self._document.design.settings.next_seed())

    def _adjust(self) -> None:
        """What may change while a run is on acts from its next step."""
        running = self._runs.design
        if running is not None and self._runs.is_on:
            wanted = adjusted(running, self._document.design)
            if wanted is not running and not any(course_problems(wanted.settings)):
                self._trainer.adjust(wanted)

    def _exchange_weights(self, name: str) -> None:
        self._trainer.weights.exchange(name, self._document.design.settings.seed)

    def close(self) -> None:
        """Nothing is begun any more."""
        self._prepare_soon.stop()

    @property
    def _can_build(self) -> bool:
        return not self._document.report.blocks_start and not self._facts.untrusted

    @property
    def _can_be_model(self) -> bool:
        """Whether there can be a model, which predicts with what it learned also where its data are gone."""
        report = self._document.report
        if self._can_build or report.facts.data_problem is None or self._facts.untrusted:
            return self._can_build
        return not check(report.design, replace(report.facts, data_problem=None)).blocks_start

    def _why_weights_stay(self) -> Sentence | None:
        if not self._trainer.weights.belong_to_run:
            return None
        return Sentence(self.tr("That step had other weights, which the run changes while it goes on: pause it first."))

    def _prepare(self) -> None:
        if not self._runs.is_on and self._can_be_model and not self._document.report.probes:
            self._trainer.prepare(self._document.design)

    def _follow_if_new(self, report: Report) -> None:
        """A run that failed somewhere leaves design and model as they were."""
        reported = report.design, replace(report.facts, failures={})
        if reported != self._reported:
            self._reported = reported
            self.follow()

    def _follow_after_run(self) -> None:
        if not self._runs.is_on and self._document.design is not self._runs.design:
            self.follow()
