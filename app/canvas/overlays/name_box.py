"""Renaming in place: a field over a card's name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from app.look.sentences import say
from core.errors import DesignError

_WIDTH = 240
"""Pixels of the sentence that says why a name cannot be."""


class NameBox(QLineEdit):
    """Enter or leaving the field takes the name, Esc does not. A name that cannot be is red and says why."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.setObjectName("canvas.name")
        self.setAccessibleName(self.tr("Name"))
        self.hide()
        self._refusal = QLabel(parent, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._refusal.setObjectName("canvas.name.refusal")
        self._refusal.setProperty("look", "refusal")
        self._refusal.hide()
        self._check: Callable[[str], object] = lambda name: None
        self._take: Callable[[str], object] = lambda name: None
        self.textChanged.connect(self._show_validity)
        self.returnPressed.connect(lambda: self._close(True))
        self.installEventFilter(self)

    def open(self, area: QRect, name: str, check: Callable[[str], object], take: Callable[[str], object]) -> None:
        """Edit `name` over `area`. `check` raises DesignError for a name that cannot be; `take` gets the new one."""
        self._check, self._take = check, take
        self.setText(name)
        self.selectAll()
        self.setGeometry(area)
        self.show()
        self.raise_()
        self.setFocus()

    def _problem(self) -> str:
        try:
            self._check(self.text())
        except DesignError as error:
            return say(error.sentence)
        return ""

    def _show_validity(self) -> None:
        problem = self._problem()
        look = "problem" if problem else ""
        self._say(problem if self.isVisible() else "")
        self.setAccessibleDescription(problem)
        if self.property("look") != look:
            self.setProperty("look", look)
            self.style().unpolish(self)
            self.style().polish(self)

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

    def give_up(self) -> None:
        """Close without taking the name."""
        self._close(False)

    def _close(self, take: bool) -> None:
        if not self.isVisible() or (take and self._problem()):
            return
        self.hide()
        self._refusal.hide()
        self._canvas.setFocus()
        if take:
            self._take(self.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc gives up; losing the keyboard takes the name if it can be."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.give_up()
            return True
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self._lose_keyboard(event.reason())
        return super().eventFilter(watched, event)

    def _lose_keyboard(self, reason: Qt.FocusReason) -> None:
        if self.isVisible() and reason != Qt.FocusReason.PopupFocusReason:
            self._close(not self._problem())
