"""Code or tree text to read and copy: as high as it is long, up to a point."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from app import theme

MOST_LINES = 24


class CodeView(QPlainTextEdit):
    """Text in the font of numbers that cannot be changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._set_font()
        theme.notifier.changed.connect(self._set_font)

    def show_text(self, text: str) -> None:
        """Show this text; the place scrolled to stays if it is the same."""
        if text != self.toPlainText():
            self.setPlainText(text)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        lines = min(max(self.blockCount(), 1), MOST_LINES)
        return QSize(200, lines * QFontMetrics(self.font()).lineSpacing() + 28)

    def _set_font(self) -> None:
        self.setFont(theme.mono(-1))
        self.updateGeometry()
