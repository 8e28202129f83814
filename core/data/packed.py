"""The bytes of a file, unpacked if it is packed with gzip."""

from __future__ import annotations

import gzip
import os
import zlib
from pathlib import Path
from typing import BinaryIO

from core import foreign
from core.errors import DataError, FileError

LARGEST = 2**31
"""Bytes, unpacked. Arrays several times that size are made from them."""
_MOST_PACKED = 200  # what unpacks to so many times its size is made to fill the memory
_PIECE = 2**26
_HEAD = 2**24  # bytes of a text's first lines, at most


def read_bytes(path: Path) -> bytes:
    """Raises FileError when the file cannot be read, DataError when there is too much in it."""
    try:
        with foreign.opened(path) as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            size = min(os.fstat(file.fileno()).st_size, LARGEST)
            raw = _unpack(file, path) if packed else file.read(size + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise FileError("'{path}' is damaged or cut off: it cannot be unpacked with gzip.", path=str(path)) from None
    except OSError as error:
        raise FileError(
            "'{path}' cannot be read: {reason}.", path=str(path), reason=error.strerror or str(error)
        ) from None
    if len(raw) > LARGEST:
        raise DataError(
            "'{path}' holds more than {size} GiB: use an .npz file for so much.",
            path=str(path),
            size=LARGEST // 2**30,
        )
    return raw


def read_head(path: Path, lines: int) -> bytes:
    """The first lines of a text, all whole. Raises FileError."""
    try:
        with foreign.opened(path) as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            raw = gzip.GzipFile(fileobj=file).read(_HEAD) if packed else file.read(_HEAD)
    except (EOFError, zlib.error, OSError) as error:
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=str(error)) from None
    end = 0
    for _ in range(lines):
        end = raw.find(b"\n", end) + 1
        if not end:
            break
    return raw[:end] if end else raw if len(raw) < _HEAD else raw[: raw.rfind(b"\n") + 1]


def _unpack(file: BinaryIO, path: Path) -> bytes:
    size, pieces, length = path.stat().st_size, list[bytes](), 0
    with gzip.GzipFile(fileobj=file) as stream:
        while length <= LARGEST and (piece := stream.read(_PIECE)):
            pieces.append(piece)
            length += len(piece)
            if length >= _PIECE and length > _MOST_PACKED * size:
                raise DataError(
                    "'{path}' unpacks to more than {times} times its size, which no data do.",
                    path=str(path),
                    times=_MOST_PACKED,
                )
    return b"".join(pieces)
