"""A field whose text counts once Enter is pressed or the field is left."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget


class CommittedField(QLineEdit):
    """Undo and redo are about the typing while one types, and about the design when nothing in the field is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self.text() == self._shown and _undoes(event):
            event.ignore()  # the window's action has it
            return False
        return super().event(event)


def _undoes(event: QEvent) -> bool:
    """Whether the keys are those of undo or redo."""
    keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
    return isinstance(event, QKeyEvent) and any(event.matches(key) for key in keys)
