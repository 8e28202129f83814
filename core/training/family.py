"""All that a process of the engine started, wherever it went: it ends with that process.

What a layer starts belongs to the group of the engine's process, unless it leaves it, as daemons do. It still has the
mark in its environment that the engine's process was given; and where it threw that away too, it is a descendant, for
orphans come to the engine's process. Linux only; elsewhere there is the group.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MARK = "NETLOOM_FAMILY"
"""The variable in the environment of all processes of a family."""
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of linux/prctl.h
_ROUNDS = 20  # what starts others faster than it is ended


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent has ended, so that they are found."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)


def go_first() -> None:
    """Be the first that the system ends when memory runs out: never the window."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("600")


def members(mark: str, head: int) -> set[int]:
    """The processes that have the mark, and the descendants of `head`, without itself."""
    return {*_marked(mark), *_below(head)} - {head, os.getpid()}


def end(mark: str, head: int, but_group: int = 0) -> None:
    """End all members at once, but those of a group that ends otherwise."""
    for _ in range(_ROUNDS):
        found = [each for each in members(mark, head) if not but_group or _group_of(each) != but_group]
        if not found:
            return
        for each in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(each, signal.SIGKILL)


def _marked(mark: str) -> Iterator[int]:
    wanted = f"{MARK}={mark}".encode()
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark and wanted in (place / "environ").read_bytes().split(b"\0") and _is_alive(place):
                yield int(place.name)


def _below(head: int) -> Iterator[int]:
    for listing in Path("/proc", str(head), "task").glob("*/children"):
        with suppress(OSError):
            for each in map(int, listing.read_text().split()):
                yield from _below(each)
                if _is_alive(Path("/proc", str(each))):
                    yield each


def _is_alive(place: Path) -> bool:
    """Not only waiting for its parent to notice that it ended."""
    return (place / "stat").read_bytes().rpartition(b")")[2].split()[0] not in (b"Z", b"X")


def _group_of(process: int) -> int:
    try:
        return os.getpgid(process)
    except OSError:
        return 0
