"""Columns of a table in the data dialog: what each is learned from as is chosen, shown at once, kept and undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.dialogs.column_table import EXAMPLES, FOUND, MISSING, NAME
from app.dialogs.data import DataDialog
from app.document.document import Document
from app.widgets.choice_field import ChoiceField
from app.widgets.value_field import ValueField
from tests.gui.test_data_dialog import button, dialog, field, preview, settled, trainer, write  # noqa: F401

ROWS = [
    (("Rome", "Oslo")[i % 2] if i % 5 else "", f"2024-{1 + i % 12:02}-15", str(i * 1.5), str(i % 3), "yn"[i % 2])
    for i in range(60)
]
TEXT = "town,day,size,code,kind\n" + "".join(",".join(row) + "\n" for row in ROWS)


@pytest.fixture
def shown(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> DataDialog:  # noqa: F811
    (path := tmp_path / "shops.csv").write_text(TEXT)
    write(dialog, path, qtbot)
    settled(dialog, qtbot)
    return dialog


def cells(dialog: DataDialog, column: int) -> list[str]:  # noqa: F811
    return [dialog.columns.item(row, column).text() for row in range(dialog.columns.rowCount())]


def read(dialog: DataDialog, qtbot: QtBot) -> None:  # noqa: F811
    """Wait until the data were read as they are to be now."""
    qtbot.waitUntil(button(dialog, "look").isEnabled, timeout=20_000)


def choose(dialog: DataDialog, name: str, kind: str, qtbot: QtBot) -> None:  # noqa: F811
    """In the list of the column's field."""
    pick(dialog.columns.field(cells(dialog, NAME).index(name)), kind, qtbot)
    read(dialog, qtbot)


def pick(combo: ChoiceField, value: str, qtbot: QtBot) -> None:
    qtbot.mouseClick(combo, Qt.MouseButton.LeftButton)
    view = combo.view()
    qtbot.waitUntil(view.isVisible)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    for _ in range(combo.findData(value)):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: combo.currentData() == value)


def test_columns_are_listed_with_what_was_found(shown: DataDialog) -> None:
    assert cells(shown, NAME) == ["town", "day", "size", "code", "kind"]
    assert cells(shown, FOUND) == ["category", "date", "number", "number", "category"]
    assert cells(shown, MISSING) == ["12", "0", "0", "0", "0"]
    assert cells(shown, EXAMPLES)[:2] == ["Oslo, Rome", "2024-01-15, 2024-02-15, 2024-03-15, 2024-04-15"]
    kinds = [shown.columns.field(row).currentData() for row in range(5)]
    assert kinds == ["one-hot", "cyclic", "number", "number", "target"]
    assert not button(shown, "use").isEnabled(), "missing values are asked about first"


def test_another_kind_shows_at_once_and_is_kept(shown: DataDialog, document: Document, qtbot: QtBot) -> None:
    choose(shown, "day", "left out", qtbot)
    assert shown.ignored.text() == "day"
    choose(shown, "code", "one-hot", qtbot)
    choose(shown, "town", "left out", qtbot)
    assert preview(shown)[0] == ["size", "code=0", "code=1", "code=2", "→ column 'kind'"]
    assert preview(shown)[2][:4] == ["1.5", "0", "1", "0"]
    assert "4 values each" in shown.message.text()
    before = document.design.settings.data
    qtbot.mouseClick(button(shown, "use"), Qt.MouseButton.LeftButton)
    data = document.design.settings.data
    assert (set(data.ignored), data.kinds) == ({"day", "town"}, ("code:one-hot",))
    document.undo()
    assert document.design.settings.data == before


def test_what_is_missing_is_filled_in_with_a_value(shown: DataDialog, qtbot: QtBot) -> None:
    choose(shown, "day", "left out", qtbot)
    choose(shown, "town", "index", qtbot)
    value = shown.reading.findChild(ValueField, "data.fill_value")
    assert not value.isVisible()
    pick(field(shown, "missing"), "value", qtbot)
    read(shown, qtbot)
    assert value.isVisible()
    value.setFocus()
    value.selectAll()
    qtbot.keyClicks(value, "-1")
    qtbot.keyClick(value, Qt.Key.Key_Return)
    read(shown, qtbot)
    assert [row[0] for row in preview(shown)[1:5]] == ["0", "1", "2", "1"], "what is missing is no town"
    said = " ".join(label.text() for label in shown.remarks.findChildren(QLabel))
    assert "filled in with -1" in said
    assert "an Embedding needs 3 rows" in said


def test_several_targets(shown: DataDialog, document: Document, qtbot: QtBot) -> None:
    choose(shown, "town", "left out", qtbot)
    choose(shown, "day", "left out", qtbot)
    choose(shown, "code", "target", qtbot)
    choose(shown, "kind", "left out", qtbot)
    assert shown.target.currentText() == "code"
    choose(shown, "kind", "one-hot", qtbot)
    choose(shown, "size", "further target", qtbot)
    assert shown.target.currentText() == "code, size"
    assert "to predict columns 'code', 'size'" in shown.message.text()
    assert preview(shown)[0] == ["kind=n", "kind=y", "→ columns 'code', 'size'"]
    qtbot.mouseClick(button(shown, "use"), Qt.MouseButton.LeftButton)
    assert document.design.settings.data.targets == ("code", "size")
    assert document.design.settings.loss == "MSELoss"


def test_a_column_of_texts_is_learned_from(shown: DataDialog, qtbot: QtBot) -> None:
    choose(shown, "town", "text", qtbot)
    assert preview(shown)[0] == ["town", "→ column 'kind'"]
    assert shown.columns.field(2).currentData() == "left out"
    choose(shown, "town", "one-hot", qtbot)
    assert preview(shown)[0][:2] == ["town=Oslo", "town=Rome"]
