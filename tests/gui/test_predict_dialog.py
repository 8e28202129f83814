"""Predictions for data that are chosen, in the real window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.predict import PredictDialog
from app.widgets.label import Label
from app.window.window import Window
from core.data.prepare import prepare
from core.design import project
from core.design.choosing_data import take_described
from core.design.settings import DataSettings
from core.training.messages import Checkpoint, Predict, Predicted
from tests.gui.test_initialise_dialog import made as made
from tests.gui.test_project_files import open_now, until
from tests.unit.core.design.drawing import stack
from tests.unit.core.training.driving import Driven


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


def test_a_project_whose_data_are_gone_predicts_with_what_it_learned(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "learnt.csv").write_text("town,size,kind\n" + "Rome,1,a\nOslo,2,b\nRome,3,a\nOslo,5,b\n" * 8)
    (tmp_path / "new.csv").write_text("size,town\n1,Rome\n2,Bern\n")
    data = prepare(DataSettings(str(tmp_path / "learnt.csv"), kinds=("town:one-hot",), target="kind")).description
    design = take_described(stack(("Linear", {"out_features": 2}), shape=(3,)), data)
    driven = Driven()
    driven.train(replace(design, settings=replace(design.settings, epochs=3)))
    *_, expected = driven.ask(Predict(str(tmp_path / "new.csv")))
    assert isinstance(expected, Predicted)
    driven.ask(Checkpoint(str(tmp_path / "weights")))
    project.write(tmp_path / "my.netloom", design, tmp_path / "weights")
    (tmp_path / "learnt.csv").unlink()
    open_now(window, tmp_path / "my.netloom")
    until(qtbot, lambda: window.document.facts.data_problem is not None)
    until(qtbot, lambda: window.trainer.has_model)
    window.actions_table["run.predict"].trigger()
    dialog = window.findChild(PredictDialog)
    qtbot.keyClicks(dialog.source, str(tmp_path / "new.csv"))
    qtbot.keyClick(dialog.source, Qt.Key.Key_Return)
    until(qtbot, lambda: dialog.message.text() == "2 predictions.")
    rows = [dialog.table.topLevelItem(row) for row in range(2)]
    assert [tuple(row.text(column) for column in range(4)) for row in rows] == list(expected.rows)
    (said,) = [label.text() for label in dialog.remarks.findChildren(Label)]
    assert "'Bern' that training did not have, in 1 of 2 samples (line 3)" in said
    assert dialog.table.columnWidth(0) >= dialog.table.sizeHintForColumn(0)


def test_what_failed_shows_no_predictions_of_other_data(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    made.actions_table["run.predict"].trigger()
    dialog = made.findChild(PredictDialog)
    dialog.predict("iris")
    until(qtbot, lambda: dialog.save_button.isEnabled())
    dialog.save(str(tmp_path / "missing" / "all.csv"))
    until(qtbot, lambda: dialog.message.property("look") == "problem")
    assert dialog.table.rows  # it is the file that could not be written
    dialog.predict("digits")
    until(qtbot, lambda: "1 × 8 × 8, but the network learned from 4" in dialog.message.text())
    assert not dialog.table.rows
    assert not dialog.save_button.isEnabled()


def test_what_cannot_be_predicted_is_said_there(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    made.actions_table["run.predict"].trigger()
    dialog = made.findChild(PredictDialog)
    qtbot.keyClicks(dialog.source, "digits")
    qtbot.mouseClick(dialog.findChild(QPushButton, "predict.go"), Qt.MouseButton.LeftButton)
    until(qtbot, lambda: "1 × 8 × 8, but the network learned from 4" in dialog.message.text())
    assert not dialog.save_button.isEnabled()
    dialog.save(str(tmp_path / "all.txt"))
    assert "its name must say what it holds" in dialog.message.text()
