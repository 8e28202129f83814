"""Runs step by step, branched, gone on with and set beside each other: in the real window, with the real engine."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
from pytestqt.qtbot import QtBot

import resources
from app.dialogs.all_runs import AllRunsDialog
from app.dialogs.run_steps import RunStepsDialog
from app.engine.run import State
from app.engine.run_archive import runs_folder
from app.window.run_difference import CHANGED, GONE, NEW, RunDifference, color_of, marks
from app.window.window import Window
from core.design import catalog, edits
from core.design.model import Design
from core.design.settings import Course
from core.files import read_tensors
from tests.gui.conftest import digits_design, id_of
from tests.gui.test_project_files import answer


@pytest.fixture
def iris(window: Window, own_folders: Path, qtbot: QtBot) -> Window:
    window.files.open_example(resources.folder("examples") / "iris-mlp.netloom")
    window.files.finish()
    qtbot.waitUntil(lambda: window.trainer.has_model, timeout=120_000)
    design = window.document.design
    settings = replace(design.settings, epochs=6, course=Course(checkpoint_every=5, keep_best="loss"))
    window.document.apply("Settings", edits.set_settings(design, settings))
    return window


def train(window: Window, qtbot: QtBot, command: str = "run.start") -> None:
    window.actions_table[command].trigger()
    qtbot.waitUntil(lambda: window.trainer.runs.state in (State.FINISHED, State.FAILED), timeout=120_000)
    assert window.trainer.runs.state is State.FINISHED
    with qtbot.waitSignal(window.trainer.checkpointed, timeout=60_000):
        window.trainer.checkpoint(window.trainer.checkpoint_path)


def weights(path: Path) -> dict[str, bytes]:
    arrays, _ = read_tensors(path)
    return {name: array.tobytes() for name, array in arrays.items() if name.startswith("model|")}


def dialog_of(window: Window, kind: type[QDialog], qtbot: QtBot) -> QDialog:
    qtbot.waitUntil(lambda: window.findChild(kind) is not None, timeout=10_000)
    found = window.findChild(kind)
    assert found is not None
    qtbot.waitExposed(found)
    return found


def test_a_slider_goes_through_the_steps_that_were_kept(iris: Window, qtbot: QtBot) -> None:
    train(iris, qtbot)
    iris.actions_table["run.steps"].trigger()
    dialog = dialog_of(iris, RunStepsDialog, qtbot)
    assert isinstance(dialog, RunStepsDialog)
    folder = runs_folder() / iris.trainer.runs.all[-1].key
    steps = sorted(folder.glob("step-*"))
    assert len(steps) > 3
    qtbot.waitUntil(lambda: dialog.picture.view.isVisible() and not dialog.picture.view.is_empty, timeout=60_000)
    dialog.slider.setFocus()
    QTest.keyClick(dialog.slider, Qt.Key.Key_Home)
    first = steps[0].stem.removeprefix("step-").lstrip("0")
    assert dialog.headline.text().startswith(f"Step {first} of ")
    arrays, _ = read_tensors(steps[0])
    qtbot.waitUntil(
        lambda: all(_is_row(dialog, place, arrays) for place in range(len(dialog._tensors))), timeout=60_000
    )
    name = dialog._tensors[dialog.table.place or 0].name
    qtbot.waitUntil(lambda: dialog.picture.view._picture == arrays[name].astype("<f4").tobytes(), timeout=60_000)
    counts, ends = np.histogram(arrays[name], 64)
    shown = dialog.histogram.histogram
    assert shown is not None
    assert sum(shown.counts) == counts.sum()
    np.testing.assert_allclose([shown.low, shown.high], [ends[0], ends[-1]], rtol=1e-6)
    qtbot.waitUntil(lambda: len(dialog.history) == len(steps), timeout=60_000)
    node = name.split("|")[1]
    card = iris.canvas.stage.statistics[node].histogram
    assert card is not None
    assert (card.low, card.high) == (shown.low, shown.high), "the cards show that step, too"
    before = dict(iris.canvas.stage.statistics)
    QTest.keyClick(dialog.slider, Qt.Key.Key_PageUp)
    QTest.keyClick(dialog.slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: iris.canvas.stage.statistics != before, timeout=60_000)
    dialog.reject()
    assert iris._cards_before is None


def test_a_damaged_checkpoint_costs_itself(iris: Window, qtbot: QtBot) -> None:
    train(iris, qtbot)
    folder = runs_folder() / iris.trainer.runs.all[-1].key
    steps = sorted(folder.glob("step-*"))
    os.truncate(steps[1], 50)
    iris.actions_table["run.steps"].trigger()
    dialog = dialog_of(iris, RunStepsDialog, qtbot)
    assert isinstance(dialog, RunStepsDialog)
    qtbot.waitUntil(lambda: len(dialog.history) == len(steps) - 1, timeout=60_000)
    dialog.slider.setFocus()
    QTest.keyClick(dialog.slider, Qt.Key.Key_Home)
    QTest.keyClick(dialog.slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: "damaged" in dialog.headline.text(), timeout=60_000)
    assert dialog.table.topLevelItemCount() == 0
    assert not dialog.branch.isEnabled()
    QTest.keyClick(dialog.slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() > 0, timeout=60_000)
    assert dialog.branch.isEnabled()
    dialog.reject()


def _is_row(dialog: RunStepsDialog, place: int, arrays: dict[str, np.ndarray]) -> bool:
    item, name = dialog.table.topLevelItem(place), dialog._tensors[place].name
    array = arrays[name].astype(float)
    return item is not None and np.allclose(item.values[2], array.mean(), rtol=1e-5, atol=1e-7)  # type: ignore[attr-defined]


def test_a_branch_goes_on_to_the_bit_where_its_checkpoint_was(iris: Window, qtbot: QtBot) -> None:
    train(iris, qtbot)
    run = iris.trainer.runs.all[-1]
    end = weights(iris.trainer.checkpoint_path)
    loss = list(run.train_loss.ys)
    iris.actions_table["run.steps"].trigger()
    dialog = dialog_of(iris, RunStepsDialog, qtbot)
    assert isinstance(dialog, RunStepsDialog)
    dialog.slider.setValue(1)
    kept = dialog.kept
    assert kept is not None
    assert kept.step == 10
    with qtbot.waitSignal(iris.files.opened, timeout=60_000):
        QTest.mouseClick(dialog.branch, Qt.MouseButton.LeftButton)
        answer(iris, qtbot, QMessageBox.StandardButton.Discard)
    assert iris.document.path is None, "it is a project of its own"
    qtbot.waitUntil(lambda: iris.actions_table["run.go_on"].isEnabled(), timeout=60_000)
    train(iris, qtbot, "run.go_on")
    assert weights(iris.trainer.checkpoint_path) == end
    branch = iris.trainer.runs.all[-1]
    assert branch is not run
    assert list(branch.train_loss.ys)[-3:] == loss[-3:]


def test_a_run_that_was_stopped_goes_on_to_its_end(iris: Window, qtbot: QtBot) -> None:
    design = iris.document.design
    iris.document.apply("Epochs", edits.set_settings(design, replace(design.settings, epochs=2000)))
    assert not iris.actions_table["run.go_on"].isEnabled()
    iris.actions_table["run.start"].trigger()
    runs = iris.trainer.runs
    qtbot.waitUntil(
        lambda: runs.current is not None and (runs.current.progress or 0) and runs.current.progress.step > 3,
        timeout=60_000,
    )  # type: ignore[union-attr]
    iris.actions_table["run.stop"].trigger()
    qtbot.waitUntil(lambda: runs.state is State.STOPPED, timeout=60_000)
    assert runs.current is not None
    assert runs.current.progress is not None
    reached = runs.current.progress.step
    of_epoch = runs.current.progress.steps // 2000
    until = reached // of_epoch + 2
    design = iris.document.design
    iris.document.apply("Epochs", edits.set_settings(design, replace(design.settings, epochs=until)))
    train(iris, qtbot, "run.go_on")
    assert runs.current.progress is not None
    assert runs.current.progress.step == until * of_epoch
    assert min(runs.current.train_loss.xs) > reached


def two(window: Window, qtbot: QtBot) -> AllRunsDialog:
    train(window, qtbot)
    first = next(node for node in window.document.design.walk() if node.type == "Linear")
    window.document.apply("Wider", edits.set_options(window.document.design, (first.id,), {"out_features": 24}))
    train(window, qtbot)
    window.actions_table["run.all"].trigger()
    dialog = dialog_of(window, AllRunsDialog, qtbot)
    assert isinstance(dialog, AllRunsDialog)
    for place in (0, 1):
        at = dialog.table.visualItemRect(dialog.table.topLevelItem(place)).center()  # type: ignore[arg-type]
        keys = Qt.KeyboardModifier.ControlModifier if place else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, keys, at)
    return dialog


def test_two_runs_are_seen_beside_each_other_with_what_differs(iris: Window, qtbot: QtBot) -> None:
    runs = two(iris, qtbot)
    QTest.mouseClick(runs.difference, Qt.MouseButton.LeftButton)
    dialog = dialog_of(iris, RunDifference, qtbot)
    assert isinstance(dialog, RunDifference)
    assert "out_features=24" in dialog.told.text()
    first = next(node.id for node in iris.document.design.walk() if node.type == "Linear")
    for picture in dialog.pictures:
        assert picture.marked == {first: CHANGED}
        where = picture.outline(first)
        qtbot.waitUntil(lambda picture=picture: picture.width() > 50)
        image = picture.grab().toImage()
        middle = QPoint(round(where.left()), round(where.center().y()))
        near = [image.pixelColor(middle + QPoint(x, 0)) for x in (-1, 0, 1)]
        assert any(_alike(color.getRgb(), color_of(CHANGED).getRgb()) for color in near)


def _alike(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return sum(abs(a - b) for a, b in zip(one[:3], other[:3], strict=True)) < 60


def test_the_checkpoints_of_a_run_go_with_it(iris: Window, qtbot: QtBot) -> None:
    train(iris, qtbot)
    key = iris.trainer.runs.all[-1].key
    assert (runs_folder() / key).is_dir()
    iris.actions_table["run.all"].trigger()
    dialog = dialog_of(iris, AllRunsDialog, qtbot)
    assert isinstance(dialog, AllRunsDialog)
    at = dialog.table.visualItemRect(dialog.table.topLevelItem(0)).center()  # type: ignore[arg-type]
    QTest.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseClick(dialog.delete, Qt.MouseButton.LeftButton)
    assert not (runs_folder() / key).exists()


def test_marks_are_of_what_is_gone_new_and_changed(qapp: QApplication) -> None:
    first = digits_design()
    net, act = id_of(first, "net"), id_of(first, "act")
    second: Design = edits.remove(first, [act], join=True)
    second = edits.insert(second, catalog.new("Tanh", "tanh"), net, 2)
    second = edits.set_options(second, (id_of(second, "fc1"),), {"out_features": 5})
    in_first, in_second = marks(first, second)
    assert in_first == {act: GONE, id_of(first, "fc1"): CHANGED}
    assert in_second == {id_of(second, "tanh"): NEW, id_of(first, "fc1"): CHANGED}
    assert marks(first, first) == ({}, {})
