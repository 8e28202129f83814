"""What holds for tests of widgets: the program's look, a document, and a trainer whose engine is played by the test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import resources
from app.document.document import Document
from app.document.settings import Preferences
from app.engine.process import EngineProcess
from app.engine.trainer import Trainer
from app.look import theme
from app.window.window import FIRST_EXAMPLE, SIZE, Window, make_window
from core.design import catalog, edits, project
from core.design.model import Design
from core.training.messages import Curves, Event, Progress, Request, RunState


@pytest.fixture(autouse=True, scope="session")
def dark_theme(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")


def digits_design() -> Design:
    """flatten, fc1 (64 -> 128), act, out (128 -> 10) in the Sequential `net`."""
    design = project.new().design
    net = next(node.id for node in design.walk() if node.name == "net")
    layers = [("Flatten", "flatten", {}), ("Linear", "fc1", {"out_features": 128}), ("ReLU", "act", {})]
    for key, name, options in [*layers, ("Linear", "out", {"out_features": 10})]:
        design = edits.insert(design, catalog.new(key, name, options), net)
    return design


def id_of(design: Design, name: str) -> str:
    """The id of the node with this name."""
    return next(node.id for node in design.walk() if node.name == name)


@pytest.fixture
def document(qapp: QApplication) -> Document:
    return Document(digits_design())


@dataclass
class Engine:
    """A trainer without its process: `sent` is what it asked for, `say` lets the engine answer."""

    trainer: Trainer
    say: Callable[[Event], None]
    sent: list[Request] = field(default_factory=list)

    def asked(self, kind: type[Request]) -> list[Request]:
        return [request for request in self.sent if isinstance(request, kind)]

    def state(self, state: str) -> None:
        self.say(RunState(self.trainer.runs.number, state))

    def progress(
        self, step: int, steps: int, epoch: int, epochs: int, pace: float = 1e-4, waiting: float = 0.0
    ) -> None:
        left = (steps - step) * pace
        self.say(Progress(self.trainer.runs.number, step, steps, epoch, epochs, pace, left, waiting=waiting))

    def curves(self, curves: Curves) -> None:
        self.say(msgspec.structs.replace(curves, run=self.trainer.runs.number))


@pytest.fixture
def engine(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    sent: list[Request] = []
    monkeypatch.setattr(EngineProcess, "send", lambda process, request: sent.append(request))
    trainer = Trainer()
    process, _ = trainer.findChildren(EngineProcess)
    yield Engine(trainer, process.received.emit, sent)
    trainer.close()


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    """The real window with an empty project and real processes of the engine. What is unsaved at the end is let go."""
    window = make_window(Preferences())
    window.resize(SIZE)  # the screen that is not there is small
    window.show()
    qtbot.waitExposed(window)
    yield window
    close_anyway(window)


@pytest.fixture
def still_window(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Window]:
    """The real window with an example, and an engine that never answers: for what needs none."""
    monkeypatch.setattr(EngineProcess, "send", lambda process, request: None)
    window = make_window(Preferences())
    window.resize(SIZE)
    window.show()
    qtbot.waitExposed(window)
    window.files.open_example(resources.folder("examples") / FIRST_EXAMPLE)
    window.files.finish()
    yield window
    close_anyway(window)


def close_anyway(window: Window) -> None:
    """Close a window, whatever is unsaved in it."""
    if window.isVisible():
        window._close_now()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
