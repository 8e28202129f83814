"""How what belongs to the drawing alone looks: notes, frames around cards, points that wires pass."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor

from app.canvas.layout.geometry import Box
from app.canvas.layout.marks import note_lines
from app.canvas.painting.cards import DETAIL_SCALE
from app.canvas.painting.style import CARD_RADIUS, FRAME_RADIUS, Style, pen
from app.canvas.painting.surface import Surface
from app.look import theme
from app.look.sentences import tr
from core.design.model import Node

_FAMILIES = {
    "blue": "linear",
    "green": "pooling",
    "yellow": "activation",
    "purple": "convolution",
    "pink": "custom",
    "grey": "shape",
}
_AT = 12.0
_DOT = 5.0


@dataclass(frozen=True, slots=True)
class Mark:
    """All that decides how one mark looks. `across`: wires pass it from left to right."""

    box: Box
    node: Node
    is_hovered: bool = False
    across: bool = False

    @property
    def title(self) -> str:
        """What is written above a frame."""
        return str(self.node.options.get("title", "")) or self.node.name


class MarkPainter:
    """Draws marks, frames below everything that is in them."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def paint(self, surface: Surface, mark: Mark) -> None:
        """A note or a point; an empty frame says what it is for."""
        if mark.node.type == "Reroute":
            self._point(surface, mark)
        elif mark.node.type == "Note":
            self._note(surface, mark)
        else:
            self.frame(surface, mark)

    def frame(self, surface: Surface, mark: Mark) -> None:
        """The ground of a frame, and its title."""
        box, painter, metrics = mark.box, surface.painter, self._style.metrics
        color = self._color(mark)
        ground = QColor(color)
        ground.setAlphaF(0.16 if mark.is_hovered else 0.1)
        painter.setPen(pen(theme.mix(color, self._style.colors.background, 0.45), max(1.0, 1.0 / surface.scale)))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), FRAME_RADIUS, FRAME_RADIUS)
        font, height = self._style.mark_title(surface.scale)
        painter.setFont(font)
        painter.setPen(theme.mix(color, self._style.colors.text, 0.6))
        surface.text(box.x + _AT, box.y + (metrics.frame_title - height) / 2, mark.title, font, box.width - 2 * _AT)

    def _note(self, surface: Surface, mark: Mark) -> None:
        box, painter, style = mark.box, surface.painter, self._style
        color = self._color(mark)
        painter.setPen(pen(theme.mix(color, style.colors.card, 0.5)))
        painter.setBrush(theme.mix(style.colors.card, color, 0.24 if mark.is_hovered else 0.16))
        painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), CARD_RADIUS, CARD_RADIUS)
        text = str(mark.node.options.get("text", ""))
        painter.setPen(style.colors.text if text else style.colors.muted)
        text = text or tr("Double-click to write")
        if surface.scale < DETAIL_SCALE:
            font, _ = style.far_name(surface.scale)
            painter.setFont(font)
            surface.text(box.x + _AT, box.y + 4, note_lines(text)[0], font, box.width - 2 * _AT)
            return
        painter.setFont(style.type_font)
        for number, line in enumerate(note_lines(text)):
            y = box.y + 8 + number * style.metrics.type_line
            surface.text(box.x + _AT, y, line, style.type_font, box.width - 2 * _AT)

    def _point(self, surface: Surface, mark: Mark) -> None:
        box, painter, style = mark.box, surface.painter, self._style
        middle = QPointF(box.centre, box.y + box.height / 2)
        reach = QPointF(box.width / 2, 0) if mark.across else QPointF(0, box.height / 2)
        painter.setPen(pen(style.wire, 2.0))
        painter.drawLine(middle - reach, middle + reach)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colors.accent if mark.is_hovered else style.wire)
        painter.drawEllipse(middle, _DOT, _DOT)

    def _color(self, mark: Mark) -> QColor:
        name, colors = str(mark.node.options.get("color", "grey")), self._style.colors
        return colors.problem if name == "red" else colors.family(_FAMILIES.get(name, "shape"))
