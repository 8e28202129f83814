"""A layer is bypassed and used again from the keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTabWidget
from pytestqt.qtbot import QtBot

from app.window.window import Window
from core.design import edits
from core.design.model import TensorSpec
from tests.gui.conftest import digits_design, id_of

BYPASS = (Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)


def press(window: Window, name: str, qtbot: QtBot) -> None:
    """Click on a card, then Ctrl+B."""
    at = window.canvas.places.node_rect(id_of(window.document.design, name)).center()
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=window.canvas.mapFromGlobal(at))
    assert window.document.selection == (id_of(window.document.design, name),)
    qtbot.keyClick(window.canvas, *BYPASS)


def shown_facts(window: Window) -> str:
    """What the inspector's first tab says of the selection."""
    return " ".join(label.text() for label in window.inspector.layer.facts.findChildren(QLabel) if label.isVisible())


def test_ctrl_b_bypasses_and_uses_again(still_window: Window, qtbot: QtBot) -> None:
    window, document = still_window, still_window.document
    document.replace_all(digits_design(), None)
    before = document.design
    act = id_of(before, "act")
    press(window, "act", qtbot)
    assert document.design[act].bypassed
    assert window.canvas.stage.words(act).kind == "ReLU · bypassed"
    assert document.report.outputs[act] == TensorSpec((None, 128))
    assert "Ctrl+B uses it again" in shown_facts(window)
    qtbot.keyClick(window.canvas, *BYPASS)
    assert document.design == before
    document.undo()
    assert document.design[act].bypassed
    document.undo()
    assert document.design is before


def test_an_input_stays(still_window: Window, qtbot: QtBot) -> None:
    before = still_window.document.design
    press(still_window, "digits", qtbot)
    assert still_window.document.design is before
    (failure,) = still_window.notices.failures.all
    assert "cannot be bypassed" in failure.text


def test_what_is_in_a_bypassed_container_can_be_looked_at(still_window: Window, qtbot: QtBot) -> None:
    window, document = still_window, still_window.document
    document.replace_all(digits_design(), None)
    net = id_of(document.design, "net")
    document.apply("", edits.bypass(document.design, [net], True))
    for node in document.design.walk():
        document.select([node.id])
        for tabs in window.inspector.findChildren(QTabWidget):
            for index in range(tabs.count()):
                tabs.setCurrentIndex(index)
        assert window.canvas.stage.words(node.id).is_bypassed == (node.id in {net, *document.design[net].children})
        assert ("bypassed" in shown_facts(window).casefold()) == window.canvas.stage.words(node.id).is_bypassed
    assert window.canvas.stage.words(net).note == "bypassed"
