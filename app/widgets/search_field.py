"""A field to search in, which lends its arrow keys and Enter to the list of what was found."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.look import icons, theme
from app.widgets.committed_field import undoes


class SearchField(QLineEdit):
    """`moved` says by how many rows the arrow keys go; `chosen` that Enter was pressed.

    Undo and redo are about the typing until Enter was pressed or nothing is typed; then they are about the design.
    """

    moved = Signal(int)
    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setClearButtonEnabled(True)
        self._lens = self.addAction(icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        theme.notifier.changed.connect(self._recolor)
        self._recolor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
            self.setModified(False)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        is_typing = self.isModified() and bool(self.text())
        if event.type() == QEvent.Type.ShortcutOverride and not is_typing and undoes(event):
            event.ignore()  # the window's action has it
            return False
        return super().event(event)

    def _recolor(self) -> None:
        self._lens.setIcon(icons.icon("search", theme.current().muted))
