"""Files that are almost right are read: what came of each, how long it took, how much memory, and what it set going."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from core.errors import NetloomError
from tests.hostile.mutations import Format, mutants

PATIENCE = 2.0
"""Seconds of the processor's time within which a small file is read or refused."""
ROOM = 500_000_000
"""Bytes that this may take for a while."""
PROGRAMS = "os.system os.exec os.fork os.forkpty os.posix_spawn os.spawn subprocess.Popen pty.spawn socket.connect"
CHANGES = "open os.remove os.rename os.rmdir os.mkdir os.symlink os.link os.chmod os.truncate shutil.rmtree"
OURS = (sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]))


@dataclass(slots=True)
class Tried:
    """How many were read and refused, and the worst of all: seconds of the processor, and bytes of memory."""

    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    largest: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.read + self.refused

    def __add__(self, other: Tried) -> Tried:
        slowest, largest = max(self.slowest, other.slowest), max(self.largest, other.largest)
        return Tried(self.read + other.read, self.refused + other.refused, slowest, largest)

    def __str__(self) -> str:
        most = f"{self.slowest:.2f} s and {self.largest / 1e6:.0f} MB at worst"
        return f"{self.count:9,} tried: {self.read:9,} read, {self.refused:9,} refused, {most}"


def try_all(kind: Format, folder: Path, seed: int, count: int, tried: Tried) -> None:
    """Read so many mutants, and add to `tried` what came of them. One that does anything else than to be read or
    refused, soon and in little memory, is an AssertionError, and stays in the folder."""
    path = folder / kind.name
    kind.make(path)
    kind.read(path)  # the right one
    for number, content in enumerate(mutants(path.read_bytes(), seed, count)):
        path.write_bytes(content)
        named, before, begin = f"{path}, seed {seed}, mutant {number}", _reset_peak(), time.process_time()
        with nothing_set_going(folder, named):
            try:
                kind.read(path)
                tried.read += 1
            except NetloomError as error:
                str(error.sentence)
                tried.refused += 1
            except Exception as error:
                raise AssertionError(f"{named}: {error!r}") from error
        seconds, taken = time.process_time() - begin, max(_memory("VmHWM") - before, 0)
        tried.slowest, tried.largest = max(tried.slowest, seconds), max(tried.largest, taken)
        assert seconds < PATIENCE, f"{named}: {seconds:.1f} s"
        assert taken < ROOM, f"{named}: {taken:,} bytes"


def _reset_peak() -> int:
    """Bytes that this process has now, from which on `VmHWM` tells the most."""
    if sys.platform != "linux":
        return 0
    Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _memory(name: str) -> int:
    if sys.platform != "linux":
        return 0
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123 -- once for each mutant
        return next((int(line.split()[1]) * 1024 for line in file if line.startswith(name)), 0)


# --- what is set going ------------------------------------------------------------------------------------------------

_folder = ""
_seen: list[str] | None = None


@contextmanager
def nothing_set_going(folder: Path, named: str) -> Iterator[None]:
    """In here no program is started, no code run that is not ours, and no file changed outside of this folder; else it
    ends with an AssertionError."""
    global _folder, _seen
    _folder, _seen = str(folder), []
    try:
        yield
    finally:
        seen, _seen = _seen, None
    assert not seen, f"{named}: {seen}"


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Python tells of all that is done, whoever does it; no one can be kept from being told."""
    if _seen is None:
        return
    if (
        event in _PROGRAMS
        or (event == "exec" and _is_foreign(arguments[0]))
        or (event in _CHANGES and _is_elsewhere(event, arguments))
    ):
        _seen.append(f"{event} {arguments!r}"[:200])


def _is_foreign(code: CodeType) -> bool:
    if code.co_filename.startswith(("<frozen", *OURS)):
        return False
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename != "<frozen importlib._bootstrap>":
        frame = frame.f_back
    return frame is None  # what is imported for the first time may make classes of texts


def _is_elsewhere(event: str, arguments: tuple[Any, ...]) -> bool:
    path = arguments[0]
    if event == "open" and not int(arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        return False
    if isinstance(path, int):  # it was opened before
        return False
    return not os.path.realpath(os.fsdecode(path)).startswith(os.path.realpath(_folder)) and "__pycache__" not in str(
        path
    )


_PROGRAMS, _CHANGES = frozenset(PROGRAMS.split()), frozenset(CHANGES.split())
sys.addaudithook(_hear)
