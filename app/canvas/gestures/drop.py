"""Dropping a new layer from the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from app.canvas import hits
from app.canvas.gestures.base import Modifiers
from app.canvas.gestures.placing import WIRE_REACH, Placing
from app.canvas.surface import Surface
from app.canvas.words import Words, tr
from core.design import catalog, edits
from core.design.model import Design
from core.design.shapes.report import type_of

if TYPE_CHECKING:
    from app.canvas.canvas import Canvas

MIME = "application/x-netloom-layer"


class Drop(Placing):
    """A layer of type `key` (of the catalog, or a custom layer's name) comes from outside."""

    def __init__(self, canvas: Canvas, key: str) -> None:
        super().__init__(canvas)
        self._key = key

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        self.point = point
        self.show_place(hits.place_at(self.canvas.base_layout, point.x(), point.y(), reach=WIRE_REACH))

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        self.move(point, modifiers)
        place = self.place
        self.clear()
        if place is not None:
            self.canvas.insert_at(self._key, place)

    def cancel(self) -> None:
        self.clear()

    def paint(self, surface: Surface) -> None:
        self.paint_place(surface)
        document = self.canvas.document
        self.paint_ghost(surface, new_words(document.design, document.facts, self._key))


def new_words(design: Design, facts: object, key: str) -> Words:
    """What the card of a layer says that is not in the design yet: its type, and what is telling, if it is known."""
    entry = type_of(design, facts, key)  # type: ignore[arg-type]
    if entry is None:
        return Words(key, "", "", "", "custom", "custom", "", False)
    required = any(option.required or option.inferred for option in entry.options)
    telling = "" if required else entry.telling(entry.with_defaults({}))
    return Words(key, telling or tr("new"), "", "", entry.icon, entry.family, "", False)
