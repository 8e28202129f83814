"""The display that the window is on: what is said when there is none behind its name, or when it goes away."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from PySide6.QtCore import QMessageLogContext, QtMsgType, qFormatLogMessage, qInstallMessageHandler

WITHOUT_IT = "Without a display these work: python main.py train, check, show, import, export and run."
NO_CONNECTION = "could not connect to display"
BROKE = "connection broke"
"""Of what Qt says when the X server or the Wayland compositor is gone."""
GONE = (
    "netloom: the display is gone, and the window with it. What was not saved is offered at the next start, "
    "with the weights that were kept last."
)


class DisplayWatch:
    """Listens to what Qt says, which would otherwise end the program with a list of plugins and an abort.

    Before there is an application, what Qt says is kept: it says why there can be none. Everything else goes where
    Qt's messages go.
    """

    def __init__(self) -> None:
        self._reasons: list[str] = []
        self._is_up = False
        qInstallMessageHandler(self._take)

    def is_up(self) -> None:
        """There is an application: what was kept was of no consequence, and is passed on."""
        self._is_up = True
        for text in self._reasons:
            print(text, file=sys.stderr)

    def _take(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if self._is_up:
            if BROKE not in text:
                print(qFormatLogMessage(kind, context, text), file=sys.stderr)
        elif kind is QtMsgType.QtFatalMsg:
            end(no_display(self._reasons), 1)
        else:
            self._reasons.append(text)


def no_display(reasons: list[str]) -> str:
    """The sentence for a window that cannot be opened. A display that does not answer is reason enough."""
    name = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or ""
    decisive = [reason for reason in reasons if NO_CONNECTION in reason] or reasons
    why = f"{NO_CONNECTION} {name}" if decisive and NO_CONNECTION in decisive[0] else " ".join(decisive)
    return f"netloom: no window can be opened: {why.rstrip('. ')}. {WITHOUT_IT}"


def end(sentence: str, status: int) -> NoReturn:
    """End the program at once: taking a window apart needs the display it was on."""
    print(sentence, file=sys.stderr, flush=True)
    os._exit(status)
