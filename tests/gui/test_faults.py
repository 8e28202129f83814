"""A fault in the program's own code: told once, and the program goes on."""

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.window.failures import Failure
from app.window.faults import Faults

EVERYTHING_RAISES = """
import gc, sys
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
import resources
from app.document.settings import Preferences
from app.engine.process import EngineProcess
from app.look import guard
from app.window.faults import Faults
from app.window.window import FIRST_EXAMPLE, make_window

armed, raised = [], set()

def spoilt(kind, name, function):
    def call(self, *arguments):
        if armed and name in armed[0]:
            raised.add(f"{kind.__name__}.{name}")
            raise RuntimeError(kind.__name__ + name)
        return function(self, *arguments)
    call.__annotations__ = function.__annotations__
    return call

found = list(guard.overrides())
for kind, name, function in found:
    setattr(kind, name, spoilt(kind, name, function))
EngineProcess.send = lambda process, request: None
application, faults, told = QApplication([]), Faults(), []
faults.watch()
faults.happened.connect(told.append)
assert not list(guard.overrides())
window = make_window(Preferences())
window.show()
window.files.open_example(resources.folder("examples") / FIRST_EXAMPLE)
window.files.finish()
window.dialogs.edit_custom_layer()
application.processEvents()
BUTTON, NONE, at, there = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPointF(9, 9), QPoint(9, 9)
T = QEvent.Type
armed.append({name for _, name, _ in found} - set(sys.argv[1:]))
for widget in [each for each in application.allWidgets() if each.isVisible()]:
    for event in (
        QEnterEvent(at, at, at), QEvent(T.Leave), QHelpEvent(T.ToolTip, there, there), QEvent(T.FontChange),
        QFocusEvent(T.FocusIn), QFocusEvent(T.FocusOut), QKeyEvent(T.KeyPress, Qt.Key.Key_A, NONE, "a"),
        *(QMouseEvent(kind, at, at, BUTTON, BUTTON, NONE)
          for kind in (T.MouseButtonPress, T.MouseMove, T.MouseButtonRelease, T.MouseButtonDblClick)),
        QWheelEvent(
            at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False
        ),
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, there, there),
    ):
        application.sendEvent(widget, event)
    widget.updateGeometry()
    widget.update()
window.resize(1200, 700)
for _ in range(5):
    application.processEvents()
    window.grab()
    gc.collect()
armed.clear()
application.processEvents()
window.grab()
assert told and all("RuntimeError" in failure.text for failure in told)
print(len(raised), len(found), *sorted(raised))
sys.stdout.flush()
window.trainer.close()
import os; os._exit(0)
"""


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


@pytest.mark.parametrize(("but", "many"), [((), 45), (("event", "eventFilter"), 50)])
def test_the_program_survives_when_every_override_raises(but: tuple[str, ...], many: int) -> None:
    command = [sys.executable, "-c", EVERYTHING_RAISES, *but]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    raised, found, *names = done.stdout.split()
    assert int(found) > 100
    assert int(raised) >= many, names
