"""Brings what goes wrong anywhere in the program to where it is told."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.document.document import Document
from app.engine.run import State
from app.engine.trainer import Trainer
from app.look.sentences import say
from app.window.failures import Failure, Failures
from core.errors import Sentence
from core.training.messages import Failed

ANSWERED_ELSEWHERE = ("Describe", "Inspect", "Probe")
"""Requests whose failure is shown where it belongs: at the data, the custom layer or the node."""


class FailureTeller(QObject):
    """Tells edits that were refused until the next one succeeds, a run that failed until the next one, the rest until
    it was read."""

    def __init__(
        self, failures: Failures, document: Document, trainer: Trainer, show_console: Callable[[], object]
    ) -> None:
        super().__init__(failures)
        self._failures = failures
        self._show_console = show_console
        document.refused.connect(lambda sentence: self.tell(sentence, "edit"))
        document.broke.connect(self.tell)
        document.design_changed.connect(lambda *_: failures.withdraw("edit"))
        trainer.failed.connect(self._take_failure)
        trainer.runs.state_changed.connect(self._take_state)

    def tell(self, sentence: Sentence, subject: str = "") -> None:
        """Say why something was not done."""
        self._failures.tell(Failure(say(sentence), subject=subject))

    def _take_failure(self, failed: Failed) -> None:
        if failed.request in ANSWERED_ELSEWHERE:
            return
        text = say(Sentence(failed.template, failed.values))
        if failed.request != "Start":
            self._failures.tell(Failure(text, failed.details))
            return
        console = (self.tr("Console"), self._show_console)
        self._failures.tell(Failure(text, failed.details, (console,), "run"))

    def _take_state(self, state: State) -> None:
        if state in (State.STARTING, State.IDLE):
            self._failures.withdraw("run")
