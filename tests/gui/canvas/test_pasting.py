"""Cutting, pasting and duplicating, and where it lands."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.canvas.canvas import Canvas
from app.document import editing
from app.document.document import Document
from core.design import clipboard
from core.design.model import Wire
from tests.gui.canvas.conftest import Hand, assert_undoable


def paste(canvas: Canvas) -> None:
    canvas.tools.put_pasted(clipboard.from_text(QGuiApplication.clipboard().text()))


def test_what_was_cut_comes_back_where_it_was(hand: Hand, document: Document, canvas: Canvas) -> None:
    before = document.design["net"].children
    document.select(["fc1", "act1"])
    editing.cut(document)
    cut = document.design
    assert document.design["net"].children == ("flatten", "block", "out")
    paste(canvas)
    names = [document.design[child].name for child in document.design["net"].children]
    assert names == list(before)
    assert_undoable(document, cut)


def test_with_something_selected_it_goes_behind_that(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.select(["fc1"])
    editing.cut(document)
    document.select(["fc2"])
    paste(canvas)
    names = [document.design[child].name for child in document.design["block"].children]
    assert names == ["fc2", "fc1", "drop"]


def test_a_copy_lands_under_the_pointer(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.select(["act1"])
    editing.copy(document)
    document.select([])
    hand.move(hand.slot("block", 2))
    paste(canvas)
    assert document.design[document.design["block"].children[2]].type == "ReLU"


def test_a_copy_lands_in_the_wire_under_the_pointer(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.select(["act1"])
    editing.copy(document)
    document.select([])
    start, end = hand.output("tanh"), hand.input("add", 1 / 3)
    QTest.mouseMove(canvas, (start + end) / 2)
    paste(canvas)
    (new,) = document.selection
    assert {Wire("tanh", new), Wire(new, "add")} <= set(document.design["res"].wires)


def test_a_container_that_is_gone_takes_nothing_back(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.select(["fc2"])
    editing.cut(document)
    document.select(["block"])
    editing.remove(document, join=False)
    paste(canvas)
    assert "fc2" in [node.name for node in document.design.nodes.values()]


def test_a_duplicate_is_fed_by_what_feeds_the_original(hand: Hand, document: Document, canvas: Canvas) -> None:
    before = document.design
    document.select(["tanh"])
    editing.duplicate(document)
    (new,) = document.selection
    assert set(document.design["res"].wires) - set(before["res"].wires) == {Wire("x", new)}
    assert_undoable(document, before)
