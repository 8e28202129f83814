"""Faults of the program itself, which it survives: told once each, with what a report of them needs."""

from __future__ import annotations

import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

from app.look.guard import guard_overrides
from app.window.failures import Failure


class Faults(QObject):
    """Takes the place of `sys.excepthook`: an exception that nobody caught becomes a `Failure`."""

    happened = Signal(object)
    """A `Failure`, once for each place in the code; never while something is painted."""
    _caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told = set[tuple[str, str]]()
        # Later, and in the window's thread: what paints must not be asked to paint anew.
        self._caught.connect(self.happened, Qt.ConnectionType.QueuedConnection)

    def watch(self) -> None:
        """From now on, and with every override of Qt's methods guarded."""
        guard_overrides()
        sys.excepthook = self.take
        threading.excepthook = lambda caught: self.take(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def take(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        """Tell of an exception, unless one of its kind from that place was told of already."""
        if not issubclass(kind, Exception):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        place = traceback.extract_tb(trace)[-1:]
        where = f"{place[0].filename}:{place[0].lineno}" if place else ""
        if (kind.__name__, where) not in self._told:
            self._told.add((kind.__name__, where))
            print(details, file=sys.stderr)
            self._caught.emit(self._failure(kind.__name__, where, details))

    def _failure(self, kind: str, where: str, details: str) -> Failure:
        text = self.tr(
            "A fault in Netloom itself: {kind}. It goes on; if something looks wrong, save under a new name."
        )
        return Failure(text.format(kind=kind), details, subject=f"fault {where}")
