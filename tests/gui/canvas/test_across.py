"""A Module drawn from left to right: everything a hand does on one from top to bottom works there too."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from app.canvas.canvas import Canvas
from app.document import editing
from app.document.document import Document
from core.design import json_form
from core.design.model import Wire
from tests.gui.canvas.conftest import NO, DragFrom, Hand, assert_undoable


def turn(document: Document, canvas: Canvas) -> None:
    document.select(["res"])
    editing.toggle_across(document)
    document.select(())
    canvas.framing.fit_all()
    canvas.camera.arrive()
    canvas.grab()


def side(hand: Hand, node: str, left: bool, share: float = 0.5) -> QPoint:
    """A port at the left or the right side of a card."""
    rect = hand.canvas.places.node_rect(node)
    at = QPoint(rect.left() if left else rect.right(), rect.top() + round(rect.height() * share))
    return hand.canvas.mapFromGlobal(at)


def test_it_is_one_step_kept_with_the_design(document: Document, canvas: Canvas) -> None:
    turn(document, canvas)
    boxes = canvas.stage.layout.boxes
    assert boxes["x"].right < boxes["tanh"].x < boxes["tanh"].right < boxes["add"].x < boxes["y"].x
    assert [document.design[i].is_across for i in ("res", "root")] == [True, False]
    before = canvas.stage.layout
    document.apply("", json_form.from_json(json_form.to_json(document.design)))
    assert canvas.stage.layout.boxes == before.boxes
    document.undo()
    document.undo()
    assert not document.design["res"].is_across


def test_all_modules_are_turned_and_turned_back(document: Document, canvas: Canvas) -> None:
    before = document.design
    editing.toggle_across(document, whole=True)
    assert editing.is_across(document, whole=True)
    boxes = canvas.stage.layout.boxes
    assert boxes["digits"].right < boxes["net"].x < boxes["net"].right < boxes["res"].x
    assert_undoable(document, before)
    editing.toggle_across(document, whole=True)
    assert not any(node.is_across for node in document.design.nodes.values())


def test_a_wire_is_laid_from_a_right_side_to_a_left_one(document: Document, canvas: Canvas, hand: Hand) -> None:
    turn(document, canvas)
    hand.drag(side(hand, "tanh", left=False), side(hand, "y", left=True))
    assert Wire("tanh", "y") in document.design["res"].wires


def test_a_layer_is_dropped_into_a_wire(document: Document, canvas: Canvas, palette_drag: DragFrom, hand: Hand) -> None:
    turn(document, canvas)
    at = (side(hand, "add", left=False) + side(hand, "y", left=True)) / 2
    drag = palette_drag("ReLU")
    drag.enter(at)
    drag.drop(at)
    (new,) = document.selection
    assert {Wire("add", new), Wire(new, "y")} <= set(document.design["res"].wires)


def test_arrows_follow_what_is_seen(document: Document, canvas: Canvas, hand: Hand) -> None:
    turn(document, canvas)
    document.select(["x"])
    for name in ("tanh", "add", "y"):
        hand.key(Qt.Key.Key_Right, NO)
        assert document.selection == (name,)
