"""One walk over a DataLoader's batches, made in worker processes."""

from __future__ import annotations

import multiprocessing
import pickle
import weakref
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, Any

from core.data.iteration import Iteration
from core.data.worker import END, FAILURE, FETCH, RESTART, RESTARTED, Job, work

if TYPE_CHECKING:
    from core.data.loader import DataLoader

_PATIENCE = 1.0  # seconds a worker has to end by itself


class Worker:
    """A process, the pipe to it, and whether its stream of samples goes on."""

    def __init__(self, context: BaseContext, job: Job, others: list[Worker]) -> None:
        self.connection: Connection
        self.connection, theirs = context.Pipe()
        inherited = [each.connection for each in (self, *others)] if context.get_start_method() == "fork" else []
        args = (theirs, job, inherited)
        self.process = context.Process(target=_work, args=args, daemon=True)  # type: ignore[attr-defined]
        self.process.start()
        theirs.close()
        self.is_active = True

    def send(self, kind: str, index: Any = None) -> None:
        """Sends a request. That the process has ended is noticed where its answer is missing."""
        with suppress(BrokenPipeError):  # that it ended is said where an answer is missing
            self.connection.send((kind, index))

    def receive(self, timeout: float) -> tuple[str, Any]:
        """The next answer. Raises RuntimeError when none comes in time, or the process has ended."""
        if timeout and not self.connection.poll(timeout):
            raise RuntimeError(f"DataLoader timed out after {timeout} seconds")
        try:
            answer: tuple[str, Any] = pickle.loads(self.connection.recv_bytes())
        except (EOFError, ConnectionResetError):
            self.process.join(10 * _PATIENCE)  # it has closed its end, so that it is about to be gone
            raise RuntimeError(
                f"DataLoader worker (pid(s) {self.process.pid}) exited unexpectedly with exit code "
                f"{self.process.exitcode}. Its own last words are above, if it had any."
            ) from None
        return answer


def _work(connection: Connection, job: Job, inherited: list[Connection]) -> None:
    """A forked process has the other ends of the pipes too, and would wait for ever for what it might say itself."""
    for each in inherited:
        each.close()
    work(connection, job)


class WorkersIteration(Iteration):
    """Deals indices out to the workers in turn and takes the batches back in the same order."""

    def __init__(self, loader: DataLoader) -> None:
        super().__init__(loader)
        self._timeout = loader.timeout
        self._ahead = (loader.prefetch_factor or 1) * loader.num_workers
        self._is_persistent = loader.persistent_workers
        loader._warn_of_many_workers()
        context = loader.multiprocessing_context or multiprocessing.get_context()
        self._workers: list[Worker] = []
        self._end = weakref.finalize(self, end, self._workers)
        for number in range(loader.num_workers):
            job = Job(self._source, loader.worker_init_fn, number, loader.num_workers, self._base_seed)
            self._workers.append(Worker(context, job, self._workers))
        self._deal_ahead()

    @property
    def has_workers(self) -> bool:
        """Whether the processes still run, so that another walk may use them."""
        return self._end.alive

    def is_ready(self, seconds: float) -> bool:
        """Whether the next batch, or what there is to say in its place, comes within so many seconds."""
        waiting = next((worker for worker in self._dealt if worker.is_active), None)
        return waiting is None or waiting.connection.poll(seconds)

    def end(self) -> None:
        """End the processes now."""
        self._end()

    def restart(self, loader: DataLoader) -> None:
        """Begins anew with the same workers. What is left of the last walk is thrown away."""
        self._begin(loader)
        for worker in self._workers:
            worker.send(RESTART)
            worker.is_active = True
        for worker in self._workers:
            while worker.receive(self._timeout)[0] != RESTARTED:
                continue
        self._deal_ahead()

    def _deal_ahead(self) -> None:
        self._dealt: deque[Worker] = deque()
        self._turn = 0
        for _ in range(self._ahead):
            self._deal()

    def _deal(self) -> None:
        """Gives the next index to the next worker whose stream goes on."""
        active = [worker for worker in self._in_turn() if worker.is_active]
        if not active:
            return
        try:
            index = next(self._indices)
        except StopIteration:
            return
        self._turn = (self._workers.index(active[0]) + 1) % len(self._workers)
        active[0].send(FETCH, index)
        self._dealt.append(active[0])

    def _in_turn(self) -> list[Worker]:
        return self._workers[self._turn :] + self._workers[: self._turn]

    def _next_batch(self) -> Any:
        while self._dealt:
            worker = self._dealt.popleft()
            if not worker.is_active:
                continue
            kind, value = self._received(worker)
            if kind == END:
                worker.is_active = False
                self._deal()
                continue
            self._deal()
            if kind == FAILURE:
                value.raise_again()
            return value
        if not self._is_persistent:
            self._end()
        raise StopIteration

    def _received(self, worker: Worker) -> tuple[str, Any]:
        try:
            return worker.receive(self._timeout)
        except RuntimeError:
            self._end()
            raise


def end(workers: list[Worker]) -> None:
    """Ends the processes: those that do not end by themselves are stopped."""
    for worker in workers:
        worker.connection.close()
    for worker in workers:
        worker.process.join(_PATIENCE)
        if worker.process.is_alive():
            worker.process.terminate()
            worker.process.join()
        worker.process.close()
    workers.clear()
