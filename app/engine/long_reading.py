"""What the run's process reads of the user's files: said when it takes long, and ended when the user wants."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.engine.questions import SOON
from app.engine.run_process import RunProcess
from app.engine.runs import Runs
from core.errors import Sentence
from core.training.messages import Event, Failed, LoadWeights, Predict, Predicted, WeightsReport

ANSWERS = {WeightsReport: LoadWeights.__name__, Predicted: Predict.__name__}


class LongReading(QObject):
    """Weights, and data that are predicted for; what else is read is a question's, see `Questions`."""

    waited = Signal(object, object)
    """The `Sentence` that says what is being read, and what stops it; None while a run is on, which it would end."""
    settled = Signal()
    """Nothing is being read any more."""
    failed = Signal(object)
    """A `Failed` that says what was stopped."""

    def __init__(self, process: RunProcess, runs: Runs, parent: QObject) -> None:
        super().__init__(parent)
        self._process, self._runs = process, runs
        self._names: dict[str, str] = {}
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self._tell)
        process.asked.connect(self._note)
        process.received.connect(self._take)
        process.ended.connect(lambda _: self._settle())

    def stop(self) -> None:
        """Give up what is being read. The process goes on with the weights that it had."""
        names = self._names
        self._process.kill(Sentence(""))
        self._process.revive()
        for kind, name in names.items():
            self.failed.emit(Failed(kind, self.tr("Reading '{what}' was stopped."), {"what": name}))

    def _note(self, request: object) -> None:
        match request:
            case LoadWeights(path=name) | Predict(source=name):
                self._names[type(request).__name__] = name
                self._soon.start()

    def _take(self, event: Event) -> None:
        kind = event.request if isinstance(event, Failed) else ANSWERS.get(type(event), "")
        if list(self._names) == [kind]:
            self._settle()
        self._names.pop(kind, None)

    def _settle(self) -> None:
        if self._names:
            self._names = {}
            self._soon.stop()
            self.settled.emit()

    def _tell(self) -> None:
        for name in self._names.values():
            said = Sentence(self.tr("Reading '{what}' …"), {"what": name})
            self.waited.emit(said, None if self._runs.is_on else self.stop)
