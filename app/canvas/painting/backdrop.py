"""What is under and around the drawing: the dotted ground, the hint on an empty canvas, the ports under the pointer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.canvas.layout import hits
from app.canvas.layout.geometry import Box, Layout
from app.canvas.painting.cards import DETAIL_SCALE
from app.canvas.painting.style import Style, pen
from app.canvas.painting.surface import Surface
from app.look import icons, theme
from app.look.sentences import tr
from core.design.model import NodeId

_SPACING = 24.0
_CLOSEST, _WIDEST = 18.0, 36.0


def paint_backdrop(painter: QPainter, style: Style, area: QRectF, scale: float, start: QPointF) -> None:
    """The ground with its dots, which lie on the grid and keep about their distance on the screen at every zoom.

    `start`: where the canvas's origin is in the view.
    """
    painter.fillRect(area, style.colors.background)
    spacing = _SPACING * scale
    while spacing < _CLOSEST:
        spacing *= 2
    while spacing > _WIDEST:
        spacing /= 2
    first_x = start.x() + ceil((area.left() - start.x()) / spacing) * spacing
    first_y = start.y() + ceil((area.top() - start.y()) / spacing) * spacing
    columns, rows = ceil(area.width() / spacing) + 1, ceil(area.height() / spacing) + 1
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(theme.mix(style.colors.line, style.colors.background, 0.35), 1.5))
    painter.translate(first_x, first_y)
    painter.drawPoints(_dots(spacing, columns, rows))
    painter.translate(-first_x, -first_y)


@lru_cache(maxsize=4)
def _dots(spacing: float, columns: int, rows: int) -> QPolygonF:
    ys = [row * spacing for row in range(rows)]
    return QPolygonF([QPointF(column * spacing, y) for column in range(columns) for y in ys])


def paint_hint(painter: QPainter, style: Style, area: QRectF) -> None:
    """What to do with a canvas on which there is nothing."""
    side = 32.0
    middle = area.center()
    icons.paint(painter, "module", style.colors.muted, QRectF(middle.x() - side / 2, middle.y() - 68, side, side))
    painter.setPen(style.colors.text)
    painter.setFont(theme.ui(1, theme.Weight.DemiBold))
    line = QRectF(area.left(), middle.y() - 24, area.width(), 24)
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, tr("Nothing here yet"))
    painter.setPen(style.colors.muted)
    painter.setFont(theme.ui())
    line.translate(0, 26)
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, tr("Drag a layer here, or press Tab to search"))


def paint_ports(surface: Surface, style: Style, layout: Layout, nodes: Iterable[NodeId]) -> None:
    """The ports of nodes in a Module, from which wires are drawn, and what they are called."""
    painter, radius = surface.painter, 4.0 / min(max(surface.scale, 0.5), 1.0)
    seen = (node for node in nodes if node in layout.boxes and _is_in(layout.boxes[node], surface.exposed))
    ports = [(port, hits.port_point(layout, port)) for node in seen for port in hits.ports_around(layout, node)]
    painter.setPen(pen(style.colors.accent, 1.5))
    painter.setBrush(style.colors.background)
    for _, (x, y) in ports:
        painter.drawEllipse(QPointF(x, y), radius, radius)
    if surface.scale < DETAIL_SCALE:
        return
    painter.setPen(style.colors.text)
    painter.setFont(style.shape_font)
    for port, at in ports:
        if name := hits.port_name(layout, port):
            across = layout.design[port.container].is_across
            _paint_port_name(surface, style, name, at, radius + 1 if port.is_output else -radius - 1, across)


def _paint_port_name(
    surface: Surface, style: Style, name: str, at: tuple[float, float], off: float, across: bool
) -> None:
    """Before or behind the port, on a ground of its own, so that it can be read over wires."""
    width, height = surface.texts.get(name, style.shape_font)[1] + 6, style.metrics.type_line
    x, y = at[0] - width / 2, at[1] + (off if off > 0 else off - height)
    if across:
        x, y = at[0] + (off if off > 0 else off - width), at[1] - height / 2
    ground = QRectF(x, y, width, height)
    painter = surface.painter
    painter.fillRect(ground, style.colors.background)
    surface.text(ground.x() + 3, y, name, style.shape_font)


def _is_in(box: Box, area: QRectF) -> bool:
    return box.meets(area.x(), area.y(), area.width(), area.height())
