"""The work in hand: the engine's model follows the design, and what a crash would take is kept aside."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.document.settings import Preferences
from app.engine import session as sessions
from app.engine.fact_finder import FactFinder
from app.engine.process import EngineProcess
from app.engine.session import AUTOSAVE, CHECKPOINT, Lost, Session, lost_sessions, sessions_folder
from app.engine.trainer import State
from app.window.window import Window
from core.design import edits, project
from core.design.model import CustomLayer, Design
from core.errors import FileError
from core.training.messages import (
    CustomInspected,
    DataDescribed,
    Evaluate,
    Failed,
    Prepare,
    Probe,
    Probed,
    Reinitialise,
    Restore,
    Resume,
    Start,
)
from tests.disk import disk_with_room_for, names_in
from tests.gui.conftest import Engine, digits_design, id_of
from tests.gui.test_fact_finder import SOUND, with_custom
from tests.unit.core.design.drawing import DIGITS


@pytest.fixture
def session(document: Document, engine: Engine) -> Iterator[Session]:
    session = Session(document, engine.trainer, FactFinder(document, engine.trainer, Preferences()))
    session.begin_with(project.Project(document.design))
    yield session
    session.close()


def rename(document: Document, name: str = "hidden") -> Design:
    document.apply("Rename", edits.rename(document.design, document.design.root, name))
    return document.design


def spoil(document: Document) -> None:
    """Leave a problem in the design that stands in the way of a run."""
    out = id_of(document.design, "out")
    document.apply("Change", edits.set_options(document.design, [out], {"in_features": 7}))


def keep(session: Session) -> None:
    session.keep_aside()
    session._finish_keeping()


# --- runs and the engine's model --------------------------------------------------------------------------------------


def test_many_edits_are_one_model(session: Session, document: Document, engine: Engine, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(engine.asked(Prepare)) == 1)
    for name in ("a", "b", "c"):
        rename(document, name)
    qtbot.waitUntil(lambda: len(engine.asked(Prepare)) == 2)
    assert '"c"' in engine.asked(Prepare)[-1].design
    assert not session._prepare_soon.isActive()


def test_a_design_that_cannot_be_built_is_not_prepared(
    session: Session, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    spoil(document)
    assert document.report.blocks_start
    qtbot.waitUntil(lambda: not session._prepare_soon.isActive())
    assert engine.asked(Prepare) == []
    with qtbot.waitSignal(session.blocked):
        session.start()
    with qtbot.waitSignal(session.blocked):
        session.evaluate()
    assert engine.asked(Start) == engine.asked(Evaluate) == []


def test_edits_during_a_run_are_prepared_after_it(
    session: Session, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    began_with = document.design
    with qtbot.waitSignal(session.run_began) as began:
        session.start()
    assert began.args == [began_with]
    engine.state("running")
    rename(document)
    qtbot.waitUntil(lambda: not session._prepare_soon.isActive())
    assert engine.asked(Prepare) == []
    assert session.design_of_run is began_with
    engine.state("finished")
    qtbot.waitUntil(lambda: len(engine.asked(Prepare)) == 1)
    assert '"hidden"' in engine.asked(Prepare)[0].design


def test_a_paused_run_goes_on_unless_the_design_trains_otherwise(
    session: Session, document: Document, engine: Engine
) -> None:
    session.proceed()
    engine.state("running")
    engine.state("paused")
    rename(document)
    session.proceed()
    assert (len(engine.asked(Start)), len(engine.asked(Resume))) == (1, 1)
    engine.state("running")
    engine.state("paused")
    settings = replace(document.design.settings, batch_size=8)
    document.apply("Batch", edits.set_settings(document.design, settings))
    session.proceed()
    assert (len(engine.asked(Start)), len(engine.asked(Resume))) == (2, 1)


def test_where_a_run_failed_is_no_reason_to_make_the_model_again(
    session: Session, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    session.start()
    engine.state("running")
    with qtbot.waitSignal(document.report_changed):
        engine.say(Failed("Start", "It failed.", node=id_of(document.design, "act")))
    assert document.report.problems != ()
    assert not session._prepare_soon.isActive()


def test_a_model_is_not_made_before_its_layers_have_come_back(document: Document, engine: Engine, qtbot: QtBot) -> None:
    """One that never comes back would hold up the engine; of a trial with it, only the trial is lost."""
    document.apply("Add", with_custom(SOUND, document.design))
    preferences = Preferences()
    preferences.trust([SOUND])
    facts = FactFinder(document, engine.trainer, preferences)
    session = Session(document, engine.trainer, facts)
    process = engine.trainer.findChildren(EngineProcess)[1]
    session.begin_with(project.Project(document.design))
    qtbot.waitUntil(lambda: not facts._soon.isActive())
    process.received.emit(DataDescribed(DIGITS))
    process.received.emit(CustomInspected("Mine", (), 1, ""))
    qtbot.waitUntil(lambda: bool(engine.asked(Probe)))
    assert not document.report.blocks_start
    qtbot.waitUntil(lambda: not session._prepare_soon.isActive())
    assert engine.asked(Prepare) == []
    (question,) = engine.asked(Probe)
    process.received.emit(Probed(question.key, question.inputs[0][0], question.inputs[0][1], ()))
    qtbot.waitUntil(lambda: bool(engine.asked(Prepare)))
    session.close()


def test_testing_is_of_the_design_as_it_is_now(session: Session, document: Document, engine: Engine) -> None:
    rename(document)
    session.evaluate()
    assert '"hidden"' in engine.asked(Prepare)[0].design
    assert engine.sent.index(engine.asked(Evaluate)[0]) > engine.sent.index(engine.asked(Prepare)[0])


def test_new_weights_are_for_all_layers_whatever_is_selected(
    session: Session, document: Document, engine: Engine
) -> None:
    document.select([id_of(document.design, "fc1")])
    session.reinitialise()
    assert engine.asked(Reinitialise) == [Reinitialise()]
    assert session.has_unsaved_weights
    session.note_saved()
    engine.trainer.bring_back()
    assert session.has_unsaved_weights


def test_code_that_is_not_trusted_does_not_start(
    session: Session, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    document.apply("Add", edits.add_custom(document.design, CustomLayer("Mine", "class Mine: pass")))
    with qtbot.waitSignal(session.blocked):
        session.start()
    assert engine.asked(Start) == []


def test_another_project_ends_the_run_and_brings_its_own_weights(
    session: Session, document: Document, engine: Engine, tmp_path: Path
) -> None:
    weights = tmp_path / "weights"
    weights.write_bytes(b"numbers")
    project.write(tmp_path / "other.netloom", digits_design(), weights)
    session.start()
    engine.state("running")
    session.begin_with(project.read(tmp_path / "other.netloom"))
    assert engine.trainer.state is State.IDLE
    assert not session.has_unsaved_weights
    assert engine.asked(Restore)[-1] == Restore(str(session.checkpoint_path))
    assert session.checkpoint_path.read_bytes() == b"numbers"
    session.begin_with(project.new())
    assert not session.checkpoint_path.exists()


# --- keeping aside ----------------------------------------------------------------------------------------------------


def test_only_what_changed_is_kept(session: Session, document: Document) -> None:
    keep(session)
    assert not session.autosave_path.exists()
    edited = rename(document)
    keep(session)
    assert project.read(session.autosave_path).design == edited
    session.autosave_path.unlink()
    keep(session)
    assert not session.autosave_path.exists()
    document.undo()
    rename(document, "other")
    keep(session)
    assert project.read(session.autosave_path).design == document.design


def test_it_is_kept_every_few_seconds(session: Session, document: Document, qtbot: QtBot) -> None:
    assert session._autosave.isActive()
    session._autosave.start(1)
    rename(document)
    qtbot.waitUntil(session.autosave_path.exists)


def test_the_users_file_is_never_touched(session: Session, document: Document, tmp_path: Path) -> None:
    mine = tmp_path / "mine.netloom"
    project.write(mine, document.design)
    document.mark_saved(document.design, mine)
    before = mine.read_bytes()
    rename(document)
    keep(session)
    assert mine.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["mine.netloom"]


def test_what_was_learnt_without_an_edit_is_kept_too(session: Session, document: Document, engine: Engine) -> None:
    session.start()
    engine.state("running")
    session._finish_keeping()
    assert session.has_unsaved_weights
    assert project.read(session.autosave_path).design == document.design


def test_what_is_saved_need_not_be_recovered(session: Session, document: Document, engine: Engine) -> None:
    rename(document)
    keep(session)
    document.mark_saved(document.design, Path("mine.netloom"))
    session.note_saved()
    assert not session.autosave_path.exists()
    keep(session)
    assert not session.autosave_path.exists()


def test_a_step_after_saving_a_paused_run_is_unsaved_again(session: Session, engine: Engine) -> None:
    session.start()
    for state in ("running", "paused"):
        engine.state(state)
    session.note_saved()
    assert not session.has_unsaved_weights
    engine.progress(step=7, steps=100, epoch=0, epochs=2)
    assert session.has_unsaved_weights


def test_a_full_disk_is_tried_again(session: Session, document: Document) -> None:
    rename(document)
    with disk_with_room_for(100):
        keep(session)
    assert not session.autosave_path.exists()
    keep(session)
    assert session.autosave_path.exists()


def test_closing_leaves_nothing(document: Document, engine: Engine) -> None:
    session = Session(document, engine.trainer, FactFinder(document, engine.trainer, Preferences()))
    session.begin_with(project.Project(document.design))
    rename(document)
    session.keep_aside()
    session.close()
    assert list(sessions_folder().iterdir()) == []
    assert not session._prepare_soon.isActive()
    assert not session._autosave.isActive()


# --- what a session left that was cut off -----------------------------------------------------------------------------

CUT_OFF = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QStandardPaths
from app.document.document import Document
from app.engine.process import EngineProcess
from app.engine.fact_finder import FactFinder
from app.engine.session import Session
from app.document.settings import Preferences
from app.engine.trainer import Trainer
from core.design import edits, project

application = QCoreApplication([])
application.setApplicationName(sys.argv[1])
document = Document(project.new().design)
trainer = Trainer()
session = Session(document, trainer, FactFinder(document, trainer, Preferences()))
session.begin_with(project.Project(document.design))
if "edit" in sys.argv:
    document.apply("Rename", edits.rename(document.design, document.design.root, "precious"))
    session.keep_aside()
    session._finish_keeping()
print(session.folder, flush=True)
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
            cwd=Path(sessions.__file__).parents[2],
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


def test_ones_own_session_is_not_lost(session: Session, document: Document) -> None:
    rename(document)
    keep(session)
    assert lost_sessions() == []
    assert session.autosave_path.exists()


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
    lost = left_behind(digits_design())
    (lost.folder / CHECKPOINT).write_bytes(b"the latest")
    content = lost.read()
    content.extract_checkpoint(tmp_path / "weights")
    assert (tmp_path / "weights").read_bytes() == b"the latest"


def test_recovered_work_opens_as_unsaved(still_window: Window, qtbot: QtBot) -> None:
    kept = digits_design()
    lost = left_behind(kept)
    still_window.files.recover(lost)
    assert still_window.document.design == kept
    assert still_window.document.path is None
    assert still_window.files.is_modified
    assert still_window.isWindowModified()
    still_window.session._finish_keeping()
    assert still_window.session.autosave_path.exists()
    assert not lost.folder.exists()


def test_work_that_cannot_be_read_stays_and_is_told(still_window: Window, qtbot: QtBot) -> None:
    lost = left_behind(digits_design())
    work = lost.folder / AUTOSAVE
    work.write_bytes(work.read_bytes()[:100])
    with pytest.raises(FileError):
        lost.read()
    before = still_window.document.design
    with qtbot.waitSignal(still_window.files.told) as told:
        still_window.files.recover(lost)
    assert "damaged or cut off" in str(told.args[0])
    assert still_window.document.design is before
    assert names_in(lost.folder) == [AUTOSAVE]


def test_the_next_start_offers_what_was_lost(window: Window, qtbot: QtBot) -> None:
    kept = digits_design()
    left_behind(kept)
    window.begin(None)
    (restore,) = [button for button in window.notices.findChildren(QPushButton) if button.text() == "Restore"]
    qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)
    assert window.document.design == kept
    assert window.files.is_modified
    assert not (sessions_folder() / "old").exists()
