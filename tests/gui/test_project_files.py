"""Projects, weights and exports: whatever goes wrong is a sentence, and nothing that the user made is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

import resources
from app.document.reading import ReadingProcess
from app.engine.recovery import Lost
from app.engine.run import State
from app.look.sentences import say
from app.window.notice_bar import Notice
from app.window.window import FIRST_EXAMPLE, Window
from core.design import catalog, edits, journal, project
from core.design.journal import Journal
from core.design.model import CustomLayer, Design, Fragment, Node, new_id
from core.errors import Sentence
from core.files import read_tensors
from core.training.messages import Failed
from tests.disk import disk_with_room_for, names_in
from tests.gui.conftest import digits_design, id_of
from tests.hostile.mutations import FORMATS
from tests.unit.core.design.checkpoints import checkpoint
from tests.unit.core.training.driving import iris

PATIENCE = 20_000
LONG = 100_000
FC1 = {"weight": (128, 64), "bias": (128,)}
EXAMPLE = resources.folder("examples") / FIRST_EXAMPLE


class Told:
    """The sentences about files, from the time this was made."""

    def __init__(self, window: Window) -> None:
        self.sentences: list[str] = []
        for source in (window.files, window.exports):
            source.told.connect(self._note)
            source.failed.connect(self._note)

    def _note(self, sentence: Sentence) -> None:
        self.sentences.append(say(sentence))


def failures(window: Window) -> list[str]:
    """What the window tells of things that went wrong."""
    return [failure.text for failure in window.notices.failures.all]


def until(qtbot: QtBot, met: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(met()), timeout=PATIENCE)


def rename(window: Window, name: str) -> Design:
    design = window.document.design
    window.document.apply("Rename", edits.rename(design, design.root, name))
    return window.document.design


def save(window: Window, qtbot: QtBot) -> None:
    told = Told(window)
    window.files.save()
    until(qtbot, lambda: told.sentences)


def opened(window: Window, path: Path, design: Design | None = None) -> Path:
    """Write a project and open it."""
    project.write(path, design or digits_design())
    open_now(window, path)
    assert window.document.path == path
    return path


def open_now(window: Window, path: Path) -> None:
    """Open a project, and wait until it is there, or is known to be none."""
    window.files.open(path)
    window.files.finish()


def question(window: Window, qtbot: QtBot) -> QMessageBox:
    """The question about unsaved changes."""
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox, "unsaved")))
    (box,) = window.findChildren(QMessageBox, "unsaved")
    return box


def answer(window: Window, qtbot: QtBot, button: QMessageBox.StandardButton) -> None:
    qtbot.mouseClick(question(window, qtbot).button(button), Qt.MouseButton.LeftButton)


def type_name(window: Window, qtbot: QtBot, path: str | Path) -> QFileDialog:
    """Type a name into the dialog for a new file, and press Enter."""
    (dialog,) = (dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible())
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    dialog.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.setText(str(path))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    return dialog


def begin_run(window: Window, qtbot: QtBot, design: Design) -> None:
    steps: list[int] = []
    window.trainer.runs.progressed.connect(lambda progress: steps.append(progress.step))
    window.document.replace_all(design, None)
    until(qtbot, lambda: window.document.facts.data)
    window.run_control.start()
    until(qtbot, lambda: steps and steps[-1] > 0)


def train(window: Window, qtbot: QtBot) -> None:
    """Train to the end, and wait until the last checkpoint was told of."""
    until(qtbot, lambda: window.document.facts.data)
    kept: list[object] = []
    window.trainer.checkpointed.connect(kept.append)
    window.run_control.start()
    until(qtbot, lambda: window.trainer.runs.state is State.FINISHED and kept)


# --- opening and saving -----------------------------------------------------------------------------------------------


def test_what_is_saved_can_be_opened(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = opened(still_window, tmp_path / "mine.netloom")
    edited = rename(still_window, "edited")
    assert still_window.isWindowModified()
    save(still_window, qtbot)
    assert not still_window.isWindowModified()
    assert still_window.status.text() == f"Saved {path}"
    assert project.read(path).design == edited
    still_window.files.new()
    assert still_window.document.path is None
    assert still_window.document.design[still_window.document.design.root].name == "untitled"
    open_now(still_window, path)
    assert still_window.document.design == edited
    assert not still_window.files.is_modified


def test_halves_of_characters_are_opened_trusted_kept_and_saved(
    still_window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    """No text that ends with a file may keep what there is from being saved."""
    window, path, again = still_window, tmp_path / "halves.netloom", tmp_path / "again.netloom"
    FORMATS["halves.netloom"].make(path)
    told: list[str] = []
    window.files.failed.connect(lambda sentence: told.append(str(sentence)))
    window.files.open(path)
    window.files.finish()
    design = window.document.design
    assert "\ud800" in design.customs["Mine"].source
    mine = Node(new_id(), "Mine", "mine")
    net = next(node.id for node in design.walk() if node.type == "Sequential")
    window.document.apply("Use it", edits.insert(design, Fragment({mine.id: mine}, (mine.id,)), net))
    qtbot.waitUntil(lambda: any("Trust" in each.text() for each in window.notices.findChildren(QPushButton)))
    window.facts.trust_all()
    assert window.facts.untrusted == ()
    window.trainer.start(window.document.design)
    assert [row.run.state for row in window.dialogs.archive.rows()] == ["starting"]
    window.recovery.finish()
    assert journal.read(window.recovery.folder).design == window.document.design
    window.files.saving.begin(again)
    window.files.finish()
    assert project.read(again).design == window.document.design
    assert told == []


def test_an_example_opens_as_a_copy(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    before = EXAMPLE.read_bytes()
    assert still_window.document.path is None
    assert still_window.document.name == "digits-mlp"
    assert still_window.preferences.recent == ()
    rename(still_window, "mine now")
    with qtbot.waitSignal(still_window.files.told):
        still_window.files.save()
        type_name(still_window, qtbot, tmp_path / "mine.netloom")
    assert still_window.document.path == tmp_path / "mine.netloom"
    assert EXAMPLE.read_bytes() == before


def test_save_as_suggests_a_name_and_adds_the_suffix(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    opened(still_window, tmp_path / "mine.netloom")
    with qtbot.waitSignal(still_window.files.told):
        still_window.files.save_as()
        (dialog,) = still_window.findChildren(QFileDialog)
        assert dialog.findChild(QLineEdit, "fileNameEdit").text() == "mine.netloom"
        type_name(still_window, qtbot, tmp_path / "other")
    assert still_window.document.path == tmp_path / "other.netloom"
    assert names_in(tmp_path) == ["home", "mine.netloom", "other.netloom"]
    assert still_window.preferences.recent == (tmp_path / "other.netloom", tmp_path / "mine.netloom")


def test_nothing_is_overwritten_without_a_question(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    other = tmp_path / "other.netloom"
    other.write_bytes(b"precious")
    asked = []

    def refuse() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            asked.append(box.text())
            box.reject()

    still_window.files.save_as()
    watch = QTimer(interval=10, timeout=refuse)
    watch.start()
    dialog = type_name(still_window, qtbot, tmp_path / "other")
    watch.stop()
    assert len(asked) == 1
    assert dialog.isVisible()
    dialog.reject()
    assert other.read_bytes() == b"precious"


def test_opening_keeps_the_weights(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    """Trained, saved, closed, opened: the engine has the same parameters again, and says nothing is fresh."""
    window.document.replace_all(iris(epochs=1), None)
    until(qtbot, lambda: window.document.facts.data)
    window.run_control.start()
    until(qtbot, lambda: window.trainer.runs.state is State.FINISHED)
    assert window.files.is_modified
    with qtbot.waitSignal(window.files.told, timeout=PATIENCE):
        window.files.save()
        type_name(window, qtbot, tmp_path / "mine.netloom")
    assert not window.files.is_modified
    assert not window.isWindowModified()
    window.files.new()
    prepared = []
    window.trainer.prepared.connect(prepared.append)
    window.files.open(tmp_path / "mine.netloom")
    until(qtbot, lambda: prepared and prepared[-1].parameters)
    assert (prepared[-1].kept, prepared[-1].fresh) == (2, 0)
    assert not window.files.is_modified


# --- unsaved changes --------------------------------------------------------------------------------------------------


def test_save_then_go_on(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = opened(still_window, tmp_path / "mine.netloom")
    edited = rename(still_window, "edited")
    still_window.files.new()
    assert still_window.document.design is edited
    answer(still_window, qtbot, QMessageBox.StandardButton.Save)
    until(qtbot, lambda: still_window.document.path is None)
    assert project.read(path).design == edited
    assert still_window.document.design != edited


def test_discard_goes_on_without_saving(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = opened(still_window, tmp_path / "mine.netloom")
    before = path.read_bytes()
    rename(still_window, "edited")
    still_window.files.new()
    answer(still_window, qtbot, QMessageBox.StandardButton.Discard)
    assert still_window.document.path is None
    assert path.read_bytes() == before


@pytest.mark.parametrize("way", ["button", "escape"])
def test_cancel_leaves_all_as_it_is(still_window: Window, qtbot: QtBot, way: str) -> None:
    edited = rename(still_window, "edited")
    still_window.files.new()
    box = question(still_window, qtbot)
    if way == "escape":
        qtbot.keyClick(box, Qt.Key.Key_Escape)
    else:
        answer(still_window, qtbot, QMessageBox.StandardButton.Cancel)
    assert still_window.document.design is edited
    assert still_window.files.is_modified
    qtbot.waitUntil(lambda: not still_window.findChildren(QMessageBox, "unsaved"))


def test_who_saves_and_then_names_no_file_loses_nothing(still_window: Window, qtbot: QtBot) -> None:
    edited = rename(still_window, "edited")
    still_window.files.new()
    answer(still_window, qtbot, QMessageBox.StandardButton.Save)
    (dialog,) = still_window.findChildren(QFileDialog)
    dialog.reject()
    assert still_window.document.design is edited


def test_what_cannot_be_saved_is_not_given_up(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    opened(still_window, tmp_path / "mine.netloom")
    edited = rename(still_window, "edited")
    still_window.close()
    with disk_with_room_for(100), qtbot.waitSignal(still_window.files.failed):
        answer(still_window, qtbot, QMessageBox.StandardButton.Save)
        still_window.files.finish()
    assert still_window.isVisible()
    assert still_window.document.design is edited
    assert still_window.files.is_modified


# --- saving that goes wrong -------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_the_old_file(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = opened(still_window, tmp_path / "mine.netloom")
    before = path.read_bytes()
    rename(still_window, "edited")
    told = Told(still_window)
    with disk_with_room_for(100):
        still_window.files.save()
        still_window.files.finish()
    until(qtbot, lambda: told.sentences)
    assert str(path) in told.sentences[0]
    assert "What was there before is as it was." in told.sentences[0]
    assert failures(still_window) == told.sentences
    assert path.read_bytes() == before
    assert names_in(tmp_path) == ["home", "mine.netloom"]
    assert still_window.isWindowModified()
    save(still_window, qtbot)
    assert not still_window.isWindowModified()


def test_a_folder_that_is_gone(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    path = opened(still_window, tmp_path / "folder" / "mine.netloom")
    rename(still_window, "edited")
    path.unlink()
    path.parent.rmdir()
    told = Told(still_window)
    save(still_window, qtbot)
    assert told.sentences == [f"'{path}' cannot be written: the folder '{path.parent}' is not there."]
    assert still_window.files.is_modified


LOOPS = """
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        if len(x) > 2:
            print("looping")
            while True:
                pass
        return x
