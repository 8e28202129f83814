"""Dropping a new layer from the palette."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.canvas.hands.base import Modifiers
from app.canvas.hands.inserting import insert_at
from app.canvas.hands.placing import WIRE_REACH, Placing
from app.canvas.painting.surface import Surface
from app.canvas.view import View
from core.design import edits


class Drop(Placing):
    """A layer of type `key` (of the catalog, or a custom layer's name) comes from outside."""

    def __init__(self, view: View, key: str) -> None:
        super().__init__(view)
        self._key = key
        self._layer = view.document.new_layer(key)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        self.point = point
        place = self.place_at(point, reach=WIRE_REACH)
        self.is_possible = edits.can_insert(self.design, self._layer, place.container, place.index)
        self.show_place(place)

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        self.move(point, modifiers)
        place = self.place
        self.clear()
        if place is not None:
            insert_at(self.view.document, self._key, place)

    def cancel(self) -> None:
        self.clear()

    def paint(self, surface: Surface) -> None:
        # The card at the pointer is the picture that the palette gave the drag.
        self.paint_place(surface)
