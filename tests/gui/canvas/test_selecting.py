"""Clicks, the rubber band, double clicks and the context menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.document.document import Document
from core.design import catalog, edits
from tests.gui.canvas.conftest import CTRL, LEFT, NO, SHIFT, Hand, assert_undoable


def test_a_click_selects_and_a_click_on_nothing_selects_nothing(hand: Hand, document: Document) -> None:
    hand.click(hand.at("fc1"))
    assert document.selection == ("fc1",)
    hand.click(hand.at("net"))
    assert document.selection == ("net",)
    hand.click(hand.ground())
    assert document.selection == ()


def test_shift_and_ctrl_add_and_take_away(hand: Hand, document: Document) -> None:
    hand.click(hand.at("fc1"))
    hand.click(hand.at("out"), SHIFT)
    hand.click(hand.at("act1"), CTRL)
    assert set(document.selection) == {"fc1", "out", "act1"}
    hand.click(hand.at("out"), CTRL)
    assert set(document.selection) == {"fc1", "act1"}


def test_a_click_among_several_selects_that_one(hand: Hand, document: Document) -> None:
    document.select(["fc1", "act1"])
    hand.click(hand.at("act1"))
    assert document.selection == ("act1",)


def band_around(hand: Hand, *nodes: str) -> tuple[QPoint, QPoint]:
    """From beside the upper node, on the frame, to the middle of the lower one."""
    rects = [hand.canvas.places.node_rect(node) for node in nodes]
    start = hand.canvas.mapFromGlobal(rects[0].topLeft()) - QPoint(8, 4)
    return start, hand.canvas.mapFromGlobal(rects[-1].center())


def test_a_rubber_band_selects_the_cards_it_touches(hand: Hand, document: Document) -> None:
    hand.drag(*band_around(hand, "fc1", "act1"))
    assert set(document.selection) == {"fc1", "act1"}


def test_a_rubber_band_around_a_frame_selects_the_frame_alone(hand: Hand, document: Document) -> None:
    rect = hand.canvas.places.node_rect("net")
    start, end = rect.topLeft() - QPoint(12, 6), rect.bottomRight() + QPoint(12, 6)
    hand.drag(hand.canvas.mapFromGlobal(start), hand.canvas.mapFromGlobal(end))
    assert document.selection == ("net",)


def test_a_rubber_band_with_shift_adds_and_esc_restores(hand: Hand, document: Document) -> None:
    document.select(["out"])
    start, end = band_around(hand, "fc1", "act1")
    hand.press(start, SHIFT)
    hand.move((start + end) / 2, end)
    assert set(document.selection) == {"out", "fc1", "act1"}
    hand.key(Qt.Key.Key_Escape)
    assert document.selection == ("out",)
    hand.release(end)


def test_a_double_click_on_a_container_enters_it_and_esc_leaves(hand: Hand, document: Document, canvas: Canvas) -> None:
    QTest.mouseDClick(canvas, LEFT, NO, hand.at("block"))
    assert document.context == "block"
    canvas.grab()
    assert canvas.places.node_rect("flatten").isEmpty()
    hand.key(Qt.Key.Key_Escape)
    assert document.context == "net"
    assert document.selection == ("block",)
    hand.key(Qt.Key.Key_Escape)
    assert document.context == "root"


def test_the_icon_of_a_container_folds_it(hand: Hand, document: Document, canvas: Canvas) -> None:
    before = document.design
    rect = canvas.places.node_rect("block")
    icon = canvas.mapFromGlobal(rect.topLeft()) + QPoint(22, 18) * canvas.camera.scale
    hand.click(icon)
    assert document.design["block"].collapsed
    assert canvas.places.node_rect("fc2").isEmpty()
    assert canvas.stage.words("block").kind == "Sequential · 2 layers"
    assert_undoable(document, before)
    hand.click(canvas.mapFromGlobal(canvas.places.node_rect("block").topLeft()) + QPoint(22, 18) * canvas.camera.scale)
    assert not document.design["block"].collapsed


def test_a_double_click_on_a_card_renames_it(hand: Hand, document: Document, canvas: Canvas) -> None:
    before = document.design
    QTest.mouseDClick(canvas, LEFT, NO, hand.at("fc1"))
    field = canvas.findChild(QLineEdit, "canvas.name")
    assert field.isVisible()
    assert field.text() == "fc1"
    QTest.keyClicks(field, "hidden")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert document.design["fc1"].name == "hidden"
    assert canvas.hasFocus()
    assert_undoable(document, before)


def test_a_name_that_cannot_be_is_shown_as_such_and_not_taken(hand: Hand, document: Document, canvas: Canvas) -> None:
    before = document.design
    document.select(["fc1"])
    canvas.overlays.rename_selected()
    field = canvas.findChild(QLineEdit, "canvas.name")
    QTest.keyClicks(field, "out")
    assert field.property("look") == "problem"
    sentence = canvas.findChild(QLabel, "canvas.name.refusal")
    assert sentence.isVisible()
    assert "'out'" in sentence.text()
    assert sentence.geometry().top() > field.geometry().bottom()
    assert canvas.rect().contains(sentence.geometry())
    QTest.keyClicks(field, ".b")
    assert "dot" in sentence.text()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert not sentence.isVisible()
    assert document.design is before


def test_a_menu_is_asked_for_what_is_under_the_pointer(
    hand: Hand, document: Document, canvas: Canvas, qtbot: QtBot
) -> None:
    document.select(["fc1"])
    at = hand.at("act1")
    with qtbot.waitSignal(canvas.context_requested) as asked:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, canvas.mapToGlobal(at))
        QApplication.sendEvent(canvas, event)
    assert asked.args == [canvas.mapToGlobal(at), "act1"]
    assert document.selection == ("act1",)


@pytest.mark.parametrize(
    ("selection", "node"), [(("fc2",), "fc2"), (("out", "fc1"), "out"), (("block",), "block"), ((), None)]
)
def test_the_menu_key_opens_the_menu_at_what_is_selected(
    document: Document, canvas: Canvas, qtbot: QtBot, selection: tuple[str, ...], node: str | None
) -> None:
    document.select(selection)
    anywhere = QPoint(1, 1)  # Qt gives a place that has nothing to do with what is selected
    with qtbot.waitSignal(canvas.context_requested) as asked:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, anywhere, canvas.mapToGlobal(anywhere))
        QApplication.sendEvent(canvas, event)
    at, about = asked.args
    assert about == node
    area = canvas.places.node_rect(node) if node else QRect(canvas.mapToGlobal(QPoint()), canvas.size())
    assert (at - area.center()).manhattanLength() <= 2
    assert document.selection == selection


def test_what_is_selected_is_said_in_words(hand: Hand, document: Document, canvas: Canvas) -> None:
    hand.click(hand.at("fc1"))
    assert canvas.accessibleDescription().startswith("fc1, Linear, 64 → 32")
    document.select(["fc1", "out"])
    assert "2 layers" in canvas.accessibleDescription()
    document.select([])
    assert canvas.accessibleDescription().startswith("Nothing selected")


def test_a_name_being_edited_is_given_up_when_its_layer_goes(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.apply("", edits.insert(document.design, catalog.new("ReLU"), "net"))
    document.select([document.design["net"].children[-1]])
    canvas.overlays.rename_selected()
    document.undo()
    field = canvas.findChild(QLineEdit, "canvas.name")
    assert not field.isVisible()


def test_a_search_is_closed_when_the_design_changes_under_it(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.apply("", edits.insert(document.design, catalog.new("ReLU"), "net"))
    document.select([document.design["net"].children[-1]])
    canvas.searching.insert()
    document.undo()
    assert not canvas.findChild(QLineEdit, "canvas.search").isVisible()
