"""Renaming in place: a field over a card's name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.widgets.committed_field import CommittedField
from app.widgets.label import Label
from core.errors import DesignError

_WIDTH = 240
"""Pixels of the sentence that says why a name cannot be."""


class NameBox(CommittedField):
    """Enter or leaving the field takes the name, Esc does not. A name that cannot be is red and says why."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.setObjectName("canvas.name")
        self.setAccessibleName(self.tr("Name"))
        self.hide()
        self._refusal = Label("", parent)
        self._refusal.setWordWrap(True)
        self._refusal.setObjectName("canvas.name.refusal")
        self._refusal.setProperty("look", "refusal")
        self._refusal.hide()
        self._check: Callable[[str], object] = lambda name: None
        self._rename: Callable[[str], object] = lambda name: None
        self.textEdited.connect(self._show_validity)

    def open(self, area: QRect, name: str, check: Callable[[str], object], take: Callable[[str], object]) -> None:
        """Edit `name` over `area`. `check` raises DesignError for a name that cannot be; `take` gets the new one."""
        self._check, self._rename = check, take
        self._shown = name
        self.setText(name)
        self.selectAll()
        self.setGeometry(area)
        self.show()
        self.raise_()
        self.setFocus()

    def settle(self) -> bool:
        """Take the name and close, if the name can be."""
        if self.isVisible():
            if not super().settle():
                return False
            self._close()
        return True

    def give_up(self) -> None:
        """Close without taking the name."""
        super().give_up()
        self._close()

    def _take(self, text: str) -> None:
        self._check(text)
        self._shown = text
        self._rename(text)

    def _close(self) -> None:
        if self.hasFocus():
            self._canvas.setFocus()
        self.hide()

    def _show_validity(self, text: str) -> None:
        try:
            self._check(text)
        except DesignError as error:
            self._complain(error.sentence)
        else:
            self._complain(None)

    def _show_complaint(self, text: str) -> None:
        super()._show_complaint(text)
        self.setAccessibleDescription(text)
        self._say(text)

    def _say(self, problem: str) -> None:
        """Say under the field why the name cannot be."""
        self._refusal.setText(problem)
        self._refusal.setVisible(bool(problem))
        area = QRect(self.x(), 0, _WIDTH, self._refusal.heightForWidth(_WIDTH))
        area.moveRight(min(area.right(), self._canvas.width() - 8))
        below = self.geometry().bottom() + 4
        fits = below + area.height() <= self._canvas.height()
        area.moveTop(below if fits else self.y() - 4 - area.height())
        self._refusal.setGeometry(area)
        self._refusal.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.leave()
