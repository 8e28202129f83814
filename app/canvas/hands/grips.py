"""What of the drawing a hand can take hold of, and where."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.canvas.layout import hits
from app.canvas.layout.geometry import Box
from app.canvas.layout.hits import Port
from app.canvas.painting.drawing import NEAR_SCALE
from app.canvas.view import View
from core.design import edits

_PORT_REACH = 8.0
_POINT = 6.0
"""How far from its middle a point that a wire passes is taken hold of, not its ports, in canvas units."""


def is_on_fold(view: View, box: Box, point: QPointF) -> bool:
    """Whether a point is on the icon of a container, which folds it."""
    document, metrics = view.document, view.stage.style.metrics
    if not edits.is_container(document.design[box.node]) or box.node in (document.design.root, document.context):
        return False
    is_left = metrics.icon_at - 6 <= point.x() - box.x <= metrics.text_at - 5
    return is_left and point.y() < box.y + (metrics.header if box.is_frame else box.height)


def can_be_dragged(view: View, box: Box, point: QPointF) -> bool:
    """A card anywhere, a frame by its title; not what was entered."""
    layout = view.stage.layout
    return box.node != layout.context and (not box.is_frame or hits.is_on_title(layout, box, point.y()))


def port_at(view: View, pixel: QPointF) -> Port | None:
    """The port at a point of the view, where ports are large enough to be hit."""
    if view.camera.scale < NEAR_SCALE:
        return None
    point = view.camera.to_canvas(pixel)
    box = view.stage.layout.box_at(point.x(), point.y())
    if box is not None and view.document.design[box.node].type == "Reroute":
        across, down = point.x() - box.centre, point.y() - box.y - box.height / 2
        if max(abs(across), abs(down)) < _POINT:
            return None  # the point itself is moved
    return hits.port_at(view.stage.layout, point.x(), point.y(), _PORT_REACH / view.camera.scale)
