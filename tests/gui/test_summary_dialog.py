"""The table of the model's layers: sorted, copied, saved, and followed while the design is edited."""

from __future__ import annotations

import csv
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.dialogs.summary import SummaryDialog
from app.document.document import Document
from core.design import edits
from tests.gui.conftest import id_of

ROWS = [
    ["net.flatten", "Flatten", "N × 64", "0", "0", "0"],
    ["net.fc1", "Linear", "N × 128", str(128 * 65), str(4 * 128 * 65), str(2 * 128 * 64)],
    ["net.act", "ReLU", "N × 128", "0", "0", "128"],
    ["net.out", "Linear", "N × 10", str(10 * 129), str(4 * 10 * 129), str(2 * 10 * 128)],
]


def opened(document: Document, qtbot: QtBot) -> SummaryDialog:
    dialog = SummaryDialog(document)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def names(dialog: SummaryDialog) -> list[str]:
    return [dialog.table.topLevelItem(row).text(0) for row in range(dialog.table.topLevelItemCount())]


def test_it_is_saved_and_copied_as_it_stands(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(document, qtbot)
    assert dialog.headline.text().startswith("4 layers, 9,610 parameters, 38 kB, ")
    dialog.save(str(tmp_path / "summary.csv"))
    with (tmp_path / "summary.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1:] == ROWS
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()[1:]] == ROWS
    dialog.save(str(tmp_path / "gone" / "summary.csv"))
    assert "gone" in dialog.headline.text()


def test_a_click_sorts_and_selects(document: Document, qtbot: QtBot) -> None:
    dialog = opened(document, qtbot)
    header = dialog.table.header()
    title = QPoint(header.sectionViewportPosition(3) + header.sectionSize(3) // 2, header.height() // 2)
    for _ in range(2):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=title)
    assert names(dialog)[:2] == ["net.fc1", "net.out"]
    place = dialog.table.visualItemRect(dialog.table.topLevelItem(1)).center()
    qtbot.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert document.selection == (id_of(document.design, "out"),)


def test_it_follows_edits(document: Document, qtbot: QtBot) -> None:
    dialog = opened(document, qtbot)
    document.apply("Rename", edits.rename(document.design, id_of(document.design, "act"), "other"))
    assert "net.other" in names(dialog)
