"""Networks of others are looked at, and opened as projects with their weights."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from app.dialogs.import_network import ImportDialog
from app.window.window import Window
from tests.gui.test_project_files import drop, type_name, until
from tests.unit.core.design.drawing import paths

pytest.importorskip("onnx")
FILES = Path(__file__).parents[1] / "unit" / "core" / "onnx_files" / "files"


def imported(window: Window, qtbot: QtBot, path: Path) -> ImportDialog:
    """The dialog, once the file that was chosen in the menu's dialog is read."""
    window.actions_table.by_id["file.import"].trigger()
    type_name(window, qtbot, path)
    until(qtbot, lambda: window.findChildren(ImportDialog))
    (dialog,) = window.findChildren(ImportDialog)
    until(qtbot, lambda: not dialog.headline.text().startswith("Reading"))
    return dialog


def test_an_onnx_model_is_opened_with_its_weights(window: Window, qtbot: QtBot) -> None:
    dialog = imported(window, qtbot, FILES / "lenet-script.onnx")
    assert dialog.headline.text() == (
        "lenet-script.onnx: layers: 12, numbers in weights: 4,236\nAll of it was understood."
    )
    assert [dialog.report.item(row).text() for row in range(dialog.report.count())] == [
        "Its samples may be those of 'mnist': they are chosen as its data."
    ]
    qtbot.mouseClick(dialog.open_it, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: window.document.name == "lenet-script")
    assert window.document.path is None
    assert "fc3" in paths(window.document.design)


def test_what_was_not_understood_is_listed_and_nothing_changes_before_it_is_wanted(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    design = window.document.design
    (tmp_path / "mine.py").write_text(
        "from torch import nn\n\n\nclass Odd(nn.Module):\n    def forward(self, x):\n        return x.cumsum(1)\n\n\n"
        "class Mine(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.odd = Odd()\n"
        "        self.fc = nn.Linear(4, 2)\n\n    def forward(self, x):\n        return self.fc(self.odd(x))\n"
    )
    dialog = imported(window, qtbot, tmp_path / "mine.py")
    assert dialog.headline.text() == (
        "mine.py: layers: 2. It brings no weights: new ones are drawn.\nNot understood, and now custom layers: 1"
    )
    report = dialog.findChild(QListWidget, "import.report")
    assert report.item(0).text().startswith("'Odd' stays a custom layer with its source: line 6: 'x.cumsum(1)'")
    dialog.reject()
    assert window.document.design is design


def test_a_dropped_model_that_cannot_be_read_is_told(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "x.onnx").write_bytes(b"no model")
    drop(window, tmp_path / "x.onnx")
    (dialog,) = window.findChildren(ImportDialog)
    until(qtbot, lambda: "no ONNX model" in dialog.headline.text())
    assert not dialog.open_it.isEnabled()
    dialog.reject()
