"""A field for an option that is typed: a number, sizes, a text."""

from __future__ import annotations

import re

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.look import theme
from app.widgets.committed_field import CommittedField
from app.widgets.option_text import from_text, to_text
from core.design.catalog import Option
from core.design.model import Value
from core.errors import Sentence


class ValueField(CommittedField):
    """Reads numbers as the user's country writes them: see `from_text`."""

    value_edited = Signal(object)
    """The new value; None when the field was emptied, so that it is worked out or has its default."""

    def __init__(self, option: Option, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._option = option
        self._set_font()
        theme.notifier.changed.connect(self._set_font)

    def show_value(self, value: Value, hint: str = "") -> None:
        """Show a value that was set, or in its place a hint at what holds instead. What is being typed stays."""
        self.setPlaceholderText(hint)
        self._shown = to_text(value)
        if not self.isModified():
            self.give_up()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps and self._option.kind in ("int", "axes"):
            big = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._step(steps[Qt.Key(event.key())] * (10 if big else 1))
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        text = self.text() or self.placeholderText().partition(" ")[0]
        if re.fullmatch("-?[0-9]{1,18}", text):
            self.setText(str(int(text) + by))
            self.setModified(True)

    def _take(self, text: str) -> None:
        self.value_edited.emit(from_text(self._option, text, QLocale().decimalPoint()))

    def _named(self, sentence: Sentence) -> Sentence:
        """The sentence with the name that the option has beside the field."""
        name = self.accessibleName() or self._option.name
        return Sentence(sentence.template, {**sentence.values, "option": name})

    def _set_font(self) -> None:
        if self._option.kind != "text":
            self.setFont(theme.mono())
