"""Filling parameters by hand: what will be is drawn first, it is one step of the history, and code waits for trust."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.initialise import InitialiseDialog
from app.engine.run import State
from app.panels.inspector.inspector import PARAMETERS
from app.window.window import Window
from core.design import edits
from core.files import read_tensors
from tests.gui.conftest import id_of
from tests.gui.test_project_files import LONG, PATIENCE, begin_run, until
from tests.unit.core.training.driving import iris

OWN = """from torch.nn import init
def mine(tensor):
    init.constant_(tensor, 4)
"""


@pytest.fixture
def made(window: Window, qtbot: QtBot) -> Window:
    """A window whose network is made, and was not trained."""
    window.document.replace_all(iris(epochs=1), None)
    until(qtbot, lambda: window.document.facts.data)
    window.run_control.follow()
    until(qtbot, lambda: window.trainer.has_model)
    return window


def opened(window: Window) -> InitialiseDialog:
    window.actions_table["model.initialise"].trigger()
    (dialog,) = window.findChildren(InitialiseDialog)
    return dialog


def type_into(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.window().activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Tab)


def choose(dialog: InitialiseDialog, function: str) -> None:
    dialog.form.function.setCurrentText(function)
    dialog.form.function.activated.emit(dialog.form.function.currentIndex())


def take(dialog: InitialiseDialog, window: Window, qtbot: QtBot) -> None:
    until(qtbot, dialog.take.isEnabled)
    with qtbot.waitSignal(window.trainer.numbers_changed, timeout=PATIENCE):
        qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)


def weights(window: Window, qtbot: QtBot, folder: Path) -> dict[str, np.ndarray]:
    path = folder / "now.safetensors"
    with qtbot.waitSignal(window.trainer.weights_saved, timeout=PATIENCE):
        window.trainer.weights.save(path)
    return read_tensors(path)[0]


def names(dialog: InitialiseDialog) -> list[str]:
    return [dialog.list.topLevelItem(row).text(0) for row in range(dialog.list.topLevelItemCount())]


def test_what_was_drawn_is_what_is_put_in_and_undo_brings_the_old_back(
    made: Window, qtbot: QtBot, tmp_path: Path, torch: Any
) -> None:
    before = weights(made, qtbot, tmp_path)
    dialog = opened(made)
    assert names(dialog) == ["net.linear.weight"]
    type_into(qtbot, dialog.form.fields["std"], "0.01")
    type_into(qtbot, dialog.form.seed, "11")
    until(qtbot, dialog.take.isEnabled)
    torch.manual_seed(11)
    wanted = torch.nn.init.normal_(torch.zeros(3, 4), 0, 0.01)
    assert dialog.list.topLevelItem(0).text(3) == f"{wanted.std().item():.4f}"
    assert dialog.figures.text().endswith(f"deviation {wanted.std().item():.4f}")
    assert sum(dialog.histogram.histogram.counts) == 12
    take(dialog, made, qtbot)
    assert made.status.text() == "Parameters initialised: 1"
    np.testing.assert_allclose(weights(made, qtbot, tmp_path)["net.linear.weight"], wanted.numpy(), rtol=1e-6)
    assert made.document.undo_label == "Initialise"
    made.actions_table["edit.undo"].trigger()
    after = weights(made, qtbot, tmp_path)
    assert all((after[name] == before[name]).all() for name in before)
    made.actions_table["edit.redo"].trigger()
    np.testing.assert_allclose(weights(made, qtbot, tmp_path)["net.linear.weight"], wanted.numpy(), rtol=1e-6)


def test_draw_again_draws_from_another_seed(made: Window, qtbot: QtBot) -> None:
    dialog = opened(made)
    until(qtbot, dialog.take.isEnabled)
    first = dialog.figures.text()
    qtbot.mouseClick(dialog.form.again, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: dialog.take.isEnabled() and dialog.figures.text() != first)


def test_what_cannot_be_filled_is_said_and_not_done(made: Window, qtbot: QtBot) -> None:
    dialog = opened(made)
    choose(dialog, "xavier_normal_")
    type_into(qtbot, dialog.pattern, "bias")
    until(qtbot, dialog.message.text)
    assert "'net.linear.bias' cannot be filled by xavier_normal_" in dialog.message.text()
    assert not dialog.take.isEnabled()
    type_into(qtbot, dialog.pattern, "nothing")
    assert names(dialog) == []
    assert not dialog.take.isEnabled()


def test_a_function_of_ones_own_is_kept_and_errors_mark_their_line(made: Window, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(made)
    choose(dialog, dialog.form.function.itemText(dialog.form.function.count() - 1))
    dialog.form.code.setPlainText(OWN.replace("constant_", "nothing_"))
    until(qtbot, dialog.message.text)
    assert dialog.form.code.marked_line == 3
    dialog.form.code.setPlainText(OWN)
    take(dialog, made, qtbot)
    assert (weights(made, qtbot, tmp_path)["net.linear.weight"] == 4).all()
    assert made.document.design.initialisers == {"mine": OWN}


def test_a_function_that_came_with_a_project_waits_for_trust(made: Window, qtbot: QtBot) -> None:
    source = OWN + "# of somebody else\n"
    made.document.apply("Keep", edits.add_initialiser(made.document.design, "mine", source))
    dialog = opened(made)
    choose(dialog, "mine")
    assert "runs once you trust it" in dialog.message.text()
    qtbot.waitUntil(lambda: not dialog._soon.isActive())
    assert dialog._asked is None
    assert not dialog.take.isEnabled()
    assert [code.name for code in made.facts.untrusted] == ["mine"]
    qtbot.mouseClick(dialog.trust, Qt.MouseButton.LeftButton)
    until(qtbot, dialog.take.isEnabled)
    assert dialog.figures.text().startswith("mean 4.0000")
    assert made.facts.untrusted == ()


def test_the_selected_layers_and_one_parameter_of_the_inspector(made: Window, qtbot: QtBot) -> None:
    made.document.select([id_of(made.document.design, "linear")])
    dialog = opened(made)
    assert names(dialog) == ["net.linear.weight", "net.linear.bias"]
    made.document.select([])
    assert names(dialog) == []
    dialog.close()
    qtbot.waitUntil(lambda: not made.findChildren(InitialiseDialog))
    made.document.select([id_of(made.document.design, "linear")])
    made.inspector.open_page(PARAMETERS)
    button = made.inspector.findChild(QPushButton, "inspector.initialise")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    (dialog,) = made.findChildren(InitialiseDialog)
    assert names(dialog) == ["net.linear.weight"]


def test_while_a_run_goes_on_it_waits_for_a_pause(window: Window, qtbot: QtBot) -> None:
    begin_run(window, qtbot, iris(epochs=LONG))
    dialog = opened(window)
    until(qtbot, dialog.figures.text)
    assert not dialog.take.isEnabled()
    window.trainer.pause()
    until(qtbot, lambda: window.trainer.runs.state is State.PAUSED)
    take(dialog, window, qtbot)
    assert window.document.undo_label == "Initialise"
