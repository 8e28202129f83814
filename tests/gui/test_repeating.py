"""A container is repeated from the inspector; the network has all of its copies, the drawing one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine.run import State
from app.window.window import Window
from core.design import edits
from core.design.model import Design
from tests.gui.conftest import digits_design, id_of


def with_block() -> Design:
    """digits -> net: flatten, block: (fc1, act), out."""
    design = digits_design()
    inside = [id_of(design, "fc1"), id_of(design, "act")]
    design = edits.set_options(design, inside[:1], {"out_features": 64})
    return edits.rename(edits.wrap(design, inside, "Sequential", "block"), "block", "block")


def repeat(window: Window, times: int, qtbot: QtBot) -> None:
    """Click on the title of the block, and type into the inspector's field."""
    box = window.canvas.places.node_rect("block")
    at = window.canvas.mapFromGlobal(box.topLeft())
    at.setX(at.x() + box.width() // 2)
    at.setY(at.y() + 6)
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert window.document.selection == ("block",)
    field = window.inspector.findChild(QWidget, "inspector.option.repeat")
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, str(times))
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_a_number_in_the_inspector_repeats_it(still_window: Window, qtbot: QtBot) -> None:
    window, document = still_window, still_window.document
    document.replace_all(with_block(), None)
    repeat(window, 4, qtbot)
    assert document.design["block"].options == {"repeat": 4}
    assert window.canvas.stage.words("block").kind == "Sequential ×4 · 2 layers"
    assert window.canvas.stage.words("block").far_name == "block ×4"
    assert document.report.parameter_count() == 4 * (64 * 64 + 64) + 650
    qtbot.waitUntil(window.inspector.findChild(QWidget, "inspector.option.share_weights").isVisible)
    document.undo()
    assert window.canvas.stage.words("block").kind == "Sequential · 2 layers"
    document.select([document.design.root])
    qtbot.waitUntil(lambda: window.inspector.findChild(QWidget, "inspector.option.repeat") is None)


def test_the_arrows_walk_through_what_is_drawn(still_window: Window, qtbot: QtBot) -> None:
    document = still_window.document
    document.replace_all(edits.set_options(with_block(), ["block"], {"repeat": 3}), None)
    document.select(["block"])
    still_window.canvas.setFocus()
    for name in ("fc1", "act", "out"):
        qtbot.keyClick(still_window.canvas, Qt.Key.Key_Down)
        assert document.design[document.selection[0]].name == name


def test_all_copies_are_trained_and_have_their_curves(window: Window, qtbot: QtBot) -> None:
    document = window.document
    design = edits.set_options(with_block(), ["block"], {"repeat": 3})
    document.replace_all(edits.set_settings(design, replace(design.settings, epochs=1)), None)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    runs = window.trainer.runs
    qtbot.waitUntil(lambda: runs.state is State.FINISHED, timeout=60_000)
    fc1 = id_of(document.design, "fc1")
    copies = [node for node, _ in runs.current.last_gradients()][:3]
    assert copies == [fc1, f"{fc1}#1", f"{fc1}#2"]
    window.training.gradients.chart.chosen.emit(copies[2])
    assert document.selection == (fc1,)
