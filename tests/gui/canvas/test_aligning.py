"""Aligning and distributing cards of a Module."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.canvas.hands.aligning import align
from app.document.document import Document
from core.design.model import Design, Node
from tests.gui.canvas.conftest import assert_undoable

PLACES = {"a": (0.0, 0.0), "b": (400.0, 130.0), "c": (1200.0, 600.0)}


@pytest.fixture
def placed(document: Document, canvas: Canvas) -> Design:
    nodes = {name: Node(name, "ReLU", name, position=place) for name, place in PLACES.items()}
    nodes["root"] = Node("root", "Module", "net", children=tuple(nodes))
    document.apply("", Design(nodes, "root"))
    document.select(["a", "b", "c"])
    return document.design


@pytest.mark.parametrize(
    ("how", "xs", "ys"),
    [
        ("left", [0, 0, 0], [0, 130, 600]),
        ("right", [1200, 1200, 1200], [0, 130, 600]),
        ("centre", [600, 600, 600], [0, 130, 600]),
        ("top", [0, 400, 1200], [0, 0, 0]),
        ("bottom", [0, 400, 1200], [600, 600, 600]),
        ("middle", [0, 400, 1200], [300, 300, 300]),
        ("across", [0, 600, 1200], [0, 130, 600]),
        ("down", [0, 400, 1200], [0, 300, 600]),
    ],
)
def test_cards_are_aligned_in_one_step(
    document: Document, canvas: Canvas, placed: Design, how: str, xs: list[float], ys: list[float]
) -> None:
    align(canvas.view, how)
    assert [document.design[name].position for name in "abc"] == list(zip(xs, ys, strict=True))
    assert_undoable(document, placed)


def test_what_is_in_a_sequential_has_an_order_instead(document: Document, canvas: Canvas, qtbot: QtBot) -> None:
    document.select(["fc1", "act1"])
    before = document.design
    with qtbot.waitSignal(document.refused) as refused:
        align(canvas.view, "left")
    assert "in one Module" in str(refused.args[0])
    assert document.design is before
