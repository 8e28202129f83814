"""Keeps the document's facts up to date: what data are like, what custom layers give, and where the run failed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.document.document import Document
from app.document.settings import Preferences
from app.engine.questions import NOT_TRUSTED, Question
from app.engine.run import State, is_same_network
from app.engine.trainer import Trainer
from core.design.catalog import Inference
from core.design.diagnosis import Finding
from core.design.model import CustomLayer, Design, Node, NodeId, TensorSpec
from core.design.own_code import OwnCode, own_code
from core.design.settings import DataDescription, DataSettings
from core.design.shapes import Facts
from core.errors import Sentence
from core.training.messages import CustomInspected, DataDescribed, Describe, Event, Failed, Inspect, Probe, Probed

Stamp: TypeAlias = tuple[int, int, int] | None
"""When a file was last written, when anything about it was changed, and its size; None: there is none."""


class FactFinder(QObject):
    """Asks the engine about whatever the check of a design cannot know by itself, once for each question.

    It asks anew about data whose file was changed, when the program gets the keyboard again; about what could not be
    answered, when the user wants it; and, once, about that at which the process was lost, when there is another one.

    Code that the user has not trusted is not asked about, so it does not run.
    """

    trust_needed = Signal(object)
    """The names of the code that may not run yet, whenever this is other code than before."""

    def __init__(self, document: Document, trainer: Trainer, preferences: Preferences) -> None:
        super().__init__(trainer)  # the document may outlive the window, which has nobody left to ask
        self._document = document
        self._trainer = trainer
        self._preferences = preferences
        self._data: dict[DataSettings, DataDescription | Sentence] = {}
        self._customs: dict[tuple[str, str], CustomInspected | Sentence] = {}
        self._probes: dict[str, Inference | Sentence] = {}
        self._failures: dict[NodeId, tuple[Node, CustomLayer | None, Sentence]] = {}
        self._asked: set[object] = set()
        self._stamps: dict[DataSettings, Stamp] = {}
        self._lost: list[Question] = []
        self._had_second_chance: list[Question] = []
        self._told: tuple[OwnCode, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)
        document.report_changed.connect(self._look_soon)
        document.asked_again.connect(self.ask_again)
        trainer.questions.settled.connect(self._take)
        trainer.questions.lost.connect(self._note_lost)
        trainer.questions.restarted.connect(self._give_second_chance)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._look_at_files)
        trainer.failed.connect(self._note_failed_run)
        trainer.runs.state_changed.connect(self._forget_failed_run)
        trainer.runs.diagnosed.connect(self._look_soon)
        trainer.questions.may_run = preferences.trusts
        self._look_soon()

    def trusts(self, code: OwnCode | CustomLayer) -> bool:
        """Whether this code may run."""
        return self._preferences.trusts(code.source)

    @property
    def untrusted(self) -> tuple[OwnCode, ...]:
        """The code of the design that may not run yet."""
        return tuple(code for code in own_code(self._document.design) if not self.trusts(code))

    def ask_for_trust(self) -> None:
        """Have `trust_needed` say it once more, if there is need."""
        if self.untrusted:
            self._tell(self.untrusted)

    def trust_all(self) -> None:
        """The user trusts the code of the project as it is."""
        self._preferences.trust(code.source for code in own_code(self._document.design))
        self._look_soon()

    def _look_soon(self) -> None:
        # A timer of no length: whatever else an edit changes is done first, and many edits are one look.
        self._soon.start()

    # --- asking -------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Take what is known into the document, and ask about the rest."""
        document = self._document
        data = document.design.settings.data
        if isinstance(self._data.get(data), Sentence) and self._is_changed(data):
            self._forget(Describe(data))
        facts = self._known()
        if facts != document.facts:
            document.set_facts(facts)
        if data not in self._data and self._untrusted_data(data) is None:
            self._stamps.setdefault(data, stamp_of(data.source))
            self._ask(data, partial(self._trainer.questions.describe, data))
        for custom in document.design.customs.values():
            if (custom.name, custom.source) not in self._customs and self.trusts(custom):
                self._ask(custom, partial(self._trainer.questions.inspect, custom))
        for request in document.report.probes:
            if self.trusts(document.design.customs[request.name]):
                self._ask(request.key, partial(self._trainer.questions.probe, request))
        if self.untrusted != self._told:
            self._tell(self.untrusted)

    def _known(self) -> Facts:
        """The facts about the design as it is. Those about others are kept for undo, but not told."""
        design = self._document.design
        data = self._data.get(design.settings.data)
        customs: dict[str, CustomInspected | Sentence] = {}
        for name, custom in design.customs.items():
            if not self.trusts(custom):
                customs[name] = Sentence(NOT_TRUSTED, {"name": name})
            elif (finding := self._customs.get((name, custom.source))) is not None:
                customs[name] = finding
        return Facts(
            data=data if isinstance(data, DataDescription) else None,
            data_problem=data if isinstance(data, Sentence) else self._untrusted_data(design.settings.data),
            probes=dict(self._probes),
            customs=customs,
            failures=self._failures_of_unedited(),
            findings=self._findings(),
            unanswered=self._unanswered(data, design),
        )

    def _untrusted_data(self, data: DataSettings) -> Sentence | None:
        if not data.code or self._preferences.trusts(data.code):
            return None
        return Sentence(NOT_TRUSTED, {"name": data.source})

    def _unanswered(self, data: object, design: Design) -> tuple[Sentence, ...]:
        customs = (self._customs.get((custom.name, custom.source)) for custom in design.customs.values())
        findings = (data, *customs, *self._probes.values())
        return tuple(finding for finding in findings if isinstance(finding, Sentence))

    def _ask(self, question: object, ask: Callable[[], object]) -> None:
        if question not in self._asked:
            self._asked.add(question)
            ask()

    # --- asking anew --------------------------------------------------------------------------------------------------

    def ask_again(self) -> None:
        """Forget each failure to answer, so that it is asked about."""
        self._had_second_chance.clear()
        for settings in [settings for settings, answer in self._data.items() if isinstance(answer, Sentence)]:
            self._forget(Describe(settings))
        for name, source in [key for key, answer in self._customs.items() if isinstance(answer, Sentence)]:
            self._forget(Inspect(name, source))
        for key in [key for key, answer in self._probes.items() if isinstance(answer, Sentence)]:
            self._forget_probe(key)
        self._look_soon()

    def _look_at_files(self, state: Qt.ApplicationState) -> None:
        """The user may have been elsewhere, and changed the file of the data there, or brought it back.

        What failed is asked again in any case: what is in a folder, a drive, or the memory that is left has no stamp.
        """
        data = self._document.design.settings.data
        known = self._data.get(data)
        is_due = isinstance(known, Sentence) or (known is not None and self._is_changed(data))
        if state is Qt.ApplicationState.ApplicationActive and is_due:
            self._forget(Describe(data))
            self._look_soon()

    def _is_changed(self, data: DataSettings) -> bool:
        return self._stamps.get(data) != stamp_of(data.source)

    def _note_lost(self, question: Question) -> None:
        self._lost.append(question)

    def _give_second_chance(self) -> None:
        """Whatever ended the process may have been something else: the machine was busy, or memory was short."""
        lost, self._lost = self._lost, []
        for question in lost:
            if question not in self._had_second_chance:
                self._had_second_chance.append(question)
                self._forget(question)
        self._look_soon()

    def _forget(self, question: Question) -> None:
        match question:
            case Describe(settings):
                self._data.pop(settings, None)
                self._stamps.pop(settings, None)
                self._asked.discard(settings)
            case Inspect(name, source):
                self._customs.pop((name, source), None)
                self._asked -= {asked for asked in self._asked if _is_of(asked, name, source)}
            case Probe(key=key):
                self._forget_probe(key)

    def _forget_probe(self, key: str) -> None:
        self._probes.pop(key, None)
        self._asked.discard(key)

    def _tell(self, untrusted: tuple[OwnCode, ...]) -> None:
        self._told = untrusted
        self.trust_needed.emit(tuple(code.name for code in untrusted))

    # --- answers ------------------------------------------------------------------------------------------------------

    def _take(self, question: Question, answer: Event) -> None:
        """Note the answer to a question, or why there is none. Others than the design's own are of no harm."""
        if isinstance(answer, Failed):
            self._take_failure(question, Sentence(answer.template, answer.values))
        match question, answer:
            case Describe(settings), DataDescribed(description):
                self._data[settings] = description
            case Inspect(name, source), CustomInspected():
                self._customs[name, source] = answer
            case Probe(key=key), Probed():
                output = TensorSpec(answer.shape, answer.dtype)
                self._probes[key] = Inference(output, parameters=dict(answer.parameters), text=answer.text)
        self._look_soon()

    def _take_failure(self, question: Question, reason: Sentence) -> None:
        match question:
            case Describe(settings):
                self._data[settings] = reason
            case Inspect(name, source):
                self._customs[name, source] = reason
            case Probe(key=key):
                self._probes[key] = reason

    def _findings(self) -> tuple[Finding, ...]:
        """What is wrong with how the last run learned, while drawing and weights are those that it trained."""
        run = self._trainer.runs.current
        if run is None or run.has_left or not is_same_network(run.design, self._document.design):
            return ()
        return run.findings

    # --- failed runs --------------------------------------------------------------------------------------------------

    def _note_failed_run(self, failed: Failed) -> None:
        design = self._document.design
        node = design.nodes.get(failed.node or "")
        if failed.request in ("Start", "Evaluate") and node is not None:
            sentence = Sentence(failed.template, failed.values)
            self._failures = {node.id: (node, design.customs.get(node.type), sentence)}
            self._look_soon()

    def _forget_failed_run(self, state: State) -> None:
        if state in (State.STARTING, State.IDLE):
            self._failures = {}
            self._look_soon()

    def _failures_of_unedited(self) -> dict[NodeId, Sentence]:
        """Once a layer or its code was edited, it is not known any more that it fails."""
        design = self._document.design
        return {
            node_id: sentence
            for node_id, (node, custom, sentence) in self._failures.items()
            if design.nodes.get(node_id) == node and design.customs.get(node.type) == custom
        }


def stamp_of(path: str) -> Stamp:
    """By which another content of a file is known without reading it."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size


def _is_of(asked: object, name: str, source: str) -> bool:
    return isinstance(asked, CustomLayer) and (asked.name, asked.source) == (name, source)
