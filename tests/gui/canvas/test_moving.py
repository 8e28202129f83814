"""Dragging layers about."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.canvas.layout.metrics import GRID
from app.document import editing
from app.document.document import Document
from core.design import edits
from core.design.model import Wire
from tests.gui.canvas.conftest import SHIFT, Hand, assert_undoable, names


def test_a_card_is_dragged_to_another_slot_of_its_sequential(hand: Hand, document: Document) -> None:
    before = document.design
    hand.drag(hand.at("flatten"), hand.slot("net", 3))
    assert names(document, "net") == ["fc1", "act1", "flatten", "block", "out"]
    assert document.selection == ("flatten",)
    assert_undoable(document, before)


@pytest.mark.parametrize("index", range(6))
def test_every_slot_takes_what_is_dropped_at_its_point(hand: Hand, document: Document, index: int) -> None:
    hand.drag(hand.at("drop"), hand.slot("net", index))
    expected = ["flatten", "fc1", "act1", "block", "out"]
    expected.insert(index, "drop")
    assert names(document, "net") == expected
    assert names(document, "block") == ["fc2"]


def test_a_card_dropped_where_it_was_changes_nothing(hand: Hand, document: Document) -> None:
    before = document.design
    hand.drag(hand.at("fc1"), hand.at("fc1") + QPoint(30, 0))
    assert document.design is before


def test_a_card_is_dragged_into_another_container_and_out_onto_the_canvas(hand: Hand, document: Document) -> None:
    hand.drag(hand.at("act1"), hand.slot("block", 1))
    assert names(document, "block") == ["fc2", "act1", "drop"]
    before = document.design
    hand.drag(hand.at("drop"), hand.ground())
    assert names(document, "block") == ["fc2", "act1"]
    assert names(document, "root") == ["digits", "net", "res", "drop"]
    assert document.design["drop"].position is not None
    assert_undoable(document, before)


def test_a_frame_is_dragged_by_its_title_with_all_that_is_in_it(hand: Hand, document: Document) -> None:
    hand.drag(hand.at("block"), hand.slot("net", 0))
    assert names(document, "net") == ["block", "flatten", "fc1", "act1", "out"]
    assert names(document, "block") == ["fc2", "drop"]


def test_a_container_cannot_be_dropped_into_itself(hand: Hand, document: Document) -> None:
    hand.drag(hand.at("block"), hand.at("drop"))
    assert document.design.parents["block"] == "net"


def test_several_selected_layers_move_together(hand: Hand, document: Document) -> None:
    hand.click(hand.at("flatten"))
    hand.click(hand.at("act1"), SHIFT)
    hand.drag(hand.at("act1"), hand.slot("net", 5))
    assert names(document, "net") == ["fc1", "block", "out", "flatten", "act1"]


def test_a_card_of_a_module_goes_where_the_hand_takes_it_on_the_grid(
    hand: Hand, document: Document, canvas: Canvas
) -> None:
    before, start = document.design, hand.at("digits")
    hand.press(start)
    hand.move(start + QPoint(0, 20), start + QPoint(-203, 31))
    assert canvas.places.node_rect("digits").center().x() == pytest.approx(
        canvas.mapToGlobal(start).x() - 203, abs=GRID
    )
    assert document.design is before
    hand.release(start + QPoint(-203, 31))
    x, y = document.design["digits"].position or (0.5, 0.5)
    assert x % GRID == 0
    assert y % GRID == 0
    assert x == pytest.approx(-203 / canvas.camera.scale, abs=GRID)
    assert document.design["root"].wires == before["root"].wires
    assert_undoable(document, before)


def test_esc_takes_a_drag_back(hand: Hand, document: Document, canvas: Canvas) -> None:
    before, layout, start = document.design, canvas.stage.layout, hand.at("flatten")
    hand.press(start)
    hand.move(start + QPoint(0, 20), hand.slot("net", 4))
    assert canvas.stage.layout is not layout
    hand.key(Qt.Key.Key_Escape)
    assert canvas.stage.layout is layout
    hand.release(hand.slot("net", 4))
    assert document.design is before
    assert document.undo_label is None


def test_a_layer_without_wires_slips_into_the_wire_it_is_dropped_on(
    hand: Hand, document: Document, canvas: Canvas
) -> None:
    document.apply("", edits.move(document.design, ["act1"], "root", position=(520.0, 0.0)))
    canvas.grab()
    before = document.design
    wire = hand.output("digits") + QPoint(0, round(20 * canvas.camera.scale))
    hand.drag(hand.at("act1"), wire)
    assert set(document.design["root"].wires) == {Wire("digits", "act1"), Wire("act1", "net"), Wire("net", "res")}
    assert_undoable(document, before)


def test_the_canvas_moves_along_at_its_edge(hand: Hand, document: Document, canvas: Canvas, qtbot: QtBot) -> None:
    canvas.framing.zoom_reset()
    start, origin = hand.at("fc1"), canvas.camera.origin.y()
    edge = QPoint(start.x(), canvas.height() - 2)
    hand.press(start)
    hand.move(start + QPoint(0, 20), edge)
    qtbot.waitUntil(lambda: canvas.camera.origin.y() > origin + 50)
    hand.key(Qt.Key.Key_Escape)
    hand.release(edge)


def test_what_a_hand_moved_is_arranged_in_one_step(hand: Hand, document: Document) -> None:
    hand.drag(hand.at("digits"), hand.at("digits") + QPoint(90, 4))
    hand.drag(hand.at("tanh"), hand.at("tanh") + QPoint(-60, 40))
    before = document.design
    document.select(["res"])
    editing.arrange_selection(document)
    assert document.design["tanh"].position is None
    assert document.design["digits"].position is not None
    document.undo()
    editing.arrange(document)
    assert all(node.position is None for node in document.design.walk())
    assert_undoable(document, before)
