"""The window while something is read: others read it, what is waited for is said, and can be stopped."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDoubleSpinBox, QInputDialog
from pytestqt.qtbot import QtBot

import resources
from app.engine.process import EngineProcess
from app.engine.questions import Questions
from app.window.window import FIRST_EXAMPLE, Window
from core.training.messages import Failed, ListTensors, Predict


def test_what_others_copied_is_not_read_by_the_window(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = window.trainer.reading.ask
    monkeypatch.setattr(
        window.trainer.reading, "ask", lambda kind, *rest, **values: (asked.append(kind), ask(kind, *rest, **values))[1]
    )
    QGuiApplication.clipboard().setText("nn.Sequential(nn.Linear(64, 32))")
    window.actions_table["edit.paste"].trigger()
    window.files.finish()
    assert asked == ["copy"]


def test_what_is_read_is_said_and_can_be_stopped(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    questions: Questions = window.trainer.questions
    with qtbot.waitSignal(questions.answered, timeout=60_000):
        questions.list_devices()
    qtbot.waitUntil(lambda: questions._asked is None, timeout=60_000)
    os.kill(window.trainer._second_process.process_id, signal.SIGSTOP)
    questions.ask(ListTensors(str(tmp_path / "large.pt")))
    qtbot.waitUntil(lambda: "large.pt" in window.status.text(), timeout=20_000)
    assert window.status._action.text() == "Stop"
    with qtbot.waitSignal(questions.settled) as answer:
        window.status._action.click()
    assert "was stopped" in answer.args[1].template


def test_weights_that_are_read_for_long_are_said_and_can_be_stopped(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    trainer, failures = window.trainer, []
    trainer.failed.connect(failures.append)
    window.files.open_example(resources.folder("examples") / FIRST_EXAMPLE)
    window.files.finish()
    with qtbot.waitSignal(trainer.prepared, timeout=60_000):
        pass
    os.kill(before := trainer.process_id, signal.SIGSTOP)
    trainer.weights.load(tmp_path / "large.pt")
    qtbot.waitUntil(lambda: "large.pt" in window.status.text(), timeout=20_000)
    assert window.status._action.text() == "Stop"
    with qtbot.waitSignal(trainer.prepared, timeout=60_000):  # the next process has what the last one had
        window.status._action.click()
    assert [(failed.request, failed.template) for failed in failures] == [
        ("LoadWeights", "Reading '{what}' was stopped.")
    ]
    assert "large.pt" not in window.status.text()
    assert trainer.process_id not in (0, before)


def test_a_run_is_not_ended_by_what_is_read_meanwhile(window: Window, qtbot: QtBot) -> None:
    process, reading = window.trainer._process, window.trainer.long_reading
    heard: list[object] = []
    reading.waited.connect(lambda said, stop: heard.append(stop))
    window.trainer.start(window.document.design)
    process.asked.emit(Predict("x.csv", ""))
    reading._tell()
    assert heard == [None]
    process.received.emit(Failed("Predict", "no", {}))
    reading._tell()
    assert heard == [None]


def test_the_engine_is_told_how_much_memory_it_may_take(window: Window, qtbot: QtBot) -> None:
    window.actions_table["run.memory"].trigger()
    dialog = window.findChild(QInputDialog, "memory")
    qtbot.waitExposed(dialog)
    field = dialog.findChild(QDoubleSpinBox)
    field.selectAll()
    qtbot.keyClicks(field, field.textFromValue(6.5))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.preferences.memory == 6.5
    assert [process.memory for process in window.trainer.findChildren(EngineProcess)] == [6_500_000_000] * 2
