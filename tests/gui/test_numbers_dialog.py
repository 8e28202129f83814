"""Numbers edited by hand in a table: typed, pasted, changed all at once; each change is one step of the history."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from app.dialogs.number_grid import change_of, from_grid, number_text
from app.dialogs.numbers import NumbersDialog
from app.dialogs.numbers_model import BLOCK, NumbersModel
from app.engine.run import State
from app.panels.inspector.inspector import PARAMETERS
from app.window.window import Window
from core.design.parameter_names import NamedParameter
from core.errors import DesignError
from core.files import read_tensors
from core.training.messages import NumbersRead, Place
from tests.gui.conftest import id_of
from tests.gui.test_initialise_dialog import made as made
from tests.gui.test_project_files import LONG, PATIENCE, begin_run, until
from tests.unit.core.training.driving import iris


def opened(window: Window, qtbot: QtBot) -> NumbersDialog:
    window.actions_table["model.numbers"].trigger()
    (dialog,) = window.findChildren(NumbersDialog)
    until(qtbot, lambda: text(dialog, 0, 0))
    return dialog


def text(dialog: NumbersDialog, row: int, column: int) -> str:
    return str(dialog.model.data(dialog.model.index(row, column)))


def shown(dialog: NumbersDialog) -> list[list[str]]:
    model = dialog.model
    return [[text(dialog, row, column) for column in range(model.columnCount())] for row in range(model.rowCount())]


def weight(window: Window, qtbot: QtBot, folder: Path, name: str = "net.linear.weight") -> np.ndarray:
    path = folder / "now.safetensors"
    with qtbot.waitSignal(window.trainer.weights_saved, timeout=PATIENCE):
        window.trainer.weights.save(path)
    return read_tensors(path)[0][name]


def select(dialog: NumbersDialog, top: int, left: int, bottom: int, right: int) -> None:
    model = dialog.model
    chosen = QItemSelection(model.index(top, left), model.index(bottom, right))
    dialog.table.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def changed(dialog: NumbersDialog, window: Window, qtbot: QtBot, text: str) -> None:
    """Type into the field under the table, and press Enter."""
    dialog.change.clear()
    qtbot.keyClicks(dialog.change, text)
    with qtbot.waitSignal(window.trainer.numbers_changed, timeout=PATIENCE):
        qtbot.keyClick(dialog.change, Qt.Key.Key_Return)


def test_what_is_shown_is_what_is_there_and_a_cell_can_be_typed(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    dialog, before = opened(made, qtbot), weight(made, qtbot, tmp_path)
    assert shown(dialog) == [[str(value) for value in row] for row in before]
    index = dialog.model.index(1, 2)
    dialog.table.setCurrentIndex(index)
    dialog.table.edit(index)
    editor = dialog.table.viewport().findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "0.5")
    with qtbot.waitSignal(made.trainer.numbers_changed, timeout=PATIENCE):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    wanted = before.copy()
    wanted[1, 2] = 0.5
    np.testing.assert_array_equal(weight(made, qtbot, tmp_path), wanted)
    until(qtbot, lambda: text(dialog, 1, 2) == "0.5")
    assert made.document.undo_label == "Edit numbers"
    made.actions_table["edit.undo"].trigger()
    np.testing.assert_array_equal(weight(made, qtbot, tmp_path), before)
    until(qtbot, lambda: text(dialog, 1, 2) == str(before[1, 2]))


@pytest.mark.parametrize(("typed", "change"), [("+1", lambda x: x + 1), ("*0.5", lambda x: x * np.float32(0.5))])
def test_a_selection_is_changed_all_at_once(
    made: Window, qtbot: QtBot, tmp_path: Path, typed: str, change: object
) -> None:
    dialog, before = opened(made, qtbot), weight(made, qtbot, tmp_path)
    select(dialog, 0, 1, 1, 3)
    changed(dialog, made, qtbot, typed)
    assert made.status.text() == "Numbers changed"
    wanted = before.copy()
    wanted[0:2, 1:4] = change(wanted[0:2, 1:4])  # type: ignore[operator]
    np.testing.assert_array_equal(weight(made, qtbot, tmp_path), wanted)
    until(qtbot, lambda: shown(dialog) == [[str(value) for value in row] for row in wanted])


def test_numbers_go_to_a_spreadsheet_and_come_from_one(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    dialog, before = opened(made, qtbot), weight(made, qtbot, tmp_path)
    select(dialog, 1, 0, 2, 1)
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(dialog.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: QGuiApplication.clipboard().text())
    rows = QGuiApplication.clipboard().text().split("\n")
    copied = [[float(cell) for cell in row.split("\t")] for row in rows]
    np.testing.assert_array_equal(np.array(copied, np.float32), before[1:3, 0:2])
    QGuiApplication.clipboard().setText("1\t2\n3\t-4e-3\n")
    select(dialog, 0, 2, 0, 2)
    with qtbot.waitSignal(made.trainer.numbers_changed, timeout=PATIENCE):
        qtbot.keyClick(dialog.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    wanted = before.copy()
    wanted[0:2, 2:4] = [[1, 2], [3, -4e-3]]
    np.testing.assert_array_equal(weight(made, qtbot, tmp_path), wanted)
    select(dialog, 2, 3, 2, 3)
    qtbot.keyClick(dialog.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert dialog.message.text() == "2 × 2 numbers do not fit at row 2, column 3."


def test_what_is_no_number_is_said_and_changes_nothing(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(made, qtbot)
    qtbot.keyClicks(dialog.change, "+1")
    qtbot.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
    assert dialog.message.text() == "Select the numbers to change first."
    select(dialog, 0, 0, 0, 0)
    for typed in ("x", "*nan", "/0", "1e99999", ""):
        dialog.change.setText(typed)
        qtbot.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
        assert dialog.message.text()
        dialog.message.clear()
    assert made.document.undo_label is None


def test_further_axes_have_an_index_each(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    made.document.replace_all(
        iris(
            ("Unflatten", {"dim": 1, "unflattened_size": (1, 2, 2)}),
            ("Conv2d", {"out_channels": 3, "kernel_size": 2}),
            "Flatten",
        ),
        None,
    )
    made.trainer.weights.forget()
    made.run_control.evaluate()
    dialog = opened(made, qtbot)
    kernel = weight(made, qtbot, tmp_path, "net.conv2d.weight")
    assert kernel.shape == (3, 1, 2, 2)
    dialog.findChild(QSpinBox, "numbers.index.0").setValue(2)
    until(qtbot, lambda: shown(dialog) == [[str(value) for value in row] for row in kernel[2, 0]])
    select(dialog, 0, 0, 1, 1)
    changed(dialog, made, qtbot, "7")
    kernel[2, 0] = 7
    np.testing.assert_array_equal(weight(made, qtbot, tmp_path, "net.conv2d.weight"), kernel)


def test_of_a_run_numbers_are_edited_when_it_waits(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    begin_run(window, qtbot, iris(epochs=LONG))
    dialog = opened(window, qtbot)
    assert not dialog.apply.isEnabled()
    assert not dialog.model.flags(dialog.model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable
    window.trainer.pause()
    until(qtbot, lambda: window.trainer.runs.state is State.PAUSED)
    select(dialog, 0, 0, 2, 3)
    changed(dialog, window, qtbot, "3")
    assert (weight(window, qtbot, tmp_path) == 3).all()
    window.trainer.resume()
    until(qtbot, lambda: text(dialog, 0, 0) not in ("3.0", ""))


def test_the_inspector_opens_the_parameter_that_is_looked_into(made: Window, qtbot: QtBot) -> None:
    made.document.select([id_of(made.document.design, "linear")])
    made.inspector.open_page(PARAMETERS)
    made.inspector.parameters.table.chosen.emit("bias")
    qtbot.mouseClick(made.inspector.findChild(QPushButton, "inspector.numbers"), Qt.MouseButton.LeftButton)
    (dialog,) = made.findChildren(NumbersDialog)
    assert dialog.parameter.currentText() == "net.linear.bias"
    assert (dialog.model.rowCount(), dialog.model.columnCount()) == (3, 1)


# --- without an engine ------------------------------------------------------------------------------------------------


def test_only_what_is_looked_at_is_asked_for(qtbot: QtBot) -> None:
    asked: list[Place] = []
    model = NumbersModel(asked.append)
    model.show_slice(NamedParameter("n", "weight", "net.weight", (100_000, 5_000)), ())
    model.data(index := model.index(70_000, 4_999))
    qtbot.waitUntil(lambda: bool(asked))
    row, column = (place // BLOCK * BLOCK for place in (70_000, 4_999))
    corner = Place("n", "weight", (), row, column, BLOCK, 5_000 % BLOCK)
    assert asked == [corner]
    values = np.full(BLOCK * (5_000 % BLOCK), 0.1, np.float32).astype("<f8")
    model.take(NumbersRead(corner, "float32", values.tobytes()))
    assert model.data(index) == "0.1"
    model.refresh()
    assert model.data(index) == "0.1"
    qtbot.waitUntil(lambda: len(asked) == 2)


@pytest.mark.parametrize(
    ("typed", "change"),
    [
        ("+1", ("add", [1.0])),
        ("- 1,5", ("add", [-1.5])),
        ("*0,5", ("multiply", [0.5])),
        ("/4", ("multiply", [0.25])),
        ("2.5", ("set", [2.5])),
    ],
)
def test_changes_in_words_with_a_comma_before_decimals(typed: str, change: object) -> None:
    assert change_of(typed, ",") == change


def test_a_grid_must_be_whole() -> None:
    assert from_grid("1,5\t2\r\n3\t4\r\n", ",") == [[1.5, 2], [3, 4]]
    with pytest.raises(DesignError, match="Row 1 has 1 numbers"):
        from_grid("1\t2\n3", ".")
    assert QLocale().decimalPoint() in ".,"


@pytest.mark.parametrize("value", [0.1, 1e-7, 123456.78, float("nan"), -3.0])
def test_a_number_is_the_shortest_text_that_is_it(value: float) -> None:
    written = number_text(float(np.float32(value)), "float32")
    assert np.float32(written) == np.float32(value) or np.isnan(value)
    assert len(written) <= 12
