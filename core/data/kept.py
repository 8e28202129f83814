"""Samples that were decoded once, in a file of the system's temporary folder: the next time they are only read.

The system holds as much of the file in memory as it has to spare, and the file is gone with the process. Processes that
read the same samples share it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from core import temporary

_SHARE = 2  # of what is free on the disk, one part in so many may be used


class Kept:
    """Records of one size, each of them there or not: first a byte for each that says so, then the records."""

    def __init__(self, count: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        """For `count` samples of this shape; as many of them as there is room for. Raises OSError."""
        temporary.sweep()
        self._count = count
        self._size = int(np.prod(shape)) * dtype.itemsize
        descriptor, self._path = tempfile.mkstemp(prefix=temporary.prefix())
        os.close(descriptor)
        free = shutil.disk_usage(self._path).free // _SHARE
        self.room = min(count, max(free - count, 0) // max(self._size, 1))
        """The samples before this one are kept."""
        with Path(self._path).open("wb") as file:
            file.truncate(count + self.room * self._size)  # what was not written yet takes no room and reads as zeros
        self._open(owns=True)

    def _open(self, owns: bool) -> None:
        self._file = Path(self._path).open("r+b", buffering=0)  # noqa: SIM115 - as long as this object is there
        self._end = weakref.finalize(self, _end, self._file, self._path if owns else None)
        self._seen = np.zeros(self.room, np.bool_)

    def read(self, number: int, into: NDArray[Any]) -> bool:
        """Whether the sample is there; then it is in `into`."""
        if not self.has(number):
            return False
        self._file.seek(self._count + number * self._size)
        return self._file.readinto(into.data.cast("B")) == self._size

    def has(self, number: int) -> bool:
        """Whether the sample is there."""
        if number >= self.room:
            return False
        if not self._seen[number]:
            self._file.seek(number)
            self._seen[number] = self._file.read(1) == b"\1"
        return bool(self._seen[number])

    def write(self, number: int, values: NDArray[Any]) -> None:
        """Keep a sample. Where the disk is full, no more are."""
        if number >= self.room:
            return
        try:
            self._file.seek(self._count + number * self._size)
            if self._file.write(np.ascontiguousarray(values).data) == self._size:
                self._file.seek(number)
                self._file.write(b"\1")
        except OSError:
            self.room = 0  # this process reads on without it

    def close(self) -> None:
        """Nothing is kept any more; with the first of those that share it the file goes."""
        self._end()

    def __getstate__(self) -> Any:
        return self._count, self._size, self._path, self.room

    def __setstate__(self, state: Any) -> None:
        self._count, self._size, self._path, self.room = state
        self._open(owns=False)


def _end(file: IO[bytes], path: str | None) -> None:
    file.close()
    if path is not None:
        _remove(path)


def _remove(path: str) -> None:
    with suppress(OSError):
        Path(path).unlink()
