"""A field for an option that is one of a few words."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from core.design.model import Value


class ChoiceField(QComboBox):
    """Takes what was chosen. The wheel scrolls what is around it rather than changing it by accident."""

    value_edited = Signal(object)

    def __init__(self, choices: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addItems(list(choices))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.activated.connect(lambda index: self.value_edited.emit(self.itemText(index)))

    def show_value(self, value: Value, hint: str = "") -> None:
        """Show what was chosen; None: the hint, with nothing chosen."""
        self.setPlaceholderText(hint)
        self.setCurrentIndex(-1 if value is None else self.findText(str(value)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
