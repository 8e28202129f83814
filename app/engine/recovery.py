"""What is kept aside of the work in hand, in case the program ends unexpectedly, and what such an end left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from app.document import data_folder
from app.document.document import Document
from app.document.file_work import FileWork
from app.engine.run import State
from app.engine.trainer import Trainer
from core import atomic, private, temporary
from core.design import journal, project
from core.design.model import new_id
from core.errors import FileError, Sentence

SYNC_AFTER = 500
"""Milliseconds from an edit until it is on the disk, together with those that follow it meanwhile."""

RETRY_AFTER = 15_000
"""Milliseconds after which what could not be kept is tried again."""

CHECKPOINT, LOCK = "checkpoint.safetensors", "lock"


def sessions_folder() -> Path:
    """Where sessions keep what they need to be recovered, a folder each."""
    return data_folder.data_folder() / "sessions"


@dataclass(frozen=True, slots=True)
class Lost:
    """The work of a session that ended without closing: where it is kept, its name, and when it was last kept."""

    folder: Path
    name: str
    time: datetime

    def clear(self) -> None:
        """Let go of it for ever."""
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A project that was read, and the file in the session's folder that its weights were copied to.

    `is_whole`: whether that was all there was, of what a session left that was cut off.
    """

    content: project.Project
    weights: Path | None = None
    is_whole: bool = True


class Recovery(QObject):
    """Keeps work aside, beside and never over the user's file, and knows whether the live weights are saved.

    The session's folder holds a journal of the edits and the engine's `checkpoint.safetensors`, and is locked while the
    program runs: a folder without a live lock is that of a session that was cut off. An edit is appended to the journal
    at once, and outlives this process; half a second later it is on the disk.
    """

    weights_changed = Signal()
    """The live weights are no longer those that are saved."""
    troubled = Signal(object)
    """A `Sentence` that says why work cannot be kept aside now; None: it can again."""

    def __init__(self, document: Document, trainer: Trainer) -> None:
        super().__init__(document)
        self._document = document
        self._trainer = trainer
        self._has_unsaved_weights = False
        self._is_behind = self._is_troubled = False
        self._work, self._syncing, self._sweeping = FileWork(self), FileWork(self), FileWork(self)
        self._work.ended.connect(self._look_again)
        self.trouble = data_folder.trouble()
        """Why what is kept aside may not be found again, if so."""
        self.folder = self._make_folder()
        os.environ[atomic.SESSION] = str(self.folder)
        trainer.checkpoint_path = self.checkpoint_path
        self._journal = journal.Journal(self.folder)
        self._lock = QLockFile(str(self.folder / LOCK))
        self._lock.setStaleLockTime(0)
        if self._lock.tryLock(0):
            (self.folder / LOCK).chmod(0o600)
        self._sync_soon = QTimer(self, singleShot=True, interval=SYNC_AFTER)
        self._sync_soon.timeout.connect(self._sync)
        self._retry = QTimer(self, singleShot=True, interval=RETRY_AFTER)
        self._retry.timeout.connect(self.keep_aside)
        document.design_changed.connect(self.keep_aside)
        document.saved_changed.connect(self.keep_aside)
        trainer.runs.state_changed.connect(self._note_training)
        trainer.weights.changed.connect(lambda *_: self.note_weights())
        trainer.weights.exchanged.connect(self.note_weights)
        trainer.runs.progressed.connect(self._note_step)

    def _make_folder(self) -> Path:
        folder = sessions_folder() / f"{os.getpid()}-{new_id()}"
        try:
            private.make_folder(folder)
            private.make_folder(folder.parent)
        except OSError as error:
            reason = {"path": str(folder.parent), "reason": error.strerror or str(error)}
            try:
                spare = Path(tempfile.mkdtemp(prefix=temporary.prefix()))
            except OSError:
                template = self.tr("'{path}' cannot be used: {reason}. Nothing is kept aside: save often.")
                self.trouble = Sentence(template, reason)
            else:
                template = self.tr(
                    "'{path}' cannot be used: {reason}. "
                    "Work is kept aside in a temporary folder, which the next start does not see."
                )
                self.trouble = Sentence(template, reason)
                return spare
        return folder

    @property
    def checkpoint_path(self) -> Path:
        """Where the engine's process writes weights, optimiser and random state."""
        return self.folder / CHECKPOINT

    def fetch(self, content: project.Project) -> Fetched:
        """Copy a project's weights to where `begin_with` takes them from. They may prove damaged. For any thread."""
        if not content.has_checkpoint:
            return Fetched(content)
        weights = self.incoming()
        try:
            content.extract_checkpoint(weights)
        except FileError as error:
            return Fetched(replace(content, has_checkpoint=False, bare=(), damage=error.sentence))
        return Fetched(content, weights)

    def incoming(self) -> Path:
        """A new name for a file that a project's weights are copied to."""
        return self.folder / f"{new_id()}.incoming"

    def begin_with(self, fetched: Fetched) -> None:
        """Another project is opened: its weights become the live ones."""
        self._trainer.forget()
        self._has_unsaved_weights = False
        if fetched.weights is not None:
            fetched.weights.replace(self.checkpoint_path)
            self._trainer.weights.restore(self.checkpoint_path)
        else:
            with suppress(OSError):  # weights of another project that stay there fit none of this one's layers
                self.checkpoint_path.unlink(missing_ok=True)

    def _note_training(self, state: State) -> None:
        if state is State.RUNNING:
            self.note_weights()

    def _note_step(self, _progress: object) -> None:
        if not self._has_unsaved_weights:  # saved while paused, and then a step was made
            self.note_weights()

    @property
    def has_unsaved_weights(self) -> bool:
        """Whether the live weights are others than those that were opened or saved."""
        return self._has_unsaved_weights

    def note_weights(self) -> None:
        """The live weights change from now on, by training or loading."""
        self._has_unsaved_weights = True
        self.weights_changed.emit()
        self.keep_aside()

    def note_saved(self, with_weights: bool = True) -> None:
        """What there is now is safe elsewhere; edits since are still kept."""
        if with_weights:
            self._has_unsaved_weights = self._trainer.runs.state is State.RUNNING
            self.keep_aside()

    def adopt(self, lost: Lost) -> None:
        """What was lost is the work in hand now: once that is on the disk, the old copy goes."""
        design, name = self._document.design, self._document.name

        def work() -> None:
            self._journal.keep(design, name)
            self._journal.sync()
            lost.clear()

        self._work.do(None, work, otherwise=self._note_not_kept)

    def keep_aside(self, *_: object) -> None:
        """Have the journal end with the design as it is, or, where nothing is unsaved, hold nothing.

        The weights need not be written: the engine keeps its checkpoint in the same folder.
        """
        design, last = self._document.design, self._journal.last
        is_unsaved = self._document.is_modified or self._has_unsaved_weights
        if design is last if is_unsaved else last is None:
            return
        if self._work.is_busy:
            self._is_behind = True
        elif is_unsaved:
            name = self._document.name
            keep = self._journal.keep
            self._work.do(None, lambda: keep(design, name), lambda _: self._sync_later(), self._note_not_kept)
        else:
            self._work.do(None, self._journal.discard)

    def _look_again(self) -> None:
        if self._is_behind:
            self._is_behind = False
            self.keep_aside()

    def _sync_later(self) -> None:
        if not self._sync_soon.isActive():
            self._sync_soon.start()

    def _sync(self) -> None:
        if self._syncing.is_busy:
            self._sync_later()
        else:
            self._syncing.do(None, self._journal.sync, lambda _: self._note_kept(), self._note_not_kept)

    def _note_kept(self) -> None:
        if self._is_troubled:
            self._is_troubled = False
            self.troubled.emit(None)

    def _note_not_kept(self, reason: Sentence) -> None:
        """Nothing is lost by it yet: it is tried again."""
        self._retry.start()
        if not self._is_troubled:
            self._is_troubled = True
            template = self.tr("{reason} Save the project: until they can, an unexpected end would lose them.")
            self.troubled.emit(Sentence(template, {"reason": reason}))

    def finish(self) -> None:
        """Wait until what is being kept is kept, and on the disk."""
        self._work.finish()
        if self._sync_soon.isActive():
            self._sync_soon.stop()
            self._sync()
        self._syncing.finish()

    def sweep(self) -> None:
        """Take away, beside the window's thread, what programs left that were ended, but for what can be recovered."""
        self._sweeping.do(None, _sweep)

    def close(self) -> None:
        """End in good order: nothing is left to recover."""
        self._is_behind = False
        for work in (self._work, self._syncing, self._sweeping):
            work.finish()
        self._sync_soon.stop()
        self._retry.stop()
        self._journal.discard()
        self._lock.unlock()
        shutil.rmtree(self.folder, ignore_errors=True)


