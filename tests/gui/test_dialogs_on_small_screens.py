"""Every dialog lies on the screen with all its buttons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.widgets.dialog import Dialog
from app.window.window import Window


def test_one_that_is_larger_than_the_screen_is_made_to_fit(qtbot: QtBot) -> None:
    dialog = Dialog()
    qtbot.addWidget(dialog)
    dialog.resize(QSize(4000, 3000))
    dialog.show()
    assert QGuiApplication.primaryScreen().availableGeometry().contains(dialog.geometry())


@pytest.mark.parametrize("command", ["run.augment", "run.predict", "run.all", "run.own_data", "view.data",
                                     "model.summary", "model.custom", "model.initialise", "model.numbers",
                                     "file.check_pytorch", "run.elsewhere"])  # fmt: skip
def test_those_of_the_window_do(still_window: Window, qtbot: QtBot, command: str) -> None:
    still_window.actions_table[command].trigger()
    dialogs = [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]
    assert dialogs
    for dialog in dialogs:
        assert isinstance(dialog, Dialog)
        assert dialog.screen().availableGeometry().contains(dialog.geometry())
        dialog.close()
