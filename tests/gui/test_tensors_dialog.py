"""Files of tensors that are dropped on the window are looked into before anything is loaded."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.dialogs.load_weights import LoadWeightsDialog
from app.dialogs.tensors import TensorsDialog
from app.widgets.figure_table import Figure, FigureTable
from app.window.window import Window
from core.files import write_tensors
from tests.gui.test_initialise_dialog import made as made
from tests.gui.test_project_files import drop, until


def dropped(window: Window, qtbot: QtBot, path: Path) -> TensorsDialog:
    drop(window, path)
    (dialog,) = window.findChildren(TensorsDialog)
    until(qtbot, lambda: not dialog.headline.text().startswith("Reading"))
    return dialog


def column(dialog: TensorsDialog, at: int) -> list[str]:
    return [dialog.table.topLevelItem(row).text(at) for row in range(dialog.table.topLevelItemCount())]


def test_weights_are_shown_and_then_loaded(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "some.safetensors"
    weight = np.arange(12, dtype=np.float32).reshape(3, 4)
    write_tensors(path, {"net.linear.weight": weight, "zero": np.zeros(5, np.float32)})
    dialog = dropped(made, qtbot, path)
    assert dialog.headline.text() == f"{path}: 2 tensors, 68 B"
    assert column(dialog, 0) == ["net.linear.weight", "zero"]
    row = [dialog.table.topLevelItem(0).text(at) for at in range(1, 9)]
    assert row == ["3×4", "float32", "5.5000", f"{weight.std(ddof=1):.4f}", "0.0000", "11.0000", "8.3 %", "0"]
    assert sum(dialog.histogram.histogram.counts) == 12
    dialog.table.setCurrentItem(dialog.table.topLevelItem(1))
    assert sum(dialog.histogram.histogram.counts) == 5
    assert made.document.undo_label is None
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: made.findChildren(LoadWeightsDialog))


def test_arrays_can_become_the_data(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    np.savez(tmp_path / "some.npz", X=np.ones((9, 4)), y=np.arange(9) % 3)
    dialog = dropped(made, qtbot, tmp_path / "some.npz")
    assert column(dialog, 1) == ["9×4", "9"]
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    (data,) = made.findChildren(QDialog, "data")
    assert data._settings.source == str(tmp_path / "some.npz")
    data.reject()


def test_what_cannot_be_read_is_said_there(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "bad.pt").write_bytes(b"nonsense")
    dialog = dropped(made, qtbot, tmp_path / "bad.pt")
    assert "damaged" in dialog.headline.text()
    assert not dialog.use.isEnabled()


def test_a_table_sorts_by_what_is_meant_and_is_copied(qtbot: QtBot) -> None:
    table = FigureTable(["name", "figure"])
    qtbot.addWidget(table)
    nine, unknown, twelve = Figure("9.0", 9.0), Figure("–", None), Figure("1.2e+1", 12)
    table.show_rows([[Figure("a, b", "a, b"), nine], [Figure("c", "c"), unknown], [Figure("d", "d"), twelve]])
    table.show()
    header = table.header()
    title = QPoint(header.sectionViewportPosition(1) + header.sectionSize(1) // 2, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=title)
    assert [row[0] for row in csv.reader(table.text().splitlines())][1:] == ["c", "a, b", "d"]
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=title)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "name\tfigure\nd\t12\na, b\t9.0\nc\t\n"
