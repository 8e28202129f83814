"""Brings what goes wrong anywhere in the program to where it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject

from app.document.document import Document
from app.engine.run import State
from app.engine.trainer import Trainer
from app.look.sentences import say
from app.window.failures import Failure, Failures
from core.design.model import NodeId
from core.errors import Sentence
from core.training.messages import UNSOUND_WEIGHTS, Failed

ANSWERED_ELSEWHERE = (
    "Describe", "Survey", "ReadSamples", "ShowAugmented", "Predict", "Inspect", "Probe", "DrawValues", "ReadNumbers",
    "ListTensors", "TryCustom",
    "Assess", "SeeSample", "SeeActivations", "SeeSurface",
)  # fmt: skip
"""Requests whose failure is shown where it belongs: at the data, the custom layer or the node."""

SUBJECTS = {"Start": "run", "Evaluate": "run", "Prepare": "model"}
"""What a failure is about, where another about the same, or what it is about being over, takes it away."""


class FailureTeller(QObject):
    """Tells edits that were refused, and models that could not be made, until the next edit succeeds, a run that failed
    until the next one, the rest until it was read."""

    def __init__(
        self,
        failures: Failures,
        document: Document,
        trainer: Trainer,
        show: Callable[[NodeId], object],
        show_console: Callable[[], object],
        load_weights: Callable[[], object],
    ) -> None:
        """`show` brings a layer into view; `load_weights` asks for a file of weights."""
        super().__init__(failures)
        self._failures = failures
        self._document = document
        self._trainer = trainer
        self._show = show
        self._show_console = show_console
        self._load_weights = load_weights
        document.refused.connect(lambda sentence: self.tell(sentence, "edit"))
        document.broke.connect(self.tell)
        document.design_changed.connect(self._forget_edits)
        trainer.failed.connect(self._take_failure)
        trainer.runs.state_changed.connect(self._take_state)

    def tell(self, sentence: Sentence, subject: str = "") -> None:
        """Say why something was not done."""
        self._failures.tell(Failure(say(sentence), subject=subject))

    def _take_failure(self, failed: Failed) -> None:
        if failed.request in ANSWERED_ELSEWHERE:
            return
        text = say(Sentence(failed.template, failed.values))
        subject = SUBJECTS.get(failed.request, "")
        self._failures.tell(Failure(text, failed.details, tuple(self._answers(failed)), subject))

    def _answers(self, failed: Failed) -> Iterator[tuple[str, Callable[[], object]]]:
        """What can be done about it."""
        node = failed.node
        if node is not None and node in self._document.design:
            name = self._document.design[node].name
            yield self.tr("Show '{name}'").format(name=name), lambda: self._show(node)
        if failed.step is not None or failed.key == UNSOUND_WEIGHTS:
            yield self.tr("New weights"), self._draw_new_weights
        if failed.key == UNSOUND_WEIGHTS:
            yield self.tr("Load weights…"), self._load_weights
        elif failed.request == "Start" and failed.step is None:
            yield self.tr("Console"), self._show_console

    def _forget_edits(self) -> None:
        self._failures.withdraw("edit")
        self._failures.withdraw("model")

    def _draw_new_weights(self) -> None:
        self._trainer.weights.reinitialise(seed=self._document.design.settings.next_seed())

    def _take_state(self, state: State) -> None:
        if state in (State.STARTING, State.IDLE):
            self._failures.withdraw("run")
