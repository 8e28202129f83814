"""A canvas with a small network, and hands to use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.document.document import Document
from app.look import theme
from core.design.model import Design, Node, NodeId, Value, Wire

NO = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def small_design() -> Design:
    """digits -> net: flatten, fc1, act1, block: (fc2, drop), out; and beside them a Module `res` of its own."""
    nodes: dict[NodeId, Node] = {}

    def add(name: str, kind: str, *children: str, wires: tuple[Wire, ...] = (), **options: Value) -> str:
        nodes[name] = Node(name, kind, name, options, children=children, wires=wires)
        return name

    add("digits", "Input", shape=(1, 8, 8))
    for name, kind in (("flatten", "Flatten"), ("act1", "ReLU"), ("drop", "Dropout"), ("add", "Add"), ("tanh", "Tanh")):
        add(name, kind)
    for name, size in (("fc1", 32), ("fc2", 16), ("out", 10)):
        add(name, "Linear", out_features=size)
    add("block", "Sequential", "fc2", "drop")
    add("net", "Sequential", "flatten", "fc1", "act1", "block", "out")
    add("x", "Input")
    add("y", "Output")
    inner = (Wire("x", "tanh"), Wire("tanh", "add"), Wire("x", "add", 1), Wire("add", "y"))
    add("res", "Module", "x", "tanh", "add", "y", wires=inner)
    add("root", "Module", "digits", "net", "res", wires=(Wire("digits", "net"), Wire("net", "res")))
    nodes["root"] = replace(nodes["root"], name="digits-mlp")
    return Design(nodes, "root")


@pytest.fixture
def document(qapp: QApplication) -> Document:
    theme.apply(qapp, "dark")
    return Document(small_design())


@pytest.fixture
def canvas(qtbot: QtBot, document: Document) -> Canvas:
    canvas = Canvas(document)
    qtbot.addWidget(canvas)
    canvas.resize(1000, 1300)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.setFocus()
    canvas.grab()
    return canvas


class Hand:
    """Presses, moves and lets go, with real events, at points of the canvas widget."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    def at(self, node: str) -> QPoint:
        """On a card, or on the title of a frame, beside name and icon."""
        rect = self.canvas.places.node_rect(node)
        assert not rect.isEmpty(), f"{node} is not shown"
        metrics = self.canvas.stage.style.metrics
        is_frame = self.canvas.stage.layout.is_opened(node)
        height = (metrics.header if is_frame else metrics.card_height) * self.canvas.camera.scale
        return self.canvas.mapFromGlobal(QPoint(rect.center().x(), rect.top() + round(height / 2)))

    def slot(self, container: str, index: int) -> QPoint:
        return self.canvas.mapFromGlobal(self.canvas.places.slot_point(container, index))

    def ground(self) -> QPoint:
        """Where there is nothing."""
        return QPoint(12, self.canvas.height() - 12)

    def output(self, node: str) -> QPoint:
        rect = self.canvas.places.node_rect(node)
        return self.canvas.mapFromGlobal(QPoint(rect.center().x(), rect.bottom()))

    def input(self, node: str, share: float = 0.5) -> QPoint:
        rect = self.canvas.places.node_rect(node)
        return self.canvas.mapFromGlobal(QPoint(rect.left() + round(rect.width() * share), rect.top()))

    def click(self, at: QPoint, modifiers: Qt.KeyboardModifier = NO) -> None:
        QTest.mouseClick(self.canvas, LEFT, modifiers, at)

    def press(self, at: QPoint, modifiers: Qt.KeyboardModifier = NO, button: Qt.MouseButton = LEFT) -> None:
        QTest.mousePress(self.canvas, button, modifiers, at)

    def move(self, *points: QPoint) -> None:
        for point in points:
            QTest.mouseMove(self.canvas, point)

    def release(self, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.canvas, button, NO, at)

    def drag(
        self, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NO, button: Qt.MouseButton = LEFT
    ) -> None:
        self.press(start, modifiers, button)
        self.move(start + QPoint(0, 6), start + QPoint(0, 14), (start + end) / 2, end)
        self.release(end, button)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO) -> None:
        QTest.keyClick(self.canvas, key, modifiers)


@pytest.fixture
def hand(canvas: Canvas) -> Hand:
    return Hand(canvas)


class PaletteDrag:
    """A layer on its way from the palette."""

    def __init__(self, canvas: Canvas, key: str) -> None:
        self._canvas, self._mime = canvas, QMimeData()
        self._mime.setData("application/x-netloom-layer", key.encode())

    def enter(self, at: QPoint) -> bool:
        event = QDragEnterEvent(at, Qt.DropAction.CopyAction, self._mime, LEFT, NO)
        event.ignore()
        QApplication.sendEvent(self._canvas, event)
        return event.isAccepted()

    def move(self, at: QPoint) -> None:
        QApplication.sendEvent(self._canvas, QDragMoveEvent(at, Qt.DropAction.CopyAction, self._mime, LEFT, NO))

    def leave(self) -> None:
        QApplication.sendEvent(self._canvas, QDragLeaveEvent())

    def drop(self, at: QPoint) -> None:
        QApplication.sendEvent(self._canvas, QDropEvent(QPointF(at), Qt.DropAction.CopyAction, self._mime, LEFT, NO))


DragFrom = Callable[[str], PaletteDrag]


@pytest.fixture
def palette_drag(canvas: Canvas) -> DragFrom:
    return lambda key: PaletteDrag(canvas, key)


def names(document: Document, container: str) -> list[str]:
    return [document.design[child].name for child in document.design[container].children]


def assert_undoable(document: Document, before: Design) -> None:
    """The last edit was one step: undo gives the very design from before, redo the one from after."""
    after = document.design
    assert after is not before
    document.undo()
    assert document.design is before
    document.redo()
    assert document.design is after
