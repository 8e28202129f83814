"""The window that the guide's pictures are taken of: opened, trained in, waited for, and shown to a file."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from app.window.window import Window

SIZE = 1366, 860
FOLDER = ROOT / "docs" / "guide" / "pictures"


def settle(application: QApplication, seconds: float) -> None:
    """Curves are drawn smoothly once nothing new has come for a moment."""
    end = time.monotonic() + seconds
    wait(application, lambda: time.monotonic() > end)


def take(show: Callable[[QApplication, Window], QWidget], path: Path) -> None:
    from PySide6.QtWidgets import QApplication

    from app.document.settings import Preferences
    from app.look import theme
    from app.window.window import make_window

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application, "light")
    window = make_window(Preferences())
    window.resize(*SIZE)
    window.show()
    shown = show(application, window)
    for _ in range(50):
        application.processEvents()
    path.parent.mkdir(parents=True, exist_ok=True)
    shown.grab().save(str(path))
    shown.close() if shown is not window else None
    window.recovery.note_saved()
    window._close_now()
    application.processEvents()


def open_example(window: Window, example: str) -> None:
    import resources

    window.begin(resources.folder("examples") / example)
    window.files.finish()


def train(application: QApplication, window: Window) -> None:
    from app.engine.run import State

    window.run_control.start()
    wait(application, lambda: window.trainer.runs.state in (State.FINISHED, State.FAILED))


def wait(application: QApplication, is_done: Callable[[], bool]) -> None:
    from PySide6.QtCore import QEventLoop

    while not is_done():
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
