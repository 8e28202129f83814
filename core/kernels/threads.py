"""Large loops in two or more parts at once, each on a Python thread: compiled loops let go of the interpreter's lock.

Matrix products inside such a part run on one thread. Threads of the BLAS beside others wait in busy loops for one
another, which costs more than they bring.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np

Part = Callable[[int, int, int], object]
"""Is given the number of the part, and where it begins and ends."""


@cache
def count() -> int:
    """How many threads may work at a time: as many as the BLAS was allowed, or as there are processors."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        given = os.environ.get(name, "")
        if given.isdecimal() and int(given):
            return min(int(given), 8)
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors, 8)


def share(length: int, part: Part, wanted: int | None = None) -> int:
    """Runs `part` over 0 … length in as many parts as there are threads, or fewer. Returns how many there were."""
    several = max(1, min(count() if wanted is None else min(wanted, count()), length))
    if several == 1:
        part(0, 0, length)
        return 1
    cuts = [length * number // several for number in range(several + 1)]
    crew = _crew(os.getpid())
    with _one_blas_thread():
        jobs = [_Job(part, number, cuts[number], cuts[number + 1]) for number in range(1, several)]
        for job in jobs:
            crew.put(job)
        try:
            part(0, cuts[0], cuts[1])
        finally:
            for job in jobs:
                job.done.acquire()
    for job in jobs:
        if job.error is not None:
            raise job.error
    return several


class _Job:
    """A part for another thread, and how it ended."""

    __slots__ = ("arguments", "done", "error", "part")

    def __init__(self, part: Part, *arguments: int) -> None:
        self.part, self.arguments = part, arguments
        self.error: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()

    def run(self) -> None:
        try:
            self.part(*self.arguments)
        except BaseException as error:
            self.error = error
        finally:
            self.done.release()


@cache
def _crew(_process: int) -> SimpleQueue[_Job]:
    """The queue of the threads of this process; one that was forked off has none of its parent's."""
    queue: SimpleQueue[_Job] = SimpleQueue()

    def work() -> None:
        while True:
            queue.get().run()

    for number in range(1, count()):
        threading.Thread(target=work, daemon=True, name=f"kernels {number}").start()
    return queue


class _one_blas_thread:  # noqa: N801  # reads as what it does
    """Products in here use one thread each. Nested or side by side, the last to leave puts it back."""

    inside = 0
    lock = threading.Lock()

    def __enter__(self) -> None:
        with self.lock:
            _one_blas_thread.inside += 1
            if self.inside == 1 and (blas := _blas()) is not None:
                blas[0](1)

    def __exit__(self, *_: object) -> None:
        with self.lock:
            _one_blas_thread.inside -= 1
            if not self.inside and (blas := _blas()) is not None:
                blas[0](blas[1])


@cache
def _blas() -> tuple[Any, int] | None:
    """What sets the number of numpy's BLAS threads, and their number; None where it is not the one numpy ships."""
    home = Path(np.__file__).parent
    for path in sorted([*home.parent.glob("numpy.libs/*openblas*"), *home.glob(".dylibs/*openblas*")]):
        library = ctypes.CDLL(str(path))
        for prefix, suffix in (("scipy_", "64_"), ("", "64_"), ("", "")):
            get = getattr(library, f"{prefix}openblas_get_num_threads{suffix}", None)
            if get is not None:
                return getattr(library, f"{prefix}openblas_set_num_threads{suffix}"), get()
    return None
