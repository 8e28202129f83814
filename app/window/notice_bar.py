"""A bar above the canvas that says something and offers what to do, without standing in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.widgets.label import Label
from app.window.failures import Failures


class Notice(QFrame):
    """One sentence with its answers; choosing one takes the notice away."""

    def __init__(self, text: str, answers: Sequence[tuple[str, Callable[[], object]]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        label = Label(text, self)
        label.setWordWrap(True)
        row.addWidget(label, 1)
        for caption, act in answers:
            button = QPushButton(caption, self)
            button.setObjectName(f"notice.{caption}")
            button.clicked.connect(partial(self._answer, act))
            row.addWidget(button)

    def withdraw(self) -> None:
        """Take it away unanswered."""
        self.hide()
        self.deleteLater()

    def _answer(self, act: Callable[[], object]) -> None:
        self.withdraw()
        act()


class NoticeBar(QWidget):
    """What went wrong, and below it notices, one below the other; no height when there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.failures = Failures(self)
        self._column.addWidget(self.failures)

    def offer(self, text: str, answers: Sequence[tuple[str, Callable[[], object]]], subject: str = "") -> Notice:
        """Show a sentence with answers: captions and what each does. One notice about a subject takes the place of
        another about the same."""
        if subject:
            self.withdraw(subject)
        notice = Notice(text, answers, self)
        notice.setProperty("subject", subject)
        self._column.addWidget(notice)
        return notice

    def withdraw(self, subject: str) -> None:
        """Take away what is said about this subject, if anything is."""
        for notice in self.findChildren(Notice):
            if notice.property("subject") == subject:
                notice.withdraw()
