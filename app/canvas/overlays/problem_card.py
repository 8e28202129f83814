"""What is wrong with a node, in a sentence beside it, with the repairs to click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from app.document.document import Document
from app.look.sentences import say, tr
from app.widgets.label import Label
from core.design.shapes import Problem, Repair
from core.design.shapes.report import worst

_WIDTH = 232
_GAP = 12
_LINGER = 400
"""Milliseconds that the card stays when the pointer has left its node, so that the pointer can come to its buttons."""


class ProblemCard(QFrame):
    """Shows the problems of one node at a time."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.setObjectName("canvas.problem")
        self.setProperty("look", "problem")
        self.hide()
        self._document = document
        self._problems: tuple[Problem, ...] = ()
        self._body = QWidget(self)
        self._lingering = QTimer(self, singleShot=True, interval=_LINGER)
        self._lingering.timeout.connect(self._vanish)

    def fade(self) -> None:
        """Go away soon, unless the pointer comes to the card, or now, if its problems are no more."""
        known = set(map(id, self._document.report.problems))
        if not all(id(problem) in known for problem in self._problems):
            self.show_problems(())
        elif self._problems and not self._lingering.isActive():
            self._lingering.start()

    def _vanish(self) -> None:
        if not self.underMouse():
            self.show_problems(())

    def leaveEvent(self, event: QEvent) -> None:
        self._lingering.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._lingering.stop()

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Say what is wrong; with no problems, hide."""
        self._lingering.stop()
        if not problems:
            self.hide()
        elif problems != self._problems:
            self._problems = problems
            self._take_severity({"error": "problem", "unfinished": "card"}.get(worst(problems), "warning"))
            self._fill()
        self._problems = problems

    def _take_severity(self, look: str) -> None:
        """The border has the colour of the node's."""
        if look != self.property("look"):
            self.setProperty("look", look)
            self.style().polish(self)

    def _fill(self) -> None:
        self._body.hide()
        self._body.deleteLater()
        self._body = QWidget(self)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(8)
        said: set[str] = set()
        for problem in self._problems:
            if (text := say(problem.sentence)) in said:
                continue
            said.add(text)
            label = Label(text, self._body)
            label.setWordWrap(True)
            column.addWidget(label)
            if problem.repairs or self._document.can_ask_again(problem):
                column.addWidget(self._buttons(problem))
        self.setAccessibleName(" ".join(dict.fromkeys(say(problem.sentence) for problem in self._problems)))
        width = max(_WIDTH, column.minimumSize().width())
        self.resize(width, column.heightForWidth(width))
        self._body.setGeometry(self.rect())
        self._body.show()

    def _buttons(self, problem: Problem) -> QWidget:
        holder = QWidget(self._body)
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for number, repair in enumerate(problem.repairs):
            text = say(repair.label)
            button = QPushButton(text.replace("&", "&&"), holder)
            button.setObjectName(f"canvas.repair.{text}")
            button.setProperty("look", "accent")
            button.clicked.connect(lambda checked=False, repair=repair: self._mend(repair))
            grid.addWidget(button, number // 2, number % 2)
        if self._document.can_ask_again(problem):
            again = QPushButton(tr("Try again"), holder)
            again.setObjectName("canvas.again")
            again.setProperty("look", "accent")
            again.clicked.connect(self._document.ask_again)
            grid.addWidget(again, grid.rowCount(), 0, 1, 2)
        return holder

    def _mend(self, repair: Repair) -> None:
        label = tr("Repair: {repair}").format(repair=say(repair.label))
        self._document.attempt(label, lambda: repair.edit(self._document.design))
        self._canvas.setFocus()

    def stand_beside(self, area: QRect, others: Sequence[QRect] = ()) -> None:
        """Go to the side of a rectangle of the parent on which the least of it and of the `others` is covered."""
        room = self._canvas.rect()
        if not room.intersects(area):
            self.hide()
            return
        seen, room = area.intersected(room), room.adjusted(8, 8, -8, -8)
        width, height = self.width(), self.height()
        beside, under = seen.center().y() - height // 2, max(seen.left(), min(seen.center().x(), seen.right() - width))
        corners = [
            QPoint(seen.right() + _GAP, beside),
            QPoint(seen.left() - _GAP - width, beside),
            QPoint(under, seen.bottom() + _GAP),
            QPoint(under, seen.top() - _GAP - height),
        ]
        places = [_within(QRect(corner, self.size()), room) for corner in corners]
        self.move(min(places, key=lambda place: (_covered(place, [seen]), _covered(place, others))).topLeft())
        self.show()
        self.raise_()


def _within(area: QRect, room: QRect) -> QRect:
    """The rectangle, moved as far as it must to lie in a room."""
    x = max(room.left(), min(area.left(), room.right() - area.width()))
    y = max(room.top(), min(area.top(), room.bottom() - area.height()))
    return QRect(QPoint(x, y), area.size())


def _covered(area: QRect, others: Sequence[QRect]) -> int:
    """How many pixels of others it lies on."""
    parts = (area.intersected(other) for other in others)
    return sum(part.width() * part.height() for part in parts if not part.isEmpty())
