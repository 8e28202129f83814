"""Colours for Python code."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from app.look import theme

WORDS = "|".join((*keyword.kwlist, "self"))
TOKENS = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<text>[rbfuRBFU]{0,2}(?:\"(?:\\.|[^\"\\])*\"?|'(?:\\.|[^'\\])*'?))"
    r"|(?P<definition>(?<=\bdef )\w+|(?<=\bclass )\w+)"
    rf"|(?P<keyword>\b(?:{WORDS})\b)"
    r"|(?P<decorator>^\s*@[\w.]+)"
    r"|(?P<number>\b\d[\w.]*)"
)
QUOTES = re.compile(r"\"\"\"|'''")
STATES = {'"""': 1, "'''": 2}
"""The state of a line that ends inside a long text."""


class PythonHighlighter(QSyntaxHighlighter):
    """Keywords, texts, comments, numbers and what is defined, in the colours of the theme."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats = formats()
        theme.notifier.changed.connect(self._recolor)

    def _recolor(self) -> None:
        self._formats = formats()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour one line: first what is inside long texts, then the rest."""
        start = 0
        self.setCurrentBlockState(0)
        for quote, state in STATES.items():
            if self.previousBlockState() == state:
                start = self._paint_long_text(text, 0, 0, quote)
        while start < len(text):
            opening = _opening(text, start)
            self._paint_tokens(text, start, opening.start() if opening else len(text))
            if opening is None:
                return
            start = self._paint_long_text(text, opening.start(), opening.end(), opening.group())

    def _paint_long_text(self, text: str, start: int, inside: int, quote: str) -> int:
        """Colour up to the closing quotes; where it ends."""
        end = text.find(quote, inside)
        if end < 0:
            self.setCurrentBlockState(STATES[quote])
        end = len(text) if end < 0 else end + len(quote)
        self.setFormat(start, end - start, self._formats["text"])
        return end

    def _paint_tokens(self, text: str, start: int, end: int) -> None:
        for token in TOKENS.finditer(text, start, end):
            kind = token.lastgroup or ""
            self.setFormat(token.start(), token.end() - token.start(), self._formats[kind])


def _opening(text: str, start: int) -> re.Match[str] | None:
    """The first triple quotes that begin a long text rather than stand in a comment."""
    found = QUOTES.search(text, start)
    comment = text.find("#", start, found.start()) if found else -1
    return None if comment >= 0 else found


def formats() -> dict[str, QTextCharFormat]:
    """How each kind of token looks in the theme that is shown."""
    shown = theme.current()
    return {
        "comment": _format(shown.muted),
        "text": _format(shown.ok),
        "definition": _format(shown.accent, bold=True),
        "keyword": _format(shown.family("convolution")),
        "decorator": _format(shown.family("custom")),
        "number": _format(shown.warning),
    }


def _format(color: QColor, bold: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(color)
    if bold:
        made.setFontWeight(QFont.Weight.DemiBold)
    return made
