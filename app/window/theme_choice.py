"""Which theme the user wants."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.document.settings import Preferences
from app.look import theme


class ThemeChoice:
    """Shows a theme at once, and remembers it for the next start."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    @property
    def chosen(self) -> str:
        """ "dark", "light" or "system"."""
        return self._preferences.theme

    def choose(self, choice: str) -> None:
        """Show this one from now on."""
        self._preferences.theme = choice
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, choice)
