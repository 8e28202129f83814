"""Runs kept in a database of the user's data folder: one file, one writer, read at once however many there are.

A run's weights lie beside it, in a checkpoint that is called by its key.
"""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import NamedTuple

import msgspec

from core import private
from core.errors import FileError

Curve = tuple[list[float], list[float]]
NAME = "runs.db"
BROKEN_OFF = "broken off"
ON = ("starting", "running", "paused")


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run as the table shows it. `began` is local time, `session` the program that made it; `state` as `State` has
    it, or "broken off". Figures are those of its end, None where there is none."""

    key: str
    session: str
    project: str
    number: int
    began: str
    state: str
    seconds: float
    optimiser: str
    network: str
    epoch: int
    step: int
    seed: int
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    versions: str
    design: str
    log: str


@dataclass(frozen=True, slots=True)
class Row:
    """A kept run with what a person wrote to it, and whether its weights are there."""

    run: KeptRun
    tag: str
    note: str
    has_weights: bool


class Kept(NamedTuple):
    """A checkpoint of a run: of a step, or, by name, the "best" or "last" weights."""

    step: int | None
    name: str
    path: Path


def _storable(run: KeptRun) -> Iterator[object]:
    """Its figures and texts; halves of characters, which no database takes, are replaced."""
    for value in astuple(run):
        yield value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


COLUMNS = tuple(field.name for field in fields(KeptRun))


class RunStore:
    """The database in a folder. Every method raises FileError where it cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def weights(self, key: str) -> Path:
        """Where the weights of a run lie, if they were kept."""
        return self.folder / f"{key}.safetensors"

    def steps(self, key: str) -> list[Kept]:
        """What was kept of a run besides its end: checkpoints in the order of steps, then the best and last weights."""
        folder = self.folder / key
        found = [
            Kept(int(path.stem.removeprefix("step-")), "", path)
            for path in sorted(folder.glob("step-*[0-9].safetensors"))
        ]
        named = [Kept(None, name, folder / f"{name}.safetensors") for name in ("best", "last")]
        return [*found, *(kept for kept in named if kept.path.exists())]

    def put(self, runs: Sequence[tuple[KeptRun, Mapping[str, Curve]]]) -> None:
        """Keep these runs with their curves, in place of what was kept of them. Tag and note stay."""
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        changes = ", ".join(f"{name} = excluded.{name}" for name in (*COLUMNS, "curves"))
        with self._open() as base:
            base.executemany(
                f"INSERT INTO runs ({', '.join(COLUMNS)}, curves) VALUES ({marks})"
                f" ON CONFLICT(key) DO UPDATE SET {changes}",
                [(*_storable(run), zlib.compress(msgspec.json.encode(curves), 1)) for run, curves in runs],
            )

    def rows(self) -> list[Row]:
        """All runs, the latest first."""
        with self._open() as base:
            found = base.execute(
                f"SELECT {', '.join(COLUMNS)}, tag, note FROM runs ORDER BY began DESC, number DESC"
            ).fetchall()
        there = {path.stem for path in self.folder.glob("*.safetensors")}
        try:
            runs = [msgspec.convert(dict(zip(COLUMNS, each, strict=False)), KeptRun) for each in found]
        except msgspec.ValidationError as error:
            raise self._damaged(error) from error
        return [Row(run, str(each[-2]), str(each[-1]), run.key in there) for run, each in zip(runs, found, strict=True)]

    def curves(self, key: str) -> dict[str, Curve]:
        """The curves of a run by name, steps and values; those of a layer as "gradients/ID"."""
        with self._open() as base:
            found = base.execute("SELECT curves FROM runs WHERE key = ?", (key,)).fetchone()
        try:
            return {} if found is None else msgspec.json.decode(zlib.decompress(found[0]), type=dict[str, Curve])
        except (zlib.error, msgspec.MsgspecError, TypeError) as error:
            raise FileError("The curves of this run are damaged: {reason}.", reason=str(error)) from error

    def write(self, key: str, tag: str, note: str) -> None:
        """Write a tag and a note to a run."""
        with self._open() as base:
            base.execute("UPDATE runs SET tag = ?, note = ? WHERE key = ?", (tag, note, key))

    def delete(self, keys: Sequence[str]) -> None:
        """Let go of these runs for ever."""
        with self._open() as base:
            base.executemany("DELETE FROM runs WHERE key = ?", [(key,) for key in keys])
        for key in keys:
            try:
                self.weights(key).unlink(missing_ok=True)
                if (self.folder / key).is_dir():
                    shutil.rmtree(self.folder / key)
            except OSError as error:
                raise FileError("The weights of a run cannot be removed: {reason}.", reason=str(error)) from error

    def mark_broken_off(self, is_alive: Callable[[str], bool]) -> None:
        """Of the runs that are said to be on, those whose program is gone were broken off."""
        with self._open() as base:
            marks = ", ".join("?" * len(ON))
            sessions = base.execute(f"SELECT DISTINCT session FROM runs WHERE state IN ({marks})", ON).fetchall()
            for (session,) in sessions:
                if not is_alive(session):
                    base.execute(
                        f"UPDATE runs SET state = ? WHERE session = ? AND state IN ({marks})",
                        (BROKEN_OFF, session, *ON),
                    )

    def _damaged(self, error: Exception) -> FileError:
        template = "The runs in '{path}' cannot be read or kept: {reason}."
        return FileError(template, path=str(self.folder / NAME), reason=str(error))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """What is done in here is kept whole or not at all. Readers in other windows are not held up (WAL)."""
        base: sqlite3.Connection | None = None
        try:
            private.make_folder(self.folder)
            (self.folder / NAME).touch(mode=0o600)  # what lies beside it has its permissions
            base = sqlite3.connect(self.folder / NAME, timeout=5)
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
            base.execute(
                f"CREATE TABLE IF NOT EXISTS runs ({', '.join(COLUMNS)}, curves BLOB,"
                " tag TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', PRIMARY KEY (key))"
            )
            with base:
                yield base
        except (sqlite3.Error, OSError, ValueError) as error:  # sqlite3 also tells in texts that are none
            raise self._damaged(error) from error
        finally:
            if base is not None:
                base.close()
