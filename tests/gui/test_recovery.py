"""What a crash would take is kept aside and offered again; whether the live weights are saved."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

import app
from app.document.document import Document
from app.engine.recovery import (
    AUTOSAVE,
    CHECKPOINT,
    KEEP_AFTER,
    Fetched,
    Lost,
    Recovery,
    lost_sessions,
    sessions_folder,
)
from app.engine.run import State
from app.window.window import Window
from core.design import edits, project
from core.design.model import Design
from core.errors import FileError
from core.training.messages import (
    Reinitialise,
    Restore,
)
from tests.disk import disk_with_room_for, names_in
from tests.gui.conftest import Engine, digits_design, id_of
from tests.unit.core.design.checkpoints import checkpoint

FC1 = {"weight": (128, 64), "bias": (128,)}
OTHER = digits_design()
NUMBERS = checkpoint({f"model|{id_of(OTHER, 'fc1')}|{name}": shape for name, shape in FC1.items()})


@pytest.fixture
def recovery(document: Document, engine: Engine) -> Iterator[Recovery]:
    recovery = Recovery(document, engine.trainer)
    recovery.begin_with(Fetched(project.Project(document.design)))
    yield recovery
    recovery.close()


def rename(document: Document, name: str = "hidden") -> Design:
    document.apply("Rename", edits.rename(document.design, document.design.root, name))
    return document.design


def keep(recovery: Recovery) -> None:
    recovery.keep_aside()
    recovery.finish()


# --- weights ---------------------------------------------------------------------------------------------------------


def test_new_weights_are_for_all_layers_whatever_is_selected(
    recovery: Recovery, document: Document, engine: Engine
) -> None:
    document.select([id_of(document.design, "fc1")])
    engine.trainer.weights.reinitialise()
    assert engine.asked(Reinitialise) == [Reinitialise()]
    assert recovery.has_unsaved_weights
    recovery.note_saved()
    engine.trainer.weights.exchange("others")
    assert recovery.has_unsaved_weights


def test_another_project_ends_the_run_and_brings_its_own_weights(
    recovery: Recovery, document: Document, engine: Engine, tmp_path: Path
) -> None:
    weights = tmp_path / "weights"
    weights.write_bytes(NUMBERS)
    project.write(tmp_path / "other.netloom", OTHER, weights)
    engine.trainer.start(digits_design())
    engine.state("running")
    recovery.begin_with(recovery.fetch(project.read(tmp_path / "other.netloom")))
    assert engine.trainer.runs.state is State.IDLE
    assert not recovery.has_unsaved_weights
    assert engine.asked(Restore)[-1] == Restore(str(recovery.checkpoint_path))
    assert recovery.checkpoint_path.read_bytes() == NUMBERS
    recovery.begin_with(Fetched(project.new()))
    assert not recovery.checkpoint_path.exists()


# --- keeping aside ----------------------------------------------------------------------------------------------------


def test_only_what_changed_is_kept(recovery: Recovery, document: Document) -> None:
    keep(recovery)
    assert not recovery.autosave_path.exists()
    edited = rename(document)
    keep(recovery)
    assert project.read(recovery.autosave_path).design == edited
    recovery.autosave_path.unlink()
    keep(recovery)
    assert not recovery.autosave_path.exists()
    document.undo()
    rename(document, "other")
    keep(recovery)
    assert project.read(recovery.autosave_path).design == document.design


def test_an_edit_is_kept_within_a_second(recovery: Recovery, document: Document, qtbot: QtBot) -> None:
    assert KEEP_AFTER <= 500
    rename(document, "first")
    left = recovery._keep_soon.remainingTime()
    last = rename(document, "last")
    assert recovery._keep_soon.remainingTime() <= left, "edits that go on and on must not put it off"
    qtbot.waitUntil(lambda: recovery.autosave_path.exists() and project.read(recovery.autosave_path).design == last)


def test_the_users_file_is_never_touched(recovery: Recovery, document: Document, tmp_path: Path) -> None:
    mine = tmp_path / "mine.netloom"
    project.write(mine, document.design)
    document.mark_saved(document.design, mine)
    before = mine.read_bytes()
    rename(document)
    keep(recovery)
    assert mine.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["mine.netloom"]


def test_what_was_learnt_without_an_edit_is_kept_too(recovery: Recovery, document: Document, engine: Engine) -> None:
    engine.trainer.start(digits_design())
    engine.state("running")
    recovery.finish()
    assert recovery.has_unsaved_weights
    assert project.read(recovery.autosave_path).design == document.design


def test_what_is_saved_need_not_be_recovered(recovery: Recovery, document: Document, engine: Engine) -> None:
    rename(document)
    keep(recovery)
    document.mark_saved(document.design, Path("mine.netloom"))
    recovery.note_saved()
    recovery.finish()
    assert not recovery.autosave_path.exists()
    keep(recovery)
    assert not recovery.autosave_path.exists()


@pytest.mark.parametrize(("state", "unsaved"), [("running", True), ("paused", False), ("finished", False)])
def test_weights_are_not_saved_while_a_run_changes_them(
    recovery: Recovery, engine: Engine, state: str, unsaved: bool
) -> None:
    engine.trainer.start(digits_design())
    engine.state("running")
    engine.state(state)
    recovery.note_saved()
    assert recovery.has_unsaved_weights is unsaved


def test_a_step_after_saving_a_paused_run_is_unsaved_again(recovery: Recovery, engine: Engine) -> None:
    engine.trainer.start(digits_design())
    for state in ("running", "paused"):
        engine.state(state)
    recovery.note_saved()
    assert not recovery.has_unsaved_weights
    engine.progress(step=7, steps=100, epoch=0, epochs=2)
    assert recovery.has_unsaved_weights


def test_a_full_disk_is_tried_again(recovery: Recovery, document: Document) -> None:
    rename(document)
    with disk_with_room_for(100):
        keep(recovery)
    assert not recovery.autosave_path.exists()
    keep(recovery)
    assert recovery.autosave_path.exists()


def test_what_is_kept_is_nobody_elses_to_read(recovery: Recovery) -> None:
    assert recovery.folder.stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_cannot_be_used_is_told_and_done_without(
    document: Document, engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("app.engine.recovery.sessions_folder", lambda: tmp_path / "file" / "sessions")
    recovery = Recovery(document, engine.trainer)
    assert "Not a directory" in str(recovery.trouble)
    rename(document)
    keep(recovery)
    assert recovery.autosave_path.exists()
    assert recovery.folder.stat().st_mode & 0o777 == 0o700
    recovery.close()
    assert not recovery.folder.exists()


def test_closing_leaves_nothing(document: Document, engine: Engine) -> None:
    recovery = Recovery(document, engine.trainer)
    recovery.begin_with(Fetched(project.Project(document.design)))
    rename(document)
    recovery.keep_aside()
    recovery.close()
    assert list(sessions_folder().iterdir()) == []
    assert not recovery._keep_soon.isActive()


# --- what a session left that was cut off -----------------------------------------------------------------------------

CUT_OFF = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QStandardPaths
from app.document.document import Document
from app.engine.recovery import Fetched, Recovery
from app.engine.trainer import Trainer
from core.design import edits, project

application = QCoreApplication([])
application.setApplicationName(sys.argv[1])
document = Document(project.new().design)
trainer = Trainer()
recovery = Recovery(document, trainer)
recovery.begin_with(Fetched(project.Project(document.design)))
if "edit" in sys.argv:
    document.apply("Rename", edits.rename(document.design, document.design.root, "precious"))
    recovery.keep_aside()
    recovery.finish()
print(recovery.folder, flush=True)
sys.stdin.read()
"""

