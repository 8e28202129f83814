"""A run that PyTorch makes in processes of its own is followed live, is stopped, and gives its weights."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.dialogs.elsewhere import ElsewhereDialog
from app.engine.launch_plan import Plan
from app.engine.run import State
from app.window.window import Window
from core.design.pytorch.figures import read_figures
from tests.gui.test_project_files import opened, until
from tests.unit.core.training.driving import iris


@pytest.fixture
def planned(window: Window, qtbot: QtBot, tmp_path: Path) -> ElsewhereDialog:
    opened(window, tmp_path / "mine.netloom", iris(("Linear", {"out_features": 3}), epochs=3))
    until(qtbot, lambda: window.trainer.has_model)
    window.actions_table["run.elsewhere"].trigger()
    (dialog,) = window.findChildren(ElsewhereDialog)
    return dialog


def test_two_processes_train_and_their_weights_come_back(
    window: Window, planned: ElsewhereDialog, qtbot: QtBot
) -> None:
    pytest.importorskip("torch")
    field = planned.counts["processes"]
    field.selectAll()
    qtbot.keyClicks(field, "2\r")
    assert "--standalone" in planned.command.toPlainText()
    assert "--nproc_per_node=2" in planned.command.toPlainText()
    planned._count("machines", None)  # emptied
    assert planned.counts["machines"].text() == "1"
    qtbot.mouseClick(planned.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.document.undo_label == "Load weights", timeout=120_000)
    (run,) = window.trainer.runs.all
    assert run.state is State.FINISHED
    assert list(run.test_loss.xs) == [4, 8, 12]
    assert run.test_loss.ys[-1] < run.test_loss.ys[0]
    assert len(run.test_accuracy) == 3
    assert run.progress is not None
    assert (run.progress.epoch, run.progress.epochs) == (3, 3)
    assert not window.trainer.elsewhere.is_on
    assert planned.plan.weights.exists()


def test_the_figures_are_followed_and_a_stop_is_left_where_it_is_seen(
    window: Window, planned: ElsewhereDialog, qtbot: QtBot
) -> None:
    """Of several machines nothing is started here."""
    field = planned.counts["machines"]
    field.selectAll()
    qtbot.keyClicks(field, "2\r")
    qtbot.keyClicks(planned.host, "first.example")
    command = planned.command.toPlainText()
    assert "--nnodes=2 --rdzv-backend=c10d --rdzv-endpoint=first.example:29500" in command
    plan, runs, elsewhere = planned.plan, window.trainer.runs, window.trainer.elsewhere
    assert planned.begin.text() == "Write and follow"
    qtbot.mouseClick(planned.begin, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: elsewhere.is_on)
    assert runs.state is State.STARTING
    assert not window.actions_table["run.pause"].isEnabled()
    step = {"step": 5, "steps": 24, "epoch": 0, "epochs": 3, "loss": 1.5}
    norms = {"net.linear.weight": 3.0, "net.linear.bias": 4.0}
    with plan.figures.open("w") as file:
        file.write(json.dumps(step | {"gradients": norms}) + "\n")
    until(qtbot, lambda: runs.state is State.RUNNING)
    run = runs.current
    assert (run.train_loss.latest, run.progress.step, run.progress.steps) == ((5, 1.5), 5, 24)
    assert [norm for _, norm in run.last_gradients()] == [5.0]
    window.actions_table["run.stop"].trigger()
    until(qtbot, plan.stop.exists)
    weights = window.trainer.weights
    with qtbot.waitSignal(window.trainer.weights_saved, timeout=20_000):
        weights.save(plan.weights)
    with plan.figures.open("a") as file:
        file.write(
            json.dumps({"epoch": 1, "step": 6, "train_loss": 1.4, "test_loss": 1.2, "test_accuracy": 0.5}) + "\n"
        )
        file.write(json.dumps({"weights": "/there/w.safetensors"}) + "\n")
    until(qtbot, lambda: window.document.undo_label == "Load weights")
    assert run.state is State.STOPPED
    assert (run.test_loss.latest, run.train_means) == ((6, 1.2), (1.4, None))
    assert [norm for _, norm in run.last_gradients()] == [5.0], "they are those of the weights that came"


def test_what_fails_there_is_said_with_its_last_words(window: Window, planned: ElsewhereDialog, qtbot: QtBot) -> None:
    pytest.importorskip("torch")
    planned.python.setText(sys.executable)
    elsewhere = window.trainer.elsewhere
    plan = planned.plan
    planned.reject()
    plan.script.parent.mkdir()
    plan.script.write_text("raise ValueError('no such thing')")
    with qtbot.waitSignal(window.trainer.failed, timeout=60_000) as failed:
        elsewhere.begin(window.document.design, plan)
    assert failed.args[0].values == {"reason": "ValueError: no such thing"}
    assert window.trainer.runs.state is State.FAILED
    with qtbot.waitSignal(window.trainer.failed, timeout=20_000) as failed:
        elsewhere.begin(window.document.design, Plan(plan.script, python="/no/python"))
    assert "could not be started" in failed.args[0].template


def test_a_second_stop_and_another_project_end_the_processes(
    window: Window, planned: ElsewhereDialog, qtbot: QtBot
) -> None:
    plan, elsewhere, runs = planned.plan, window.trainer.elsewhere, window.trainer.runs
    planned.reject()
    plan.script.parent.mkdir()
    plan.script.write_text("import time\nprint('begun', flush=True)\ntime.sleep(600)\n")
    for end in (lambda: (window.trainer.stop(), window.trainer.stop()), window.trainer.forget):
        with qtbot.waitSignal(elsewhere.printed, timeout=20_000):
            elsewhere.begin(window.document.design, plan)
        process = elsewhere._process
        with qtbot.waitSignal(process.destroyed, timeout=20_000):
            end()
        assert not elsewhere.is_on
    assert [run.state for run in runs.all] == [State.STOPPED] * 2


def test_a_figure_that_is_no_number_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text('{"step": 1, "steps": 2, "loss": NaN, "gradients": {"a.b": Infinity}}\n{"step": 2, "ste')
    read = read_figures(path)
    assert (read.lines[0].loss, read.lines[0].gradients, len(read.lines)) == (None, {"a.b": None}, 1)
    assert read_figures(path, read.end).lines == ()
