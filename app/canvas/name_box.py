"""Renaming in place: a field over a card's name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.sentences import say
from core.errors import DesignError


class NameBox(QLineEdit):
    """Enter or leaving the field takes the name, Esc does not. A name that cannot be is red and says why."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.setObjectName("canvas.name")
        self.setAccessibleName(self.tr("Name"))
        self.hide()
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
        self.setToolTip(problem)
        self.setAccessibleDescription(problem)
        if self.property("look") != look:
            self.setProperty("look", look)
            self.style().unpolish(self)
            self.style().polish(self)

    def give_up(self) -> None:
        """Close without taking the name."""
        self._close(False)

    def _close(self, take: bool) -> None:
        if not self.isVisible() or (take and self._problem()):
            return
        self.hide()
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
