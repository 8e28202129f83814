"""Colours for Python code, as Pygments reads it."""

from __future__ import annotations

from typing import NamedTuple

from pygments.token import Comment, Keyword, Name, Number, Operator, String
from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from app.look import theme

KINDS = {
    Comment: "comment",
    String: "text",
    Name.Function: "definition",
    Name.Class: "definition",
    Name.Decorator: "decorator",
    Name.Builtin.Pseudo: "keyword",  # self, True, None
    Operator.Word: "keyword",
    Keyword: "keyword",
    Number: "number",
}


class Span(NamedTuple):
    """A part of one line, from a column on, and what it is."""

    start: int
    length: int
    kind: str


class PythonHighlighter(QSyntaxHighlighter):
    """Keywords, texts, comments, numbers and what is defined, in the colours of the theme."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats = formats()
        self._code = ""
        self._lines: list[list[Span]] = [[]]
        self._states = [0]
        theme.notifier.changed.connect(self._recolor)

    def _recolor(self) -> None:
        self._formats = formats()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour one line; the whole is read anew where it was changed since."""
        code = self.document().toPlainText()
        if code != self._code:
            self._code, self._lines = code, spans(code)
            self._states = _states(self._lines)
        number = self.currentBlock().blockNumber()
        for span in self._lines[number]:
            self.setFormat(*span[:2], self._formats[span.kind])
        self.setCurrentBlockState(self._states[number])


LONGEST = 200_000
"""Characters of code that is coloured: all of it is read anew with each key."""


def spans(code: str) -> list[list[Span]]:
    """What is to be coloured, line by line, of code that may be unfinished; nothing where it is very long."""
    if len(code) > LONGEST:
        return [[] for _ in range(code.count("\n") + 1)]
    from pygments.lexers.python import PythonLexer  # with the first editor, not with the window: 20 ms

    lines: list[list[Span]] = [[]]
    column = 0
    for _, token, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens_unprocessed(code):
        kind = next((known for family, known in KINDS.items() if token in family), None)
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
                column = 0
            length = len(part.encode("utf-16-le", "surrogatepass")) // 2  # Qt counts so
            if part and kind:
                lines[-1].append(Span(column, length, kind))
            column += length
    return lines


def _states(lines: list[list[Span]]) -> list[int]:
    """For each line a number that changes when the colours of any line below it do: Qt then goes on to the next."""
    states = [0]
    for line in reversed(lines[1:]):
        states.append(hash((states[-1], *line)) & 0x7FFFFFFF)
    return states[::-1]


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
