"""Layers from the palette."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import Canvas
from app.document import Document
from core.design.model import Wire
from tests.gui.canvas.conftest import LEFT, NO, DragFrom, Hand, assert_undoable, names


def test_a_layer_is_dropped_at_the_slot_that_opens(
    hand: Hand, document: Document, canvas: Canvas, palette_drag
) -> None:
    before, drag, at = document.design, palette_drag("Dropout"), hand.slot("net", 3)
    height = canvas.node_rect("net").height()
    assert drag.enter(at)
    drag.move(at)
    assert canvas.node_rect("net").height() > height
    assert document.design is before
    drag.drop(at)
    assert names(document, "net") == ["flatten", "fc1", "act1", "dropout", "block", "out"]
    assert document.selection == (document.design["net"].children[3],)
    assert_undoable(document, before)


def test_a_drag_that_leaves_leaves_nothing(
    hand: Hand, document: Document, canvas: Canvas, palette_drag: DragFrom
) -> None:
    before, layout, drag = document.design, canvas.stage.layout, palette_drag("ReLU")
    drag.enter(hand.slot("net", 1))
    drag.move(hand.slot("net", 2))
    drag.leave()
    assert canvas.stage.layout is layout
    assert document.design is before


def test_a_layer_dropped_on_the_ground_lies_there(
    hand: Hand, document: Document, canvas: Canvas, palette_drag: DragFrom
) -> None:
    drag = palette_drag("Sequential")
    drag.enter(hand.ground())
    drag.drop(hand.ground())
    new = document.design["root"].children[-1]
    assert document.design[new].type == "Sequential"
    point = canvas.camera.to_canvas(hand.ground().toPointF())
    position = document.design[new].position
    assert position is not None
    assert abs(position[0] - point.x()) <= 8


def test_a_layer_dropped_into_an_empty_container(
    hand: Hand, document: Document, canvas: Canvas, palette_drag: DragFrom
) -> None:
    drag = palette_drag("Sequential")
    drag.enter(hand.slot("net", 0))
    drag.drop(hand.slot("net", 0))
    new = document.design["net"].children[0]
    inner = palette_drag("Linear")
    inner.enter(hand.slot(new, 0))
    inner.drop(hand.slot(new, 0))
    assert names(document, new) == ["linear"]


def test_a_layer_dropped_on_a_wire_goes_into_it(
    hand: Hand, document: Document, canvas: Canvas, palette_drag: DragFrom
) -> None:
    before = document.design
    at = hand.output("digits") + QPoint(0, round(20 * canvas.camera.scale))
    drag = palette_drag("Flatten")
    drag.enter(at)
    drag.drop(at)
    new = document.design["root"].children[-1]
    assert {Wire("digits", new), Wire(new, "net")} <= set(document.design["root"].wires)
    assert_undoable(document, before)


def test_what_is_no_layer_is_not_taken(canvas: Canvas) -> None:
    mime = QMimeData()
    mime.setText("hello")
    event = QDragEnterEvent(QPoint(10, 10), Qt.DropAction.CopyAction, mime, LEFT, NO)
    event.ignore()
    QApplication.sendEvent(canvas, event)
    assert not event.isAccepted()
    assert not canvas.pointer.is_busy
