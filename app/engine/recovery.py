"""What is kept aside of the work in hand, in case the program ends unexpectedly, and what such an end left behind."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer, Signal

from app.document.document import Document
from app.engine.run import State
from app.engine.trainer import Trainer
from core.design import project
from core.design.model import Design, new_id
from core.errors import FileError

AUTOSAVE_EVERY = 15_000
"""Milliseconds between two looks at whether there is something new to keep aside."""

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
        if checkpoint.exists():
            project.write(work, content.design, checkpoint)
        return project.read(work)

    def clear(self) -> None:
        """Let go of it for ever."""
        shutil.rmtree(self.folder, ignore_errors=True)


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
        self._keeping: threading.Thread | None = None
        self.folder = sessions_folder() / new_id()
        self.folder.mkdir(parents=True)
        trainer.checkpoint_path = self.checkpoint_path
        self._lock = QLockFile(str(self.folder / "lock"))
        self._lock.setStaleLockTime(0)
        self._lock.lock()
        self._autosave = QTimer(self, interval=AUTOSAVE_EVERY)
        self._autosave.timeout.connect(self.keep_aside)
        trainer.runs.state_changed.connect(self._note_training)
        trainer.redrawn.connect(self.note_weights)
        trainer.brought_back.connect(self.note_weights)
        trainer.runs.progressed.connect(self._note_step)

    @property
    def checkpoint_path(self) -> Path:
        """Where the engine's process writes weights, optimiser and random state."""
        return self.folder / CHECKPOINT

    @property
    def autosave_path(self) -> Path:
        """Where the design is kept."""
        return self.folder / AUTOSAVE

    def begin_with(self, content: project.Project) -> None:
        """Another project is opened: its weights become the live ones. Raises FileError before anything changes."""
        incoming = self.folder / "incoming.safetensors"
        if content.has_checkpoint:
            content.extract_checkpoint(incoming)
        self._trainer.forget()
        self.note_saved()
        self.checkpoint_path.unlink(missing_ok=True)
        if content.has_checkpoint:
            incoming.replace(self.checkpoint_path)
            self._trainer.restore(self.checkpoint_path)
        self._autosave.start()

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

    def note_saved(self) -> None:
        """What there is now is safe elsewhere, and nothing of it needs to be recovered."""
        self._finish_keeping()
        self._kept = None
        self.autosave_path.unlink(missing_ok=True)
        self._has_unsaved_weights = self._trainer.runs.state is State.RUNNING

    def keep_aside(self) -> None:
        """Write the design, if it changed since it was last kept or saved, beside and never over the user's file.

        The weights need not be written: the engine keeps its checkpoint in the same folder.
        """
        design = self._document.design
        busy = self._keeping is not None and self._keeping.is_alive()
        if design is self._kept or busy or not (self._document.is_modified or self._has_unsaved_weights):
            return
        self._kept = design
        self._keeping = threading.Thread(target=self._keep, args=(design, self._document.name), name="autosave")
        self._keeping.start()

    def _keep(self, design: Design, name: str) -> None:
        try:
            project.write(self.autosave_path, design)
            project.write_text(self.folder / "name.json", json.dumps({"name": name}))
        except FileError:
            # Nothing is lost by it: the next look tries again, and saving says what is wrong with the disk.
            self._kept = None

    def close(self) -> None:
        """End in good order: nothing is left to recover."""
        self._autosave.stop()
        self._finish_keeping()
        self._lock.unlock()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _finish_keeping(self) -> None:
        if self._keeping is not None:
            self._keeping.join()
            self._keeping = None


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
        return str(json.loads((folder / "name.json").read_text(encoding="utf-8"))["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return folder.name
