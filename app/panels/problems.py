"""The problems of the design: each with its sentence, and repairs to click."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.document.document import Document
from app.look import icons, theme
from app.look.sentences import say
from app.widgets.label import Label
from app.widgets.push_button import push_button
from core.design.model import NodeId
from core.design.shapes import Problem, Repair

MOST = 100
"""Problems shown at most: nobody reads more, and each row costs time at every edit."""


class ProblemRow(QFrame):
    """One problem. `chosen` says that its node is wanted: by a double-click or Enter."""

    chosen = Signal()

    def __init__(self, document: Document, problem: Problem, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("problems.row")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._document = document
        self.problem = problem
        node = document.design[problem.node]
        name, text = Label(node.name), Label(say(problem.sentence))
        name.setProperty("look", "name")
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        text.setWordWrap(True)
        self.setAccessibleName(f"{node.name}: {text.text()}")
        row = QHBoxLayout(self)
        row.setContentsMargins(36, 5, 8, 5)
        row.setSpacing(12)
        row.addWidget(name)
        row.addWidget(text, 1)
        for number, repair in enumerate(problem.repairs):
            row.addWidget(self._button(number, repair))
        if document.can_ask_again(problem):
            again = push_button(self.tr("Try again"), "accent", "problems.again")
            again.clicked.connect(document.ask_again)
            row.addWidget(again)
        self.setToolTip(self.tr("Double-click or Enter shows the layer"))

    def _button(self, number: int, repair: Repair) -> QWidget:
        button = push_button(say(repair.label), "accent", "problems.repair")
        button.clicked.connect(lambda: self._repair(number))
        return button

    def _repair(self, number: int) -> None:
        repair = self.problem.repairs[number]
        self._document.attempt(say(repair.label), lambda: repair.edit(self._document.design))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.chosen.emit()
            case Qt.Key.Key_Down:
                self.focusNextChild()
            case Qt.Key.Key_Up:
                self.focusPreviousChild()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(shown.accent if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(shown.well)
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        color = theme.severity_color(self.problem.severity, shown)
        name = {"error": "problem", "unfinished": "info"}.get(self.problem.severity, "warning")
        side = icons.SIZE
        picture = icons.pixmap(name, color, side, self.devicePixelRatioF())
        painter.drawPixmap(10, (self.height() - side) // 2, picture)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave, QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)


class ProblemsPanel(QWidget):
    """All problems. `counted` says how many there are, `node_chosen` which node is wanted."""

    counted = Signal(int)
    node_chosen = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problems")
        self._document = document
        self._rows: list[ProblemRow] = []
        self._count = 0
        self._nothing = Label(self.tr("No problems: everything fits."), self)
        self._nothing.setObjectName("problems.empty")
        self._nothing.setProperty("look", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._area = QScrollArea(self)
        self._area.setObjectName("problems.list")
        self._area.setAccessibleName(self.tr("Problems"))
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._area)
        document.report_changed.connect(self._refresh)
        self._refresh()

    @property
    def rows(self) -> list[ProblemRow]:
        """What it shows now, from top to bottom."""
        return self._rows

    def _refresh(self) -> None:
        """Rows whose problem is still there stay, so that the keyboard stays where it is."""
        everything = self._document.report.problems
        problems = everything[:MOST]
        self.counted.emit(len(everything))
        same_count, self._count = len(everything) == self._count, len(everything)
        if same_count and [said(problem) for problem in problems] == [said(row.problem) for row in self._rows]:
            for row, problem in zip(self._rows, problems, strict=True):
                row.problem = problem
            return
        self._rows = []
        contents = QWidget()
        contents.setObjectName("contents")
        column = QVBoxLayout(contents)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(0)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        for problem in problems:
            row = ProblemRow(self._document, problem, contents)
            row.chosen.connect(partial(self._choose, problem.node))
            self._rows.append(row)
            column.addWidget(row)
        self._area.setWidget(contents)
        if len(everything) > MOST:
            column.addWidget(Label(self.tr("… and {count} more").format(count=len(everything) - MOST)))
        self._stack.setCurrentWidget(self._area if problems else self._nothing)

    def _choose(self, node: NodeId) -> None:
        self._document.select([node])
        self.node_chosen.emit(node)


def said(problem: Problem) -> tuple[str, ...]:
    """What a row shows of a problem: equal when nothing needs to be drawn anew."""
    return problem.node, problem.severity, say(problem.sentence), *(say(repair.label) for repair in problem.repairs)
