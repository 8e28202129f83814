"""What a crash would take is kept aside and offered again; whether the live weights are saved."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

import app
from app.document import data_folder
from app.document.document import Document
from app.document.settings import Preferences
from app.engine import recovery as recovery_module
from app.engine.recovery import (
    CHECKPOINT,
    SYNC_AFTER,
    Fetched,
    Lost,
    Recovery,
    lost_sessions,
    sessions_folder,
)
from app.engine.run import State
from app.window.notice_bar import Notice
from app.window.window import Window, make_window
from core import atomic
from core.design import edits, journal, project
from core.design.journal import Journal
from core.design.model import Design
from core.training.messages import (
    Reinitialise,
    Restore,
)
from tests.disk import disk_with_room_for, names_in
from tests.gui.conftest import Engine, close_anyway, digits_design, id_of
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


def kept(recovery: Recovery) -> Design | None:
    """What would be recovered if the program ended now."""
    return journal.read(recovery.folder).design if journal.journals(recovery.folder) else None


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


def test_only_what_is_unsaved_is_kept(recovery: Recovery, document: Document) -> None:
    keep(recovery)
    assert kept(recovery) is None
    edited = rename(document)
    recovery.finish()
    assert kept(recovery) == edited
    document.undo()
    recovery.finish()
    assert kept(recovery) is None
    other = rename(document, "other")
    recovery.finish()
    assert kept(recovery) == other


def test_an_edit_outlives_the_program_at_once_and_is_on_the_disk_within_a_second(
    recovery: Recovery, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Design | None] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (fsync(descriptor), synced.append(kept(recovery))))
    assert SYNC_AFTER <= 500
    first = rename(document, "first")
    recovery._work.finish()
    assert (kept(recovery), synced) == (first, [])
    left = recovery._sync_soon.remainingTime()
    last = rename(document, "last")
    recovery._work.finish()
    assert recovery._sync_soon.remainingTime() <= left, "edits that go on and on must not put it off"
    qtbot.waitUntil(lambda: last in synced)


def test_what_is_drawn_while_the_disk_is_slow_is_kept_all_the_same(
    recovery: Recovery, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (begun.set(), may_end.wait(20), fsync(number)))
    rename(document, "first")
    qtbot.waitUntil(begun.is_set)
    last = rename(document, "last")
    recovery._work.finish()
    assert kept(recovery) == last
    may_end.set()
    recovery.finish()


def test_what_was_drawn_while_a_project_was_saved_is_still_kept(recovery: Recovery, document: Document) -> None:
    saved = rename(document, "saved")
    last = rename(document, "last")
    recovery.note_saved()
    document.mark_saved(saved, Path("mine.netloom"))
    recovery.finish()
    assert kept(recovery) == last


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
    assert kept(recovery) == document.design
    recovery.note_saved()  # while the run goes on
    recovery.finish()
    assert kept(recovery) == document.design


def test_what_is_saved_need_not_be_recovered(recovery: Recovery, document: Document, engine: Engine) -> None:
    rename(document)
    keep(recovery)
    document.mark_saved(document.design, Path("mine.netloom"))
    recovery.note_saved()
    recovery.finish()
    assert kept(recovery) is None
    keep(recovery)
    assert kept(recovery) is None


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


def test_a_full_disk_is_told_once_and_tried_again(recovery: Recovery, document: Document) -> None:
    told: list[object] = []
    recovery.troubled.connect(lambda sentence: told.append(sentence and str(sentence)))
    with disk_with_room_for(100):
        for name in ("first", "second"):
            rename(document, name)
            recovery.finish()
    assert kept(recovery) is None
    assert recovery._retry.isActive()
    assert told == [
        f"Edits cannot be kept in '{recovery.folder}': File too large. Save the project: until they can, an unexpected "
        "end would lose them."
    ]
    keep(recovery)
    assert kept(recovery) == document.design
    assert told[1:] == [None]


def test_what_is_kept_is_nobody_elses_to_read(recovery: Recovery, document: Document) -> None:
    rename(document)
    keep(recovery)
    folders, files = [recovery.folder, recovery.folder.parent], list(recovery.folder.iterdir())
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in files} == {
        "00000001.journal": "0o600",
        "lock": "0o600",
    }


def test_a_data_folder_that_cannot_be_used_is_told_and_done_without(
    document: Document, engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("app.engine.recovery.sessions_folder", lambda: tmp_path / "file" / "sessions")
    recovery = Recovery(document, engine.trainer)
    assert "Not a directory" in str(recovery.trouble)
    edited = rename(document)
    keep(recovery)
    assert kept(recovery) == edited
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
    assert not recovery._sync_soon.isActive()


# --- what a session left that was cut off -----------------------------------------------------------------------------

CUT_OFF = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QStandardPaths
from app.document import data_folder
from app.document.document import Document
from app.document.settings import Preferences
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
    design = journal.read(folder).design
    assert design[design.root].name == "precious"
    lost.clear()
    assert lost_sessions() == []
    assert not folder.exists()


def test_a_session_that_left_nothing_is_cleared_away(
    elsewhere: Begin,
) -> None:
    process, folder = elsewhere()
    recovery_module._sweep()
    assert folder.exists(), "it lives"
    end(process)
    assert lost_sessions() == []
    assert folder.exists()
    recovery_module._sweep()
    assert not folder.exists()


def test_a_project_that_an_earlier_version_kept_stays(elsewhere: Begin) -> None:
    process, folder = elsewhere()
    end(process)
    (folder / "autosave.netloom").write_bytes(b"work")
    recovery_module._sweep()
    assert (folder / "autosave.netloom").read_bytes() == b"work"


def test_ones_own_session_is_not_lost(recovery: Recovery, document: Document) -> None:
    edited = rename(document)
    keep(recovery)
    assert lost_sessions() == []
    recovery_module._sweep()
    assert kept(recovery) == edited


def left_behind(*designs: Design, name: str = "") -> Lost:
    """A session that was cut off, with a design and those that were made of it."""
    folder = sessions_folder() / "old"
    folder.mkdir(parents=True)
    keeping = Journal(folder)
    for design in designs:
        keeping.keep(design, name)
    (lost,) = lost_sessions()
    return lost


def recovered(window: Window, lost: Lost) -> list[str]:
    """Restore this work; what is said of it."""
    told: list[str] = []
    for said in (window.files.failed, window.files.noticed):
        said.connect(lambda sentence: told.append(str(sentence)))
    window.files.recover(lost)
    window.files.finish()
    return told


def test_the_name_may_be_missing(qapp: object) -> None:
    assert left_behind(digits_design()).name == "old"


def test_the_weights_recovered_are_those_the_engine_wrote_last(still_window: Window) -> None:
    lost = left_behind(OTHER)
    (lost.folder / CHECKPOINT).write_bytes(NUMBERS)
    (told,) = recovered(still_window, lost)
    assert "no weights for 'net.out'" in told
    assert still_window.recovery.checkpoint_path.read_bytes() == NUMBERS
    assert still_window.recovery.checkpoint_path.stat().st_mode & 0o777 == 0o600


def test_weights_that_are_damaged_do_not_keep_the_design_from_being_recovered(still_window: Window) -> None:
    lost = left_behind(OTHER)
    (lost.folder / CHECKPOINT).write_bytes(NUMBERS[:-9])
    (told,) = recovered(still_window, lost)
    assert told.startswith("The weights are damaged or cut off.")
    assert still_window.document.design == OTHER
    assert not still_window.recovery.checkpoint_path.exists()


def test_what_is_restored_is_called_as_it_was(still_window: Window) -> None:
    lost = left_behind(OTHER, name="precious")
    recovered(still_window, lost)
    assert still_window.document.path is None
    assert still_window.document.name == "precious"


def test_an_edit_that_was_cut_off_while_it_was_kept_is_told(still_window: Window) -> None:
    second = edits.rename(OTHER, OTHER.root, "second")
    lost = left_behind(OTHER, second, edits.rename(second, OTHER.root, "third"))
    (path,) = journal.journals(lost.folder)
    path.write_bytes(path.read_bytes()[:-5])
    told = recovered(still_window, lost)
    assert told == ["What was kept ends in the middle of an edit: the project is as it was just before."]
    assert still_window.document.design == second


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
    assert journal.read(still_window.recovery.folder).design == still_window.document.design
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
    (path,) = journal.journals(lost.folder)
    content = path.read_bytes()
    path.write_bytes(content[:400] + b"~" + content[401:])
    before = still_window.document.design
    (told,) = recovered(still_window, lost)
    assert "damaged or cut off" in told
    assert still_window.document.design is before
    assert names_in(lost.folder) == [path.name]
    recovery_module._sweep()
    assert [found.folder for found in lost_sessions()] == [lost.folder]


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


def test_what_cannot_be_used_is_told_at_the_start_and_stays_until_it_was_read(
    own_folders: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folders = [data_folder.data_folder().parent, own_folders / "config" / "netloom"]
    data_folder._found.cache_clear()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.write_text("in the way")
    window = make_window(Preferences())
    window.show()
    try:
        window.begin(None)
        window.files.finish()
        rename(window.document)
        window.recovery.finish()
        notices = window.notices.findChildren(Notice)
        qtbot.waitUntil(lambda: [notice.isVisible() for notice in notices] == [True, True])
        said = [notice.findChildren(QLabel)[0].text() for notice in notices]
        assert all(str(folder) in text for folder, text in zip(folders, said, strict=True))
        assert kept(window.recovery) == window.document.design
    finally:
        close_anyway(window)
    assert list((data_folder.data_folder() / "sessions").iterdir()) == []


def test_what_programs_left_elsewhere_goes_at_the_next_start(
    elsewhere: Begin, document: Document, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was being written beside the user's, and temporary ones; never those of a program that lives."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended, gone = elsewhere()
    lives, other = elsewhere()
    end(ended)
    parts = []
    for session, process in ((gone, ended), (other, lives)):
        monkeypatch.setenv(atomic.SESSION, str(session))
        atomic.write(tmp_path / "mine.netloom", b"")
        parts += [atomic.part_of(tmp_path / "mine.netloom"), tmp_path / f"netloom-of-{process.pid}-x"]
    for part in parts:
        part.write_bytes(b"half")
    recovery = Recovery(document, engine.trainer)
    recovery.sweep()
    recovery.close()
    assert [part.exists() for part in parts] == [False, False, True, True]
    assert not gone.exists()


def test_where_nothing_can_be_kept_that_is_said_and_the_window_works(
    document: Document, engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(**_: object) -> str:
        raise FileNotFoundError("no usable temporary folder")

    (tmp_path / "file").touch()
    monkeypatch.setattr("app.engine.recovery.sessions_folder", lambda: tmp_path / "file" / "sessions")
    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    recovery, told = Recovery(document, engine.trainer), list[str]()
    recovery.troubled.connect(lambda sentence: told.append(str(sentence)))
    assert str(recovery.trouble).endswith("cannot be used: Not a directory. Nothing is kept aside: save often.")
    rename(document)
    keep(recovery)
    assert len(told) == 1
    recovery.begin_with(Fetched(project.Project(document.design)))
    recovery.close()


def test_what_cannot_be_looked_into_is_never_swept(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = left_behind(digits_design())

    def refuse(path: Path) -> Iterator[Path]:
        if path == lost.folder:
            raise PermissionError(13, "Permission denied")
        return iterdir(path)

    iterdir = Path.iterdir
    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", refuse)
        assert lost_sessions() == []
        recovery_module._sweep()
    assert [found.folder for found in lost_sessions()] == [lost.folder]
