"""A field whose text counts once Enter is pressed, the field is left, or a command needs what stands in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDockWidget, QLineEdit, QStackedWidget, QTabWidget, QWidget

from app.look.sentences import say
from core.errors import DesignError, Sentence


class CommittedField(QLineEdit):
    """What cannot be taken stays in the field, with `complained` saying why; Esc brings back what holds.

    Undo and redo are about the typing while one types, and about the design when nothing in the field is open.
    """

    complained = Signal(str)
    """A sentence, or nothing when all is well again."""
    given_up = Signal(object)
    """The `Sentence` that says why what was typed is gone: it could not be taken, and something else is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self._complaint: Sentence | None = None
        self.editingFinished.connect(self.settle)

    @property
    def is_open(self) -> bool:
        """Whether what stands here is another text than what holds."""
        return self.text() != self._shown

    def settle(self) -> bool:
        """Take what was typed; whether it could be."""
        self.setModified(False)  # so that whoever takes it can show it as it holds now
        try:
            if self.is_open:
                self._take(self.text())
        except DesignError as error:
            self.setModified(True)
            self._complain(self._named(error.sentence))
            return False
        self._complain(None)
        return True

    def give_up(self) -> None:
        """Bring back what holds."""
        self.setText(self._shown)
        self._complain(None)

    def leave(self) -> None:
        """Something else is about to be shown here: take what was typed, or say that it is given up."""
        if self.isModified() and not self.settle() and self._complaint is not None:
            self.given_up.emit(self._complaint)
            self.give_up()

    def _take(self, text: str) -> None:
        """Have what was typed hold. Raises DesignError when it cannot be."""
        raise NotImplementedError

    def _named(self, sentence: Sentence) -> Sentence:
        """The sentence with the name that is beside the field."""
        return sentence

    def _complain(self, sentence: Sentence | None) -> None:
        if sentence != self._complaint:
            self._complaint = sentence
            text = say(sentence) if sentence is not None else ""
            self._show_complaint(text)
            self.complained.emit(text)

    def _show_complaint(self, text: str) -> None:
        self.setProperty("look", "problem" if text else "")
        self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_open:
            self.give_up()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and not self.is_open and undoes(event):
            event.ignore()  # the window's action has it
            return False
        return super().event(event)


def settle_fields(window: QWidget, insist: bool = True) -> bool:
    """Have what stands in the window's fields taken; whether all could be. Each that could not says why, and the first
    of them gets the keyboard if one is to `insist`."""
    refused = [field for field in window.findChildren(CommittedField) if field.is_open and not field.settle()]
    if refused and insist:
        bring_up(refused[0])
        refused[0].setFocus(Qt.FocusReason.OtherFocusReason)
    return not refused


def bring_up(field: QWidget) -> None:
    """Show the field, wherever it has been put away since."""
    inner, outer = field, field.parentWidget()
    while outer is not None:
        if isinstance(outer, QDockWidget):
            outer.show()
            outer.raise_()
        elif isinstance(outer, QStackedWidget):
            tabs = outer.parentWidget()
            (tabs if isinstance(tabs, QTabWidget) else outer).setCurrentWidget(inner)
        inner, outer = outer, outer.parentWidget()


def undoes(event: QEvent) -> bool:
    """Whether the keys are those of undo or redo."""
    keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
    return isinstance(event, QKeyEvent) and any(event.matches(key) for key in keys)
