"""The keyboard's way through the window: fields come in the order in which they stand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.window.window import Window


def focused() -> str:
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""


def test_from_the_tabs_tab_goes_to_the_fields_of_the_layer_in_order(still_window: Window, qtbot: QtBot) -> None:
    window = still_window
    window.activateWindow()
    linears = [node.id for node in window.document.design.walk() if node.type == "Linear"]
    window.document.select([window.document.design.root])
    window.document.select(linears[:1])
    window.docks.go_to_inspector()
    assert focused() == "inspector.tabs"
    first = window.findChild(QWidget, "inspector.option.in_features")
    qtbot.waitUntil(first.isVisible)  # rows are laid out a turn of the event loop later
    found = []
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        found.append(focused())
    fields = [f"inspector.option.{name}" for name in ("in_features", "out_features", "bias")]
    start = found.index(fields[0])
    assert found[start : start + 3] == fields
    assert start <= 1
