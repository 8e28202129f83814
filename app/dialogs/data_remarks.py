"""What was assumed of data, each with the other ways to read them one click away."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.look.sentences import say
from app.widgets.label import Label
from app.widgets.push_button import push_button
from core.design.settings import Choice, Remark
from core.errors import Sentence

MOST = 8


class DataRemarks(QWidget):
    """A line for each remark, questions first; `chosen` says which setting a click gives which value."""

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_remarks(self, remarks: Iterable[Remark]) -> None:
        """Show these instead of those that are shown."""
        while (item := self._column.takeAt(0)) is not None:
            if (line := item.widget()) is not None:
                line.setParent(None)
                line.deleteLater()
        order = ("question", "warning", "said")
        ordered = sorted(remarks, key=lambda remark: order.index(remark.kind))
        for remark in ordered[:MOST]:
            self._column.addWidget(self._line(remark))
        self.setVisible(bool(ordered))

    def _line(self, remark: Remark) -> QWidget:
        line, row = QWidget(), QHBoxLayout()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        text = Label(say(Sentence(remark.template, remark.values)))
        text.setWordWrap(True)
        text.setProperty("look", {"question": "problem", "warning": "warning"}.get(remark.kind, "note"))
        column.addWidget(text)
        for choice in remark.choices:
            row.addWidget(self._button(remark, choice))
        if remark.choices:
            row.addStretch(1)
            column.addLayout(row)
        return line

    def _button(self, remark: Remark, choice: Choice) -> QWidget:
        name = f"data.remark.{choice.option}.{choice.value}"
        button = push_button(say(Sentence(choice.label, remark.values)), "link", name)
        button.clicked.connect(partial(self._choose, choice))
        return button

    def _choose(self, choice: Choice) -> None:
        self.chosen.emit(choice.option, choice.value)
