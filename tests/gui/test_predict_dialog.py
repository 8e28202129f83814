"""Predictions for data that are chosen, in the real window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.predict import PredictDialog
from app.window.window import Window
from tests.gui.test_initialise_dialog import made as made
from tests.gui.test_project_files import until


def test_a_table_of_predictions_is_shown_and_saved(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    made.actions_table["run.predict"].trigger()
    dialog = made.findChild(PredictDialog)
    assert not dialog.save_button.isEnabled()
    qtbot.keyClicks(dialog.source, "iris")
    qtbot.keyClick(dialog.source, Qt.Key.Key_Return)
    until(qtbot, lambda: dialog.message.text() == "150 predictions.")
    assert dialog.table.columnCount() == 5
    assert dialog.table.topLevelItem(0).text(0) == "sample 0"
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    dialog.findChild(QFileDialog).reject()
    dialog.save(str(tmp_path / "all.csv"))
    until(qtbot, lambda: dialog.message.text().startswith("Saved"))
    assert len((tmp_path / "all.csv").read_text().splitlines()) == 151


def test_what_cannot_be_predicted_is_said_there(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    made.actions_table["run.predict"].trigger()
    dialog = made.findChild(PredictDialog)
    qtbot.keyClicks(dialog.source, "digits")
    qtbot.mouseClick(dialog.findChild(QPushButton, "predict.go"), Qt.MouseButton.LeftButton)
    until(qtbot, lambda: "1 × 8 × 8, but the network learned from 4" in dialog.message.text())
    assert not dialog.save_button.isEnabled()
    dialog.save(str(tmp_path / "all.txt"))
    assert "its name must say what it holds" in dialog.message.text()
