"""Points on wires, frames around cards, and notes, by hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.canvas.layout.curves import middle
from app.document import editing
from app.document.document import Document
from core.design import catalog, edits
from core.design.model import NodeId, Wire
from tests.gui.canvas.conftest import LEFT, NO, Hand, assert_undoable


def on_wire(canvas: Canvas, source: NodeId, target: NodeId) -> QPoint:
    link = next(link for link in canvas.stage.layout.links if (link.source, link.target) == (source, target))
    return canvas.camera.to_view(QPointF(*middle(link.points))).toPoint()


def put_point(document: Document, canvas: Canvas) -> NodeId:
    QTest.mouseDClick(canvas, LEFT, NO, on_wire(canvas, "digits", "net"))
    (new,) = document.selection
    return new


def test_a_double_click_on_a_wire_adds_a_point_that_can_be_dragged(
    document: Document, canvas: Canvas, hand: Hand
) -> None:
    before, report = document.design, document.report
    point = put_point(document, canvas)
    assert_undoable(document, before)
    assert {Wire("digits", point), Wire(point, "net")} <= set(document.design["root"].wires)
    assert document.report.outputs == report.outputs
    assert document.report.problems == report.problems
    box = canvas.stage.layout.boxes[point]
    hand.drag(canvas.view.rect_of(box).center(), canvas.view.rect_of(box).center() + QPoint(200, 0))
    assert canvas.stage.layout.boxes[point].centre == pytest.approx(box.centre + 200 / canvas.camera.scale, abs=8)
    document.select([point])
    editing.remove(document, join=True)
    assert set(document.design["root"].wires) == set(before["root"].wires)


def frame(document: Document, canvas: Canvas, *ids: NodeId) -> NodeId:
    document.select(ids)
    editing.toggle_frame(document)
    (new,) = document.selection
    return new


def test_a_frame_is_drawn_around_cards_and_taken_away_again(document: Document, canvas: Canvas) -> None:
    document.enter("res")
    before = document.design
    around = frame(document, canvas, "tanh", "add")
    assert_undoable(document, before)
    boxes = canvas.stage.layout.boxes
    assert all(
        boxes[around].x < boxes[i].x and boxes[i].right < boxes[around].right and boxes[around].y < boxes[i].y
        for i in ("tanh", "add")
    )
    assert boxes[around].bottom > boxes["add"].bottom
    canvas.grab()
    document.select(["tanh", "add"])
    editing.toggle_frame(document)
    assert around not in document.design
    assert document.design["add"].frame is None


def test_a_frame_is_dragged_by_its_title_with_what_is_in_it(document: Document, canvas: Canvas, hand: Hand) -> None:
    document.enter("res")
    canvas.grab()
    around = frame(document, canvas, "tanh", "add")
    before = dict(canvas.stage.layout.boxes)
    canvas.camera.arrive()
    area = canvas.view.rect_of(before[around])
    start = area.topLeft() + QPoint(60, 6)
    hand.drag(start, start + QPoint(-160, 0))
    after = canvas.stage.layout.boxes
    shift = after[around].x - before[around].x
    assert shift < -40
    assert [after[i].x - before[i].x for i in ("tanh", "add")] == [shift] * 2


def test_a_card_that_is_dropped_into_a_frame_is_in_it(document: Document, canvas: Canvas, hand: Hand) -> None:
    document.enter("res")
    document.apply("", edits.insert(document.design, catalog.new("ReLU"), "res", position=(600.0, 0.0)))
    new = document.design["res"].children[-1]
    around = frame(document, canvas, "tanh")
    canvas.framing.fit_all()
    canvas.camera.arrive()
    canvas.grab()
    target = canvas.view.rect_of(canvas.stage.layout.boxes[around])
    hand.drag(canvas.view.rect_of(canvas.stage.layout.boxes[new]).center(), target.topLeft() + QPoint(30, 4))
    assert document.design[new].frame == around


def test_a_note_is_written_where_it_stands(document: Document, canvas: Canvas, hand: Hand, qtbot: QtBot) -> None:
    document.apply("", edits.insert(document.design, catalog.new("Note"), "root", position=(500.0, 0.0)))
    note = document.design["root"].children[-1]
    canvas.framing.fit_all()
    canvas.camera.arrive()
    canvas.grab()
    height = canvas.stage.layout.boxes[note].height
    QTest.mouseDClick(canvas, LEFT, NO, canvas.view.rect_of(canvas.stage.layout.boxes[note]).center())
    field = canvas.findChild(QLineEdit, "canvas.name")
    assert field is not None
    qtbot.keyClicks(field, "why this is here, and " * 4)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert str(document.design[note].options["text"]).startswith("why this is here")
    assert canvas.stage.layout.boxes[note].height > height
    canvas.grab()
    hand.click(hand.at("fc1"))
    assert not document.report.problems_of(note)