Begin = Callable[..., tuple[subprocess.Popen[str], Path]]


@pytest.fixture
def elsewhere(qapp: object) -> Iterator[Begin]:
    """Begins a session in another process; that process and the session's folder."""
    running = []

    def begin(*arguments: str) -> tuple[subprocess.Popen[str], Path]:
        name = sessions_folder().parent.name
        process = subprocess.Popen(
            [sys.executable, "-c", CUT_OFF, name, *arguments],
            cwd=Path(app.__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process, Path(process.stdout.readline().strip())

    yield begin
    for process in running:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_session_that_was_cut_off_is_found_once_it_is_dead(
    elsewhere: Begin,
) -> None:
    process, folder = elsewhere("edit")
    assert folder.parent == sessions_folder()
    assert lost_sessions() == []
    end(process)
    (lost,) = lost_sessions()
    assert (lost.folder, lost.name) == (folder, "precious")
    assert lost.time.tzinfo is not None
    content = lost.read()
    assert content.design[content.design.root].name == "precious"
    assert not content.has_checkpoint
    lost.clear()
    assert lost_sessions() == []
    assert not folder.exists()


def test_a_session_that_left_nothing_is_cleared_away(
    elsewhere: Begin,
) -> None:
    process, folder = elsewhere()
    end(process)
    assert folder.exists()
    assert lost_sessions() == []
    assert not folder.exists()


def test_ones_own_session_is_not_lost(recovery: Recovery, document: Document) -> None:
    rename(document)
    keep(recovery)
    assert lost_sessions() == []
    assert recovery.autosave_path.exists()


def left_behind(design: Design, name: str = "old") -> Lost:
    folder = sessions_folder() / name
    folder.mkdir(parents=True)
    project.write(folder / AUTOSAVE, design)
    (lost,) = lost_sessions()
    return lost


def test_the_name_may_be_missing_or_damaged(qapp: object) -> None:
    assert left_behind(digits_design()).name == "old"
    for text in ("", "[]", '{"name": ', "{}"):
        (sessions_folder() / "old" / "name.json").write_text(text)
        assert lost_sessions()[0].name == "old"


def test_the_weights_recovered_are_those_the_engine_wrote_last(qapp: object, tmp_path: Path) -> None:
    lost = left_behind(OTHER)
    (lost.folder / CHECKPOINT).write_bytes(NUMBERS)
    content = lost.read()
    content.extract_checkpoint(tmp_path / "weights")
    assert (tmp_path / "weights").read_bytes() == NUMBERS


def test_weights_that_are_damaged_do_not_keep_the_design_from_being_recovered(qapp: object) -> None:
    lost = left_behind(digits_design())
    (lost.folder / CHECKPOINT).write_bytes(NUMBERS[:-9])
    content = lost.read()
    assert content.design[content.design.root].name == "untitled"
    assert (content.has_checkpoint, str(content.damage)) == (False, "The weights are damaged or cut off.")


def test_recovered_work_opens_as_unsaved(still_window: Window, qtbot: QtBot) -> None:
    kept = digits_design()
    lost = left_behind(kept)
    still_window.files.recover(lost)
    still_window.files.finish()
    assert still_window.document.design == kept
    assert still_window.document.path is None
    assert still_window.files.is_modified
    assert still_window.isWindowModified()
    still_window.recovery.finish()
    assert still_window.recovery.autosave_path.exists()
    assert not lost.folder.exists()


def test_what_was_lost_goes_only_once_it_is_safe_in_the_new_session(still_window: Window, qtbot: QtBot) -> None:
    lost = left_behind(digits_design())
    with disk_with_room_for(100):
        still_window.files.recover(lost)
        still_window.files.finish()
        still_window.recovery.finish()
    assert lost.folder.exists()


def test_work_that_cannot_be_read_stays_and_is_told(still_window: Window, qtbot: QtBot) -> None:
    lost = left_behind(digits_design())
    work = lost.folder / AUTOSAVE
    work.write_bytes(work.read_bytes()[:100])
    with pytest.raises(FileError):
        lost.read()
    before = still_window.document.design
    with qtbot.waitSignal(still_window.files.failed) as told:
        still_window.files.recover(lost)
        still_window.files.finish()
    still_window.files.finish()
    assert "damaged or cut off" in str(told.args[0])
    assert still_window.document.design is before
    assert names_in(lost.folder) == [AUTOSAVE]


def test_the_next_start_offers_what_was_lost(window: Window, qtbot: QtBot) -> None:
    kept = digits_design()
    left_behind(kept)
    window.begin(None)
    (restore,) = [button for button in window.notices.findChildren(QPushButton) if button.text() == "Restore"]
    qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)
    window.files.finish()
    assert window.document.design == kept
    assert window.files.is_modified
    window.recovery.finish()
    assert not (sessions_folder() / "old").exists()
