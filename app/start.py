"""Starting the designer: the display, the application, the window, and the engine's process after the first picture."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from app import plots

if TYPE_CHECKING:
    from app.window.window import Window

OPENING = 400
"""Milliseconds that the first project has for itself before plots are imported beside it."""
NO_DISPLAY = (
    "netloom: there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
    "without one these work: python main.py train, check, show, import, export and run."
)


def main(arguments: Sequence[str]) -> int:
    """Open the designer, with a project if one is named; the exit status when it closes."""
    options = _parse(arguments)
    gc.disable()  # until `get_ready` is done: of what a start makes, nothing is garbage
    if os.name == "posix" and "HOME" not in os.environ:  # Qt takes the root of the disk for it, which is nobody's
        with suppress(RuntimeError):
            os.environ["HOME"] = str(Path.home())
    if not has_display():
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    # Qt is imported here, not above: the sentence about the display is also said where Qt's libraries are missing.
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.document.settings import Preferences
    from app.look import theme
    from app.window.display import GONE, DisplayWatch, end

    watch = DisplayWatch()
    application = QApplication([sys.argv[0]])
    watch.is_up()
    application.setApplicationName("netloom")
    application.setApplicationDisplayName("Netloom")
    preferences = Preferences()
    theme.apply(application, preferences.theme, sheet=False)
    from app.window.faults import Faults
    from app.window.window import make_window

    faults = Faults()
    faults.watch()
    window = make_window(preferences)
    theme.put_on_sheet(application)
    faults.happened.connect(window.notices.failures.tell)
    window.show()
    if options.automation:
        window.automate(options.automation)
    QTimer.singleShot(0, lambda: begin(window, options.project))
    status = application.exec()
    if status:  # nothing of ours ends with another than 0: it is Qt that lost its display
        window.abandon()
        end(GONE, status)
    return status


def begin(window: Window, path: Path | None) -> None:
    """Show the window, then open what it begins with, and get ready for more a little later."""
    from PySide6.QtCore import QTimer

    window.repaint()  # the first picture waits for nothing that follows
    window.begin(path)
    QTimer.singleShot(OPENING, Thread(target=get_ready, name="get ready").start)


def get_ready() -> None:
    """All that there is after this lives as long as the program. Looking through it for garbage would hold up the
    window for 20 ms and more every now and then: from now on it is left out."""
    plots.warm_up()
    gc.freeze()
    gc.enable()


def has_display() -> bool:
    """Whether Qt has something to draw on."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM", "") not in ("", "xcb", "wayland"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="netloom", description="Draw a neural network, train it, look inside it.")
    parser.add_argument("project", nargs="?", type=Path, help="a .netloom file to open")
    parser.add_argument("--automation", metavar="SOCKET", help="answer questions about the window on this local socket")
    return parser.parse_args(arguments)
