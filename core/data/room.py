"""How much memory there is for data: what decides whether a table is held or read in blocks."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from core.data.packed import LARGEST
from core.limits import memory_in_use, process_limit

TIMES = 8
"""A table is held where so many times its file would fit into what is free: reading one takes three to four times its
size, and as much again is left to the network and to others."""
_UNKNOWN = 2**32  # bytes that are taken to be free where the system does not say


def most_held() -> int:
    """Bytes that the file of a table may have to be held in memory now."""
    return min(LARGEST, free_memory() // TIMES)


def free_memory() -> int:
    """Bytes that this process may still take without others having to give theirs up."""
    found = [_of_system(), _of_group()]
    if limit := process_limit():
        found.append(max(limit - (memory_in_use() or 0), 0))
    return min((size for size in found if size is not None), default=_UNKNOWN)


def _of_system() -> int | None:
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    with suppress(AttributeError, ValueError, OSError):
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _of_group() -> int | None:
    """What the system leaves to this process and those that it is counted with, in a container for instance."""
    with suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        return max(int((group / "memory.max").read_text()) - int((group / "memory.current").read_text()), 0)
    return None