"""


def with_loop(design: Design) -> Design:
    """A layer that never comes back from the first step."""
    design = edits.add_custom(design, CustomLayer("Mine", LOOPS))
    return edits.insert(design, catalog.new("Mine", "mine"), id_of(design, "net"), index=0)


def test_an_engine_that_hangs_does_not_hold_up_saving(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    """What was learnt before, as far as the last checkpoint tells, is in the file."""
    path = opened(window, tmp_path / "mine.netloom", iris(epochs=1))
    train(window, qtbot)
    window.preferences.trust([LOOPS])
    window.document.apply("Add", with_loop(window.document.design))
    printed: list[str] = []
    window.trainer.output_written.connect(lambda output: printed.append(output.text))
    until(qtbot, lambda: not window.document.report.probes)
    window.run_control.start()
    until(qtbot, lambda: "looping" in "".join(printed))
    window.files.saving._deadline.setInterval(200)
    began = time.monotonic()
    save(window, qtbot)
    assert time.monotonic() - began < 2
    content = project.read(path)
    assert content.design == window.document.design
    assert content.has_checkpoint


def test_an_engine_that_is_killed_while_saving(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = opened(window, tmp_path / "mine.netloom", iris(epochs=1))
    train(window, qtbot)
    edited = rename(window, "edited")
    os.kill(window.trainer.process_id, signal.SIGSTOP)  # it cannot answer before it is killed
    window.files.saving._deadline.setInterval(200)
    told = Told(window)
    window.files.save()
    os.kill(window.trainer.process_id, signal.SIGKILL)
    until(qtbot, lambda: told.sentences)
    assert told.sentences == [f"Saved {path}"]
    content = project.read(path)
    assert content.design == edited
    assert content.has_checkpoint


def test_weights_are_saved_though_the_data_folder_is_full(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    """The engine writes them where the project goes, which needs that room anyway."""
    path = opened(window, tmp_path / "mine.netloom", iris(epochs=1))
    train(window, qtbot)
    window.recovery.checkpoint_path.unlink()
    window.recovery.checkpoint_path.mkdir()
    window.files.saving._deadline.setInterval(PATIENCE)
    told = Told(window)
    window.files.save()
    until(qtbot, lambda: told.sentences)
    assert told.sentences == [f"Saved {path}"]
    assert project.read(path).has_checkpoint
    assert not window.files.is_modified
    assert names_in(tmp_path) == ["home", "mine.netloom"]


def test_nothing_is_called_saved_without_the_weights(
    still_window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = opened(still_window, tmp_path / "mine.netloom")
    monkeypatch.setattr(type(still_window.trainer), "has_model", True)
    still_window.recovery.note_weights()
    edited, told, then = rename(still_window, "edited"), Told(still_window), []
    still_window.files.save(lambda: then.append("closed"))
    for _ in range(2):  # neither in the session's folder nor beside the project
        still_window.trainer.failed.emit(Failed("Checkpoint", "No space left."))
    until(qtbot, lambda: told.sentences)
    assert told.sentences == [f"“{path}” holds the design, but not the weights: No space left."]
    assert project.read(path).design == edited
    assert still_window.isWindowModified()
    assert then == []


def test_weights_that_were_damaged_meanwhile_do_not_cost_those_in_the_file(
    still_window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path, design = tmp_path / "mine.netloom", digits_design()
    weights = checkpoint({f"model|{id_of(design, 'fc1')}|{name}": shape for name, shape in FC1.items()})
    (tmp_path / "weights").write_bytes(weights)
    project.write(path, design, tmp_path / "weights")
    open_now(still_window, path)
    kept = still_window.recovery.checkpoint_path
    kept.write_bytes(kept.read_bytes()[:-3])
    edited, before, told = rename(still_window, "edited"), path.read_bytes(), Told(still_window)
    save(still_window, qtbot)
    assert told.sentences == [
        f"'{path}' was not saved, for it would lose the weights it holds: The weights are damaged or cut off. "
        "Save the design elsewhere."
    ]
    assert path.read_bytes() == before
    assert still_window.files.is_modified
    other = tmp_path / "other.netloom"
    still_window.files.save_as()
    type_name(still_window, qtbot, other)
    until(qtbot, lambda: len(told.sentences) > 1)
    assert told.sentences[1:] == [
        f"“{other}” holds the design, but not the weights: The weights are damaged or cut off."
    ]
    assert project.read(other).design == edited


def test_weights_that_do_not_fit_the_drawing_are_not_saved_with_it(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    """During a run with 3 outputs the layer gets 5, and the project is saved."""
    path = opened(window, tmp_path / "mine.netloom", iris(epochs=LONG))
    begin_run(window, qtbot, window.document.design)
    design = window.document.design
    layer = next(node.id for node in design.walk() if node.type == "Linear")
    name = design.path(layer)
    window.document.apply("Wider", edits.set_options(design, [layer], {"out_features": 5}))
    told, then = Told(window), list[str]()
    window.files.saving.begin(path, lambda: then.append("closed"))
    until(qtbot, lambda: told.sentences)
    assert then == []
    assert told.sentences == [f"Saved {path} without weights of '{name}': there are none that fit the design."]
    assert not project.read(path).has_checkpoint


def test_opening_says_which_layers_have_no_weights(still_window: Window, tmp_path: Path) -> None:
    design = digits_design()
    (tmp_path / "weights").write_bytes(
        checkpoint({f"model|{id_of(design, 'fc1')}|{name}": shape for name, shape in FC1.items()})
    )
    project.write(tmp_path / "mine.netloom", design, tmp_path / "weights")
    open_now(still_window, tmp_path / "mine.netloom")
    (notice,) = still_window.notices.findChildren(Notice)
    assert notice.findChildren(QLabel)[0].text() == (
        "The project holds no weights for 'net.out': new ones are drawn for them."
    )
    open_now(still_window, EXAMPLE)
    assert all(notice.isHidden() for notice in still_window.notices.findChildren(Notice))


# --- files of other hands ---------------------------------------------------------------------------------------------


def test_what_another_program_wrote_is_not_overwritten_without_a_question(
    still_window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path = opened(still_window, tmp_path / "mine.netloom")
    project.write(path, project.new().design)
    others = path.read_bytes()
    edited = rename(still_window, "edited")
    still_window.files.save()
    qtbot.waitUntil(lambda: bool(still_window.findChildren(QMessageBox, "changed elsewhere")))
    (box,) = still_window.findChildren(QMessageBox, "changed elsewhere")
    assert box.text() == "“mine.netloom” was changed by another program."
    assert path.read_bytes() == others
    assert still_window.files.is_modified
    (overwrite,) = [button for button in box.buttons() if button.text() == "Overwrite"]
    with qtbot.waitSignal(still_window.files.told):
        qtbot.mouseClick(overwrite, Qt.MouseButton.LeftButton)
    assert project.read(path).design == edited
    rename(still_window, "once more")
    save(still_window, qtbot)
    assert not still_window.files.is_modified


def test_another_content_of_the_same_size_and_time_is_another_file(
    still_window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path = opened(still_window, tmp_path / "mine.netloom")
    before, found = path.read_bytes(), path.stat()
    other = edits.rename(project.read(path).design, still_window.document.design.root, "untitlef")
    project.write(tmp_path / "other.netloom", other)
    with path.open("r+b") as file:
        file.write((tmp_path / "other.netloom").read_bytes())
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_ino) == (len(before), found.st_ino)
    rename(still_window, "edited")
    still_window.files.save()
    qtbot.waitUntil(lambda: bool(still_window.findChildren(QMessageBox, "changed elsewhere")))
    (box,) = still_window.findChildren(QMessageBox, "changed elsewhere")
    box.reject()
    assert project.read(path).design == other


# --- the window is never held up --------------------------------------------------------------------------------------


class Heartbeat:
    """Work that goes on until the window's event loop has turned often: it would never end on the window's thread."""

    def __init__(self) -> None:
        self.beats = 0
        self.often = threading.Event()
        self.timer = QTimer(interval=1, timeout=self.beat)
        self.timer.start()

    def beat(self) -> None:
        self.beats += 1
        if self.beats > 20:
            self.often.set()

    def during(self, work: Callable[..., object]) -> Callable[..., object]:
        def wait_and_work(*arguments: object, **named: object) -> object:
            self.beats = 0
            self.often.clear()
            assert self.often.wait(PATIENCE / 1000), "the window stood still"
            return work(*arguments, **named)

        return wait_and_work


@pytest.mark.parametrize("what", ["opening", "saving", "recovering"])
def test_the_window_goes_on_while_a_large_file_is_read_or_written(
    still_window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    path, heart = opened(still_window, tmp_path / "mine.netloom"), Heartbeat()
    done: list[object] = []
    ask = ReadingProcess.ask
    if what == "opening":
        monkeypatch.setattr(ReadingProcess, "ask", heart.during(ask))
        still_window.files.opened.connect(done.append)
        still_window.files.open(path)
        assert still_window.status.text() == "Opening mine.netloom …"
    elif what == "saving":
        monkeypatch.setattr(project, "write", heart.during(project.write))
        still_window.files.told.connect(done.append)
        still_window.files.save()
        assert still_window.status.text() == "Saving mine.netloom …"
    else:
        folder = tmp_path / "lost"
        folder.mkdir()
        Journal(folder).keep(digits_design(), "lost")
        monkeypatch.setattr(ReadingProcess, "ask", heart.during(ask))
        still_window.files.opened.connect(done.append)
        still_window.files.recover(Lost(folder, "lost", datetime.now().astimezone()))
    until(qtbot, lambda: done)
    assert heart.often.is_set()
    heart.timer.stop()


def test_what_is_drawn_while_a_project_is_read_is_not_lost(
    still_window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(tmp_path / "mine.netloom", digits_design())
    still_window.files.open(tmp_path / "mine.netloom")
    edited = rename(still_window, "drawn meanwhile")
    still_window.files.finish()
    assert still_window.document.design is edited
    answer(still_window, qtbot, QMessageBox.StandardButton.Cancel)
    assert still_window.document.design is edited


def test_a_save_in_hand_is_finished_before_another_project_comes(
    still_window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine has not answered yet: the file is written all the same, and the new project does not take its name."""
    path = opened(still_window, tmp_path / "mine.netloom")
    edited = rename(still_window, "edited")
    monkeypatch.setattr(type(still_window.trainer), "has_model", True)
    still_window.files.save()
    assert project.read(path).design != edited
    still_window.files.new()
    answer(still_window, qtbot, QMessageBox.StandardButton.Discard)
    still_window.files.finish()
    assert project.read(path).design == edited
    assert still_window.document.path is None
    assert not still_window.files.is_modified
    assert not still_window.files.saving._deadline.isActive()


