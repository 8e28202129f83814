"""Keeps every run of this window in the store, at most so often, beside the window's thread."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from app.document.data_folder import data_folder
from app.document.document import Document
from app.document.file_work import FileWork
from app.engine.run import ON, Run, State, network_of, optimiser_of
from app.engine.run_store import Curve, KeptRun, Row, RunStore
from app.engine.trainer import Trainer
from app.plots.series import Series
from core import private
from core.design import json_form, project
from core.design.model import new_id
from core.errors import FileError
from core.training.messages import Checkpointed

EVERY = 2_000
"""Milliseconds between two writes, however much a run tells."""


def runs_folder() -> Path:
    """Where runs are kept."""
    return data_folder() / "runs"


class RunArchive(QObject):
    """Told of everything that happens to the window's runs; asked by the table of all runs."""

    failed = Signal(object)
    """A `Sentence` that says what could not be kept or read; once, until something can be kept again."""

    def __init__(self, document: Document, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = RunStore(runs_folder())
        trainer.runs_folder = self.store.folder
        self._document, self._trainer = document, trainer
        self._session = new_id()
        self._lock: QLockFile | None = None
        self._work = FileWork(self)
        self._begun: dict[str, tuple[str, str]] = {}
        self._stale: dict[str, Run] = {}
        self._without_weights: Run | None = None
        self._has_told = False
        self._is_closing = False
        self._soon = QTimer(self, singleShot=True, interval=EVERY)
        self._soon.timeout.connect(self.write)
        trainer.runs.run_added.connect(self._begin)
        trainer.runs.run_changed.connect(self._note)
        trainer.runs.curves_grew.connect(self._note)
        trainer.checkpointed.connect(self._keep_weights)

    def find_broken_off(self) -> None:
        """Mark the runs of programs that are gone."""
        self._work.do(None, lambda: self.store.mark_broken_off(self._is_alive), otherwise=self._tell)

    def write(self) -> None:
        """Keep what is new now."""
        self._soon.stop()
        if self._stale:
            runs = [self._kept(run) for run in self._stale.values()]
            self._stale.clear()
            self._work.do(None, lambda: self.store.put(runs), lambda _: self._told(), self._tell)

    def rows(self) -> list[Row]:
        """All runs there are, those of this window as they stand. Raises FileError."""
        self.finish()
        return self.store.rows()

    def run_of(self, row: Row) -> Run:
        """A run with its curves, to be shown beside those of today. Raises FileError."""
        kept = row.run
        run = Run(kept.number, json_form.from_json(kept.design), seconds=kept.seconds, key=kept.key)
        for name, (xs, ys) in self.store.curves(kept.key).items():
            kind, _, layer = name.partition("/")
            series = getattr(run, kind).setdefault(layer, Series()) if layer else getattr(run, kind)
            for x, y in zip(xs, ys, strict=True):
                series.append(x, y)
        return run

    def row_of(self, run: Run) -> Row | None:
        """A run of this window as it is kept. Raises FileError."""
        return next((row for row in self.rows() if row.run.key == run.key), None)

    def project_of(self, row: Row, checkpoint: Path | None = None) -> Path:
        """A project with the run's design and the weights of its end or of a checkpoint, to go on with. Raises
        FileError."""
        path = self.store.folder / f"{row.run.key}.netloom"
        weights = checkpoint or self.store.weights(row.run.key)
        project.write(path, json_form.from_json(row.run.design), weights if weights.exists() else None)
        return path

    def finish(self) -> None:
        """Wait until all is kept."""
        self.write()
        self._work.finish()

    def close(self) -> None:
        """The window is gone, and with it the run that is on."""
        self._is_closing = True
        if (run := self._trainer.runs.current) is not None and run.is_on:
            self._note(run)
        self.finish()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    # --- what happens -------------------------------------------------------------------------------------------------

    def _begin(self, run: Run) -> None:
        self._begun[run.key] = datetime.now().isoformat(" ", "seconds"), network_of(run, self._document.facts)
        if self._lock is None:
            with suppress(OSError):  # what is wrong with it, `write` says
                private.make_folder(self.store.folder)
            self._lock = QLockFile(str(self.store.folder / f"{self._session}.lock"))
            self._lock.setStaleLockTime(0)
            self._lock.tryLock(0)
        self._note(run)

    def _note(self, run: Run) -> None:
        if run.key not in self._begun:
            return
        self._stale[run.key] = run
        if run.state not in ON:
            self._without_weights = run
            self.write()
        elif not self._soon.isActive():
            self._soon.start()

    def _keep_weights(self, checkpoint: Checkpointed) -> None:
        """The engine has written what the last run came to. A second name for the file costs nothing."""
        run, self._without_weights = self._without_weights, None
        if run is None or Path(checkpoint.path) != self._trainer.checkpoint_path:
            self._without_weights = run
            return
        source, target = Path(checkpoint.path), self.store.weights(run.key)
        try:
            target.unlink(missing_ok=True)
            try:
                os.link(source, target)
            except OSError:
                shutil.copyfile(source, target)
        except OSError as error:
            self._tell(FileError("The weights of the run were not kept: {reason}.", reason=str(error)).sentence)

    def _is_alive(self, session: str) -> bool:
        if session == self._session:
            return True
        lock = QLockFile(str(self.store.folder / f"{session}.lock"))
        lock.setStaleLockTime(0)
        is_gone = lock.tryLock(0)
        if is_gone:
            lock.unlock()
        return not is_gone

    def _kept(self, run: Run) -> tuple[KeptRun, Mapping[str, Curve]]:
        began, network = self._begun[run.key]
        names = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "rate", "pace", "memory")
        curves = {name: _points(getattr(run, name)) for name in names if len(getattr(run, name))}
        for kind in ("gradients", "updates"):
            curves |= {f"{kind}/{layer}": _points(series) for layer, series in getattr(run, kind).items()}
        progress = run.progress
        versions = f"Netloom {project.APP_VERSION}, Python {sys.version.split()[0]}"
        log = "\n".join(f"{note.step}: {note.template.format(**note.values)}" for note in run.log)
        means = run.train_means
        state = State.STOPPED if self._is_closing and run.is_on else run.state
        kept = KeptRun(
            run.key, self._session, self._document.name, run.number, began, state.value, run.seconds,
            optimiser_of(run), network, run.epoch, 0 if progress is None else progress.step, run.design.settings.seed,
            means[0], _latest(run.test_loss), means[1], _latest(run.test_accuracy), versions,
            json_form.to_json(run.design), log,
        )  # fmt: skip
        return kept, curves

    def _told(self) -> None:
        self._has_told = False

    def _tell(self, sentence: object) -> None:
        if not self._has_told:
            self._has_told = True
            self.failed.emit(sentence)


def _points(series: Series) -> Curve:
    return list(series.xs), list(series.ys)


def _latest(series: Series) -> float | None:
    value = None if series.latest is None else series.latest[1]
    return None if value is None or value != value else value
