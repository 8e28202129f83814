"""A card that says what is wrong, with a button for each repair."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.look.sentences import say
from app.widgets.flow_layout import FlowLayout
from app.widgets.label import Label
from app.widgets.push_button import push_button
from core.design.shapes import Problem


class ProblemCard(QFrame):
    """`repaired` carries the `Repair` that was clicked; `again`: it can be tried again, which `retried` asks for."""

    repaired = Signal(object)
    retried = Signal()

    def __init__(self, problem: Problem, again: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "problem" if problem.severity == "error" else "card")
        self.setObjectName("inspector.problem")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        sentence = Label(say(problem.sentence))
        sentence.setWordWrap(True)
        column.addWidget(sentence)
        self.buttons = [push_button(say(repair.label), "accent") for repair in problem.repairs]
        for number, (button, repair) in enumerate(zip(self.buttons, problem.repairs, strict=True)):
            button.setObjectName(f"inspector.repair.{number}")
            button.clicked.connect(lambda _=False, repair=repair: self.repaired.emit(repair))
        if again:
            self.buttons.append(push_button(self.tr("Try again"), "accent", "inspector.again"))
            self.buttons[-1].clicked.connect(self.retried)
        if self.buttons:
            row = FlowLayout()
            for button in self.buttons:
                row.addWidget(button)
            column.addLayout(row)
