"""Moving layers: to another slot, into another container, elsewhere in a Module, or into a wire."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF

from app.canvas.hands.base import Modifiers
from app.canvas.hands.placing import WIRE_REACH, Placing
from app.canvas.layout.hits import Place
from app.canvas.layout.layered import Point
from app.canvas.layout.metrics import snapped
from app.canvas.painting.surface import Surface
from app.canvas.view import View
from app.look.sentences import tr
from core.design import edits
from core.design.lists import UNWIRED, home_of
from core.design.model import Design, NodeId, Wire


class Move(Placing):
    """Moves `ids`, of which the hand holds `held`."""

    def __init__(self, view: View, held: NodeId, ids: tuple[NodeId, ...]) -> None:
        super().__init__(view)
        self._held = held
        design = view.document.design
        inside = (i for frame in ids if design[frame].type == "Frame" for i in edits.framed(design, frame))
        self._ids = edits.topmost(design, (*ids, *inside))
        self._positions: dict[NodeId, Point] = {}

    def start(self, point: QPointF, modifiers: Modifiers) -> None:
        self.point = self._from = point
        self.view.stage.mark(lifted=frozenset(self._ids), hovered=None)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        self.point = point
        place = self.place_at(point, self._ids, WIRE_REACH if self._fits_a_wire() else 0.0)
        self.is_possible = edits.can_move(self.design, self._ids, place.container, place.index)
        self._positions = self._shifted(place) if place.wire is None else {}
        if not self._positions:
            self.view.stage.mark(lifted=frozenset(self._ids))
            self.show_place(place)
            return
        self.place = place
        self.view.stage.mark(lifted=frozenset(), target=None, wire=None)
        self.view.stage.preview(self.view.stage.arranged(edits.place(self.design, self._positions)))

    def _fits_a_wire(self) -> bool:
        """Only a single layer without wires of its own slips into a wire, so that no other wire is lost."""
        if len(self._ids) != 1:
            return False
        design, node = self.view.document.design, self._ids[0]
        around = home_of(design, node)
        wires = design[around].wires if around is not None else ()
        return design[node].type not in ("Input", "Output", *UNWIRED) and not any(
            node in (w.source, w.target) for w in wires
        )

    def _shifted(self, place: Place) -> dict[NodeId, Point]:
        """New positions, if all that is moved stays in its Module; else empty."""
        design, layout = self.view.document.design, self.base
        if place.position is None or any(design.parents.get(i) != place.container for i in self._ids):
            return {}
        origin = layout.origins.get(place.container, (0.0, 0.0))
        by = self.point - self._from
        return {
            i: (snapped(box.centre - origin[0] + by.x()), snapped(box.y - origin[1] + by.y()))
            for i in self._ids
            for box in [layout.boxes[i]]
        }

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        self.move(point, modifiers)
        place, positions = self.place, self._positions
        self.clear()
        if place is not None:
            label = tr("Move {name}") if len(self._ids) == 1 else tr("Move layers")
            name = self.view.document.design[self._held].name
            self.view.document.attempt(label.format(name=name), lambda: self._moved(place, positions))

    def _moved(self, place: Place, positions: dict[NodeId, Point]) -> Design:
        design = self.view.document.design
        if positions:
            return self._framed(edits.place(design, positions), place)
        after = edits.move(design, self._ids, place.container, place.index, place.position)
        after = self._framed(after, place)
        after = edits.collapse(after, place.opened, False)
        if place.wire is None:
            return after
        node = self._ids[0]
        after = edits.place(after, {node: None})
        after = edits.connect(after, place.container, Wire(place.wire.source, node, output=place.wire.output))
        return edits.connect(after, place.container, replace(place.wire, source=node, output=0))

    def _framed(self, design: Design, place: Place) -> Design:
        """What is put down in a Frame is in it from then on."""
        if place.frame is None or place.frame in self._ids:
            return design
        return edits.frame(design, self._ids, place.frame)

    def cancel(self) -> None:
        self._positions = {}
        self.clear()

    def paint(self, surface: Surface) -> None:
        if self._positions:
            return
        self.paint_ghost(surface, self.view.stage.words(self._held), len(self._ids))
        self.paint_place(surface)