def lost_sessions() -> list[Lost]:
    """Sessions that were cut off and left work behind, the latest first."""
    found = []
    for folder in _ended_sessions():
        with suppress(OSError):  # another window has just taken it, or it cannot be read now: it stays where it is
            for path in journal.journals(folder)[:1]:
                moment = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
                found.append(Lost(folder, journal.name_in(path) or folder.name, moment))
    return sorted(found, key=lambda lost: lost.time, reverse=True)


def _ended_sessions() -> Iterator[Path]:
    """The folders of sessions that live no more. One that is only just made may not be locked yet."""
    for sessions in {sessions_folder(), *(folder / "sessions" for folder in data_folder.data_folders())}:
        with suppress(OSError):
            for folder in sessions.glob("*/"):
                number = folder.name.partition("-")[0]
                is_begun = number.isdecimal() and temporary.lives(int(number)) and not (folder / LOCK).exists()
                lock = QLockFile(str(folder / LOCK))
                lock.setStaleLockTime(0)
                if not is_begun and lock.tryLock(0):
                    lock.unlock()
                    yield folder


def _sweep() -> None:
    temporary.sweep()
    for folder in _ended_sessions():
        atomic.sweep_after(folder)
        with suppress(OSError):
            # Earlier versions kept a whole project, which can be opened by hand.
            if not journal.journals(folder) and not (folder / "autosave.netloom").exists():
                shutil.rmtree(folder, ignore_errors=True)
