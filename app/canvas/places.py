"""Where things of the drawing are on the screen, for whoever drives the program from outside."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect

from app.canvas.framing import Framing
from app.canvas.layout import hits
from app.canvas.view import View
from core.design.model import NodeId


class Places:
    """Finds cards and slots by name or id."""

    def __init__(self, view: View, framing: Framing) -> None:
        self._view, self._framing = view, framing

    def node_rect(self, node: str) -> QRect:
        """Where a node (by id, dotted path or name) is on the screen; empty if it is not shown."""
        self._framing.fit_if_new()
        design, boxes = self._view.document.design, self._view.stage.layout.boxes
        named = (i for i in boxes if node in (design.path(i), design[i].name))
        found = node if node in boxes else next(named, None)
        if found is None:
            return QRect()
        area = self._view.rect_of(boxes[found])
        return QRect(self._view.on_screen(area.topLeft()), area.size())

    def slot_point(self, container: NodeId, index: int) -> QPoint:
        """A point on the screen at which something dropped lands at `index` of a Sequential."""
        self._framing.fit_if_new()
        left, right, y = hits.slot_line(self._view.stage.layout, container, index)
        return self._view.on_screen(self._view.camera.to_view(QPointF((left + right) / 2, y)).toPoint())
