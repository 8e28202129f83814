"""An editor for Python code: line numbers, four spaces for Tab, and a mark at the line that is wrong."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from app.look import theme
from app.widgets.completion import Completion
from app.widgets.python_highlighter import PythonHighlighter

INDENT = "    "


class CodeEditor(QPlainTextEdit):
    """Tab and Shift+Tab indent, and Backspace takes an indentation back; Ctrl+Tab goes on to the next control."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._gutter = Gutter(self)
        self._highlighter = PythonHighlighter(self.document())
        self._marked: int | None = None
        self.completion = Completion(self)
        """Asks nobody unless something listens to what it wants."""
        self.blockCountChanged.connect(lambda _: self._set_margin())
        self.updateRequest.connect(self._scroll_gutter)
        theme.notifier.changed.connect(self._restyle)
        self._restyle()

    @property
    def marked_line(self) -> int | None:
        """The line marked as wrong, from 1."""
        return self._marked

    def mark_line(self, line: int | None) -> None:
        """Mark a line (from 1) as wrong, or none."""
        self._marked = line
        selections = []
        if line is not None and 1 <= line <= self.blockCount():
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
            color = QColor(theme.current().problem)
            color.setAlpha(48)
            mark.format.setBackground(color)
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selections.append(mark)
        self.setExtraSelections(selections)
        self._gutter.update()

    def gutter_width(self) -> int:
        """Width of the column of line numbers, in pixels."""
        digits = max(len(str(self.blockCount())), 2)
        return round(QFontMetricsF(self.font()).horizontalAdvance("0") * digits) + 16

    def paint_gutter(self, event: QPaintEvent) -> None:
        """Draw the numbers of the lines that can be seen."""
        shown = theme.current()
        painter = QPainter(self._gutter)
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            height = self.blockBoundingRect(block).height()
            number = block.blockNumber() + 1
            painter.setPen(shown.problem if number == self._marked else shown.muted)
            area = QRect(0, round(top), self._gutter.width() - 8, round(height))
            painter.drawText(area, Qt.AlignmentFlag.AlignRight, str(number))
            top += height
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._gutter.setGeometry(inside.left(), inside.top(), self.gutter_width(), inside.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.completion.takes(event):
            return
        self._press(event)
        self.completion.after_key(event.text())

    def _press(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Tab and control:
            self.focusNextChild()
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._indent(out=event.key() == Qt.Key.Key_Backtab)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self._break_line()
        elif event.key() == Qt.Key.Key_Backspace and not event.modifiers() and self._is_in_indentation():
            self._unindent()
        else:
            super().keyPressEvent(event)

    def _indent(self, out: bool) -> None:
        """Indent the selected lines, or insert spaces up to the next stop."""
        cursor = self.textCursor()
        if not cursor.hasSelection() and not out:
            cursor.insertText(" " * (len(INDENT) - cursor.positionInBlock() % len(INDENT)))
            return
        first = self.document().findBlock(cursor.selectionStart()).blockNumber()
        last = self.document().findBlock(cursor.selectionEnd()).blockNumber()
        cursor.beginEditBlock()
        for number in range(first, last + 1):
            line = QTextCursor(self.document().findBlockByNumber(number))
            text = line.block().text()
            if not out:
                line.insertText(INDENT)
                continue
            spaces = min(len(text) - len(text.lstrip(" ")), len(INDENT))
            line.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, spaces)
            line.removeSelectedText()
        cursor.endEditBlock()

    def _is_in_indentation(self) -> bool:
        """Whether nothing but spaces is before the cursor in its line."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        return not cursor.hasSelection() and bool(before) and not before.strip(" ")

    def _unindent(self) -> None:
        """Take the spaces before the cursor, back to the last stop."""
        cursor = self.textCursor()
        spaces = (cursor.positionInBlock() - 1) % len(INDENT) + 1
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, spaces)
        cursor.removeSelectedText()

    def _break_line(self) -> None:
        """Begin a line as far in as the last one, further after a colon."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        indent = before[: len(before) - len(before.lstrip(" "))]
        cursor.insertText("\n" + indent + (INDENT if before.rstrip().endswith(":") else ""))
        self.ensureCursorVisible()

    def _scroll_gutter(self, area: QRect, by: int) -> None:
        if by:
            self._gutter.scroll(0, by)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())

    def _set_margin(self) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)

    def _restyle(self) -> None:
        self.setFont(theme.mono())
        self._set_margin()
        self.mark_line(self._marked)


class Gutter(QWidget):
    """The column of line numbers at the left of the code."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._editor.paint_gutter(event)
