"""What is put down finds its place; the view, the problem and what flows are where one looks for them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.canvas.layout.curves import middle
from app.document.document import Document
from core.design import catalog, edits
from core.design.model import Design, Wire
from tests.gui.canvas.conftest import NO, DragFrom, Hand, names


def begun(document: Document, canvas: Canvas) -> None:
    """A new network: an Input, wired to a Sequential without layers."""
    design = document.design.with_nodes({"digits": document.design["digits"]})
    design = edits.remove(design, [*design["net"].children, "res"])
    document.apply("", design)
    canvas.framing.fit_all()
    canvas.camera.arrive()
    canvas.grab()


def test_a_search_on_the_ground_fills_what_is_empty(
    document: Document, canvas: Canvas, hand: Hand, qtbot: QtBot
) -> None:
    begun(document, canvas)
    hand.move(hand.ground())
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    field = canvas.findChild(QLineEdit, "canvas.search")
    assert field is not None
    qtbot.keyClicks(field, "flatten")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert names(document, "net") == ["flatten"]


def test_a_card_dropped_where_it_would_cover_a_wire_goes_into_it(
    document: Document, canvas: Canvas, hand: Hand, palette_drag: DragFrom
) -> None:
    start, end = hand.output("digits"), hand.input("net")
    beside = (start + end) / 2 + QPoint(round(100 * canvas.camera.scale), 0)
    drag = palette_drag("ReLU")
    drag.enter(beside)
    drag.drop(beside)
    (new,) = document.selection
    assert {Wire("digits", new), Wire(new, "net")} <= set(document.design["root"].wires)
    boxes = canvas.stage.layout.boxes
    assert boxes["digits"].bottom < boxes[new].y < boxes[new].bottom < boxes["net"].y


def test_after_an_undo_the_drawing_is_in_view(document: Document, canvas: Canvas) -> None:
    document.apply("", edits.insert(document.design, catalog.new("ReLU"), "root", position=(9000.0, 9000.0)))
    canvas.framing.reveal(document.design["root"].children[-1])
    assert [box.node for box in canvas.view.boxes_in_view()] == [document.design["root"].children[-1]]
    document.undo()
    canvas.camera.arrive()
    assert "digits" in {box.node for box in canvas.view.boxes_in_view()}


def folded(document: Document) -> Design:
    document.apply("", edits.collapse(document.design, ["block"], True))
    return document.design


def test_a_folded_container_opens_under_a_resting_hand(
    document: Document, canvas: Canvas, hand: Hand, palette_drag: DragFrom, qtbot: QtBot
) -> None:
    before = folded(document)
    drag = palette_drag("ReLU")
    drag.enter(hand.at("block"))
    qtbot.waitUntil(lambda: canvas.stage.layout.is_opened("block"))
    assert document.design is before
    drag.move(hand.slot("block", 1))
    drag.drop(hand.slot("block", 1))
    assert names(document, "block") == ["fc2", "relu", "drop"]
    assert not document.design["block"].collapsed
    document.undo()
    assert document.design is before


def test_it_folds_again_where_nothing_was_put_into_it(
    document: Document, canvas: Canvas, hand: Hand, palette_drag: DragFrom, qtbot: QtBot
) -> None:
    before = folded(document)
    drag = palette_drag("ReLU")
    drag.enter(hand.at("block"))
    qtbot.waitUntil(lambda: canvas.stage.layout.is_opened("block"))
    drag.leave()
    assert not canvas.stage.layout.is_opened("block")
    assert document.design is before


def test_the_problem_never_covers_the_card_that_has_it(document: Document, canvas: Canvas, hand: Hand) -> None:
    document.apply("", edits.set_options(document.design, ["out"], {"in_features": 7}))
    card = canvas.findChild(QWidget, "canvas.problem")
    assert card is not None
    for size in ((1000, 1300), (420, 300), (330, 240)):
        canvas.resize(*size)
        document.select([])
        document.select(["out"])
        canvas.grab()
        assert card.isVisible()
        area = QRect(
            canvas.mapFromGlobal(canvas.places.node_rect("out").topLeft()), canvas.places.node_rect("out").size()
        )
        seen = area.intersected(canvas.rect())
        assert not card.geometry().intersects(seen), size


def test_a_click_on_a_shape_says_what_flows_there(canvas: Canvas, hand: Hand, qtbot: QtBot) -> None:
    link = next(link for link in canvas.stage.layout.links if link.source == "digits")
    hand.click(canvas.camera.to_view(QPointF(*middle(link.points))).toPoint(), NO)
    assert "digits → net" in QToolTip.text()
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def reds(canvas: Canvas) -> int:
    image, problem = canvas.grab().toImage(), canvas.stage.style.colors.problem.rgb()
    return sum(image.pixel(x, y) == problem for x in range(image.width()) for y in range(0, image.height(), 2))


def test_what_cannot_be_looks_so_while_it_is_dragged(
    document: Document, canvas: Canvas, hand: Hand, palette_drag: DragFrom
) -> None:
    at = hand.slot("net", 1)
    for key, is_possible in (("Input", False), ("ReLU", True)):
        drag = palette_drag(key)
        drag.enter(at)
        drag.move(at)
        assert (canvas.stage.layout.slot is not None) is is_possible
        assert bool(reds(canvas)) is not is_possible
        drag.leave()
    canvas.framing.fit_all()
    canvas.camera.arrive()
    hand.press(hand.output("add"))
    hand.move(hand.output("add") + QPoint(0, 8), hand.input("tanh"))
    assert reds(canvas)
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.input("tanh"))
