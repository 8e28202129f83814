"""Runs that last: kept with their curves and weights, across projects and programs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs.all_runs import AllRunsDialog
from app.document.document import Document
from app.engine.run_archive import RunArchive, runs_folder
from app.engine.run_store import RunStore
from core.design import edits, project
from core.design.differences import differences
from core.errors import FileError
from core.training.checkpoint import write_checkpoint
from core.training.messages import Checkpointed, Curves, Progress, RunNoted, TrainPoint
from tests.gui.conftest import Engine, id_of
from tests.unit.core.training.test_loop import run_of


@pytest.fixture
def archive(document: Document, engine: Engine, own_folders: Path) -> Iterator[RunArchive]:
    archive = RunArchive(document, engine.trainer)
    yield archive
    archive.close()


def learn(engine: Engine, document: Document, losses: tuple[float, ...] = (2.0, 1.0)) -> None:
    """A run with two points and a gradient, which ends."""
    engine.trainer.start(document.design)
    engine.state("running")
    fc1 = id_of(document.design, "fc1")
    train = tuple(TrainPoint(step, loss, 0.5, rate=0.1) for step, loss in enumerate(losses, 1))
    engine.curves(Curves(0, train, ((2, 0.75, 0.625),), ((2, {fc1: 0.25}),)))
    engine.say(Progress(engine.trainer.runs.number, 2, 2, 1, 1, 1e-3, 0.0, loss=1.5, accuracy=0.5))
    engine.say(RunNoted(engine.trainer.runs.number, 1, "{name} changed", {"name": "lr"}))
    engine.state("finished")


def test_a_run_is_kept_with_all_that_it_came_to(archive: RunArchive, engine: Engine, document: Document) -> None:
    learn(engine, document)
    (row,) = archive.rows()
    run = row.run
    assert (run.state, run.epoch, run.step, run.seed, run.log) == ("finished", 1, 2, 0, "1: lr changed")
    assert (run.train_loss, run.test_loss, run.train_accuracy, run.test_accuracy) == (1.5, 0.75, 0.5, 0.625)
    assert run.network == "64 → 128, 128 → 10"
    assert not row.has_weights
    again = archive.run_of(row)
    assert again.design == document.design
    assert (list(again.train_loss.xs), list(again.train_loss.ys)) == ([1, 2], [2.0, 1.0])
    assert list(again.test_loss.ys) == [0.75]
    assert list(again.gradients[id_of(document.design, "fc1")].ys) == [0.25]
    assert list(again.rate.ys) == [0.1, 0.1]


def test_rows_are_written_at_a_bounded_rate(
    archive: RunArchive, engine: Engine, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    put = RunStore.put
    monkeypatch.setattr(RunStore, "put", lambda store, runs: (written.append(len(runs)), put(store, runs))[1])
    engine.trainer.start(document.design)
    engine.state("running")
    for step in range(1, 200):
        engine.curves(Curves(0, (TrainPoint(step, 1.0),)))
    assert written == []
    engine.state("finished")
    archive.finish()
    assert written == [1]
    assert len(archive.run_of(archive.rows()[0]).train_loss) == 199


def test_the_weights_of_its_end_stay_whatever_comes_after(
    archive: RunArchive, engine: Engine, document: Document, tmp_path: Path
) -> None:
    training = run_of(document.design)
    next(iter(training))
    training.save()
    path = engine.trainer.checkpoint_path
    write_checkpoint(path, training.live)
    kept = path.read_bytes()
    learn(engine, document)
    engine.say(Checkpointed(str(path), 2))
    learn(engine, document)
    training.live.steps = 99
    write_checkpoint(path, training.live)
    later, first = archive.rows()
    assert (first.has_weights, later.has_weights) == (True, False)
    assert archive.store.weights(first.run.key).read_bytes() == kept
    content = project.read(archive.project_of(first))
    assert content.design == document.design
    content.extract_checkpoint(tmp_path / "weights")
    assert (tmp_path / "weights").read_bytes() == kept


def test_a_run_whose_program_is_gone_was_broken_off(
    archive: RunArchive, engine: Engine, document: Document, qtbot: QtBot
) -> None:
    engine.trainer.start(document.design)
    engine.state("running")
    archive.finish()
    other = RunArchive(document, engine.trainer)
    other.find_broken_off()
    assert [row.run.state for row in other.rows()] == ["running"], "its program lives"
    assert archive._lock is not None
    archive._lock.unlock()
    other.find_broken_off()
    assert [row.run.state for row in other.rows()] == ["broken off"]
    other.close()


def test_a_run_that_the_windows_end_ended_was_stopped(archive: RunArchive, engine: Engine, document: Document) -> None:
    engine.trainer.start(document.design)
    engine.state("running")
    archive.close()
    assert [row.run.state for row in archive.store.rows()] == ["stopped"]
    assert QLockFile(str(runs_folder() / f"{archive._session}.lock")).tryLock(0)


def test_what_is_no_database_is_told_once_and_left_alone(
    archive: RunArchive, engine: Engine, document: Document, qtbot: QtBot
) -> None:
    runs_folder().mkdir(parents=True)
    (runs_folder() / "runs.db").write_text("hello " * 1000)
    with qtbot.waitSignal(archive.failed) as told:
        learn(engine, document)
    assert "runs.db" in str(told.args[0])
    with qtbot.assertNotEmitted(archive.failed):
        learn(engine, document)
        archive.finish()
    with pytest.raises(FileError):
        archive.rows()
    assert (runs_folder() / "runs.db").read_text().startswith("hello")


@pytest.fixture
def dialog(archive: RunArchive, engine: Engine, document: Document, qtbot: QtBot) -> AllRunsDialog:
    learn(engine, document)
    faster = replace(document.design.settings, optimiser_options={"lr": 0.5}, batch_size=8)
    document.apply("Faster", edits.set_settings(document.design, faster))
    learn(engine, document, losses=(3.0, 0.1))
    dialog = AllRunsDialog(archive)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def choose(dialog: AllRunsDialog, *places: int) -> None:
    dialog.table.clearSelection()
    for place in places:
        dialog.table.topLevelItem(place).setSelected(True)


def test_what_is_typed_finds_runs(dialog: AllRunsDialog, qtbot: QtBot) -> None:
    qtbot.keyClicks(dialog.search, "adam 0.5")
    hidden = [dialog.table.topLevelItem(at).isHidden() for at in range(2)]
    assert hidden == [False, True]
    dialog.search.clear()
    assert not any(dialog.table.topLevelItem(at).isHidden() for at in range(2))


def test_tag_and_note_are_kept_and_found(dialog: AllRunsDialog, archive: RunArchive, qtbot: QtBot) -> None:
    choose(dialog, 1)
    qtbot.keyClicks(dialog.tag, "baseline")
    qtbot.keyClick(dialog.tag, Qt.Key.Key_Return)
    qtbot.keyClicks(dialog.note, "slow but sure")
    qtbot.keyClick(dialog.note, Qt.Key.Key_Return)
    assert [(row.tag, row.note) for row in archive.rows()] == [("", ""), ("baseline", "slow but sure")]
    qtbot.keyClicks(dialog.search, "sure")
    assert [dialog.table.topLevelItem(at).isHidden() for at in range(2)] == [True, False]


def test_two_runs_are_told_apart_in_settings_and_design(dialog: AllRunsDialog, document: Document) -> None:
    choose(dialog, 0, 1)
    assert set(dialog.told.text().splitlines()) == {
        "batch_size: 32 → 8",
        "optimiser_options.lr: – → 0.5",
    }  # the older first
    design = document.design
    other = edits.set_options(design, [id_of(design, "fc1")], {"out_features": 32})
    assert list(differences(design, other)) == ["net.fc1: Linear out_features=128 → Linear out_features=32"]


def test_chosen_runs_are_compared_and_deleted(dialog: AllRunsDialog, archive: RunArchive, qtbot: QtBot) -> None:
    choose(dialog, 0, 1)
    with qtbot.waitSignal(dialog.compared) as compared:
        qtbot.mouseClick(dialog.compare, Qt.MouseButton.LeftButton)
    assert [list(run.train_loss.ys) for run in compared.args[0]] == [[2.0, 1.0], [3.0, 0.1]]
    choose(dialog, 0)
    qtbot.mouseClick(dialog.delete, Qt.MouseButton.LeftButton)
    assert dialog.table.topLevelItemCount() == 1
    assert [row.run.number for row in archive.rows()] == [1]


def test_one_is_opened_as_a_project(dialog: AllRunsDialog, document: Document, qtbot: QtBot) -> None:
    choose(dialog, 1)
    with qtbot.waitSignal(dialog.opened) as opened:
        qtbot.mouseClick(dialog.open_run, Qt.MouseButton.LeftButton)
    path, _ = opened.args
    assert project.read(path).design.settings.batch_size == 32
    assert not dialog.isVisible()
    QApplication.processEvents()
