"""What a DataLoader's worker process does: it reads indices and answers with batches, in order.

Two threads keep the pipe moving, so that neither side ever waits for the other to read, and the next batch is made
while the last is being sent.
"""

from __future__ import annotations

import os
import pickle
import random
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

import numpy as np

from core.data.fetch import BatchSource
from core.random.draws import manual_seed

FETCH, RESTART = "fetch", "restart"  # tasks
BATCH, END, FAILURE, RESTARTED = "batch", "end", "failure", "restarted"  # answers


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is given when it starts. `seed` is the first worker's, the others count up."""

    source: BatchSource
    init: Callable[[int], object] | None
    number: int
    workers: int
    seed: int


@dataclass(frozen=True, slots=True)
class WorkerInfo:
    """Who a worker is: its number, how many there are, its seed and its copy of the dataset."""

    id: int
    num_workers: int
    seed: int
    dataset: Any


_GRACE = 2.0  # seconds that it has to come to its end once nobody asks it any more
_info: WorkerInfo | None = None


def get_worker_info() -> WorkerInfo | None:
    """In a worker process of a DataLoader who it is, elsewhere None."""
    return _info


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception in a worker: its class, its traceback as a text."""

    kind: type[Exception]
    text: str
    worker: int

    def raise_again(self) -> None:
        """Raises an error of the class that ended the worker's batch, with the worker's traceback in its text."""
        message = f"Caught {self.kind.__name__} in DataLoader worker process {self.worker}.\nOriginal {self.text}"
        try:
            error = self.kind(_Verbatim(message) if self.kind is KeyError else message)
        except Exception:  # a class that wants other arguments than a sentence
            error = RuntimeError(message)
        raise error


class _Verbatim(str):
    """A text that KeyError, which shows the repr of what it is given, shows as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def work(connection: Connection, job: Job) -> None:
    """The life of a worker: until the other end of `connection` is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the loader's process ends its workers
    tasks: SimpleQueue[Any] = SimpleQueue()
    answers: SimpleQueue[bytes | None] = SimpleQueue()
    threading.Thread(target=_receive, args=(connection, tasks), daemon=True).start()
    sender = threading.Thread(target=_send, args=(connection, answers), daemon=True)
    sender.start()
    _introduce(job)
    batches = _Batches(job)
    while (task := tasks.get()) is not None:
        if (answer := batches.answer(*task)) is not None:
            answers.put(_packed(job, answer))
    answers.put(None)
    sender.join()


def _receive(connection: Connection, tasks: SimpleQueue[Any]) -> None:
    try:
        while True:
            tasks.put(connection.recv())
    except (EOFError, OSError):
        tasks.put(None)
        time.sleep(_GRACE)
        os._exit(1)  # a Dataset that never comes back does not outlive the process that asks it


def _send(connection: Connection, answers: SimpleQueue[bytes | None]) -> None:
    try:
        while (answer := answers.get()) is not None:
            connection.send_bytes(answer)
    except OSError:
        return


def _introduce(job: Job) -> None:
    global _info
    seed = job.seed + job.number
    random.seed(seed)
    manual_seed(seed)
    entropy = [job.number, job.seed & 0xFFFFFFFF, job.seed >> 32, 0]
    np.random.seed(np.random.SeedSequence(entropy).generate_state(4))  # noqa: NPY002 - for users of the old generator
    _info = WorkerInfo(job.number, job.workers, seed, job.source.dataset)


class _Batches:
    """Answers tasks with batches, with the end of the stream, or with what went wrong."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._fetch: Callable[[Any], Any] | None = None
        self._is_over = False
        begun = (BATCH, None) if job.init is None else _tried(job, job.init, job.number)
        self._begun_badly = begun if begun[0] == FAILURE else None

    def answer(self, kind: str, index: Any) -> tuple[str, Any] | None:
        if kind == RESTART:
            self._fetch, self._is_over = None, False
            return RESTARTED, None
        if self._is_over:
            return None
        answer = self._begun_badly or _tried(self._job, self._make, index)
        self._begun_badly = None
        self._is_over = answer[0] == END
        return answer

    def _make(self, index: Any) -> Any:
        if self._fetch is None:
            self._fetch = self._job.source.fetcher()
        return self._fetch(index)


def _tried(job: Job, function: Callable[..., Any], *args: Any) -> tuple[str, Any]:
    """What a function of the user's gives, or how it fails: all but a stop of the process is told to the loader."""
    try:
        return BATCH, function(*args)
    except StopIteration:
        return END, None
    except Exception as error:
        return FAILURE, Failure(type(error), traceback.format_exc(), job.number)


def _packed(job: Job, answer: tuple[str, Any]) -> bytes:
    kind, packed = _tried(job, pickle.dumps, answer)
    if kind == BATCH:
        return bytes(packed)
    if answer[0] == FAILURE:  # an exception whose class is known in this process only
        packed = Failure(RuntimeError, answer[1].text, job.number)
    return pickle.dumps((FAILURE, packed))
