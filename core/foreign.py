"""The one way to open what others wrote: an ordinary file, which has an end and can be read at once."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

LARGEST_TEXT = 2**26
"""Bytes of a text that is read whole: a source, a design, settings."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def opened(path: Path, largest: int | None = None) -> BinaryIO:
    """The file, open for reading. A pipe, a device or a socket, which might never end or never begin, is not opened.

    `largest`: bytes that it may hold. Raises OSError, whose `strerror` says why not, as `open` does.
    """
    try:
        descriptor = os.open(path, _FLAGS)  # a pipe that nobody writes to does not make this wait
    except ValueError:
        raise FileNotFoundError(errno.ENOENT, "no file can be called so", str(path)) from None
    try:
        _check(os.fstat(descriptor), path, largest)
        if hasattr(os, "set_blocking"):
            os.set_blocking(descriptor, True)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_bytes(path: Path, largest: int | None = None) -> bytes:
    """All that is in the file, which may hold at most so many bytes, by default a third of the memory that there is.

    Raises OSError.
    """
    with opened(path, _third_of_memory() if largest is None else largest) as file:
        return file.read(os.fstat(file.fileno()).st_size)


def read_text(path: Path, encoding: str = "utf-8", largest: int = LARGEST_TEXT) -> str:
    """The text in the file, its lines ended by a line feed. Raises OSError and UnicodeDecodeError."""
    text = read_bytes(path, largest).decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _third_of_memory() -> int | None:
    """Bytes: what is read is there twice or three times until it is in its place."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 3
    except (AttributeError, ValueError, OSError):  # Windows
        return None


def _check(found: os.stat_result, path: Path, largest: int | None) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no ordinary file", str(path))
    if largest is not None and found.st_size > largest:
        raise OSError(errno.EFBIG, f"it is larger than {largest:,} bytes", str(path))
