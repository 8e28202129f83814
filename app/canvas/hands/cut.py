"""Cutting wires with a stroke."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPen

from app.canvas.hands.base import Gesture, Modifiers
from app.canvas.layout.curves import is_cut
from app.canvas.painting.surface import Surface
from app.look.sentences import tr
from core.design import edits
from core.design.model import Design, NodeId, Wire


class Cut(Gesture):
    """Takes away the wires that the straight stroke crosses."""

    cursor = Qt.CursorShape.CrossCursor

    def start(self, point: QPointF, modifiers: Modifiers) -> None:
        self._from = self._to = point
        self._wires: dict[NodeId, list[Wire]] = {}

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        self._to = point
        start, end = (self._from.x(), self._from.y()), (point.x(), point.y())
        self._wires = {}
        for link in self.view.stage.layout.links:
            if link.wire is not None and is_cut(link.points, start, end, link.across):
                self._wires.setdefault(link.container, []).append(link.wire)
        self.view.stage.mark(cut=frozenset(wire for wires in self._wires.values() for wire in wires))

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        self.move(point, modifiers)
        self.cancel()
        if self._wires:
            self.view.document.attempt(tr("Cut wires"), self._cut)

    def _cut(self) -> Design:
        design = self.view.document.design
        for container, wires in self._wires.items():
            design = edits.disconnect(design, container, wires)
        return design

    def cancel(self) -> None:
        self.view.stage.mark(cut=frozenset())

    def paint(self, surface: Surface) -> None:
        color = self.view.stage.style.colors.problem
        surface.painter.setPen(QPen(color, 1.5 / surface.scale, Qt.PenStyle.DashLine))
        surface.painter.drawLine(self._from, self._to)
