"""Completion in a code editor: names that could come next, asked for while one types, in a list at the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QCompleter, QListView, QPlainTextEdit

from app.look import theme

PAUSE = 150
"""Milliseconds after the last key until names are asked for."""
LETTERS = 2
"""Of a word, from which on names are asked for; behind a dot at once, and with Ctrl+Space anywhere."""
TAKING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class Completion(QObject):
    """Asks through `wanted` and shows what `show` is given. Enter or Tab takes a name, Esc none."""

    wanted = Signal(int, int)
    """Line, from 1, and column, from 0, of the cursor."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor)
        self._editor = editor
        self._names = QStringListModel(self)
        self.completer = QCompleter(self._names, self)
        self.completer.setWidget(editor)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.activated.connect(self._take)
        self._popup = QListView()
        self._popup.setObjectName("completion")
        self._popup.setFont(theme.mono())
        self.completer.setPopup(self._popup)
        self._asked: tuple[int, int] | None = None
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self.ask)

    def ask(self) -> None:
        """Ask for what could stand at the cursor."""
        cursor = self._editor.textCursor()
        self._asked = cursor.blockNumber() + 1, cursor.positionInBlock()
        self.wanted.emit(*self._asked)

    def show(self, names: Sequence[str], line: int, column: int) -> None:
        """Show names that were asked for at this place, unless one has gone on elsewhere."""
        word, at = self._word(), self._editor.textCursor()
        is_there = at.blockNumber() + 1 == line and 0 <= at.positionInBlock() - column <= len(word)
        has_keyboard = self._editor.window().focusWidget() is self._editor
        if not (names and is_there and has_keyboard and self._asked == (line, column)):
            return
        self._names.setStringList(list(names))
        self._narrow()

    def _narrow(self) -> None:
        """Show the names that begin as what is typed; none where only that very word is left."""
        word, popup = self._word(), self._popup
        self.completer.setCompletionPrefix(word)
        if not self.completer.completionCount() or (word and self.completer.currentCompletion() == word):
            popup.hide()
            return
        area = self._editor.cursorRect()
        area.setWidth(popup.sizeHintForColumn(0) + popup.verticalScrollBar().sizeHint().width() + 16)
        self.completer.complete(area.translated(self._editor.viewport().pos()))
        popup.setCurrentIndex(self.completer.completionModel().index(0, 0))

    def _word(self) -> str:
        cursor = self._editor.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        start = len(before)
        while start and (before[start - 1].isalnum() or before[start - 1] == "_"):
            start -= 1
        return before[start:]

    def _take(self, name: str) -> None:
        cursor = self._editor.textCursor()
        length = len(self._word())
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, length)
        cursor.insertText(name)
        self._editor.setTextCursor(cursor)

    def takes(self, event: QKeyEvent) -> bool:
        """Whether the editor is not to have a key: it is the list's, or asks for it."""
        if self._popup.isVisible() and event.key() in (*TAKING, Qt.Key.Key_Escape):
            event.ignore()
            return True
        if event.key() == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.ask()
            return True
        return False

    def after_key(self, text: str) -> None:
        """The editor has had the key."""
        word, popup = self._word(), self._popup
        if popup.isVisible():
            if word or text == ".":
                self._narrow()
            else:
                popup.hide()
        if text == "." or (text and text.isidentifier() and len(word) >= LETTERS and not popup.isVisible()):
            self._soon.start()
