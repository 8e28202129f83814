"""Code or tree text to read and copy: as high as it is long, up to a point."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from app.look import theme

MOST_LINES = 24
FRAME = 10
"""The style sheet's border and padding, above and below."""


class CodeView(QPlainTextEdit):
    """Text in the font of numbers that cannot be changed."""

    def __init__(self, parent: QWidget | None = None, wraps: bool = False) -> None:
        """`wraps`: long lines go on in the next one."""
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        if not wraps:
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.horizontalScrollBar().rangeChanged.connect(lambda *_: self.updateGeometry())
        self._set_font()
        theme.notifier.changed.connect(self._set_font)

    def show_text(self, text: str) -> None:
        """Show this text; the place scrolled to stays if it is the same."""
        if text != self.toPlainText():
            self.setPlainText(text)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        lines = (self.document().findBlockByNumber(number) for number in range(min(self.blockCount(), MOST_LINES)))
        height = sum(self.blockBoundingRect(line).height() for line in lines)
        height += 2 * self.document().documentMargin() + FRAME
        if self.horizontalScrollBar().maximum():
            height += self.horizontalScrollBar().sizeHint().height()
        return QSize(200, math.ceil(height))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def _set_font(self) -> None:
        self.setFont(theme.mono(-1))
        self.updateGeometry()
