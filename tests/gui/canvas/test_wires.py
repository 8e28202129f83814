"""Laying and cutting wires."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.document.document import Document
from core.design.model import Wire
from tests.gui.canvas.conftest import CTRL, Hand, assert_undoable


def test_a_wire_from_an_output_to_a_card_takes_its_free_input(hand: Hand, document: Document) -> None:
    before = document.design
    hand.drag(hand.output("x"), hand.at("add"))
    assert set(document.design["res"].wires) - set(before["res"].wires) == {Wire("x", "add", 2)}
    assert_undoable(document, before)


def test_a_wire_from_an_input_backwards_to_an_output(hand: Hand, document: Document) -> None:
    before = document.design
    hand.drag(hand.input("add", 5 / 6), hand.output("tanh"))
    assert set(document.design["res"].wires) - set(before["res"].wires) == {Wire("tanh", "add", 2)}


def test_the_end_of_a_wire_is_taken_off_and_dropped_on_nothing(hand: Hand, document: Document) -> None:
    before = document.design
    hand.drag(hand.input("net"), hand.ground())
    assert document.design["root"].wires == (Wire("net", "res"),)
    assert_undoable(document, before)


def test_the_end_of_a_wire_is_led_elsewhere(hand: Hand, document: Document) -> None:
    hand.drag(hand.input("add", 2 / 3), hand.at("y"))
    assert set(document.design["res"].wires) == {Wire("x", "tanh"), Wire("tanh", "add"), Wire("x", "y")}


def test_a_wire_that_would_close_a_circle_is_refused_with_the_reason(
    hand: Hand, document: Document, qtbot: QtBot
) -> None:
    before = document.design
    with qtbot.waitSignal(document.refused) as refused:
        hand.drag(hand.output("add"), hand.at("tanh"))
    assert "circle" in str(refused.args[0])
    assert document.design is before


def test_esc_takes_a_wire_back(hand: Hand, document: Document, canvas: Canvas) -> None:
    before = document.design
    hand.press(hand.output("x"))
    hand.move(hand.at("add"))
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.at("add"))
    assert document.design is before


def test_a_wire_let_go_on_nothing_searches_for_what_to_connect(hand: Hand, document: Document, canvas: Canvas) -> None:
    before = document.design
    hand.drag(hand.output("res"), hand.ground())
    field = canvas.findChild(QLineEdit, "canvas.search")
    assert field.isVisible()
    QTest.keyClicks(field, "relu")
    QTest.keyClick(field, Qt.Key.Key_Return)
    new = document.design["root"].children[-1]
    assert document.design[new].type == "ReLU"
    assert Wire("res", new) in document.design["root"].wires
    assert document.design[new].position is None
    assert canvas.places.node_rect(new).top() > canvas.places.node_rect("res").bottom()
    assert_undoable(document, before)


def test_a_wire_let_go_outside_its_frame_searches_too_and_stays_in_its_container(
    hand: Hand, document: Document, canvas: Canvas
) -> None:
    hand.drag(hand.output("x"), hand.ground())
    field = canvas.findChild(QLineEdit, "canvas.search")
    assert field.isVisible()
    QTest.keyClicks(field, "sigmoid")
    QTest.keyClick(field, Qt.Key.Key_Return)
    new = document.design["res"].children[-1]
    assert Wire("x", new) in document.design["res"].wires


@pytest.mark.parametrize(("start", "end", "said"), [("x", "fc1", "one container"), ("add", "x", "nothing feeds it")])
def test_a_wire_let_go_on_a_card_that_cannot_take_it_says_why(
    hand: Hand, document: Document, qtbot: QtBot, start: str, end: str, said: str
) -> None:
    before = document.design
    with qtbot.waitSignal(document.refused) as refused:
        hand.drag(hand.output(start), hand.at(end))
    assert said in str(refused.args[0])
    assert document.design is before


def test_a_stroke_with_ctrl_cuts_what_it_crosses(hand: Hand, document: Document, canvas: Canvas) -> None:
    before = document.design
    middle = (hand.output("x") + hand.input("tanh")) / 2
    hand.drag(middle - QPoint(180, 0), middle + QPoint(120, 0), CTRL)
    assert set(before["res"].wires) - set(document.design["res"].wires) >= {Wire("x", "tanh")}
    assert_undoable(document, before)


def test_a_stroke_taken_back_cuts_nothing(hand: Hand, document: Document) -> None:
    before = document.design
    middle = (hand.output("x") + hand.input("tanh")) / 2
    hand.press(middle - QPoint(180, 0), CTRL)
    hand.move(middle, middle + QPoint(120, 0))
    hand.key(Qt.Key.Key_Escape)
    hand.release(middle + QPoint(120, 0))
    assert document.design is before


def test_ports_belong_to_modules_only(hand: Hand, document: Document) -> None:
    before = document.design
    hand.drag(hand.output("flatten"), hand.ground())
    assert document.design["net"].wires == before["net"].wires == ()
