"""Augmentation is shown on samples before it is used, and is one step of the history."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.augmentation import AugmentationDialog
from app.window.window import Window
from core.design.choosing_data import take_built_in
from tests.gui.test_project_files import until


def opened(window: Window, qtbot: QtBot) -> AugmentationDialog:
    window.actions_table["run.augment"].trigger()
    dialog = window.findChild(AugmentationDialog)
    until(qtbot, lambda: dialog.message.text())
    return dialog


def pictures(dialog: AugmentationDialog) -> list[bytes]:
    grid = dialog.pictures
    icons = [grid.item(row).icon() for row in range(grid.count())]
    return [bytes(icon.pixmap(64, 64).toImage().constBits()) for icon in icons]


def type_into(dialog: AugmentationDialog, name: str, text: str, qtbot: QtBot) -> None:
    field = dialog.amounts[name]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_what_is_chosen_is_shown_used_and_taken_back(window: Window, qtbot: QtBot) -> None:
    dialog = opened(window, qtbot)
    until(qtbot, dialog.use.isEnabled)
    plain = pictures(dialog)
    assert len(plain) == 42
    assert len(set(plain[:7])) == 1
    type_into(dialog, "rotate", "20", qtbot)
    until(qtbot, lambda: dialog.use.isEnabled() and len(set(pictures(dialog)[:7])) == 7)
    turned = pictures(dialog)
    assert turned[0] == plain[0], "the first is the sample as it is"
    qtbot.mouseClick(dialog.findChild(QPushButton, "augment.again"), Qt.MouseButton.LeftButton)
    until(qtbot, lambda: dialog.use.isEnabled() and pictures(dialog) != turned)
    before = window.document.design
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert window.document.design.settings.data.rotate == 20
    assert window.document.undo_label is not None
    window.document.undo()
    assert window.document.design is before


def test_what_cannot_be_augmented_is_said(window: Window, qtbot: QtBot) -> None:
    window.document.attempt("iris", lambda: take_built_in(window.document.design, "iris"))
    dialog = opened(window, qtbot)
    until(qtbot, lambda: "are no pictures" in dialog.message.text())
    assert not dialog.use.isEnabled()
    type_into(dialog, "noise", "0.5", qtbot)
    until(qtbot, lambda: "Only pictures can be augmented" in dialog.message.text())
    dialog.reject()


def test_an_amount_that_cannot_be_holds_it_up(window: Window, qtbot: QtBot) -> None:
    dialog = opened(window, qtbot)
    until(qtbot, dialog.use.isEnabled)
    type_into(dialog, "crop", "2", qtbot)
    assert not dialog.use.isEnabled()
    assert "0.9" in dialog.message.text()
    type_into(dialog, "crop", "0.2", qtbot)
    until(qtbot, dialog.use.isEnabled)
    qtbot.mouseClick(dialog.findChild(QPushButton, "augment.none"), Qt.MouseButton.LeftButton)
    until(qtbot, lambda: dialog.use.isEnabled() and len(set(pictures(dialog)[:7])) == 1)
    assert dialog.amounts["crop"].text() == "0.0"
    dialog.reject()
