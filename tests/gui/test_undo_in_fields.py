"""Ctrl+Z while a field has the focus: the typing is taken back while one types, and the design once it was taken."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.window.window import Window

CONTROL = Qt.KeyboardModifier.ControlModifier
REDO = CONTROL | Qt.KeyboardModifier.ShiftModifier


def focused(window: Window, name: str, qtbot: QtBot) -> QLineEdit:
    """Select the first layer with an option out_features, and go to a field of the inspector."""
    layers = window.document.design.walk()
    window.document.select([next(node.id for node in layers if "out_features" in node.options)])
    window.activateWindow()
    field = window.findChild(QLineEdit, name)
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    return field


@pytest.mark.parametrize(("name", "typed"), [("inspector.option.out_features", "77"), ("inspector.name", "other")])
def test_what_was_taken_is_undone_in_the_design(name: str, typed: str, still_window: Window, qtbot: QtBot) -> None:
    field = focused(still_window, name, qtbot)
    document, before, old = still_window.document, still_window.document.design, field.text()
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    after = document.design
    assert after != before
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
    assert document.design == before
    assert field.text() == old
    qtbot.keyClick(field, Qt.Key.Key_Z, REDO)
    assert document.design == after
    assert field.text() == typed


def test_what_is_being_typed_is_undone_in_the_field(still_window: Window, qtbot: QtBot) -> None:
    field = focused(still_window, "inspector.option.out_features", qtbot)
    before, old = still_window.document.design, field.text()
    qtbot.keyClicks(field, "77")
    while field.text() != old:
        assert field.isUndoAvailable()
        qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
    assert still_window.document.design == before


def test_after_an_insertion_undo_in_the_search_of_the_palette_takes_it_back(still_window: Window, qtbot: QtBot) -> None:
    window = still_window
    window.activateWindow()
    before = window.document.design
    search = window.palette_panel.search
    window.docks.go_to_palette()
    qtbot.keyClicks(search, "gelu")
    qtbot.keyClick(search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert search.text() != "gelu"  # what is typed is undone first
    search.clear()
    qtbot.keyClicks(search, "gelu")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert window.document.design is not before
    qtbot.keyClick(search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.design is before
