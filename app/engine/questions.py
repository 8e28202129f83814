"""Questions to the engine that may run code of the user's: asked one at a time, in a process that can be lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from app.engine.process import EngineProcess
from core.design.model import CustomLayer
from core.design.settings import DataSettings
from core.design.shapes import ProbeRequest
from core.errors import Sentence
from core.training.messages import (
    Complete,
    DataPreviewed,
    DataScanned,
    Describe,
    DrawValues,
    Event,
    Failed,
    ImportNetwork,
    Inspect,
    ListDevices,
    ListTensors,
    OfData,
    Probe,
    ReadSamples,
    Ready,
    ShowAugmented,
    Survey,
    TryCustom,
)

Question: TypeAlias = (
    Describe
    | Survey
    | ReadSamples
    | ShowAugmented
    | Inspect
    | Probe
    | TryCustom
    | Complete
    | DrawValues
    | ListTensors
    | ImportNetwork
    | ListDevices
)

NOT_TRUSTED = "'{name}' is code that came with the project: it runs once you trust it."
PATIENCE = {
    Inspect: 3_000,
    Probe: 3_000,
    TryCustom: 5_000,
    Complete: 20_000,
    DrawValues: 10_000,
    ListTensors: 60_000,
    ImportNetwork: 120_000,
    Describe: 60_000,
    Survey: 120_000,
    ReadSamples: 60_000,
    ShowAugmented: 60_000,
    ListDevices: 30_000,
}
"""Milliseconds an answer may take. Reading large data and waking a GPU may take longer than a layer may."""

STARTING = 60_000
"""Milliseconds a process may take until it is up."""

READS = (Describe, Survey, ReadSamples, ListTensors, ImportNetwork)
"""Questions that are answered by reading a file."""
SOON = 1_500
"""Milliseconds after which it is said what is being read."""


class Questions(QObject):
    """Asks about data, devices and custom layers. A layer that never comes back costs this process and no other."""

    answered = Signal(object)
    """The event that answers, or `Failed`."""
    settled = Signal(object, object)
    """A question together with the event that answers it."""
    lost = Signal(object)
    """A question at which the process ended, or was ended because it took too long. `settled` follows."""
    scanned = Signal(object, object)
    """A question that is being answered, and `DataScanned`: how far that has come."""
    previewed = Signal(object, object)
    """A question that is being answered, and `DataPreviewed`: what the first lines are like."""
    restarted = Signal()
    """There is another process, in place of one that was lost."""

    waited = Signal(object)
    """The `Sentence` that says what is being read, for a while already. It may be stopped."""

    def __init__(self, process: EngineProcess, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.patience = dict(PATIENCE)
        self.may_run: Callable[[str], bool] = lambda code: False
        """Whether the user trusts this code."""
        self._process = process
        self._waiting: deque[Question] = deque()
        self._asked: Question | None = None
        self._was_lost = self._is_stopped = False
        self._deadline = QTimer(self, singleShot=True)
        self._deadline.timeout.connect(self._give_up)
        self._long = QTimer(self, singleShot=True, interval=SOON)
        self._long.timeout.connect(self._tell_of_wait)
        process.received.connect(self._take)
        process.ended.connect(self._fail)

    def ask(self, question: Question, is_typed: bool = False) -> None:
        """Have it answered, unless the same is waiting for its answer already.

        Data that code gives are asked for where this `may_run`, or the user has just typed it.
        """
        if isinstance(question, OfData) and (code := question.settings.code) and not (is_typed or self.may_run(code)):
            name = question.settings.source
            self._settle(question, Failed(type(question).__name__, NOT_TRUSTED, {"name": name}, key=name))
            return
        if isinstance(question, Complete | TryCustom):  # what was asked of an older text does not count any more
            self._waiting = deque(other for other in self._waiting if type(other) is not type(question))
        if question != self._asked and question not in self._waiting:
            self._waiting.append(question)
            self._go_on()

    def describe(self, settings: DataSettings) -> None:
        """Have the data of these settings read; `DataDescribed` or `Failed` says what is in them."""
        self.ask(Describe(settings))

    def inspect(self, custom: CustomLayer) -> None:
        """Have a custom layer compiled; `CustomInspected` or `Failed` says what it is."""
        self.ask(Inspect(custom.name, custom.source))

    def probe(self, request: ProbeRequest) -> None:
        """Have a custom layer tried on zeros; `Probed` or `Failed` says what it gave."""
        self.ask(Probe(request.key, request.name, request.source, dict(request.options), request.inputs))

    def list_devices(self) -> None:
        """Ask for `Devices`: what one can train on."""
        self.ask(ListDevices())

    def stop(self, question: Question | None = None) -> None:
        """Give up a question that takes long, or any. It is settled by `Failed`, and not asked again by itself."""
        if self._asked is not None and question in (None, self._asked):
            self._is_stopped = True
            self._process.kill(Sentence(self.tr("Reading {what} was stopped."), {"what": self._subject()}))

    def _tell_of_wait(self) -> None:
        if isinstance(self._asked, READS):
            self.waited.emit(Sentence(self.tr("Reading {what} …"), {"what": self._subject()}))

    def renew(self) -> None:
        """What is asked from now on is answered by a process that no code ran in, unless it is in a question."""
        if self._asked is None:
            self._process.kill(Sentence(""))

    def _go_on(self) -> None:
        if self._asked is None and self._waiting:
            fresh = not self._process.runs
            self._asked = self._waiting.popleft()
            self._process.send(self._asked)
            self._long.start()
            # Of a process that is not up yet, the time counts anew once it is.
            self._deadline.start(self.patience[type(self._asked)] + (STARTING if fresh else 0))

    def _take(self, event: Event) -> None:
        if isinstance(event, Ready):
            if self._asked is not None:
                self._deadline.start(self.patience[type(self._asked)])
            if self._was_lost:
                self._was_lost = False
                self.restarted.emit()
            return
        if isinstance(event, DataScanned):
            if self._asked is not None:
                self._deadline.start()
                self.scanned.emit(self._asked, event)
            return
        if isinstance(event, DataPreviewed):
            if self._asked is not None:
                self.previewed.emit(self._asked, event)
            return
        self._deadline.stop()
        asked, self._asked = self._asked, None
        self._settle(asked, event)
        self._go_on()

    def _give_up(self) -> None:
        template = self.tr("{what} did not come back within {seconds} s. Is there an endless loop?")
        seconds = self._deadline.interval() / 1000
        self._process.kill(Sentence(template, {"what": self._subject(), "seconds": f"{seconds:g}"}))

    def _subject(self) -> str:
        match self._asked:
            case Inspect(name=name) | Probe(name=name) | TryCustom(name=name):
                return f"'{name}'"
            case ListTensors(path=path) | ImportNetwork(path=path):
                return f"'{path}'"
            case DrawValues(filling=filling):
                return f"'{filling.function}'"
            case OfData(settings=settings):
                return f"'{settings.source}'"
            case _:
                return self.tr("The engine")

    def _fail(self, how: Sentence) -> None:
        self._deadline.stop()
        asked, self._asked = self._asked, None
        self._was_lost = True
        stopped, self._is_stopped = self._is_stopped, False
        if asked is not None:
            if not stopped:
                self.lost.emit(asked)
            self._settle(asked, Failed(type(asked).__name__, how.template, how.values, key=key_of(asked)))
        self._go_on()

    def _settle(self, asked: Question | None, event: Event) -> None:
        self._long.stop()
        self.answered.emit(event)
        if asked is not None:
            self.settled.emit(asked, event)


def key_of(question: Question) -> str:
    """What `Failed.key` says of a question: which probe, layer or source of data it was about."""
    match question:
        case Probe(key=key) | Inspect(name=key) | TryCustom(name=key):
            return key
        case OfData(settings=settings):
            return settings.source
        case _:
            return ""
