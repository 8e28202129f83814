"""ModuleList and ModuleDict on the canvas: layers are dropped in, and wires lead to the members."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.canvas.layout import hits
from app.canvas.layout.by_hand import _crosses
from app.document.document import Document
from core.design import edits
from core.design.invariants import check_invariants
from core.design.model import Design, Wire
from tests.gui.canvas.conftest import Hand, PaletteDrag, assert_undoable
from tests.unit.core.design.test_lists import experts, wires


@pytest.fixture
def document(document: Document) -> Document:
    return Document(experts())


def test_members_lie_in_their_list_without_wires_of_their_own(canvas: Canvas) -> None:
    layout = canvas.stage.layout
    frame = layout.boxes["layers"]
    for member in ("l0", "l1"):
        box = layout.boxes[member]
        assert frame.x < box.x
        assert box.right < frame.right
        assert frame.y < box.y
        assert box.bottom < frame.bottom
    assert {(link.source, link.target) for link in layout.links if link.wire is None} == {("a", "b")}
    assert {(link.source, link.target) for link in layout.links if link.wire} >= {("input", "l0"), ("l1", "std")}
    assert not hits.ports_around(layout, "layers")
    assert [port.is_output for port in hits.ports_around(layout, "l0")] == [False, True]


def test_a_wire_is_laid_from_a_member_to_another_one(hand: Hand, document: Document) -> None:
    before = document.design
    hand.drag(hand.output("l0"), hand.at("l1"))
    assert wires(document.design) - wires(before) == {"l0>l1"}
    assert_undoable(document, before)


def test_a_wire_to_the_list_itself_is_refused_with_the_reason(hand: Hand, document: Document, qtbot: QtBot) -> None:
    before = document.design
    hand.press(hand.output("act"))
    hand.move(hand.at("heads"))
    hand.release(hand.at("heads"))
    assert document.design is before


def test_a_layer_from_the_palette_is_dropped_between_two_members(
    hand: Hand, document: Document, canvas: Canvas
) -> None:
    before = document.design
    drag = PaletteDrag(canvas, "Tanh")
    at = hand.slot("layers", 1)
    assert drag.enter(at)
    drag.move(at)
    drag.drop(at)
    names = [document.design[i].name for i in document.design["layers"].children]
    assert names == ["0", "1", "2"]
    assert document.design[document.design["layers"].children[1]].type == "Tanh"
    assert_undoable(document, before)


def test_a_wired_layer_is_dragged_into_a_list_and_keeps_its_wires(hand: Hand, document: Document) -> None:
    before = document.design
    hand.drag(hand.at("act"), hand.slot("layers", 1))
    assert [document.design[i].type for i in document.design["layers"].children] == ["Linear", "ReLU", "Linear"]
    assert wires(document.design) == wires(before)
    assert_undoable(document, before)


def test_a_folded_list_takes_the_wires_of_its_members(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.attempt("Collapse", lambda: edits.collapse(document.design, ["heads"], True))
    boxes = canvas.stage.layout.boxes
    links = {link.target: link for link in canvas.stage.layout.links if link.wire}
    assert "std" not in boxes
    assert links["std"].points[-1][1] == boxes["heads"].y


def test_no_wire_passes_under_a_card_on_its_way_down_into_a_list(document: Document, canvas: Canvas) -> None:
    layout = canvas.stage.layout
    down = [link for link in layout.links if link.wire and link.points[0][1] < link.points[-1][1]]
    for link in down:
        for box in layout.boxes.values():
            if not box.is_frame and box.node not in (link.source, link.target):
                assert not _crosses(link.points, (box.x, box.y, box.right, box.bottom)), (link.source, link.target, box)


def test_every_hand_leaves_a_sound_design(document: Document, hand: Hand) -> None:
    hand.drag(hand.at("l1"), hand.ground())
    design: Design = document.design
    check_invariants(design)
    assert Wire("act", "l1") in design["root"].wires
    assert design["l1"].name == "linear"
