"""A large folder is scanned: how far that is, and a way to stop."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.data import DataDialog
from app.engine.process import EngineProcess
from app.engine.questions import Question
from app.engine.trainer import Trainer
from core.training.messages import DataScanned
from tests.gui.test_data_dialog import dialog as dialog
from tests.gui.test_data_dialog import settled, write
from tests.gui.test_data_dialog import trainer as trainer
from tests.unit.core.data.test_pictures import content, folder_of, plain


def test_reading_is_told_and_can_be_stopped_and_begun_again(
    dialog: DataDialog, trainer: Trainer, qtbot: QtBot, tmp_path: Path
) -> None:
    settled(dialog, qtbot)
    lost: list[Question] = []
    trainer.questions.lost.connect(lost.append)
    folder = folder_of(tmp_path / "cells", one=content(plain()), two=content(plain("L")))
    _, process = trainer.findChildren(EngineProcess)
    stop = dialog.findChild(QPushButton, "data.stop")
    write(dialog, folder, qtbot)
    assert not stop.isVisible()
    dialog._ask()  # what it does in a moment, before there can be an answer
    process.received.emit(DataScanned(3, 0))
    assert dialog.message.text() == "Reading… 3 files"
    process.received.emit(DataScanned(1000, 10_000))
    assert dialog.message.text() == "Reading… 1,000 of 10,000 files"
    assert stop.isVisible()
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert settled(dialog, qtbot, "problem") == f"Reading '{folder}' was stopped."
    assert not stop.isVisible()
    assert not lost
    dialog.choose(str(tmp_path / "elsewhere.csv"))
    settled(dialog, qtbot, "problem")
    write(dialog, folder, qtbot)
    assert "8 samples to train, 2 to test" in settled(dialog, qtbot)


def test_a_large_table_is_shown_before_it_is_read_whole(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    settled(dialog, qtbot)
    (path := tmp_path / "long.csv").write_text("length,width,kind\n" + "5.25,1.125,rose\n7.5,1,tulip\n" * 400_000)
    write(dialog, path, qtbot)
    assert settled(dialog, qtbot, "muted")
    qtbot.waitUntil(lambda: "the first 10,000 lines" in dialog.message.text(), timeout=60_000)
    assert dialog.preview.rows.item(1, 2).text() == "tulip"
    assert not dialog.findChild(QPushButton, "data.use").isEnabled()
    qtbot.waitUntil(lambda: dialog.message.property("look") == "ok", timeout=60_000)
    assert "640,000 samples to train, 160,000 to test" in dialog.message.text()
