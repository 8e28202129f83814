"""The data view: samples, classes and features in the real window, read by the real process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.data import DataDialog
from app.dialogs.data_view import DataView
from app.window.window import Window
from core.design.choosing_data import take_built_in
from tests.gui.test_project_files import until


def opened(window: Window, qtbot: QtBot) -> DataView:
    window.actions_table["view.data"].trigger()
    view = window.findChild(DataView)
    until(qtbot, lambda: "to train" in view.headline.text() and "of" in view.samples.range.text())
    return view


def pick(field: object, text: str, qtbot: QtBot) -> None:
    """Choose an entry of a list with the keyboard, as a person does who types its name."""
    field.setFocus()
    QTest.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.currentText().startswith(text)


def test_pictures_are_filtered_by_class_and_looked_at_large(window: Window, qtbot: QtBot) -> None:
    view = opened(window, qtbot)
    assert view.samples.range.text() == "1–60 of 1,797"
    until(qtbot, lambda: "sample 0 · 0 · training part" in view.samples.large.title.text())
    pick(view.samples.label, "7", qtbot)
    until(qtbot, lambda: view.samples.range.text() == "1–60 of 179")
    grid = view.samples.pictures
    assert {grid.item(row).text() for row in range(grid.count())} == {"7"}
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.visualItemRect(grid.item(2)).center())
    until(qtbot, lambda: "sample 27 · 7" in view.samples.large.title.text())
    qtbot.mouseClick(view.samples.next, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: view.samples.range.text() == "61–120 of 179")
    assert view.samples.back.isEnabled()


def test_rows_are_sorted_by_a_title_and_what_is_in_both_parts_is_shown(window: Window, qtbot: QtBot) -> None:
    window.document.attempt("iris", lambda: take_built_in(window.document.design, "iris"))
    view = opened(window, qtbot)
    table = view.samples.table
    until(qtbot, lambda: table.rowCount() == 60)
    header = table.horizontalHeader()
    title = QPoint(header.sectionViewportPosition(2) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=title)
    until(qtbot, lambda: table.item(0, 2) is not None and table.item(0, 2).text() == "4.3")
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=title)
    until(qtbot, lambda: table.item(0, 2) is not None and table.item(0, 2).text() == "7.9")
    qtbot.mouseClick(view.repeated, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: view.samples.range.text() == "1–1 of 1")
    assert view.classes.topLevelItem(0).text(1) == "40"
    assert view.features.topLevelItem(0).text(0) == "sepal length (cm)"
    assert sum(view.histogram.histogram.counts) == 150


def test_the_view_follows_the_design(window: Window, qtbot: QtBot) -> None:
    view = opened(window, qtbot)
    window.document.attempt("names", lambda: take_built_in(window.document.design, "names"))
    until(qtbot, lambda: view.samples.table.rowCount() == 60)
    assert view.samples.table.item(0, 2).text() == "Aaron"
    assert view.windowTitle() == "Data: names"
    window.actions_table["view.data"].trigger()
    assert window.findChildren(DataView) == [view], "it is brought to the front, not opened twice"


def test_data_are_looked_at_before_they_are_taken(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text("length,species\n" + "5.1,rose\n7,tulip\n" * 20)
    window.training.choose_data(path)
    dialog = window.findChild(DataDialog)
    look = dialog.findChild(QPushButton, "data.look")
    until(qtbot, look.isEnabled)
    qtbot.mouseClick(look, Qt.MouseButton.LeftButton)
    view = dialog.findChild(DataView)
    until(qtbot, lambda: "32 samples to train, 8 to test." in view.headline.text())
    assert "that a test says too much: 8" in view.remarks.findChildren(type(view.headline))[0].text()
    assert window.document.design.settings.data.source == "digits"
    view.reject()
    dialog.reject()


def test_what_cannot_be_read_is_said(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    design = window.document.design
    settings = replace(design.settings, data=replace(design.settings.data, source=str(tmp_path / "gone.csv")))
    window.document.attempt("gone", lambda: replace(design, settings=settings))
    window.actions_table["view.data"].trigger()
    view = window.findChild(DataView)
    until(qtbot, lambda: "gone.csv" in view.headline.text())
