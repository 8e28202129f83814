"""What went wrong, above the canvas: told until it was read, whole on demand, and to be copied."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.look import icons
from app.widgets.label import Label
from app.widgets.plain_tip import plain_tip
from app.widgets.push_button import push_button

IN_SHORT = 240
"""Characters that are shown of a failure's sentences before more is asked for."""
WHOLE_HEIGHT = 132
"""Pixels of the text when all of it is shown."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that went wrong. `answers`: captions of what can be done about it, and what each does.

    `subject`: what it is about; another failure about the same takes its place.
    """

    text: str
    details: str = ""
    answers: tuple[tuple[str, Callable[[], object]], ...] = ()
    subject: str = ""

    @property
    def whole(self) -> str:
        """All there is to read."""
        return f"{self.text}\n\n{self.details.rstrip()}" if self.details else self.text


class Failures(QFrame):
    """Shows one failure, the latest first; with several, how many there are and the way through them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("failures")
        self.setAccessibleName(self.tr("What went wrong"))
        self._all: list[Failure] = []
        self._at = 0
        self._answers: list[QPushButton] = []
        self._make_controls()
        self._lay_out()
        self.hide()

    @property
    def all(self) -> tuple[Failure, ...]:
        """Those that were not dismissed, the oldest first."""
        return tuple(self._all)

    def tell(self, failure: Failure) -> None:
        """Show this, until it is dismissed or withdrawn."""
        same = [old for old in self._all if old == failure or (old.subject and old.subject == failure.subject)]
        self._all = [*(old for old in self._all if old not in same), failure]
        self._turn_to(len(self._all) - 1)

    def withdraw(self, subject: str) -> None:
        """What was told about this is past."""
        self._keep([failure for failure in self._all if failure.subject != subject])

    # --- putting together ---------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self._text = Label()
        self._text.setWordWrap(True)
        self._text.setMinimumWidth(1)  # a long word must not widen the window
        self._text.setObjectName("failures.text")
        self._whole = QPlainTextEdit()
        self._whole.setObjectName("failures.whole")
        self._whole.setAccessibleName(self.tr("All of the text"))
        self._whole.setReadOnly(True)
        self._whole.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._whole.setFixedHeight(WHOLE_HEIGHT)
        self._whole.hide()
        self._more = push_button("", "link", "failures.more")
        self._more.setCheckable(True)
        self._more.toggled.connect(self._expand)
        self._copy = push_button(self.tr("Copy"), "link", "failures.copy")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._all[self._at].whole))
        self._before = self._arrow("chevron-left", self.tr("Earlier failure"), "failures.before", -1)
        self._count = Label()
        self._count.setObjectName("failures.count")
        self._after = self._arrow("chevron-right", self.tr("Later failure"), "failures.after", 1)
        self._dismiss = push_button(self.tr("Dismiss"), "", "failures.dismiss")
        self._dismiss.clicked.connect(lambda: self._drop(self._all[self._at]))

    def _arrow(self, icon: str, name: str, object_name: str, by: int) -> QPushButton:
        button = push_button("", "link", object_name)
        button.setIcon(icons.icon(icon))
        button.setAccessibleName(name)
        button.setToolTip(plain_tip(name))
        button.clicked.connect(lambda: self._turn_to(self._at + by))
        return button

    def _lay_out(self) -> None:
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addWidget(self._text, 1)
        for control in (self._more, self._copy, self._before, self._count, self._after, self._dismiss):
            self._row.addWidget(control)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 8, 8)
        column.addLayout(self._row)
        column.addWidget(self._whole)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _turn_to(self, place: int) -> None:
        self._at = place
        failure, several = self._all[place], len(self._all) > 1
        self._text.setText(_in_short(failure.text))
        self.setAccessibleDescription(failure.text)
        self._whole.setPlainText(failure.whole)
        self._show_answers(failure)
        for control in (self._before, self._count, self._after):
            control.setVisible(several)
        self._count.setText(self.tr("{number} of {count}").format(number=place + 1, count=len(self._all)))
        self._before.setEnabled(place > 0)
        self._after.setEnabled(place < len(self._all) - 1)
        self._more.setVisible(bool(failure.details) or len(failure.text) > IN_SHORT)
        self._more.setChecked(False)
        self._expand(False)
        self.show()

    def _show_answers(self, failure: Failure) -> None:
        for button in self._answers:
            button.hide()
            button.deleteLater()
        self._answers = [push_button(caption, "", f"failures.{caption}") for caption, _ in failure.answers]
        for place, (button, (_, act)) in enumerate(zip(self._answers, failure.answers, strict=True), 1):
            button.clicked.connect(lambda _=False, act=act: self._answer(failure, act))
            self._row.insertWidget(place, button)

    def _answer(self, failure: Failure, act: Callable[[], object]) -> None:
        self._drop(failure)
        act()

    def _drop(self, failure: Failure) -> None:
        self._keep([other for other in self._all if other is not failure])

    def _keep(self, failures: list[Failure]) -> None:
        if len(failures) == len(self._all):
            return
        self._all = failures
        if failures:
            self._turn_to(min(self._at, len(failures) - 1))
        else:
            self.hide()

    def _expand(self, whole: bool) -> None:
        self._more.setText(self.tr("Less") if whole else self.tr("More"))
        self._whole.setVisible(whole)


def _in_short(text: str) -> str:
    """As much of a text as stands in a few lines, which may be broken within a path."""
    short = text if len(text) <= IN_SHORT else text[:IN_SHORT].rstrip() + "…"
    return re.sub(r"([/\\])", "\\1\u200b", short)
