"""Points that wires pass."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.canvas.layout import hits
from app.canvas.layout.marks import REROUTE
from app.canvas.layout.metrics import snapped
from app.canvas.view import View
from app.look.sentences import tr
from core.design import catalog, edits

_REACH = 6.0
"""Pixels from a wire within which it is meant."""


def put_point(view: View, pixel: QPointF) -> bool:
    """Let the wire under a pixel pass a new point there; whether there is one."""
    point, layout = view.camera.to_canvas(pixel), view.stage.layout
    link = hits.link_at(layout, point.x(), point.y(), _REACH / min(view.camera.scale, 1.0))
    if link is None or link.wire is None:
        return False
    document, wire, container = view.document, link.wire, link.container
    origin, fragment = layout.origins.get(container, (0.0, 0.0)), catalog.new("Reroute")
    place = snapped(point.x() - origin[0]), snapped(point.y() - origin[1] - REROUTE / 2)
    return document.attempt(
        tr("Add a point"),
        lambda: edits.insert_on_wire(document.design, fragment, container, wire, place),
        select=fragment.roots,
    )
