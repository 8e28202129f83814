"""How wires look, with the shape of what flows along them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath

from app.canvas.layout.curves import controls, middle
from app.canvas.layout.geometry import Link
from app.canvas.layout.layered import Point
from app.canvas.painting.style import Style, pen
from app.canvas.painting.surface import Surface, write_in_middle

WIDTH = 2.0
_PAD = 8.0


class LinkPainter:
    """Draws wires, and on each the shape of what flows along it."""

    def __init__(self, style: Style) -> None:
        self._style = style
        colors = style.colors
        self._pens = {
            "stack": pen(colors.accent, WIDTH),
            "wire": pen(style.wire, WIDTH),
            "near": pen(colors.accent, WIDTH),
            "cut": pen(colors.problem, WIDTH),
        }

    def paint(self, surface: Surface, link: Link, kind: str) -> None:
        """Draw a wire. `kind`: "stack" in a Sequential, "wire" in a Module, "near" the selection, or to be "cut"."""
        painter = surface.painter
        painter.setPen(self._pens[kind])
        if len(link.points) == 2 and link.points[0][link.across] == link.points[1][link.across]:
            painter.drawLine(QPointF(*link.points[0]), QPointF(*link.points[1]))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path_through(link.points, link.across))

    def paint_shape(self, surface: Surface, link: Link, shape: str, depth: int) -> None:
        """Write the shape on a wire, if it can be read; must be called within `surface.on_whole_pixels()`."""
        style, found = self._style, self._style.shape(surface.scale)
        if found is None:
            return
        font, height = found
        width = round(surface.texts.get(shape, font)[1]) + 2 * _PAD
        x, y = middle(link.points, link.across)
        surface.draw_cached(
            ("shape", shape, depth % 2, style.colors.name),
            x - width / 2,
            y - height / 2,
            width,
            height,
            lambda painter: self._draw_shape(painter, shape, QRectF(0, 0, width, height), font, depth),
        )

    def _draw_shape(self, painter: QPainter, shape: str, area: QRectF, font: QFont, depth: int) -> None:
        style, height = self._style, area.height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.frame(depth))
        painter.drawRoundedRect(area, height / 2, height / 2)
        painter.setPen(style.colors.muted)
        painter.setFont(font)
        write_in_middle(painter, area, shape)


def path_through(points: tuple[Point, ...], across: bool = False) -> QPainterPath:
    """The smooth course through points, vertical at each, or horizontal."""
    path = QPainterPath(QPointF(*points[0]))
    for start, end in pairwise(points):
        one, other = controls(start, end, across)
        path.cubicTo(QPointF(*one), QPointF(*other), QPointF(*end))
    return path
