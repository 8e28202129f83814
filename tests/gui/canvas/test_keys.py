"""The canvas from the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.canvas.hands import selected
from app.document.document import Document
from app.document.search_words import OTHER_WORDS
from app.look import theme
from core.design import catalog, edits, templates
from core.design.model import Wire
from tests.gui.canvas.conftest import CTRL, NO, SHIFT, Hand, assert_undoable, names

Key = Qt.Key


def test_down_walks_through_every_layer_in_order_and_up_walks_back(hand: Hand, document: Document) -> None:
    walked = []
    for _ in range(14):
        hand.key(Key.Key_Down)
        walked.append(document.selection[0])
    assert walked[:9] == ["digits", "net", "flatten", "fc1", "act1", "block", "fc2", "drop", "out"]
    assert walked[9:] == ["res", "x", "tanh", "add", "y"]
    for expected in reversed(walked[:-1]):
        hand.key(Key.Key_Up)
        assert document.selection == (expected,)


def test_left_goes_out_to_the_container(hand: Hand, document: Document) -> None:
    document.select(["fc2"])
    hand.key(Key.Key_Left)
    assert document.selection == ("block",)
    hand.key(Key.Key_Left)
    assert document.selection == ("net",)


def test_enter_enters_and_esc_leaves_then_selects_nothing(hand: Hand, document: Document) -> None:
    document.select(["net"])
    hand.key(Key.Key_Return)
    assert document.context == "net"
    hand.key(Key.Key_Escape)
    assert (document.context, document.selection) == ("root", ("net",))
    hand.key(Key.Key_Escape)
    assert document.selection == ()


def test_a_tap_on_space_folds_and_unfolds(hand: Hand, document: Document) -> None:
    before = document.design
    document.select(["block"])
    hand.key(Key.Key_Space)
    assert document.design["block"].collapsed
    assert_undoable(document, before)
    hand.key(Key.Key_Space)
    assert not document.design["block"].collapsed


def test_space_held_pans_and_does_not_fold(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.select(["block"])
    before, origin = document.design, canvas.camera.origin
    QTest.keyPress(canvas, Key.Key_Space)
    hand.drag(hand.at("fc1"), hand.at("fc1") + hand.at("fc1") - hand.at("act1"))
    QTest.keyRelease(canvas, Key.Key_Space)
    assert canvas.camera.origin.y() > origin.y()
    assert document.design is before


def test_ctrl_shift_and_arrows_move_a_layer(hand: Hand, document: Document) -> None:
    before = document.design
    document.select(["fc1"])
    hand.key(Key.Key_Down, CTRL | SHIFT)
    assert names(document, "net")[:3] == ["flatten", "act1", "fc1"]
    assert_undoable(document, before)
    hand.key(Key.Key_Up, CTRL | SHIFT)
    hand.key(Key.Key_Up, CTRL | SHIFT)
    hand.key(Key.Key_Up, CTRL | SHIFT)
    assert names(document, "net")[:3] == ["fc1", "flatten", "act1"]


def search_field(canvas: Canvas) -> QLineEdit:
    field = canvas.findChild(QLineEdit, "canvas.search")
    assert field.isVisible()
    return field


def test_tab_searches_and_enter_inserts_the_likeliest_after_the_selection(
    hand: Hand, document: Document, canvas: Canvas
) -> None:
    before = document.design
    document.select(["fc1"])
    hand.key(Key.Key_Tab)
    field = search_field(canvas)
    assert canvas.findChild(QListWidget, "canvas.search.list").currentItem().text() == "ReLU"
    QTest.keyClick(field, Key.Key_Return)
    assert names(document, "net") == ["flatten", "fc1", "relu", "act1", "block", "out"]
    assert canvas.hasFocus()
    assert_undoable(document, before)


@pytest.mark.parametrize("kind", ["Add", "TransformerDecoderLayer"])
@pytest.mark.parametrize(("where", "offered"), [(["fc1"], False), ([], True)])
def test_a_sequential_is_offered_no_layers_that_need_wires(
    hand: Hand, document: Document, canvas: Canvas, where: list[str], offered: bool, kind: str
) -> None:
    document.select(where)
    if where:
        hand.key(Key.Key_Tab)
    else:
        QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, NO, hand.ground())
    QTest.keyClicks(search_field(canvas), kind)
    found = canvas.findChild(QListWidget, "canvas.search.list")
    assert (kind in [found.item(row).text() for row in range(found.count())]) is offered


@pytest.mark.parametrize(("typed", "expected"), [("drop", "Dropout"), ("BATCH", "BatchNorm1d"), ("lin", "Linear")])
def test_typing_filters(hand: Hand, document: Document, canvas: Canvas, typed: str, expected: str) -> None:
    hand.key(Key.Key_Tab)
    field = search_field(canvas)
    QTest.keyClicks(field, typed)
    assert canvas.findChild(QListWidget, "canvas.search.list").item(0).text() == expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dense", "Linear"),
        ("fc", "Linear"),
        ("fully connected", "Linear"),
        ("skip", "Add"),
        ("shortcut", "Add"),
        ("conv", "Conv2d"),
        ("norm", "BatchNorm1d"),
        ("concat", "Concat"),
        ("reshape", "Flatten"),
        ("transpose", "Permute"),
    ],
)
def test_other_words_find_what_is_meant(hand: Hand, canvas: Canvas, typed: str, meant: str) -> None:
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, NO, hand.ground())
    QTest.keyClicks(search_field(canvas), typed)
    found = canvas.findChild(QListWidget, "canvas.search.list")
    assert meant in [found.item(row).text() for row in range(min(found.count(), 3))]


def test_at_the_first_slot_of_a_sequential_what_enters_it_decides(hand: Hand, canvas: Canvas) -> None:
    at = hand.slot("net", 0)
    QTest.mouseMove(canvas, at)
    canvas.searching.insert(at_pointer=True)
    QTest.keyClicks(search_field(canvas), "conv")
    found = canvas.findChild(QListWidget, "canvas.search.list")
    rows = {found.item(row).text(): row for row in range(found.count())}
    assert rows["Conv2d"] == 0
    assert found.item(rows["Conv1d"]).foreground().color() == theme.current().muted


def test_other_words_are_of_types_that_there_are() -> None:
    assert catalog.types().keys() | templates.TEMPLATES.keys() >= OTHER_WORDS.keys()


def test_what_does_not_fit_comes_last_with_the_reason(hand: Hand, canvas: Canvas) -> None:
    hand.drag(hand.output("digits"), hand.ground())
    found = canvas.findChild(QListWidget, "canvas.search.list")
    muted = theme.current().muted
    are_muted = [found.item(row).foreground().color() == muted for row in range(found.count())]
    assert are_muted == sorted(are_muted)
    assert True in are_muted
    QTest.keyClicks(search_field(canvas), "conv")
    rows = {found.item(row).text(): row for row in range(found.count())}
    assert rows["Conv2d"] == 0
    assert rows["Conv1d"] > rows["ConvTranspose2d"]
    assert found.item(rows["Conv1d"]).foreground().color() == muted
    assert found.item(rows["Conv2d"]).foreground().color() != muted
    assert "digits" in found.item(rows["Conv1d"]).toolTip()
    search_field(canvas).clear()
    QTest.keyClicks(search_field(canvas), "conv1d")
    assert found.currentItem().text() == "Conv1d"


def test_arrows_choose_in_the_list_and_esc_closes(hand: Hand, document: Document, canvas: Canvas) -> None:
    before = document.design
    hand.key(Key.Key_Tab)
    field, found = search_field(canvas), canvas.findChild(QListWidget, "canvas.search.list")
    QTest.keyClick(field, Key.Key_Down)
    assert found.currentRow() == 1
    QTest.keyClick(field, Key.Key_Escape)
    assert not field.isVisible()
    assert canvas.hasFocus()
    assert document.design is before


def test_a_double_click_on_the_ground_searches_there(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.select(["fc1"])
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, NO, hand.ground())
    field = search_field(canvas)
    QTest.keyClicks(field, "Linear")
    QTest.keyClick(field, Key.Key_Return)
    assert names(document, "root")[-1] == "linear"


def test_find_goes_to_a_layer_wherever_it_is(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.enter("block")
    canvas.searching.find()
    field = search_field(canvas)
    QTest.keyClicks(field, "act1")
    QTest.keyClick(field, Key.Key_Return)
    assert document.selection == ("act1",)
    assert document.context == "net"
    assert canvas.rect().contains(canvas.mapFromGlobal(canvas.places.node_rect("act1").center()))


def test_shift_and_arrows_select_more(hand: Hand, document: Document) -> None:
    document.select(["flatten"])
    hand.key(Key.Key_Down, SHIFT)
    hand.key(Key.Key_Down, SHIFT)
    assert set(document.selection) == {"flatten", "fc1", "act1"}


def test_ctrl_shift_and_arrows_move_a_card_of_a_module_on_the_grid(hand: Hand, document: Document) -> None:
    before = document.design
    document.select(["digits"])
    hand.key(Key.Key_Right, CTRL | SHIFT)
    assert document.design["digits"].position == (16.0, 0.0)
    assert_undoable(document, before)


def test_two_layers_are_connected_the_way_that_closes_no_circle(document: Document, canvas: Canvas) -> None:
    document.apply(
        "wired", edits.place(document.design, {"add": (0.0, -200.0), "tanh": (0.0, 200.0), "x": (0.0, 400.0)})
    )
    document.apply("cut", edits.disconnect(document.design, "res", [Wire("x", "add", 1)]))
    document.select(["x", "add"])
    selected.connect(canvas.view)
    assert Wire("x", "add", 1) in document.design["res"].wires


def test_two_layers_that_no_wire_can_join_say_why(document: Document, canvas: Canvas, qtbot: QtBot) -> None:
    document.select(["fc1", "act1"])
    with qtbot.waitSignal(document.refused) as refused:
        selected.connect(canvas.view)
    assert "needs no wires" in str(refused.args[0])


def test_two_layers_are_connected_and_disconnected_by_command(document: Document, canvas: Canvas) -> None:
    before = document.design
    document.select(["add", "x"])
    selected.connect(canvas.view)
    assert not [wire for wire in document.design["res"].wires if (wire.source, wire.target) == ("x", "add")]
    assert_undoable(document, before)
    selected.connect(canvas.view)
    assert Wire("x", "add", 1) in document.design["res"].wires


def test_ctrl_tab_is_left_to_others(hand: Hand, canvas: Canvas) -> None:
    hand.key(Key.Key_Tab, CTRL)
    assert not canvas.findChild(QWidget, "canvas.search_box").isVisible()


def test_the_search_is_as_high_as_what_it_found_and_says_when_that_is_nothing(hand: Hand, canvas: Canvas) -> None:
    hand.key(Key.Key_Tab)
    box, field = canvas.findChild(QWidget, "canvas.search_box"), canvas.findChild(QLineEdit, "canvas.search")
    found, nothing = canvas.findChild(QListWidget), canvas.findChild(QWidget, "canvas.search.nothing")
    whole = box.height()
    assert not nothing.isVisible()
    QTest.keyClicks(field, "flat")
    assert found.height() >= found.count() * found.sizeHintForRow(0)
    assert box.height() < whole / 2
    QTest.keyClicks(field, "qqq")
    assert nothing.isVisible()
    assert not found.isVisible()
