"""Plate: what all charts have in common, the title above a card, and the room on it for marks, plot and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.charts.scale import Scale
from app.look import theme

ALIGN = Qt.AlignmentFlag
GAP = 10
"""Pixels between two words of a read-out."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A value marked at the left of a plot, and how it is written."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text in a colour."""

    text: str
    color: QColor


class Plate:
    """The places of a chart, in pixels: the title, and the card below it with the `area` of the plot on it.

    `marks` and `names` are the texts that need room at the plot's left and right; `footer` is a height to keep free.
    """

    def __init__(self, widget: QWidget, marks: Sequence[str], names: Sequence[str] = (), footer: float = 0.0) -> None:
        self.name_font = theme.ui(-1, theme.Weight.DemiBold)
        self.mark_font = theme.mono(-1)
        self._name_metrics = QFontMetricsF(self.name_font)
        self._mark_metrics = QFontMetricsF(self.mark_font)
        self.line_height = self._name_metrics.height()
        header = self.line_height + theme.GRID
        self.title = QRectF(0, 0, widget.width(), self.line_height)
        self.card = QRectF(0, header, widget.width(), widget.height() - header)
        left = max(map(self._mark_metrics.horizontalAdvance, marks), default=0.0)
        widest = max(map(self._name_metrics.horizontalAdvance, names), default=0.0)
        self._names_width = min(widest, self.card.width() / 3)
        # Room that changes with every digit would make the plot tremble.
        self._marks_width = max(left, self._mark_metrics.horizontalAdvance("0000"))
        self.area = self.card.adjusted(self._marks_width + 16, 10, -self._names_width - 14, -10 - footer)

    def draw_card(self, painter: QPainter, has_focus: bool) -> None:
        """The ground on which all is drawn, with an edge while the keyboard is there."""
        painter.setPen(theme.current().accent if has_focus else Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().well)
        painter.drawRoundedRect(self.card.adjusted(0.5, 0.5, -0.5, -0.5), theme.CONTROL_RADIUS, theme.CONTROL_RADIUS)

    def has_room(self, title: str, read_out: Sequence[Words]) -> bool:
        """Whether all of these words can stand beside the title."""
        wide = sum(self._mark_metrics.horizontalAdvance(words.text) + GAP for words in read_out)
        return wide + self._name_metrics.horizontalAdvance(title) + theme.GRID <= self.title.width() + GAP

    def draw_title(self, painter: QPainter, title: str, read_out: Sequence[Words] = ()) -> None:
        """The title at the left, and the values under the pointer at the right."""
        painter.setFont(self.name_font)
        painter.setPen(theme.current().muted)
        painter.drawText(self.title, ALIGN.AlignLeft | ALIGN.AlignVCenter, title)
        painter.setFont(self.mark_font)
        right = self.title.right()
        for words in reversed(read_out):
            width = self._mark_metrics.horizontalAdvance(words.text)
            if right - width < self._name_metrics.horizontalAdvance(title) + theme.GRID:
                continue
            painter.setPen(words.color)
            painter.drawText(QRectF(right - width, 0, width + 1, self.title.height()), ALIGN.AlignVCenter, words.text)
            right -= width + GAP

    def draw_grid(self, painter: QPainter, scale: Scale, marks: Sequence[Mark]) -> None:
        """Quiet lines across the card, each with what it stands for."""
        shown = theme.current()
        line, right = QPen(theme.mix(shown.line, shown.well, 0.3), 1), self.card.right() - theme.GRID
        painter.setFont(self.mark_font)
        for mark, height in zip(marks, scale.heights([mark.value for mark in marks]), strict=True):
            y = self.area.bottom() - height * self.area.height()
            painter.setPen(line)
            painter.drawLine(QLineF(self.area.left(), round(y) + 0.5, right, round(y) + 0.5))
            painter.setPen(shown.muted)
            box = QRectF(self.card.left() + 8, y - 10, self._marks_width, 20)
            painter.drawText(box, ALIGN.AlignRight | ALIGN.AlignVCenter, mark.text)

    def draw_ends(self, painter: QPainter, first: str, last: str) -> None:
        """What the left and the right end of the plot stand for, below it."""
        painter.setFont(self.mark_font)
        painter.setPen(theme.current().muted)
        box = QRectF(self.area.left(), self.area.bottom() + 3, self.area.width(), self._mark_metrics.height())
        if self._mark_metrics.horizontalAdvance(first + "0" + last) <= box.width():
            painter.drawText(box, ALIGN.AlignLeft | ALIGN.AlignTop, first)
        painter.drawText(box, ALIGN.AlignRight | ALIGN.AlignTop, last)

    def draw_name(self, painter: QPainter, y: float, name: str) -> None:
        """A name to the right of the plot, its middle at this height, shortened where it is long."""
        box = QRectF(self.area.right() + 6, y - self.line_height / 2, self._names_width + 8, self.line_height)
        text = self._name_metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, self._names_width + 1)
        painter.drawText(box, ALIGN.AlignVCenter, text)

    def draw_within(self, painter: QPainter, box: QRectF, text: str) -> None:
        """Text centred in a box, shortened in the middle to its width; nothing where not three characters fit."""
        metrics = QFontMetricsF(painter.font())
        if box.width() >= metrics.horizontalAdvance("000"):
            painter.drawText(
                box, ALIGN.AlignCenter, metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
            )
