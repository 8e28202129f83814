"""Layers of several outputs: a wire from each, and the names of ports."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF

from app.canvas.canvas import Canvas
from app.canvas.hands.selected import connect
from app.canvas.layout import hits
from app.document.document import Document
from core.design import edits
from core.design.model import Design, Node, Wire
from tests.gui.canvas.conftest import Hand, assert_undoable


def split_design() -> Design:
    nodes = {
        "input": Node("input", "Input", "input", {"shape": (8,)}),
        "split": Node("split", "Split", "split"),
        "relu": Node("relu", "ReLU", "relu"),
        "tanh": Node("tanh", "Tanh", "tanh"),
        "sub": Node("sub", "Subtract", "sub"),
    }
    wires = (Wire("input", "split"), Wire("split", "relu"), Wire("relu", "sub"))
    nodes["root"] = Node("root", "Module", "net", children=tuple(nodes), wires=wires)
    return Design(nodes, "root")


def output_at(canvas: Canvas, node: str, number: int) -> QPoint:
    layout = canvas.stage.layout
    port = next(p for p in hits.ports_around(layout, node) if p.is_output and p.number == number)
    x, y = hits.port_point(layout, port)
    return canvas.camera.to_view(QPointF(x, y)).toPoint()


def test_a_wire_leaves_the_output_that_it_is_drawn_from(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.apply("", split_design())
    canvas.grab()
    before = document.design
    hand.drag(output_at(canvas, "split", 1), hand.at("tanh"))
    assert set(document.design["root"].wires) - set(before["root"].wires) == {Wire("split", "tanh", 0, 1)}
    assert_undoable(document, before)
    assert str(document.report.leaving("split", 1)) == "N × 4"


def test_dropped_on_a_card_a_wire_backwards_takes_the_output_that_is_free(
    hand: Hand, document: Document, canvas: Canvas
) -> None:
    document.apply("", split_design())
    canvas.grab()
    hand.drag(hand.input("tanh"), hand.at("split"))
    assert Wire("split", "tanh", 0, 1) in document.design["root"].wires


def test_ctrl_j_takes_the_free_output_and_the_free_input(hand: Hand, document: Document, canvas: Canvas) -> None:
    document.apply("", edits.connect(split_design(), "root", Wire("split", "tanh", 0, 1)))
    canvas.grab()
    assert [hits.port_name(canvas.stage.layout, port) for port in hits.ports_around(canvas.stage.layout, "sub")] == [
        "first", "second", ""
    ]  # fmt: skip
    document.select(["tanh", "sub"])
    connect(canvas.view)
    assert Wire("tanh", "sub", 1) in document.design["root"].wires


def test_fewer_outputs_let_go_of_a_wire_in_one_step(hand: Hand, document: Document, canvas: Canvas) -> None:
    design = edits.connect(split_design(), "root", Wire("split", "tanh", 0, 1))
    document.apply("", design)
    document.attempt("Set", lambda: edits.set_options(document.design, ["split"], {"parts": 1}))
    canvas.grab()
    assert Wire("split", "tanh", 0, 1) not in document.design["root"].wires
    assert_undoable(document, design)


def test_wires_of_neighbouring_outputs_do_not_cross(document: Document, canvas: Canvas) -> None:
    design = edits.connect(split_design(), "root", Wire("split", "tanh", 0, 1))
    children = ("input", "split", "tanh", "relu", "sub")  # the other way round than the outputs
    document.apply("", design.with_nodes({"root": replace(design["root"], children=children)}))
    boxes = canvas.stage.layout.boxes
    assert boxes["relu"].x < boxes["tanh"].x
