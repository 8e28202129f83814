"""What happens, told where it is looked for: for a moment in the status bar, until it was read above the canvas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt

from app import dialogs
from app.document.document import Document
from app.engine.fact_finder import FactFinder
from app.engine.recovery import Lost
from app.engine.trainer import Trainer
from app.look.sentences import say
from app.window.failures import Failure
from app.window.notice_bar import NoticeBar
from app.window.status_bar import StatusBar
from core.errors import Sentence
from core.training.messages import Evaluated, NumbersChanged


class Telling(QObject):
    """Words for what the parts of the program only signal. What failed is the `FailureTeller`'s."""

    def __init__(
        self, document: Document, trainer: Trainer, facts: FactFinder, status: StatusBar, notices: NoticeBar
    ) -> None:
        super().__init__(notices)
        self._document = document
        self._trainer = trainer
        self._facts = facts
        self._status = status
        self._notices = notices
        trainer.evaluated.connect(self._tell_of_test)
        trainer.numbers_changed.connect(self._tell_of_numbers)
        facts.trust_needed.connect(self._ask_for_trust)

    def tell_of_loaded(self, tensors: int) -> None:
        """Weights were loaded."""
        text = self.tr("Tensors loaded: {count}").format(count=tensors)
        self._status.show_text(text, self.tr("Undo"), self._document.undo)

    def tell_of_custom(self, name: str) -> None:
        """A custom layer was made or changed."""
        self._status.show_text(self.tr("'{name}' is in the palette, under Yours.").format(name=name))

    def tell_of_block(self, name: str, before: str) -> None:
        """A block was kept, perhaps in place of another one."""
        if not before:
            self.tell_of_custom(name)
            return
        text = self.tr("'{name}' in the palette is this one now.").format(name=name)
        self._status.show_text(text, self.tr("Undo"), lambda: self._document.blocks.keep(name, before))

    def tell_how_to_go_on(self) -> None:
        """The run that is paused has a design of its own, which is still sound."""
        if self._trainer.runs.is_paused and self._document.report.blocks_start:
            text = self.tr("The edited design has a problem: mend it, or go on with the design of the run.")
            resume = (self.tr("Resume"), self._trainer.resume)
            self._notices.failures.tell(Failure(text, answers=(resume,), subject="run"))

    def tell_of_wait(self, sentence: Sentence | None, stop: Callable[[], object] | None = None) -> None:
        """Say what is waited for, until something else is said, with a way to stop it; None: for nothing any more."""
        if sentence is None:
            self._status.end_wait()
        else:
            self._status.show_text(say(sentence), self.tr("Stop"), stop, stays=stop is not None)

    def notify(self, sentence: Sentence) -> None:
        """Say something until it was read, or another project is opened."""
        self._notices.offer(say(sentence), [(self.tr("Dismiss"), lambda: None)], "notice")

    def warn(self, sentence: Sentence | None, subject: str) -> None:
        """Say what stays so until it was read, whichever project is opened; None: it is so no longer."""
        if sentence is None:
            self._notices.withdraw(subject)
        else:
            self._notices.offer(say(sentence), [(self.tr("Dismiss"), lambda: None)], subject)

    def offer(self, lost: list[Lost], recover: Callable[[Lost], object]) -> None:
        """Offer what sessions that were cut off had kept aside."""
        for work in lost:
            text = self.tr("Netloom ended unexpectedly. “{name}” was kept as it was on {time}.")
            text = text.format(name=work.name, time=_moment(work.time))
            restore = (self.tr("Restore"), lambda work=work: recover(work))
            self._notices.offer(text, [restore, (self.tr("Discard"), work.clear)])

    def _tell_of_numbers(self, changed: NumbersChanged) -> None:
        filled = self.tr("Parameters initialised: {count}").format(count=changed.parameters)
        text = filled if changed.filled else self.tr("Numbers changed")
        self._status.show_text(text, self.tr("Undo"), self._document.undo)

    def _tell_of_test(self, result: Evaluated) -> None:
        loss, count = f"{result.loss:.4g}", f"{result.samples:,}"
        if result.accuracy is None:
            text = self.tr("Test loss {loss} on {count} samples").format(loss=loss, count=count)
        else:
            text = self.tr("Test accuracy {accuracy:.2f} %, loss {loss}, on {count} samples")
            text = text.format(accuracy=100 * result.accuracy, loss=loss, count=count)
        self._status.show_text(text)

    def _ask_for_trust(self, names: tuple[str, ...]) -> None:
        """Ask about the code that is there now; an older notice may speak of another project's."""
        if not names:
            self._notices.withdraw("trust")
            return
        text = self.tr("This project brings code of its own: {names}. It runs once you trust it.")
        read = (self.tr("Read it"), self._show_foreign_code)
        trust = (self.tr("Trust and run"), self._facts.trust_all)
        later = (self.tr("Not now"), lambda: None)
        self._notices.offer(text.format(names=", ".join(names)), [read, trust, later], "trust")

    def _show_foreign_code(self) -> None:
        dialog = dialogs.ForeignCodeDialog(self._facts.untrusted, self._notices.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._facts.trust_all)
        dialog.open()


def _moment(time: datetime) -> str:
    """A date and time as the user's country writes them, short."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(time.timestamp())), QLocale.FormatType.ShortFormat)
