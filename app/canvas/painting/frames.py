"""How the frame of an opened container looks: a quiet ground with a title, and, if it is empty, what to do with it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.canvas.layout.geometry import Box
from app.canvas.painting.cards import DETAIL_SCALE, paint_badge
from app.canvas.painting.style import FRAME_RADIUS, Style, pen
from app.canvas.painting.surface import Surface, write_in_middle
from app.canvas.painting.words import Words
from app.look import icons
from app.look.sentences import tr

_RIGHT = 16.0


@dataclass(frozen=True, slots=True)
class Frame:
    """All that decides how one frame looks. `depth` counts the frames around it."""

    box: Box
    words: Words
    depth: int
    is_empty: bool
    is_hovered: bool = False
    is_target: bool = False


class FramePainter:
    """Draws the frames of opened containers: ground, title, and what stands at its right."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def paint_ground(self, surface: Surface, frame: Frame) -> None:
        """The ground. Of a frame much larger than the view only the part around the view is drawn."""
        style, painter, box = self._style, surface.painter, frame.box
        line = style.colors.accent if frame.is_target else style.colors.line
        painter.setPen(pen(line, max(1.0, 1.0 / surface.scale)))
        painter.setBrush(style.frame(frame.depth))
        area = QRectF(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1)
        margin = FRAME_RADIUS * 4
        painter.drawRoundedRect(
            area.intersected(surface.exposed.adjusted(-margin, -margin, margin, margin)), FRAME_RADIUS, FRAME_RADIUS
        )

    def paint_title(self, surface: Surface, frame: Frame) -> None:
        """Icon, name and type at the left, the number of parameters at the right."""
        style, painter, box, words = self._style, surface.painter, frame.box, frame.words
        metrics = style.metrics
        if surface.scale < DETAIL_SCALE:
            self._name_alone(surface, frame)
            return
        middle = box.y + metrics.header / 2
        area = QRectF(box.x + metrics.icon_at, middle - metrics.icon / 2, metrics.icon, metrics.icon)
        icons.paint(painter, "chevron-down" if frame.is_hovered else words.icon, style.colors.muted, area)
        right = box.right - _RIGHT
        painter.setFont(style.type_font)
        painter.setPen(style.colors.muted)
        name_top = middle - metrics.name_line / 2
        small = name_top + metrics.baseline_step
        if note := " · ".join(filter(None, (words.times, words.note))):
            right -= surface.text_right(right, small, note, style.type_font) + 12
        painter.setPen(style.colors.text)
        painter.setFont(style.name_font)
        x = box.x + metrics.text_at
        x += 10 + surface.text(x, name_top, words.name, style.name_font, max(right - x, 24.0))
        painter.setFont(style.type_font)
        painter.setPen(style.colors.muted)
        if right - x > 24:
            surface.text(
                x, small, words.kind.partition(" · ")[0].removesuffix(f" {words.times}"), style.type_font, right - x
            )
        if words.tie:
            paint_badge(surface, style, box.right - 12, box.y, words.tie)
        if frame.is_empty:
            self._hint(painter, box)

    def _name_alone(self, surface: Surface, frame: Frame) -> None:
        """The name across the title, so large that it can be read from here."""
        font, height = self._style.far_name(surface.scale)
        x, y = frame.box.x + self._style.metrics.icon_at, frame.box.y + (self._style.metrics.header - height) / 2
        surface.painter.setFont(font)
        surface.painter.setPen(self._style.colors.text)
        surface.text(x, y, frame.words.far_name, font, max(frame.box.right - x - _RIGHT, 24.0))

    def _hint(self, painter: QPainter, box: Box) -> None:
        style = self._style
        area = QRectF(box.x, box.y + style.metrics.header, box.width, box.height - style.metrics.header - 16)
        painter.setFont(style.type_font)
        painter.setPen(style.colors.muted)
        write_in_middle(painter, area, tr("Drag a layer here"))
