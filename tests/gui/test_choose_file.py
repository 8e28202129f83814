"""Dialogs that ask for a file look at names, never into files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileInfo, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.choose_file import file_dialog, new_file_dialog


def test_no_file_is_read_for_its_icon(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"\x89PNG\r\n\x1a\n")
    parent = QWidget()
    qtbot.addWidget(parent)
    icons = file_dialog(parent, "Open", tmp_path, "Everything (*)").iconProvider()
    assert icons.type(QFileInfo(str(tmp_path / "odd"))) == "", "only a look at what is in it tells that it is a picture"
    assert icons.type(QFileInfo(str(tmp_path))) == "Folder"


def test_a_file_that_is_there_is_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    wanted = tmp_path / "work.txt"
    wanted.write_text("1")
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = file_dialog(parent, "Open", tmp_path, "Text (*.txt)")
    dialog.open()
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    qtbot.waitUntil(lambda: dialog.findChild(QTreeView, "treeView").model().rowCount(_root(dialog)) == 1)
    field.setText("work.txt")
    with qtbot.waitSignal(dialog.fileSelected) as chosen:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == [str(wanted)]
    assert dialog.result() == QDialog.DialogCode.Accepted


def _root(dialog: QFileDialog) -> object:
    return dialog.findChild(QTreeView, "treeView").rootIndex()


def test_a_new_file_has_a_suffix(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = new_file_dialog(parent, "Save", tmp_path, "txt", "Text (*.txt)")
    dialog.open()
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    field.setText("work")
    with qtbot.waitSignal(dialog.fileSelected) as chosen:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == [str(tmp_path / "work.txt")]
