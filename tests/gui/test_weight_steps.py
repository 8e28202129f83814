"""Loading weights and drawing new ones are steps of the history: they are undone and done again like any edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.document.document import FIRST_WEIGHTS
from app.engine.run import State
from app.widgets.switch import Switch
from app.widgets.value_field import ValueField
from app.window.window import Window
from core.design import edits
from core.design.json_form import from_json, to_json
from core.files import read_tensors, write_tensors
from core.training.messages import Failed, SnapshotTaken, TakeSnapshot
from tests.gui.conftest import Engine, id_of
from tests.gui.test_project_files import LONG, PATIENCE, begin_run, failures, until
from tests.unit.core.training.driving import iris


@pytest.fixture
def trained(window: Window, qtbot: QtBot) -> Window:
    """A window whose network was trained for an epoch."""
    window.document.replace_all(iris(epochs=1), None)
    until(qtbot, lambda: window.document.facts.data)
    window.run_control.start()
    until(qtbot, lambda: window.trainer.runs.state is State.FINISHED)
    return window


def weights(window: Window, qtbot: QtBot, folder: Path, name: str = "net.linear.weight") -> list[float]:
    path = folder / "now.safetensors"
    with qtbot.waitSignal(window.trainer.weights_saved, timeout=PATIENCE):
        window.trainer.weights.save(path)
    return read_tensors(path)[0][name].ravel().tolist()


def load_ones(window: Window, qtbot: QtBot, folder: Path) -> None:
    path = folder / "ones.safetensors"
    write_tensors(path, {"net.linear.weight": np.ones((3, 4), np.float32)})
    with qtbot.waitSignal(window.trainer.weights_reported, timeout=PATIENCE):
        window.trainer.weights.load(path, apply=True)


def test_loading_is_undone_and_done_again(trained: Window, qtbot: QtBot, tmp_path: Path) -> None:
    before = weights(trained, qtbot, tmp_path)
    load_ones(trained, qtbot, tmp_path)
    assert trained.document.undo_label == "Load weights"
    assert weights(trained, qtbot, tmp_path) == [1.0] * 12
    trained.actions_table["edit.undo"].trigger()
    assert weights(trained, qtbot, tmp_path) == before
    trained.actions_table["edit.redo"].trigger()
    assert weights(trained, qtbot, tmp_path) == [1.0] * 12


def test_new_weights_are_undone_among_edits(trained: Window, qtbot: QtBot, tmp_path: Path) -> None:
    before, design = weights(trained, qtbot, tmp_path), trained.document.design
    trained.document.apply("Rename", edits.rename(design, design.root, "renamed"))
    trained.actions_table["run.reinitialise"].trigger()
    fresh = weights(trained, qtbot, tmp_path)
    assert fresh != before
    trained.document.undo()
    assert weights(trained, qtbot, tmp_path) == before
    trained.document.undo()
    assert trained.document.design is design
    assert weights(trained, qtbot, tmp_path) == before
    trained.document.redo()
    trained.document.redo()
    assert weights(trained, qtbot, tmp_path) == fresh


def test_what_was_trained_after_a_step_is_not_lost_by_undoing_it(trained: Window, qtbot: QtBot, tmp_path: Path) -> None:
    load_ones(trained, qtbot, tmp_path)
    trained.run_control.start()
    until(qtbot, lambda: trained.trainer.runs.state is State.FINISHED)
    later = weights(trained, qtbot, tmp_path)
    trained.document.undo()
    assert weights(trained, qtbot, tmp_path) not in (later, [1.0] * 12)
    trained.document.redo()
    assert weights(trained, qtbot, tmp_path) == later


def test_while_a_run_goes_on_the_weights_are_its_own_and_paused_they_can_be_replaced(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    begin_run(window, qtbot, iris(epochs=LONG))
    window.trainer.weights.reinitialise()
    assert failures(window)[0] == "The run changes the weights while it goes on: pause it first."
    assert window.document.undo_label is None
    window.trainer.pause()
    until(qtbot, lambda: window.trainer.runs.is_paused)
    load_ones(window, qtbot, tmp_path)
    assert weights(window, qtbot, tmp_path) == [1.0] * 12
    steps: list[int] = []
    window.trainer.runs.progressed.connect(lambda progress: steps.append(progress.step))
    window.trainer.resume()
    until(qtbot, lambda: steps and steps[-1] > steps[0])
    window.document.undo()
    assert window.document.undo_label == "Load weights"
    assert "pause it first" in failures(window)[0]


def test_what_went_to_make_room_is_told(engine: Engine) -> None:
    told: list[str] = []
    engine.trainer.noticed.connect(lambda sentence: told.append(str(sentence)))
    engine.say(SnapshotTaken("x", 0))
    assert told == []
    engine.say(SnapshotTaken("x", 3))
    assert told == ["Weights of 3 older steps went to make room: those steps cannot bring them back."]


def test_weights_that_stay_keep_their_name(engine: Engine) -> None:
    """They must never be kept under the name of others, in whose place they would be."""
    engine.trainer.weights.exchange("others")
    engine.say(Failed("RestoreSnapshot", "What the weights were then is no longer kept: they stay as they are."))
    engine.trainer.weights.exchange("third")
    assert [taken.name for taken in engine.asked(TakeSnapshot)] == [FIRST_WEIGHTS, FIRST_WEIGHTS]


def test_a_file_that_cannot_be_loaded_is_no_step(trained: Window, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "bad.pt").write_bytes(b"nonsense")
    failed: list[Failed] = []
    trained.trainer.failed.connect(failed.append)
    trained.trainer.weights.load(tmp_path / "bad.pt", apply=True)
    until(qtbot, lambda: failed)
    assert trained.document.undo_label is None


def test_new_weights_come_from_a_new_seed_that_is_shown_unless_it_is_kept(
    trained: Window, qtbot: QtBot, tmp_path: Path, torch: Any
) -> None:
    draw, document = trained.actions_table["run.reinitialise"], trained.document
    before, first = weights(trained, qtbot, tmp_path), document.design.settings.seed
    draw.trigger()
    seed = document.design.settings.seed
    assert seed != first
    assert trained.training.findChild(ValueField, "settings.seed").text() == str(seed)
    assert trained.status.text().endswith(f"from seed {seed}")
    drawn = weights(trained, qtbot, tmp_path)
    torch.manual_seed(seed)
    assert drawn == pytest.approx(torch.nn.Linear(4, 3).weight.detach().flatten().tolist(), rel=1e-6)
    document.undo()
    assert (document.design.settings.seed, weights(trained, qtbot, tmp_path)) == (first, before)
    document.redo()
    assert (document.design.settings.seed, weights(trained, qtbot, tmp_path)) == (seed, drawn)
    qtbot.mouseClick(trained.training.findChild(Switch, "settings.keeps_seed"), Qt.MouseButton.LeftButton)
    assert from_json(to_json(document.design)).settings.keeps_seed
    draw.trigger()
    assert (document.design.settings.seed, weights(trained, qtbot, tmp_path)) == (seed, drawn)


def test_new_weights_for_a_layer_leave_the_others_alone(trained: Window, qtbot: QtBot, tmp_path: Path) -> None:
    document = trained.document
    document.replace_all(iris(("Linear", {"out_features": 5}), ("Linear", {"out_features": 3})), None)
    trained.trainer.weights.forget()
    trained.run_control.evaluate()  # the model is made, and was not trained
    names = ("net.linear.weight", "net.linear1.weight")
    before = [weights(trained, qtbot, tmp_path, name) for name in names]
    trained.trainer.weights.reinitialise([id_of(document.design, "linear1")], 99)
    after = [weights(trained, qtbot, tmp_path, name) for name in names]
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_run_that_waits_goes_on_after_new_weights_were_drawn_for_a_layer(window: Window, qtbot: QtBot) -> None:
    begin_run(window, qtbot, iris(epochs=LONG))
    window.trainer.pause()
    until(qtbot, lambda: window.trainer.runs.is_paused)
    design = window.document.design
    window.trainer.weights.reinitialise([id_of(design, "linear")], 99)
    assert window.status.text() == "Drew new initial weights for 1 layer, from seed 99"
    assert window.document.design is design
    qtbot.mouseClick(window.training.findChild(Switch, "settings.keeps_seed"), Qt.MouseButton.LeftButton)
    window.run_control.proceed()
    until(qtbot, lambda: window.trainer.runs.state is State.RUNNING)
    assert window.trainer.runs.number == 1
