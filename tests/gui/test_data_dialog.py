"""Choosing data: what the engine's process understood or not, said in the dialog."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.data import DataDialog
from app.document.document import Document
from app.engine.trainer import Trainer
from app.widgets.choice_field import ChoiceField
from core.training.messages import DataDescribed, Describe
from tests.gui.conftest import Engine, id_of
from tests.unit.core.design.drawing import DIGITS

FLOWERS = "length,width,species\n" + "5.1,0.25,rose\n7,1,tulip\n6.5,0.5,rose\n" * 10


@pytest.fixture
def trainer(qapp: object) -> Iterator[Trainer]:
    """A real one: its second process reads the files."""
    trainer = Trainer()
    yield trainer
    trainer.close()


@pytest.fixture
def dialog(document: Document, trainer: Trainer, qtbot: QtBot) -> DataDialog:
    dialog = DataDialog(document, trainer)
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitExposed(dialog)
    return dialog


def button(dialog: DataDialog, name: str) -> QPushButton:
    return dialog.findChild(QPushButton, f"data.{name}")


def settled(dialog: DataDialog, qtbot: QtBot, look: str = "ok") -> str:
    """Wait until the engine has answered; the sentence."""
    qtbot.waitUntil(lambda: dialog.message.property("look") == look, timeout=20_000)
    return dialog.message.text()


def write(dialog: DataDialog, source: Path, qtbot: QtBot) -> None:
    dialog.source.selectAll()
    qtbot.keyClicks(dialog.source, str(source))
    qtbot.keyClick(dialog.source, Qt.Key.Key_Return)


def type_share(dialog: DataDialog, text: str, qtbot: QtBot) -> None:
    dialog.share.setFocus()
    dialog.share.selectAll()
    qtbot.keyClicks(dialog.share, text)
    qtbot.keyClick(dialog.share, Qt.Key.Key_Tab)


def preview(dialog: DataDialog) -> list[list[str]]:
    table = dialog.preview.rows
    header = [table.horizontalHeaderItem(column).text() for column in range(table.columnCount())]
    cells = [[table.item(row, column).text() for column in range(len(header))] for row in range(table.rowCount())]
    return [header, *cells]


def test_a_table_is_understood_shown_and_used(
    dialog: DataDialog, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    before = document.design
    write(dialog, path, qtbot)
    assert not button(dialog, "use").isEnabled()
    assert "24 samples to train, 6 to test: 2 values each, to tell 2 classes apart (rose, tulip)" in settled(
        dialog, qtbot
    )
    assert preview(dialog)[:2] == [["length", "width", "→ column 'species'"], ["5.1", "0.25", "rose"]]
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert document.design.settings.data.source == str(path)
    assert document.design[id_of(document.design, "flowers")].options["shape"] == (2,)
    document.undo()
    assert document.design is before


def test_another_target_turns_classes_into_numbers(
    dialog: DataDialog, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text("".join(f"{i},{i * 0.37},{i * 1.5}\n" for i in range(40)))
    write(dialog, path, qtbot)
    assert "to predict" in settled(dialog, qtbot)
    dialog.target.lineEdit().setText("0")
    qtbot.keyClick(dialog.target.lineEdit(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: preview(dialog)[1] == ["0", "0", "0"] and preview(dialog)[2][-1] == "1", timeout=20_000)
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    assert document.design.settings.data.target == 0
    assert document.design.settings.loss == "MSELoss" or "L1" in document.design.settings.loss


def test_a_target_that_is_always_the_same_is_replaced_by_a_click(
    dialog: DataDialog, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    (path := tmp_path / "flowers.csv").write_text("width,length,done\n" + "1.5,2,1\n3,2.5,1\n4,7,1\n" * 10)
    write(dialog, path, qtbot)
    assert "1 classes apart (1)" in settled(dialog, qtbot)
    assert not button(dialog, "use").isEnabled()
    qtbot.mouseClick(button(dialog, "remark.target.length"), Qt.MouseButton.LeftButton)
    assert dialog.target.currentText() == "length"
    qtbot.waitUntil(button(dialog, "use").isEnabled, timeout=20_000)
    assert "2 values each, to predict column 'length'. They are held in memory." in settled(dialog, qtbot)
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    assert document.design.settings.data.target == "length"


def test_what_is_wrong_is_said_with_its_line_in_the_dialog(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "holes.csv"
    path.write_text("a,b,y\n1,2,0\n3,4,5,1\n" + "5,6,1\n" * 10)
    write(dialog, path, qtbot)
    assert "Line 3" in settled(dialog, qtbot, "problem")
    assert not button(dialog, "use").isEnabled()
    assert dialog.preview.rows.rowCount() == 0
    assert dialog.findChildren(QMessageBox) == []


def remark(dialog: DataDialog, choice: str, qtbot: QtBot) -> QPushButton:
    """The button that reads the data in another way, once it is there."""
    name = f"data.remark.{choice}"
    qtbot.waitUntil(lambda: dialog.remarks.findChild(QPushButton, name) is not None, timeout=20_000)
    return dialog.remarks.findChild(QPushButton, name)


def field(dialog: DataDialog, name: str) -> ChoiceField:
    return dialog.reading.findChild(ChoiceField, f"data.{name}")


def test_a_question_about_numbers_is_answered_by_a_click_and_kept(
    dialog: DataDialog, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "flats.csv"
    path.write_text("area;rooms;price\n" + "1.107;1;201.250\n114;2;202.500\n" * 8)
    write(dialog, path, qtbot)
    decimals = remark(dialog, "decimal.point", qtbot)
    assert preview(dialog)[1] == ["1107", "1", "201250"]
    assert not button(dialog, "use").isEnabled()
    assert "may be 1107 or 1.107" in decimals.parent().findChild(QLabel).text()
    qtbot.mouseClick(decimals, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(button(dialog, "use").isEnabled, timeout=20_000)
    assert preview(dialog)[1] == ["1.107", "1", "201.25"]
    assert field(dialog, "decimal").currentText() == "point ."
    assert field(dialog, "separator").currentText() == "automatic: semicolon ;"
    assert "Of 17 lines, 16 are samples; left out: 1 with the names" in dialog.message.text()
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    data = document.design.settings.data
    assert (data.decimal, data.thousands, data.separator, data.header) == ("point", "none", "semicolon", True)
    again = DataDialog(document, dialog._trainer)
    qtbot.addWidget(again)
    again.open()
    settled(again, qtbot)
    assert preview(again)[1] == ["1.107", "1", "201.25"]
    assert not again.remarks.isVisible()


def test_lines_with_missing_values_are_left_out_by_a_click(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "holes.csv"
    path.write_text("a,b,y\n1,2,0\n3,,1\n" + "5,6,1\n" * 10)
    write(dialog, path, qtbot)
    leave_out = remark(dialog, "missing.drop", qtbot)
    assert "line 3, column 'b'" in leave_out.parent().findChild(QLabel).text()
    assert not button(dialog, "use").isEnabled()
    leave_out.setFocus()
    qtbot.keyClick(leave_out, Qt.Key.Key_Space)
    qtbot.waitUntil(button(dialog, "use").isEnabled, timeout=20_000)
    assert dialog.focusWidget() is field(dialog, "missing")
    assert "Of 13 lines, 11 are samples" in dialog.message.text()
    assert "1 with missing values" in dialog.message.text()


def test_what_was_found_out_can_be_chosen_otherwise(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "years.csv"
    path.write_text("".join(f"{i},{i * i},{i % 2}\n" for i in range(10, 40)))
    write(dialog, path, qtbot)
    assert "30 are samples" in settled(dialog, qtbot)
    header = field(dialog, "header")
    assert header.currentText() == "automatic: no"
    header.setFocus()
    qtbot.keyClick(header, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "29 are samples" in dialog.message.text(), timeout=20_000)
    assert header.currentText() == "yes"
    assert preview(dialog)[0] == ["10", "100", "→ column '0'"]


def test_text_of_a_file_is_never_taken_for_html(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "markup.csv"
    path.write_text("a,<b>y</b>\n" + "1,<img src=x>\n2,<i>\n" * 8)
    write(dialog, path, qtbot)
    settled(dialog, qtbot)
    shown = [label for label in dialog.findChildren(QLabel) if "<" in label.text()]
    assert shown
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in shown)


def test_pictures_with_channels_last_are_turned_by_a_click(
    dialog: DataDialog, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    np.savez(tmp_path / "colours.npz", X=np.zeros((20, 8, 9, 3), np.float32), y=np.arange(20) % 2)
    write(dialog, tmp_path / "colours.npz", qtbot)
    qtbot.mouseClick(remark(dialog, "channels_last.True", qtbot), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "3×8×9" in dialog.message.text(), timeout=20_000)
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    assert document.design[id_of(document.design, "colours")].options["shape"] == (3, 8, 9)
    assert document.design.settings.data.channels_last


def test_columns_of_text_are_left_out(dialog: DataDialog, document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text('"name, first",size,town,kind\n' + "Ada,1,Turin,a\n7,2,8,b\n" * 10)
    assert not dialog.ignored.isEnabled()
    write(dialog, path, qtbot)
    for offer in ("Leave out 'name, first'", "Leave out 'town'"):
        qtbot.waitUntil(lambda offer=offer: dialog.leave_out.text() == offer, timeout=20_000)
        assert dialog.leave_out.isVisible()
        dialog.leave_out.setFocus()
        qtbot.keyClick(dialog.leave_out, Qt.Key.Key_Space)
        assert dialog.focusWidget() is dialog.ignored
    assert "1 value" in settled(dialog, qtbot)
    assert not dialog.leave_out.isVisible()
    assert dialog.ignored.text() == '"name, first", town'
    assert preview(dialog)[0] == ["size", "→ column 'kind'"]
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    assert document.design.settings.data.ignored == ("name, first", "town")


def test_columns_to_leave_out_can_be_typed(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    write(dialog, path, qtbot)
    settled(dialog, qtbot)
    qtbot.keyClicks(dialog.ignored, "length, height")
    qtbot.keyClick(dialog.ignored, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "no column called 'height'" in dialog.message.text(), timeout=20_000)
    dialog.ignored.setText("length,")
    qtbot.keyClick(dialog.ignored, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: preview(dialog)[0] != [], timeout=20_000)
    assert preview(dialog)[0] == ["width", "→ column 'species'"]


def test_a_file_that_is_not_there(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    write(dialog, tmp_path / "nowhere.csv", qtbot)
    assert "nowhere.csv" in settled(dialog, qtbot, "problem")
    write(dialog, tmp_path / "picture.png", qtbot)
    qtbot.waitUntil(lambda: "picture.png" in dialog.message.text(), timeout=20_000)


def test_a_picked_file_is_looked_at(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "flowers.csv").write_text(FLOWERS)
    settled(dialog, qtbot)
    qtbot.mouseClick(button(dialog, "browse"), Qt.MouseButton.LeftButton)
    files = dialog.findChild(QFileDialog)
    files.fileSelected.emit(str(tmp_path / "flowers.csv"))
    files.reject()
    qtbot.waitUntil(lambda: "tulip" in dialog.message.text(), timeout=20_000)


def test_the_split_of_a_built_in_dataset(dialog: DataDialog, document: Document, qtbot: QtBot) -> None:
    assert "1,438 samples to train, 359 to test" in settled(dialog, qtbot)
    assert not dialog.target.isEnabled()
    type_share(dialog, "0.5", qtbot)
    qtbot.waitUntil(lambda: "to test" in dialog.message.text() and "1,438" not in dialog.message.text(), timeout=20_000)
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    assert document.design.settings.data.test_fraction == 0.5


def test_what_cannot_be_typed_is_said(dialog: DataDialog, document: Document, qtbot: QtBot) -> None:
    settled(dialog, qtbot)
    type_share(dialog, "7", qtbot)
    assert "7" in settled(dialog, qtbot, "problem")
    assert not button(dialog, "use").isEnabled()
    type_share(dialog, "0.2", qtbot)
    settled(dialog, qtbot)
    assert button(dialog, "use").isEnabled()


def test_a_late_answer_does_not_hide_that_a_field_cannot_be_taken(
    document: Document, engine: Engine, qtbot: QtBot
) -> None:
    dialog = DataDialog(document, engine.trainer)
    qtbot.addWidget(dialog)
    dialog.open()
    before = document.design
    qtbot.waitUntil(lambda: bool(engine.asked(Describe)))
    type_share(dialog, "a half", qtbot)
    engine.trainer.questions.settled.emit(engine.asked(Describe)[0], DataDescribed(DIGITS))
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert document.design is before
    assert dialog.share.hasFocus()


def test_cancel_and_late_answers_change_nothing(document: Document, engine: Engine, qtbot: QtBot) -> None:
    dialog = DataDialog(document, engine.trainer)
    qtbot.addWidget(dialog)
    dialog.open()
    before = document.design
    qtbot.waitUntil(lambda: bool(engine.asked(Describe)))
    dialog.choose("iris")
    qtbot.waitUntil(lambda: dialog.message.text() == "Reading…")
    qtbot.mouseClick(button(dialog, "cancel"), Qt.MouseButton.LeftButton)
    assert document.design is before


def folder_of_pictures(folder: Path) -> Path:
    for kind, size in (("cat", (8, 8)), ("dog", (16, 8))):
        (folder / kind).mkdir(parents=True)
        for index in range(6):
            Image.new("RGB", size, (200, 40 * index, 0)).save(folder / kind / f"{index}.png")
    (folder / "cat" / "9.png").write_bytes(b"no picture")
    return folder


def test_a_folder_of_pictures_is_shown_and_brought_to_one_size(
    dialog: DataDialog, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = folder_of_pictures(tmp_path / "animals")
    settled(dialog, qtbot)
    qtbot.mouseClick(button(dialog, "browse_folder"), Qt.MouseButton.LeftButton)
    files = dialog.findChild(QFileDialog)
    assert files.fileMode() == QFileDialog.FileMode.Directory
    files.fileSelected.emit(str(folder))
    files.reject()
    pad = remark(dialog, "fit.pad", qtbot)
    grid = dialog.preview.pictures
    assert dialog.preview.currentWidget() is grid
    assert [grid.item(row).text() for row in range(4)] == ["cat", "dog"] * 2
    assert "Of 13 files, 12 are samples; left out: 1 that cannot be read" in dialog.message.text()
    assert any("'cat/9.png' (no picture of a known kind)" in label.text() for label in dialog.findChildren(QLabel))
    assert not button(dialog, "use").isEnabled()
    before = grid.item(1).icon().pixmap(64, 64).toImage()
    qtbot.mouseClick(pad, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(button(dialog, "use").isEnabled, timeout=20_000)
    after = grid.item(1).icon().pixmap(64, 64).toImage()
    assert after.pixelColor(32, 1).red() == 0, "black above a wide picture"
    assert before.pixelColor(32, 1).red() > 100
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    data = document.design.settings.data
    assert (data.fit, data.channels, data.size) == ("pad", "colour", (8, 12))
    assert document.design[id_of(document.design, "animals")].options["shape"] == (3, 8, 12)


def test_the_size_of_pictures_can_be_chosen(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    write(dialog, folder_of_pictures(tmp_path / "animals"), qtbot)
    remark(dialog, "fit.crop", qtbot)
    size = field(dialog, "size")
    assert size.currentText() == "automatic: 8 × 12"
    size.setFocus()
    qtbot.keyClick(size, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "3×28×28" in dialog.message.text(), timeout=20_000)


def test_rows_become_windows(dialog: DataDialog, document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "levels.csv"
    path.write_text("wind,level\n" + "".join(f"{i % 7}.5,{i * 0.5}\n" for i in range(60)))
    write(dialog, path, qtbot)
    settled(dialog, qtbot)
    assert not dialog.reading.findChild(QLineEdit, "data.window").isVisible()
    samples = field(dialog, "samples")
    samples.setFocus()
    qtbot.keyClick(samples, Qt.Key.Key_Down)
    qtbot.keyClick(samples, Qt.Key.Key_Down)
    window = dialog.reading.findChild(QLineEdit, "data.window")
    qtbot.waitUntil(lambda: "24×2 values each" in dialog.message.text(), timeout=20_000)
    window.setFocus()
    window.selectAll()
    qtbot.keyClicks(window, "10")
    qtbot.keyClick(window, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: "10×2 values each" in dialog.message.text(), timeout=20_000)
    assert dialog.preview.pictures.count() > 10
    assert field(dialog, "split").currentText() == "automatic: the last samples"
    assert field(dialog, "group").findData("wind") > 0
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    data = document.design.settings.data
    assert (data.samples, data.window, data.horizon, data.split) == ("windows", 10, 1, "time")


def test_texts_are_shown_and_taken_apart_otherwise(
    dialog: DataDialog, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("review,liked\n" + "a good film,yes\nnot good at all,no\n" * 8)
    write(dialog, path, qtbot)
    assert "15 values each" in settled(dialog, qtbot)
    assert preview(dialog)[:2] == [["review", "→ column 'liked'"], ["a good film", "yes"]]
    tokens = field(dialog, "tokens")
    assert not field(dialog, "decimal").isVisible()
    tokens.setFocus()
    qtbot.keyClick(tokens, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "4 values each" in dialog.message.text(), timeout=20_000)
    assert any("8 numbers stand for words" in label.text() for label in dialog.remarks.findChildren(QLabel))
    assert dialog.reading.findChild(QLineEdit, "data.length").placeholderText() == "4"
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    data = document.design.settings.data
    assert (data.samples, data.tokens, data.length, data.standardise) == ("text", "words", 4, False)


def test_the_sample_itself_as_the_target(dialog: DataDialog, document: Document, qtbot: QtBot) -> None:
    settled(dialog, qtbot)
    dialog.task.setFocus()
    for _ in range(3):
        qtbot.keyClick(dialog.task, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "to predict the sample itself" in dialog.message.text(), timeout=20_000)
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    assert document.design.settings.data.task == "autoencoder"
    assert document.design.settings.loss == "MSELoss"


def test_a_validation_part_is_kept_back(dialog: DataDialog, document: Document, qtbot: QtBot) -> None:
    settled(dialog, qtbot)
    dialog.valid.setFocus()
    dialog.valid.selectAll()
    qtbot.keyClicks(dialog.valid, "0.1")
    qtbot.keyClick(dialog.valid, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: "180 to validate, 359 to test" in dialog.message.text(), timeout=20_000)
    qtbot.mouseClick(button(dialog, "use"), Qt.MouseButton.LeftButton)
    assert document.design.settings.data.valid_fraction == 0.1


def test_how_many_samples_each_class_has_is_said(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text("length,species\n" + "1,rose\n" * 50 + "2,tulip\n" * 5)
    write(dialog, path, qtbot)
    text = settled(dialog, qtbot)
    assert "Training + test of each class: rose: 40 + 10, tulip: 4 + 1. The largest class has 10 times as many" in text


def test_each_field_is_seen_once_under_a_name_of_its_own(dialog: DataDialog, qtbot: QtBot) -> None:
    dialog.choose("weather")
    qtbot.waitUntil(lambda: "drizzle" in dialog.message.text(), timeout=20_000)
    labels = [label for label in dialog.findChildren(QLabel) if label.buddy() is not None and label.isVisible()]
    assert len({label.text() for label in labels}) == len(labels) == 23
    assert all(label.buddy().isVisible() and label.buddy().accessibleName() for label in labels)
    assert dialog.standardise.geometry().intersected(dialog.rect()) == dialog.standardise.geometry()
