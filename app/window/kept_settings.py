"""Settings and layout are written while the window is open, so that its end, however it comes, takes none of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.document.settings import Preferences
from app.window.docks import Docks
from core.errors import Sentence

EVERY = 5_000
"""Milliseconds between two looks at what changed."""


class KeptSettings(QObject):
    """Tells once when they cannot be written, and once more when they can again."""

    def __init__(
        self, preferences: Preferences, docks: Docks, warn: Callable[[Sentence | None], object], parent: QObject
    ) -> None:
        """`warn`: says a sentence until it was read; None: what it said is so no longer."""
        super().__init__(parent)
        self._preferences, self._docks, self._warn = preferences, docks, warn
        self._is_told = preferences.trouble is not None
        self._soon = QTimer(self, interval=EVERY)
        self._soon.timeout.connect(self.keep)
        self._soon.start()

    def keep(self) -> None:
        """Write what is new now."""
        self._preferences.layout = self._docks.layout
        self._preferences.keep()
        trouble = self._preferences.trouble
        if self._is_told != (trouble is not None):
            self._is_told = trouble is not None
            self._warn(trouble)

    def close(self) -> None:
        """The window ends."""
        self._soon.stop()
        self.keep()
