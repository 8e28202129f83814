"""The widths of the panels at the sides: a narrow window squeezes them, a wide one gives them back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow


class DockWidths(QObject):
    """Remembers the widths that the user chose; Qt itself forgets them when it squeezes the panels."""

    def __init__(self, window: QMainWindow, docks: Sequence[QDockWidget]) -> None:
        super().__init__(window)
        self._window = window
        self._docks = docks
        self._wanted: dict[QDockWidget, int] = {}
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            QTimer.singleShot(0, self, self._note)
        elif event.type() == QEvent.Type.MouseButtonRelease:  # lets go of a separator
            self._note()
        elif isinstance(event, QResizeEvent) and event.size().width() > event.oldSize().width():
            QTimer.singleShot(0, self, self._give_back)  # when the panels have their new sizes
        return False

    def _note(self) -> None:
        self._wanted = {dock: dock.width() for dock in self._docks}

    def _give_back(self) -> None:
        squeezed = {
            dock: width
            for dock, width in self._wanted.items()
            if dock.width() < width and dock.isVisible() and not dock.isFloating()
        }
        self._window.resizeDocks(list(squeezed), list(squeezed.values()), Qt.Orientation.Horizontal)
