"""The edits of a session, appended to a file while they are made: whatever ends the program takes next to none of them.

A line is the length of what follows and its checksum, eight hexadecimal digits each, and a text in JSON. The first line
says what the file is, the second makes a whole design of nothing, each further one makes the next design of the one
before, see `core.design.patches`. A line that was cut off, or that is damaged, ends what can be read.

When the file has grown too long, the next one begins with the design as it then is. The former one goes only once the
new one is on the disk, so that there is always one that is whole: `00000001.journal` or `00000002.journal`.
"""

from __future__ import annotations

import json
import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core import atomic, foreign
from core.design.json_form import from_json
from core.design.json_reader import parse
from core.design.model import Design
from core.design.patches import Replay, difference
from core.errors import FileError

FORMAT, VERSION = "netloom-journal", 1
ROOM = 2**20
"""Bytes of edits after which a file is followed by another, besides twice those of the design that it begins with."""
LARGEST = 2**28
"""Bytes of a file that is read."""
_FRAME = 18  # length, a space, checksum, a space
_LONGEST_HEAD = 2**12
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)


class Journal:
    """That of one session, in a folder of its own. `keep` and `discard` are for one thread, `sync` for any other."""

    def __init__(self, folder: Path) -> None:
        self.last: Design | None = None
        """The design that reading the journal gives; None where none is kept."""
        self._folder = folder
        self._turn = threading.Lock()
        self._descriptor = -1
        self._path = folder
        self._number = 0
        self._name = ""
        self._size = self._most = 0

    def keep(self, design: Design, name: str) -> None:
        """Append what makes this design of the last one; `name` is the project's. It does not wait for the disk, so
        that the end of this process takes nothing of it; that of the computer does, until `sync`.

        Raises FileError where that cannot be done. What was kept before is then kept still.
        """
        with self._turn:
            try:
                if self._descriptor < 0 or name != self._name or self._size > self._most or not self._is_there():
                    self._begin(design, name)
                elif design is not self.last:
                    self._append(_line(difference(self.last, design)))
            except OSError as error:
                raise self._failure(error) from error
            self.last = design

    def _begin(self, design: Design, name: str) -> None:
        head = {"format": FORMAT, "version": VERSION, "name": name[:200]}
        content = _line(head) + _line(difference(None, design))
        self._let_go()
        self._number += 1
        self._path = self._folder / f"{self._number:08}.journal"
        self._descriptor = os.open(self._path, _FLAGS, 0o600)
        try:
            self._append(content)
        except OSError:
            self._let_go()
            with suppress(OSError):
                self._path.unlink()
            raise
        self._name, self._most = name, 3 * self._size + ROOM

    def _append(self, content: bytes) -> None:
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            try:
                os.truncate(self._path, self._size)
            except OSError:
                self._let_go()
            raise
        self._size += len(content)

    def _is_there(self) -> bool:
        """Whether the file still has its name: what cleans up temporary folders may have taken it away."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._path.stat())
        except OSError:
            return False

    def _let_go(self) -> None:
        descriptor, self._descriptor, self._size, self.last = self._descriptor, -1, 0, None
        if descriptor >= 0:
            with suppress(OSError):  # what comes next begins with a whole design
                os.close(descriptor)

    def sync(self) -> None:
        """Have on the disk what was kept; the file before this one goes then. Raises FileError: it is begun anew."""
        with self._turn:
            if self._descriptor < 0:
                return
            number, path, descriptor = self._number, self._path, self._descriptor
            try:
                descriptor = os.dup(descriptor)  # which stays open, whatever becomes of the other
            except OSError as error:
                raise self._failure(error) from error
        try:
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            atomic.sync_folder(path.parent)
            for other in _all(self._folder):
                if other.name < path.name:
                    other.unlink(missing_ok=True)
        except OSError as error:
            with self._turn:
                if self._number == number:
                    self._let_go()
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> FileError:
        reason = error.strerror or str(error)
        return FileError("Edits cannot be kept in '{path}': {reason}.", path=str(self._folder), reason=reason)

    def discard(self) -> None:
        """Keep nothing of what there was."""
        with self._turn:
            self._let_go()
            with suppress(OSError):
                for path in _all(self._folder):
                    path.unlink()


def _line(content: object) -> bytes:
    text = json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")
    return b"%08x %08x %b\n" % (len(text), zlib.crc32(text), text)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a journal gives. `is_whole`: whether all that was written could be read."""

    design: Design
    name: str
    is_whole: bool


def journals(folder: Path) -> list[Path]:
    """The journals in a session's folder that may hold a design, the latest first: not one that was only begun.

    Raises OSError where the folder cannot be read.
    """
    return [path for path in sorted(_all(folder), reverse=True) if not _is_stub(path)]


def _all(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix == ".journal"]  # `glob` may keep to itself that it failed


def name_in(path: Path) -> str:
    """The name of the project whose edits these are; empty where it cannot be read."""
    try:
        with foreign.opened(path) as file:
            return str(json.loads(_text_of(file.read(_LONGEST_HEAD), 0) or b"{}").get("name", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def read(folder: Path) -> Kept:
    """The design that a session had last. Raises FileError where there is none that can be read."""
    problem = FileError("In '{path}' are no edits that were kept.", path=str(folder))
    try:
        found = journals(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=str(folder), reason=reason) from None
    for path in found:
        try:
            kept = _read(path)
        except FileError as error:
            problem = error
            continue
        return kept if path is found[0] else Kept(kept.design, kept.name, False)
    raise problem


def _read(path: Path) -> Kept:
    try:
        content = foreign.read_bytes(path, LARGEST)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None
    lines = list(_texts(content))
    if len(lines) < 2:
        raise FileError("'{path}' is damaged or cut off.", path=str(path))
    head = parse(lines[0].decode("ascii")).record(("format", "version", "name"))
    if head["format"].value != FORMAT or head["version"].whole(1) > VERSION:
        raise FileError("'{path}' was kept by another version of Netloom.", path=str(path))
    replay = Replay()
    for line in lines[1:]:
        replay.apply(parse(line.decode("ascii")))
    size = sum(len(line) + _FRAME + 1 for line in lines)
    return Kept(from_json(replay.text()), head["name"].text(), size == len(content))


def _texts(content: bytes) -> Iterator[bytes]:
    """The texts of the lines up to one that was cut off or is damaged."""
    at = 0
    while (text := _text_of(content, at)) is not None:
        yield text
        at += _FRAME + len(text) + 1


def _text_of(content: bytes, at: int) -> bytes | None:
    """The text of the line that begins here, if it is whole."""
    try:
        length, checksum = int(content[at : at + 8], 16), int(content[at + 9 : at + 17], 16)
    except ValueError:
        return None
    text, end = content[at + _FRAME : at + _FRAME + length], content[at + _FRAME + length : at + _FRAME + length + 1]
    return text if end == b"\n" and zlib.crc32(text) == checksum and text.isascii() else None


def _is_stub(path: Path) -> bool:
    """Whether the file ends before the design that it begins with does: its writer was ended just then."""
    try:
        with foreign.opened(path) as file:
            start, size = file.read(_LONGEST_HEAD), os.fstat(file.fileno()).st_size
    except OSError:
        return False
    head = _text_of(start, 0)
    if head is None:
        return size < _LONGEST_HEAD and b"\n" not in start
    base = _FRAME + len(head) + 1
    try:
        return size < base + _FRAME + int(start[base : base + 8] or b"0", 16) + 1
    except ValueError:
        return False
