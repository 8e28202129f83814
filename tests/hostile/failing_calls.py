"""The system refuses a call: each that touches files, one after the other, as a full, broken or locked disk does.

Python's own functions are exchanged, those of `os` and the raw file below what `open` gives.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

ERRORS = [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT]
NAMES = (
    "open", "write", "fsync", "close", "dup", "rename", "replace", "unlink", "chmod", "mkdir", "truncate", "link",
    "stat", "lstat", "fstat", "scandir", "listdir",
)  # fmt: skip


class Calls:
    """Counts calls that this thread makes, or one of a given name; at the one with a number it does something else."""

    def __init__(self, number: int, instead: Callable[[], object], thread: str | None) -> None:
        self.count = 0
        self.hit = ""
        self.number, self._instead = number, instead
        self._thread = threading.current_thread().name if thread is None else thread

    def take(self, name: str) -> None:
        if threading.current_thread().name != self._thread:
            return
        self.count += 1
        if self.count == self.number:
            self.hit = name
            self._instead()


class RawFile(io.FileIO):
    """A file that counts what is done to it."""

    calls: Calls

    def write(self, content: Any) -> int | None:
        self.calls.take("write")
        return super().write(content)

    def readinto(self, content: Any) -> int | None:
        self.calls.take("read")
        return super().readinto(content)

    def close(self) -> None:
        was_open = not self.closed
        super().close()  # as the system does, also where it then says that what was written is lost
        if was_open:
            self.calls.take("close")


def _opened(calls: Calls) -> Callable[..., Any]:
    class File(RawFile):
        pass

    File.calls = calls

    def opened(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, opener: Any = None, **named: Any) -> Any:
        if "b" not in mode or buffering == 0:
            return _open(file, mode, buffering, *rest, opener=opener, **named)
        if not isinstance(file, int):
            calls.take("open")
        raw = File(file, mode.replace("b", ""), opener=opener)
        return io.BufferedReader(raw) if "r" in mode else io.BufferedWriter(raw)

    return opened


_open = builtins.open


@contextmanager
def calls(number: int, instead: Callable[[], object], thread: str | None = None) -> Iterator[Calls]:
    """Have something done instead of the call with this number, counted from 1, in this thread."""
    counting = Calls(number, instead, thread)

    def counted(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*arguments: Any, **named: Any) -> Any:
            counting.take(name)
            return real(*arguments, **named)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in NAMES:
            patch.setattr(os, name, counted(name))
        for owner in (io, builtins):
            patch.setattr(owner, "open", _opened(counting))
        patch.setattr(os, "fdopen", _opened(counting))
        yield counting


def refuse(number: int) -> Callable[[], object]:
    """What a call does that the system refuses for this reason."""

    def fail() -> None:
        raise OSError(number, os.strerror(number))

    return fail


def die() -> None:
    """What a call does in a process that is killed just then."""
    os.kill(os.getpid(), signal.SIGKILL)
