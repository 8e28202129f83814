"""Laying a wire from port to port."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt

from app.canvas.hands.base import Gesture, Modifiers
from app.canvas.layout import hits
from app.canvas.layout.hits import Port
from app.canvas.painting.links import path_through
from app.canvas.painting.style import pen
from app.canvas.painting.surface import Surface
from app.canvas.view import View
from app.look.sentences import tr
from core.design import edits
from core.design.model import Wire

REACH = 12.0


class LayWire(Gesture):
    """Draws a wire out of a port. From an input that has a wire, that wire's end is taken off and led elsewhere."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: View, port: Port, search: Callable[[Port, QPointF], object]) -> None:
        """`search` is called for a wire that ends on nothing."""
        super().__init__(view)
        self._search = search
        self._taken = None if port.is_output else _wire_at(view, port)
        self._port = port
        if self._taken is not None:
            self._port = Port(port.container, self._taken.source, True, self._taken.output)
        self._to: Port | None = None
        self._is_possible = True

    def start(self, point: QPointF, modifiers: Modifiers) -> None:
        self._point = point
        self.view.stage.mark(cut=frozenset([self._taken]) if self._taken else frozenset())

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        self._point = point
        self._to = self._port_at(point)
        document, container = self.view.document, self._port.container
        self._is_possible = self._to is None or edits.can_connect(document.design, container, self._wire(self._to))
        self.view.repaint()

    def _port_at(self, point: QPointF) -> Port | None:
        """The port at a point that a wire can go to: near by, or that of the card there."""
        layout = self.view.stage.layout
        port = hits.port_at(layout, point.x(), point.y(), REACH / min(self.view.camera.scale, 1.0))
        if port is None and (box := layout.box_at(point.x(), point.y())) is not None:
            is_out = not self._port.is_output and layout.design[box.node].type != "Output"
            port = hits.free_output(layout, box.node) if is_out else hits.free_input(layout, box.node)
        if port is None or port.container != self._port.container or port.node == self._port.node:
            return None
        return port if port.is_output != self._port.is_output else None

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        self.move(point, modifiers)
        self.cancel()
        if self._to is not None:
            self._connect(self._to)
        elif self._taken is not None:
            self._disconnect(self._taken)
        else:
            box = self.view.stage.layout.box_at(point.x(), point.y())
            if box is None or box.is_frame:
                self._search(self._port, point)
            elif box.node != self._port.node:
                self._connect(Port(self._port.container, box.node, not self._port.is_output))  # which says why not

    def _wire(self, to: Port) -> Wire:
        source, target = (self._port, to) if self._port.is_output else (to, self._port)
        return Wire(source.node, target.node, target.number, source.number)

    def _connect(self, to: Port) -> None:
        document, container, wire = self.view.document, self._port.container, self._wire(to)
        taken = [self._taken] if self._taken and self._taken != wire else []
        document.attempt(
            tr("Connect"), lambda: edits.connect(edits.disconnect(document.design, container, taken), container, wire)
        )

    def _disconnect(self, wire: Wire) -> None:
        document, container = self.view.document, self._port.container
        document.attempt(tr("Disconnect"), lambda: edits.disconnect(document.design, container, [wire]))

    def cancel(self) -> None:
        self.view.stage.mark(cut=frozenset())

    def paint(self, surface: Surface) -> None:
        layout, painter = self.view.stage.layout, surface.painter
        start = hits.port_point(layout, self._port)
        end = hits.port_point(layout, self._to) if self._to else (self._point.x(), self._point.y())
        points = (start, end) if self._port.is_output else (end, start)
        colors = self.view.stage.style.colors
        color = colors.accent if self._is_possible else colors.problem
        painter.setPen(pen(color, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path_through(points, layout.design[self._port.container].is_across))
        painter.setBrush(color if self._is_possible else colors.background)
        for x, y in points:
            painter.drawEllipse(QPointF(x, y), 4, 4)


def _wire_at(view: View, port: Port) -> Wire | None:
    wires = view.document.design[port.container].wires
    return next((wire for wire in wires if (wire.target, wire.input) == (port.node, port.number)), None)
