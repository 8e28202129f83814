"""The code that came with a project, to be read before it may run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.look import theme
from app.widgets.dialog import Dialog
from app.widgets.push_button import push_button
from app.widgets.python_highlighter import PythonHighlighter
from core.design.own_code import OwnCode


class ForeignCodeDialog(Dialog):
    """Shows every piece of code below a line with its name. Accepted when the user trusts all of it."""

    def __init__(self, pieces: Sequence[OwnCode], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("foreign_code")
        self.setWindowTitle(self.tr("Code of this project"))
        self.resize(QSize(720, 560))
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("foreign_code.text")
        self.text.setAccessibleName(self.tr("Python code"))
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(theme.mono())
        self._highlighter = PythonHighlighter(self.text.document())
        self.text.setPlainText("\n\n".join(f"# --- {name} ---\n{source.strip()}\n" for name, source in pieces))
        trust = push_button(self.tr("Trust and run"), "primary", "foreign_code.trust")
        later = push_button(self.tr("Not now"), "", "foreign_code.later")
        trust.clicked.connect(self.accept)
        later.clicked.connect(self.reject)
        later.setDefault(True)
        buttons, column = QHBoxLayout(), QVBoxLayout(self)
        buttons.addStretch(1)
        buttons.addWidget(later)
        buttons.addWidget(trust)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.text, 1)
        column.addLayout(buttons)