# --- files that are not what they should be ---------------------------------------------------------------------------


def content(name: str) -> bytes:
    whole = EXAMPLE.read_bytes()
    return {
        "empty": b"",
        "foreign": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "text": b"hello\n",
        "cut off": whole[: len(whole) // 2],
        "damaged": whole[:200] + bytes([whole[200] ^ 255]) + whole[201:],
    }[name]


@pytest.mark.parametrize("name", ["empty", "foreign", "text", "cut off", "damaged"])
def test_a_project_that_cannot_be_read(still_window: Window, tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.netloom"
    path.write_bytes(content(name))
    design, told = still_window.document.design, Told(still_window)
    open_now(still_window, path)
    assert len(told.sentences) == 1
    assert str(path) in told.sentences[0]
    assert still_window.document.design is design
    assert still_window.preferences.recent == ()
    assert failures(still_window) == told.sentences


def test_a_project_that_is_not_there(still_window: Window, tmp_path: Path) -> None:
    design, told = still_window.document.design, Told(still_window)
    open_now(still_window, tmp_path / "gone.netloom")
    open_now(still_window, tmp_path)
    assert [str(tmp_path) in sentence for sentence in told.sentences] == [True, True]
    assert still_window.document.design is design


@pytest.mark.parametrize("name", ["empty", "foreign", "cut off"])
def test_weights_that_cannot_be_read(window: Window, qtbot: QtBot, tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.safetensors"
    path.write_bytes(content(name))
    opened(window, tmp_path / "mine.netloom", iris())
    until(qtbot, lambda: window.trainer.has_model)
    with qtbot.waitSignal(window.trainer.failed, timeout=PATIENCE):
        window.trainer.weights.load(path)
    assert str(path) in failures(window)[0]
    assert not window.findChildren(QDialog, "load_weights")
    assert not window.files.is_modified


def test_a_project_whose_weights_are_damaged_opens_as_a_copy_without_them(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path, design = tmp_path / "mine.netloom", iris()
    layer = next(node.id for node in design.walk() if node.type == "Linear")
    (tmp_path / "weights").write_bytes(checkpoint({f"model|{layer}|weight": (3, 4), f"model|{layer}|bias": (3,)}))
    project.write(path, design, tmp_path / "weights")
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(b"\0\0\1\0" * 3)] = 9  # a number within the last tensor: only the checksum tells
    path.write_bytes(damaged)
    open_now(window, path)
    assert "damaged or cut off" in failures(window)[0]
    assert "the file stays as it is" in failures(window)[0]
    assert (window.document.design, window.document.path) == (design, None)
    until(qtbot, lambda: window.trainer.has_model)
    assert window.document.report.problems == ()


@pytest.mark.parametrize("name", ["mine.safetensors", "mine.pt", "mine.pth"])
def test_weights_are_saved_and_loaded(window: Window, qtbot: QtBot, tmp_path: Path, name: str) -> None:
    opened(window, tmp_path / "mine.netloom", iris())
    until(qtbot, lambda: window.trainer.has_model)
    with qtbot.waitSignal(window.exports.told, timeout=PATIENCE):
        window.exports.save_weights()
        type_name(window, qtbot, tmp_path / name.removesuffix(".safetensors"))
    path = tmp_path / name
    assert window.status.text() == f"Saved {path}"
    window.trainer.weights.load(path)
    until(qtbot, lambda: window.findChildren(QDialog, "load_weights"))
    (dialog,) = window.findChildren(QDialog, "load_weights")
    dialog.accept()
    until(qtbot, lambda: window.files.is_modified)
    assert window.status.text() == "Tensors loaded: 2"
    assert window.isWindowModified()


def test_the_weights_of_selected_layers_are_saved(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    design = iris(("Linear", {"out_features": 4}), ("Linear", {"out_features": 3}))
    opened(window, tmp_path / "mine.netloom", design)
    until(qtbot, lambda: window.trainer.has_model)
    action = window.actions_table["file.save_layer_weights"]
    window.document.select([])
    assert not action.isEnabled()
    window.document.select([node.id for node in design.walk() if node.name == "linear1"])
    with qtbot.waitSignal(window.exports.told, timeout=PATIENCE):
        action.trigger()
        type_name(window, qtbot, tmp_path / "last")
    assert set(read_tensors(tmp_path / "last.safetensors")[0]) == {"net.linear1.weight", "net.linear1.bias"}


@pytest.mark.parametrize(
    ("engine", "imported"), [("pytorch", "import torch\n"), ("netloom", "from netloom import core")]
)
def test_the_network_is_written_as_a_script(
    window: Window, qtbot: QtBot, tmp_path: Path, engine: str, imported: str
) -> None:
    opened(window, tmp_path / "mine.netloom", iris())
    until(qtbot, lambda: window.trainer.has_model)
    with qtbot.waitSignal(window.exports.told, timeout=PATIENCE):
        window.actions_table.by_id[f"file.export_{engine}"].trigger()
        type_name(window, qtbot, tmp_path / "mine")
    assert window.status.text() == f"Exported {tmp_path / 'mine.py'}, with weights and samples beside it"
    text = (tmp_path / "mine.py").read_text()
    assert "class Project(nn.Module):" in text
    assert imported in text


def test_the_network_is_written_as_onnx(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    opened(window, tmp_path / "mine.netloom", iris())
    until(qtbot, lambda: window.trainer.has_model)
    with qtbot.waitSignal(window.exports.told, timeout=PATIENCE):
        window.actions_table.by_id["file.export_onnx"].trigger()
        type_name(window, qtbot, tmp_path / "mine")
    assert window.status.text() == f"Exported {tmp_path / 'mine.onnx'}"
    assert onnx.load(tmp_path / "mine.onnx").producer_name == "netloom"


# --- dropped files ----------------------------------------------------------------------------------------------------


def drop(window: Window, *paths: Path) -> None:
    """Let go of files over the window."""
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, files, button, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), copy, files, button, keys))


def test_a_dropped_project_is_opened(still_window: Window, tmp_path: Path) -> None:
    path = tmp_path / "dropped.NETLOOM"
    project.write(path, digits_design())
    drop(still_window, path)
    still_window.files.finish()
    assert still_window.document.path == path


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "tsv"])
def test_dropped_data_open_the_dialog(still_window: Window, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"some.data.{suffix}"
    path.write_text("a,b\n1,2\n")
    drop(still_window, path)
    dialog = next(widget for widget in still_window.findChildren(QDialog, "data"))
    assert dialog.isVisible()
    assert dialog._settings.source == str(path)
    assert still_window.training.currentWidget() is still_window.training.settings
    dialog.reject()


def test_a_dropped_python_file_opens_the_editor(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(LOOPS)
    drop(still_window, path)
    (dialog,) = still_window.findChildren(QDialog, "custom_layer")
    qtbot.waitUntil(lambda: dialog.code.toPlainText() == LOOPS)
    assert still_window.document.design.customs == {}
    dialog.reject()


def test_other_files_are_named_with_what_can_be_read(still_window: Window, tmp_path: Path) -> None:
    told = Told(still_window)
    for name in ("picture.png", "no suffix", "weights.h5"):
        (tmp_path / name).touch()
        drop(still_window, tmp_path / name)
        assert told.sentences[-1].startswith(f"{name} is not a kind of file Netloom reads: .netloom, .safetensors")


def test_what_is_no_file_is_not_taken(still_window: Window) -> None:
    text = QMimeData()
    text.setUrls([QUrl("https://example.org/a.netloom")])
    enter = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, text, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    enter.ignore()
    QApplication.sendEvent(still_window, enter)
    assert not enter.isAccepted()


# --- exports ----------------------------------------------------------------------------------------------------------


def export(window: Window, qtbot: QtBot, how: Callable[[], object], path: Path) -> str:
    told = Told(window)
    how()
    type_name(window, qtbot, path)
    return told.sentences[-1]


def test_tree_text(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "net.txt"
    assert export(still_window, qtbot, still_window.exports.export_tree, tmp_path / "net") == f"Exported {path}"
    text = path.read_text(encoding="utf-8")
    assert [name for name in ("Sequential", "flatten", "hidden", "relu", "in_features=64") if name not in text] == []
    assert text.endswith("\n")


def test_pictures(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("net.svg", "net.png", "net.pdf"):
        said = export(still_window, qtbot, still_window.exports.export_picture, tmp_path / name)
        assert said == f"Exported {tmp_path / name}"
    assert (tmp_path / "net.svg").read_text(encoding="utf-8").lstrip().startswith("<?xml")
    picture = QImage(str(tmp_path / "net.png"))
    assert min(picture.width(), picture.height()) > 100
    assert (tmp_path / "net.pdf").read_bytes().startswith(b"%PDF")
    qtbot.waitUntil(lambda: not still_window.findChildren(QFileDialog))


def test_a_picture_has_as_many_pixels_as_the_filter_says(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    heights = []
    for number in (1, 2, 4):
        still_window.exports.export_picture()
        (dialog,) = still_window.findChildren(QFileDialog)
        dialog.selectNameFilter(next(kind for kind in dialog.nameFilters() if f", {number} pixel" in kind))
        type_name(still_window, qtbot, tmp_path / f"net{number}.png")
        heights.append(QImage(str(tmp_path / f"net{number}.png")).height())
        qtbot.waitUntil(lambda: not still_window.findChildren(QFileDialog))
    assert heights[1] == pytest.approx(2 * heights[0], abs=2)
    assert heights[2] == pytest.approx(4 * heights[0], abs=4)


def test_the_filter_decides_about_a_name_without_suffix(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    still_window.exports.export_picture()
    (dialog,) = still_window.findChildren(QFileDialog)
    kind = next(kind for kind in dialog.nameFilters() if "*.png" in kind)
    dialog.selectNameFilter(kind)
    dialog.filterSelected.emit(kind)
    type_name(still_window, qtbot, tmp_path / "net")
    assert names_in(tmp_path) == ["home", "net.png"]


@pytest.mark.parametrize(
    ("kind", "name", "known"),
    [
        ("export_picture", "net.gif", ".svg or .pdf or .png"),
        ("export_tree", "net.svg", ".txt"),
        ("save_weights", "net.onnx", ".safetensors or .pt or .pth or .npz"),
        ("save_as", "net.zip", ".netloom"),
    ],
)
def test_names_of_another_kind_are_refused(
    still_window: Window, qtbot: QtBot, tmp_path: Path, kind: str, name: str, known: str
) -> None:
    path = tmp_path / name
    owner = still_window.files if kind == "save_as" else still_window.exports
    said = export(still_window, qtbot, getattr(owner, kind), path)
    assert said == f"'{path}' was not written: its name must say what it holds, and end in {known}."
    assert not path.exists()
    assert failures(still_window) == [said]


@pytest.mark.parametrize("kind", ["export_tree", "export_picture"])
def test_a_place_where_nothing_can_be_written(still_window: Window, qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    told = Told(still_window)
    getattr(still_window.exports, kind)()
    (dialog,) = still_window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "gone" / ("net.svg" if kind == "export_picture" else "net.txt")))
    dialog.reject()
    assert "cannot be written" in told.sentences[-1]
    assert str(tmp_path / "gone") in told.sentences[-1]


def test_a_picture_on_a_full_disk(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "net.png"
    path.write_bytes(b"old")
    with disk_with_room_for(100):
        still_window.exports._write(path, still_window.canvas.tools.pictures.export_png)
    assert f"'{path}' could not be written: File too large" in failures(still_window)[0]
    assert path.read_bytes() == b"old"


# --- closing ----------------------------------------------------------------------------------------------------------


def test_closing_in_the_middle_of_a_run(window: Window, qtbot: QtBot) -> None:
    begin_run(window, qtbot, iris(epochs=LONG))
    pid = window.trainer.process_id
    window.close()
    assert window.isVisible()
    began = time.monotonic()
    answer(window, qtbot, QMessageBox.StandardButton.Discard)
    assert not window.isVisible()
    assert time.monotonic() - began < 3
    assert not Path("/proc", str(pid)).exists()
    assert not window.recovery.folder.exists()


def test_closing_with_a_layer_that_never_comes_back(window: Window, qtbot: QtBot) -> None:
    printed: list[str] = []
    window.preferences.trust([LOOPS])
    window.trainer.output_written.connect(lambda output: printed.append(output.text))
    window.document.replace_all(with_loop(iris()), None)
    until(qtbot, lambda: window.document.facts.data and not window.document.report.probes)
    window.run_control.start()
    until(qtbot, lambda: "looping" in "".join(printed))
    pid = window.trainer.process_id
    began = time.monotonic()
    window._close_now()
    assert not window.isVisible()
    assert time.monotonic() - began < 3
    assert not Path("/proc", str(pid)).exists()


def test_saving_and_closing_at_once_writes_the_file(
    still_window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = opened(still_window, tmp_path / "mine.netloom")
    edited = rename(still_window, "edited")
    monkeypatch.setattr(type(still_window.trainer), "has_model", True)
    still_window.files.save()
    still_window._close_now()
    assert project.read(path).design == edited
