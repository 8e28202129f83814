"""Files are written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import BinaryIO

from core import foreign
from core.errors import FileError
from core.private import opener

OLD = 3600.0
"""Seconds after which a temporary file is surely that of a program that was ended in the middle."""
SESSION = "NETLOOM_SESSION"
"""In the environment of a window and of the processes it starts: the folder of its session, in which they note where
they write, so that the next start finds what they left there if they are ended in the middle."""
_FOLDERS = "folders"
_noted = set[tuple[str, Path]]()
_together: ContextVar[list[tuple[Path, Path]] | None] = ContextVar("_together", default=None)
"""What was written of files that belong together, and where each is to go; None: each goes there at once."""


def part_of(target: Path) -> Path:
    """A new name beside a file, for what is to take its place."""
    return target.with_name(f".netloom-{Path(os.environ.get(SESSION, '')).name}-{secrets.token_hex(8)}.part")


def sweep(folder: Path, session: str = "") -> None:
    """Take away temporary files that were left behind in a folder by programs that were ended while they wrote: those
    that are old, and those of a `session` that is known to have ended."""
    found = list[Path]()
    with suppress(OSError):
        found.extend(folder.glob(".netloom-*.part"))
    for part in found:
        with suppress(OSError):
            is_of_session = session and part.name.startswith(f".netloom-{session}-")
            if is_of_session or time.time() - part.stat().st_mtime > OLD:
                part.unlink()


def sweep_after(session: Path) -> None:
    """Take away what the session of this folder left elsewhere. It is known to have ended."""
    try:
        folders = foreign.read_bytes(session / _FOLDERS, 2**20).split(b"\0")
    except OSError:
        return
    for folder in filter(None, folders):
        sweep(Path(os.fsdecode(folder)), session.name)


def _note(folder: Path) -> None:
    session = os.environ.get(SESSION)
    if session and folder != Path(session) and (session, folder) not in _noted:
        _noted.add((session, folder))
        # Where that fails, what is left there goes once it is old.
        with suppress(OSError), open(Path(session, _FOLDERS), "ab", opener=opener) as file:
            file.write(os.fsencode(folder) + b"\0")


@contextmanager
def replacing(path: Path, check: Callable[[Path], object] | None = None, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write into, which takes the place of `path` once the block has ended without an exception.

    What is written goes to a temporary file in the same folder, is synced to the disk and renamed, so that neither a
    crash nor a full disk leaves half a file: `path` is then as it was, and the temporary file is gone. Through a
    symbolic link the file it leads to is replaced. Permissions stay those of the file that was there; a new one is its
    owner's alone if it is `private`. `check` reads back what was written before it takes its place, and raises if that
    is not right.
    Raises FileError with the path and the reason; exceptions of the block that are no OSError pass through.
    """
    target, waiting = _target(path), _together.get()
    part = part_of(target)
    try:
        check_writable(path)
        _note(target.parent)
        with open(part, "xb", opener=opener if private else None) as file:
            if target.exists():
                part.chmod(stat.S_IMODE(target.stat().st_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        if check is not None:
            check(part)
        if waiting is None:
            part.replace(target)
            sync_folder(target.parent)
        else:
            waiting.append((part, target))
    except OSError as error:
        raise _failure(path, error) from error
    finally:
        if not waiting or (part, target) not in waiting:
            _remove(part)


@contextmanager
def together() -> Iterator[None]:
    """Files that belong together: what `replacing` and `write` write in here takes its places once the block has ended
    without an exception and all of it is on the disk; otherwise none does.

    Should the system refuse a place then, those that were taken before are given back. Only a program, or a computer,
    that ends between two places, millionths of a second apart, leaves some files new and others old: in the order in
    which they were written, each of them whole. Raises FileError.
    """
    written, before = list[tuple[Path, Path]](), dict[Path, Path | None]()
    outer = _together.set(written)
    try:
        try:
            yield
        finally:
            _together.reset(outer)
        before = {target: None for _, target in written}
        _take_places(written, before)
    finally:
        for part in (*(part for part, _ in written), *filter(None, before.values())):
            _remove(part)


def _take_places(written: list[tuple[Path, Path]], before: dict[Path, Path | None]) -> None:
    """`before` becomes where each file is that was there; None: none was."""
    taken = list[Path]()
    target = Path()
    try:
        for _, target in written:
            if target.exists():
                aside = before[target] = part_of(target)
                _keep(target, aside)
        for part, target in written:
            part.replace(target)
            taken.append(target)
    except OSError as error:
        left = [each for each in reversed(taken) if not _give_back(each, before[each])]
        raise _failure(target, error, left) from error
    for folder in {target.parent for target in taken}:
        sync_folder(folder)


def _keep(target: Path, aside: Path) -> None:
    """Have the file under a second name."""
    try:
        os.link(target, aside)
    except OSError:  # not every drive knows such names
        shutil.copy2(target, aside)


def _give_back(target: Path, aside: Path | None) -> bool:
    """Whether the place is as it was."""
    try:
        if aside is None:
            target.unlink()
        else:
            aside.replace(target)
    except OSError:
        return False
    return True


def _failure(path: Path, error: OSError, replaced: Sequence[Path] = ()) -> FileError:
    template = "'{path}' could not be written: {reason}. What was there before is as it was."
    if replaced:
        template = "'{path}' could not be written: {reason}. These are new all the same: {replaced}."
    names = ", ".join(each.name for each in replaced)
    return FileError(template, path=str(path), reason=error.strerror or str(error), replaced=names)


def _remove(part: Path) -> None:
    with suppress(OSError):
        part.unlink(missing_ok=True)


def write(path: Path, content: bytes, private: bool = False) -> None:
    """Write `content` to `path`, whole or not at all. Raises FileError."""
    with replacing(path, private=private) as file:
        file.write(content)


def check_writable(path: Path) -> None:
    """Raises FileError where a file cannot be written, as far as that can be told beforehand."""
    target = _target(path)
    try:
        obstacle = _obstacle(target)
    except OSError as error:
        obstacle = error.strerror or str(error)
    if obstacle:
        raise FileError("'{path}' cannot be written: " + obstacle + ".", path=str(path), folder=str(target.parent))


def _obstacle(target: Path) -> str | None:
    if not target.parent.is_dir():
        return "the folder '{folder}' is not there"
    if target.exists() and not target.is_file():
        return "it is no ordinary file"
    if not os.access(target.parent, os.W_OK) or (target.exists() and not os.access(target, os.W_OK)):
        return "it is write-protected"
    return None


def _target(path: Path) -> Path:
    """The file that `path` leads to. Path.resolve raises RuntimeError where links go in a circle."""
    return Path(os.path.realpath(path))


def sync_folder(folder: Path) -> None:
    """Have the new name in the folder survive a loss of power. Windows does that itself and cannot open folders.

    Some network drives cannot sync folders; the file is in its place all the same.
    """
    if os.name == "posix":
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
