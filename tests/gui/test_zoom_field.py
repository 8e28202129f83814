"""The readout of the zoom, into which one can type."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.window.window import Window


@pytest.fixture
def field(still_window: Window) -> QLineEdit:
    field = still_window.findChild(QLineEdit, "status.zoom")
    still_window.canvas.framing.fit_if_new()
    still_window.canvas.framing.zoom_to(0.8)
    assert field.text() == "80 %"
    field.setFocus()
    return field


@pytest.mark.parametrize(("typed", "scale"), [("50", 0.5), ("125 %", 1.25), ("33,3%", 0.333)])
def test_what_is_typed_is_the_zoom(
    still_window: Window, field: QLineEdit, qtbot: QtBot, typed: str, scale: float
) -> None:
    field.selectAll()
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert still_window.canvas.camera.scale == pytest.approx(scale)
    assert field.text() == f"{scale * 100:.0f} %"


@pytest.mark.parametrize("typed", ["large", "0", "100000", ""])
def test_what_is_no_zoom_brings_back_what_holds(
    still_window: Window, field: QLineEdit, qtbot: QtBot, typed: str
) -> None:
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert still_window.canvas.camera.scale == pytest.approx(0.8)
    assert field.text() == "80 %"


def test_it_follows_the_camera(still_window: Window, field: QLineEdit, qtbot: QtBot) -> None:
    still_window.actions_table["view.zoom_reset"].trigger()
    assert field.text() == "100 %"
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "100 %"
    still_window.canvas.framing.zoom_to(0.005)
    assert field.text() == "0.5 %"


def test_home_shows_everything_from_wherever_nothing_else_wants_it(still_window: Window, qtbot: QtBot) -> None:
    canvas = still_window.canvas
    canvas.framing.fit_if_new()
    for name in ("training.tabs", "canvas"):
        canvas.framing.zoom_to(0.3)
        widget = still_window.findChild(QWidget, name)
        assert widget is not None
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_Home)
        qtbot.waitUntil(lambda: canvas.camera.scale > 0.5)
