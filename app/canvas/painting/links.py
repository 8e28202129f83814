"""How wires look, with the shape of what flows along them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

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
        if len(link.points) == 2 and link.points[0][0] == link.points[1][0]:
            painter.drawLine(QPointF(*link.points[0]), QPointF(*link.points[1]))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path_through(link.points))

    def paint_shape(self, surface: Surface, link: Link, shape: str, depth: int) -> None:
        """Write the shape on a wire; must be called within `surface.on_whole_pixels()`."""
        style = self._style
        width = round(surface.texts.get(shape, style.shape_font)[1]) + 2 * _PAD
        height = style.metrics.type_line + 4
        x, y = middle(link.points)
        surface.draw_cached(
            ("shape", shape, depth % 2, style.colors.name),
            x - width / 2,
            y - height / 2,
            width,
            height,
            lambda painter: self._draw_shape(painter, shape, width, height, depth),
        )

    def _draw_shape(self, painter: QPainter, shape: str, width: float, height: float, depth: int) -> None:
        style, area = self._style, QRectF(0, 0, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.frame(depth))
        painter.drawRoundedRect(area, height / 2, height / 2)
        painter.setPen(style.colors.muted)
        painter.setFont(style.shape_font)
        write_in_middle(painter, area, shape)


def path_through(points: tuple[Point, ...]) -> QPainterPath:
    """The smooth course through points, vertical at each."""
    path = QPainterPath(QPointF(*points[0]))
    for start, end in pairwise(points):
        one, other = controls(start, end)
        path.cubicTo(QPointF(*one), QPointF(*other), QPointF(*end))
    return path
