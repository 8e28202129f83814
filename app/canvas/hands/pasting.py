"""Pasting layers: after the selection, where they were cut, or under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.canvas.hands.placing import WIRE_REACH
from app.canvas.layout import hits
from app.canvas.view import View
from app.document import editing
from app.look.sentences import tr
from core.design import edits
from core.design.model import Design, Fragment


def put(view: View, pointer: QPointF, fragment: Fragment) -> None:
    """`pointer`: where it is in the view's pixels; (0, 0) if it is elsewhere."""
    document = view.document
    if document.selection or editing.cut_place(document) is not None or pointer.isNull():
        editing.put_pasted(document, fragment)
        return
    point = view.camera.to_canvas(pointer)
    place = hits.place_at(view.stage.base, point.x(), point.y(), reach=WIRE_REACH if len(fragment.roots) == 1 else 0.0)

    def edit() -> Design:
        if place.wire is not None and edits.can_insert_on_wire(document.design, fragment, place.container, place.wire):
            return edits.insert_on_wire(document.design, fragment, place.container, place.wire)
        return edits.insert(document.design, fragment, place.container, place.index, place.position)

    document.attempt(tr("Paste"), edit, select=fragment.roots)
