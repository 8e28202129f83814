"""What is kept aside of the work in hand, in case the program ends unexpectedly, and what such an end left behind."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer, Signal

from app.document.document import Document
from app.document.file_work import FileWork
from app.engine.run import State
from app.engine.trainer import Trainer
from core import foreign
from core.design import project
from core.design.kept_weights import WeightsError
from core.design.model import Design, new_id
from core.errors import FileError, Sentence

KEEP_AFTER = 500
"""Milliseconds from an edit until it is kept aside, together with those that follow it meanwhile."""

RETRY_AFTER = 15_000
"""Milliseconds after which what could not be kept is tried again."""

AUTOSAVE, CHECKPOINT = "autosave.netloom", "checkpoint.safetensors"


def sessions_folder() -> Path:
    """Where sessions keep what they need to be recovered, a folder each."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)) / "sessions"


@dataclass(frozen=True, slots=True)
class Lost:
    """The work of a session that ended without closing: where it is kept, its name, and when it was last kept."""

    folder: Path
    name: str
    time: datetime

    def read(self) -> project.Project:
        """The design as it was last kept, with the weights that the engine wrote last. Raises FileError."""
        work, checkpoint = self.folder / AUTOSAVE, self.folder / CHECKPOINT
        content = project.read(work)
        if not checkpoint.exists():
            return content
        try:
            project.write(work, content.design, checkpoint)
        except WeightsError as error:
            return replace(content, damage=error.sentence)
        return project.read(work)

    def clear(self) -> None:
        """Let go of it for ever."""
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A project that was read, and the file in the session's folder that its weights were copied to."""

    content: project.Project
    weights: Path | None = None


class Recovery(QObject):
    """Keeps work aside, beside and never over the user's file, and knows whether the live weights are saved.

    The session's folder holds the design, `autosave.netloom`, and the engine's `checkpoint.safetensors`, and is locked
    while the program runs: a folder without a live lock is that of a session that was cut off.
    """

    weights_changed = Signal()
    """The live weights are no longer those that are saved."""

    def __init__(self, document: Document, trainer: Trainer) -> None:
        super().__init__(document)
        self._document = document
        self._trainer = trainer
        self._kept: Design | None = None
        self._has_unsaved_weights = False
        self._is_behind = False
        self._work = FileWork(self)
        self._work.ended.connect(self._look_again)
        self.trouble: Sentence | None = None
        """Why what is kept aside is not found again after the computer was switched off, if so."""
        self.folder = self._make_folder()
        trainer.checkpoint_path = self.checkpoint_path
        self._lock = QLockFile(str(self.folder / "lock"))
        self._lock.setStaleLockTime(0)
        self._lock.lock()
        self._keep_soon = QTimer(self, singleShot=True, interval=KEEP_AFTER)
        self._keep_soon.timeout.connect(self.keep_aside)
        document.design_changed.connect(self._note_edit)
        self._retry = QTimer(self, singleShot=True, interval=RETRY_AFTER)
        self._retry.timeout.connect(self.keep_aside)
        trainer.runs.state_changed.connect(self._note_training)
        trainer.weights.changed.connect(lambda *_: self.note_weights())
        trainer.weights.exchanged.connect(self.note_weights)
        trainer.runs.progressed.connect(self._note_step)

    def _make_folder(self) -> Path:
        folder = sessions_folder() / new_id()
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700)
            folder.parent.chmod(0o700)
        except OSError as error:
            template = self.tr(
                "'{path}' cannot be used: {reason}. "
                "Work is kept aside in a temporary folder, which the next start does not see."
            )
            self.trouble = Sentence(template, {"path": str(folder.parent), "reason": error.strerror or str(error)})
            return Path(tempfile.mkdtemp(prefix="netloom-"))
        return folder

    @property
    def checkpoint_path(self) -> Path:
        """Where the engine's process writes weights, optimiser and random state."""
        return self.folder / CHECKPOINT

    @property
    def autosave_path(self) -> Path:
        """Where the design is kept."""
        return self.folder / AUTOSAVE

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
        self.note_saved()
        if fetched.weights is not None:
            fetched.weights.replace(self.checkpoint_path)
            self._trainer.weights.restore(self.checkpoint_path)
        else:
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
        """What there is now is safe elsewhere, and nothing of it needs to be recovered."""
        self._kept = None
        if with_weights:
            self._has_unsaved_weights = self._trainer.runs.state is State.RUNNING
            self._work.do(None, lambda: self.autosave_path.unlink(missing_ok=True))

    def _note_edit(self) -> None:
        if not self._keep_soon.isActive():
            self._keep_soon.start()

    def adopt(self, lost: Lost) -> None:
        """What was lost is the work in hand now: once that is kept aside, the old copy goes."""
        self._keep(lambda _: self._work.do(None, lost.clear))

    def keep_aside(self) -> None:
        """Write the design, if it changed since it was last kept or saved, beside and never over the user's file.

        The weights need not be written: the engine keeps its checkpoint in the same folder.
        """
        design = self._document.design
        if design is self._kept or not (self._document.is_modified or self._has_unsaved_weights):
            return
        if self._work.is_busy:
            self._is_behind = True
            return
        self._keep()

    def _look_again(self) -> None:
        if self._is_behind:
            self._is_behind = False
            self.keep_aside()

    def _keep(self, then: Callable[[object], object] = lambda _: None) -> None:
        self._kept = design = self._document.design
        text = json.dumps({"name": self._document.name})

        def work() -> None:
            project.write(self.autosave_path, design)
            project.write_text(self.folder / "name.json", text)

        self._work.do(None, work, then, self._note_not_kept)

    def _note_not_kept(self, _reason: object) -> None:
        """Nothing is lost by it: it is tried again, and saving says what is wrong with the disk."""
        self._kept = None
        self._retry.start()

    def finish(self) -> None:
        """Wait until what is being kept is kept."""
        self._work.finish()

    def close(self) -> None:
        """End in good order: nothing is left to recover."""
        self._keep_soon.stop()
        self._retry.stop()
        self.finish()
        self._lock.unlock()
        shutil.rmtree(self.folder, ignore_errors=True)


def lost_sessions() -> list[Lost]:
    """Sessions that were cut off and left work behind, the latest first. Those that left nothing are cleared away."""
    found = []
    for folder in sessions_folder().glob("*/"):
        lock = QLockFile(str(folder / "lock"))
        lock.setStaleLockTime(0)
        if not lock.tryLock(0):
            continue
        lock.unlock()
        work = folder / AUTOSAVE
        if work.exists():
            found.append(Lost(folder, _name_of(folder), datetime.fromtimestamp(work.stat().st_mtime).astimezone()))
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return sorted(found, key=lambda lost: lost.time, reverse=True)


def _name_of(folder: Path) -> str:
    try:
        return str(json.loads(foreign.read_text(folder / "name.json"))["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return folder.name
