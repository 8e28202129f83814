"""Saving a project: the engine is asked for its weights, all is written and read back, and it is said how it went."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.document import Document
from app.document.file_work import FileWork
from app.engine.recovery import Recovery
from app.engine.trainer import Trainer
from core import foreign
from core.atomic import part_of
from core.design import project
from core.design.kept_weights import WeightsError
from core.design.model import Design, NodeId
from core.design.shapes import Report
from core.errors import FileError, Sentence
from core.training.messages import Checkpointed, Failed

CHECKPOINT_WAIT = 5000
"""Milliseconds to wait for the engine's weights before saving with those of its last checkpoint."""

Identity: TypeAlias = tuple[int, int, int, bytes] | None


def identity(path: Path) -> Identity:
    """What changes when another program writes the file; None if it is not there.

    Of its content the end counts, where an archive has the checksums of all that is in it.
    """
    try:
        with foreign.opened(path) as file:
            found = os.fstat(file.fileno())
            file.seek(max(found.st_size - 1024, 0))
            return found.st_ino, found.st_mtime_ns, found.st_size, file.read()
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be saved where. `over` is set where the user said that what is there may be overwritten."""

    design: Design
    report: Report
    path: Path
    then: Callable[[], object] | None
    over: bool


@dataclass(frozen=True, slots=True)
class _Written:
    """How it went. `misfits`: nodes without weights, where some did not fit; `problem`: why none are in the file.

    `found`: the file as it is now.
    """

    misfits: tuple[NodeId, ...] = ()
    problem: Sentence | None = None
    found: Identity = None
    refused: bool = False


class Saving(QObject):
    """One save at a time. Another begun before the first is written takes its place."""

    told = Signal(object)
    """The `Sentence` that all is in the file."""
    failed = Signal(object)
    """The `Sentence` that says what is not."""
    saved = Signal(object)
    """The path that holds the project now."""
    changed_elsewhere = Signal(object, object)
    """The path whose file another program changed since it was read, and what to call to overwrite it all the same."""

    def __init__(self, document: Document, trainer: Trainer, recovery: Recovery, work: FileWork) -> None:
        super().__init__(document)
        self._document = document
        self._trainer = trainer
        self._recovery = recovery
        self._work = work
        self._order: _Order | None = None
        self._aside: Path | None = None
        self._known: dict[Path, Identity] = {}
        self._writing = 0
        self._deadline = QTimer(self, singleShot=True, interval=CHECKPOINT_WAIT)
        self._deadline.timeout.connect(self._give_up_waiting)
        trainer.checkpointed.connect(self._take_checkpoint)
        trainer.failed.connect(self._take_failure)

    def note_read(self, path: Path, found: Identity) -> None:
        """The project was read from this file as it was then."""
        self._known[path] = found

    def begin(self, path: Path, then: Callable[[], object] | None = None, over: bool = False) -> None:
        """Save the design as it is now; `then` is called once all of it is in the file."""
        self._order = _Order(self._document.design, self._document.report, path, then, over)
        self._aside = None
        if self._trainer.has_model:
            self._deadline.start()
            self._trainer.checkpoint(self._recovery.checkpoint_path)
        else:
            self._write(self._last_checkpoint)

    @property
    def is_writing(self) -> bool:
        """Whether a file is being written, or will be as soon as other work is done."""
        return self._writing > 0

    def hurry(self) -> None:
        """Do not wait for the engine: the project or the program is about to be closed."""
        if self._order is not None:
            self._write(self._last_checkpoint, self._silence)

    @property
    def _last_checkpoint(self) -> Path | None:
        path = self._recovery.checkpoint_path
        return path if path.is_file() else None

    @property
    def _silence(self) -> Sentence:
        return Sentence(self.tr("The engine does not answer."))

    def _take_checkpoint(self, done: Checkpointed) -> None:
        if self._deadline.isActive() and Path(done.path) in (self._recovery.checkpoint_path, self._aside):
            self._write(Path(done.path))

    def _take_failure(self, failed: Failed) -> None:
        """Where the session's folder has no room, the project's may have: it needs that room anyway."""
        if failed.request != "Checkpoint" or self._order is None or not self._deadline.isActive():
            return
        if self._aside is None:
            self._aside = part_of(self._order.path)
            self._deadline.start()
            self._trainer.checkpoint(self._aside)
        else:
            self._write(self._last_checkpoint, Sentence(failed.template, failed.values))

    def _give_up_waiting(self) -> None:
        self._write(self._last_checkpoint, self._silence)

    def _write(self, checkpoint: Path | None, reason: Sentence | None = None) -> None:
        """Write the order with these weights; `reason` says why they are not the newest."""
        assert self._order is not None
        self._deadline.stop()
        order, self._order = self._order, None
        expected = None if order.over else self._known.get(order.path)
        aside = self._aside

        def work() -> _Written:
            try:
                return _written(order, checkpoint, expected)
            finally:
                if aside is not None:
                    aside.unlink(missing_ok=True)

        def fail(problem: Sentence) -> None:
            self._writing -= 1
            self.failed.emit(problem)

        self._writing += 1
        title = Sentence(self.tr("Saving {name} …"), {"name": order.path.name})
        self._work.do(title, work, lambda written: self._finish(order, checkpoint, reason, written), fail)

    def _finish(self, order: _Order, checkpoint: Path | None, reason: Sentence | None, written: _Written) -> None:
        self._writing -= 1
        if written.refused:
            self.changed_elsewhere.emit(order.path, lambda: self.begin(order.path, order.then, over=True))
            return
        self._known[order.path] = written.found
        is_old = reason is not None and (checkpoint is None or self._trainer.runs.is_on)
        is_whole = written.problem is None and not (self._recovery.has_unsaved_weights and is_old)
        self._recovery.note_saved(with_weights=is_whole)
        self._document.mark_saved(order.design, order.path)
        self.saved.emit(order.path)
        told = self.told if is_whole else self.failed
        told.emit(self._sentence(order, written, None if is_whole else written.problem or reason, checkpoint))
        if is_whole and not written.misfits and order.then is not None:
            order.then()  # else what is not in the file is to be read of first

    def _sentence(self, order: _Order, written: _Written, reason: Sentence | None, checkpoint: Path | None) -> Sentence:
        values: dict[str, object] = {"path": order.path, "reason": reason}
        if reason is not None and (checkpoint is None or written.problem):
            return Sentence(self.tr("“{path}” holds the design, but not the weights: {reason}"), values)
        if reason is not None:
            return Sentence(self.tr("“{path}” holds the weights of the last checkpoint only: {reason}"), values)
        if written.misfits:
            values["names"] = names(order.design, written.misfits)
            return Sentence(
                self.tr("Saved {path} without weights of {names}: there are none that fit the design."),
                values,
            )
        return Sentence(self.tr("Saved {path}"), values)


def names(design: Design, nodes: tuple[NodeId, ...], most: int = 5) -> str:
    """The nodes as a sentence lists them."""
    paths = [f"'{design.path(node)}'" for node in nodes if node in design]
    rest = len(nodes) - most
    return ", ".join(paths[:most]) + (f" + {rest}" if rest > 0 else "")


def _written(order: _Order, checkpoint: Path | None, expected: Identity) -> _Written:
    if expected is not None and identity(order.path) not in (expected, None):
        return _Written(refused=True)
    try:
        misfits, problem = project.write(order.path, order.design, checkpoint, order.report), None
    except WeightsError as error:
        if not order.over and _holds_weights(order.path):
            raise FileError(
                "'{path}' was not saved, for it would lose the weights it holds: {reason} Save the design elsewhere.",
                path=str(order.path), reason=error.sentence,
            ) from None  # fmt: skip
        misfits, problem = project.write(order.path, order.design), error.sentence
    return _Written(misfits, problem, identity(order.path))


def _holds_weights(path: Path) -> bool:
    try:
        return project.read(path).has_checkpoint
    except FileError:
        return False
