"""Lets freed memory be used again instead of being given back to the system page by page."""

from __future__ import annotations

import ctypes
import os
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
MOST, MOST_OF_OLD_LIBRARIES = 1 << 30, 1 << 25


def keep_freed_memory() -> None:
    """Where the C library is glibc: arrays of up to a gigabyte come from memory that earlier ones have left.

    A training step makes and frees the same arrays again and again. By default those of some megabytes are mapped anew
    each time, and the system clears each page at its first touch: a third of the time of a small convolutional
    network. What the user has set by the environment (MALLOC_…, GLIBC_TUNABLES) is left alone.
    """
    if not sys.platform.startswith("linux") or any(name.startswith(("MALLOC_", "GLIBC_")) for name in os.environ):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_TRIM_THRESHOLD, MOST)
        mallopt(M_MMAP_THRESHOLD, MOST) or mallopt(M_MMAP_THRESHOLD, MOST_OF_OLD_LIBRARIES)
