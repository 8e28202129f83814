"""A fault in the program's own code: told once, and the program goes on."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.window.failures import Failure
from app.window.faults import Faults

ROOT = Path(__file__).parents[2]


@pytest.fixture
def faults(qapp: QObject, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    """Faults that are handed exceptions, instead of pytest."""
    monkeypatch.setattr("app.window.faults.guard_overrides", lambda: None)
    before = sys.excepthook, threading.excepthook
    faults = Faults()
    faults.watch()
    yield faults
    sys.excepthook, threading.excepthook = before


def fail(faults: Faults) -> None:
    try:
        raise ValueError("<b>")
    except ValueError as error:
        faults.take(ValueError, error, error.__traceback__)


def test_a_fault_is_told_once_with_its_traceback(faults: Faults, qtbot: QtBot) -> None:
    told: list[Failure] = []
    faults.happened.connect(told.append)
    fail(faults)
    fail(faults)
    assert not told  # later: something may be painting
    qtbot.waitUntil(lambda: bool(told))
    (failure,) = told
    assert "ValueError" in failure.text
    assert "test_faults.py" in failure.details


def test_a_fault_in_a_thread_is_told_in_the_window(faults: Faults, qtbot: QtBot) -> None:
    with qtbot.waitSignal(faults.happened):
        thread = threading.Thread(target=lambda: 1 // 0)
        thread.start()
        thread.join()


def test_the_program_survives_when_every_override_raises() -> None:
    """One after the other, those below another that is overridden too; none answers what Qt cannot bear."""
    command = [sys.executable, "-m", "tests.hostile.overrides"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT)
    found = json.loads(done.stdout.splitlines()[-1]) if done.stdout else done.stderr[-3000:]
    assert (found["silent"], found["untold"], done.returncode) == ([], [], 0)
    assert found["found"] > 150
