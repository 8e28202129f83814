"""A dialog that lies on the screen with all its buttons, however small the screen is."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog

from app.widgets.placing import bring_onto_screen


class Dialog(QDialog):
    """What every dialog of the program is. What does not fit into it scrolls."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        bring_onto_screen(self)

    def settle(self) -> bool:
        """Have what was typed here count before a command that needs it; whether that could be. The keyboard is then at
        what could not be taken, which says why."""
        return True
