"""Layers from the palette."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.document import editing
from app.document.document import Document
from core.design.model import Wire
from tests.gui.canvas.conftest import LEFT, NO, DragFrom, Hand, assert_undoable, names


def test_a_layer_is_dropped_at_the_slot_that_opens(
    hand: Hand, document: Document, canvas: Canvas, palette_drag
) -> None:
    before, drag, at = document.design, palette_drag("Dropout"), hand.slot("net", 3)
    height = canvas.places.node_rect("net").height()
    assert drag.enter(at)
    drag.move(at)
    assert canvas.places.node_rect("net").height() > height
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


def test_a_template_is_dropped_whole_in_one_step(
    hand: Hand, document: Document, canvas: Canvas, palette_drag: DragFrom
) -> None:
    before, at, drag = document.design, hand.slot("net", 1), palette_drag("VGG block")
    drag.enter(at)
    drag.drop(at)
    assert names(document, "net") == ["flatten", "vgg", "fc1", "act1", "block", "out"]
    (new,) = document.selection
    assert names(document, new) == ["conv1", "relu1", "conv2", "relu2", "pool"]
    assert_undoable(document, before)


def test_what_is_no_layer_is_not_taken(canvas: Canvas) -> None:
    mime = QMimeData()
    mime.setText("hello")
    event = QDragEnterEvent(QPoint(10, 10), Qt.DropAction.CopyAction, mime, LEFT, NO)
    event.ignore()
    QApplication.sendEvent(canvas, event)
    assert not event.isAccepted()
    assert not canvas.pointer.is_busy


def is_whole(canvas: Canvas, node: str) -> bool:
    """Whether a node is in view with all its edges."""
    rect = canvas.places.node_rect(node)
    return canvas.rect().contains(QRect(canvas.mapFromGlobal(rect.topLeft()), rect.size()))


def test_after_a_drop_at_the_edge_everything_is_in_view_as_before(
    hand: Hand, document: Document, canvas: Canvas, palette_drag: DragFrom, qtbot: QtBot
) -> None:
    drag = palette_drag("Linear")
    drag.enter(hand.ground())
    drag.drop(hand.ground())
    nodes = ("digits", "net", "res", document.selection[0])
    qtbot.waitUntil(lambda: all(is_whole(canvas, node) for node in nodes))
    assert canvas.camera.scale > 0.7


def test_a_drop_at_the_edge_of_a_part_moves_it_as_little_as_can_be(
    hand: Hand, document: Document, canvas: Canvas, palette_drag: DragFrom
) -> None:
    canvas.camera.zoom(1.5, QPointF(500, 0))
    canvas.resize(1000, 500)
    scale, net, drag = canvas.camera.scale, canvas.places.node_rect("net").topLeft(), palette_drag("Linear")
    drag.enter(QPoint(990, 250))
    drag.drop(QPoint(990, 250))
    assert is_whole(canvas, document.selection[0])
    assert canvas.camera.scale == scale
    moved = canvas.places.node_rect("net").topLeft() - net
    assert -240 < moved.x() < 0
    assert moved.y() == 0


def test_a_drag_that_comes_over_the_edge_does_not_move_the_canvas(
    canvas: Canvas, palette_drag: DragFrom, qtbot: QtBot
) -> None:
    drag, origin, scrolling = palette_drag("ReLU"), canvas.camera.origin, canvas.pointer._scroll
    drag.enter(QPoint(4, 300))
    qtbot.waitSignals([scrolling.timeout] * 2).wait()
    assert canvas.camera.origin == origin
    drag.move(QPoint(400, 300))
    qtbot.waitSignal(scrolling.timeout).wait()
    drag.move(QPoint(4, 300))
    qtbot.waitUntil(lambda: canvas.camera.origin != origin)
    drag.leave()


def test_a_layer_added_out_of_sight_is_brought_into_view(
    hand: Hand, document: Document, canvas: Canvas, qtbot: QtBot
) -> None:
    for _ in range(2):
        document.select(["res"])
        editing.add_layer(document, "ReLU")
        qtbot.waitUntil(lambda: not canvas.camera.is_moving)
        assert is_whole(canvas, document.selection[0])
