"""What reading a file may take: memory and time as a file of its size needs them, and not much more.

A small file can ask for anything: a few bytes that unpack to gigabytes, a shape of 10^12 numbers, a text that a parser
never comes to the end of. Readers work inside `limited`, which the system enforces, whatever library is at work.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from core.errors import FileError

try:
    import resource
except ImportError:  # Windows, where the window's own patience ends what takes too long
    resource = None  # type: ignore[assignment]

ROOM = 450_000_000
"""Bytes of memory beyond what a file of its size may need."""
TIMES = 100
"""How many times its size an honest file may need: small pictures are packed well, and become numbers of 4 bytes."""
PATIENCE = 1.6
"""Seconds of the processor's time beyond what a file of its size may need."""
PACE = 500_000
"""Bytes that are read in a second, at least: the text of a table, on an old computer."""
AGAIN = 0.25
"""Seconds until it is said once more that the time is up, should a library have kept that to itself."""
EACH_FILE = 4_000
"""Bytes that a file in a folder counts as, besides its own."""
_MOST_FILES = 200_000  # whose sizes are asked for

_LIMITS = bool(resource)
_lock = threading.Lock()
_is_limited = False
_late: Path | None = None
"""What is being read, while its time counts."""


@contextmanager
def limited(path: Path, size: int | None = None) -> Iterator[None]:
    """Read a file, or what is in a folder, within its limits; `size`: its bytes, by default as the system says.

    Raises FileError where that takes too much memory or time. Only the processor's time counts, not a slow drive or a
    busy computer, and only in the main thread, where signals arrive. Inside other limits, those hold. Where the system
    knows no limits, there are none.
    """
    if not _may_be_name(path):
        raise FileError("'{path}' cannot be read: no file can be called so.", path=str(path))
    size = size_of(path) if size is None else size
    with ExitStack() as limits:
        if _begin(limits):
            _limit_memory(limits, ROOM + TIMES * size)
            _limit_time(limits, PATIENCE + size / PACE, path)
        try:
            yield
        except MemoryError:
            raise FileError(
                "'{path}' takes more memory to read than a file of its size should: is it damaged?", path=str(path)
            ) from None
        except RecursionError:
            raise FileError("'{path}' is nested too deeply to be read.", path=str(path)) from None


def _may_be_name(path: Path) -> bool:
    """Whether a file could be called so: without halves of characters, and without a zero."""
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeError:
        return False


def size_of(path: Path) -> int:
    """Bytes of a file or, of a folder, of all files in it; 0 where there is none."""
    try:
        if not path.is_dir():
            return path.stat().st_size
    except OSError:
        return 0
    total = count = 0
    for place, _, names in os.walk(path):
        for name in names:
            count += 1
            if count > _MOST_FILES:
                return total
            try:
                total += os.stat(os.path.join(place, name)).st_size + EACH_FILE  # noqa: PTH116, PTH118 -- many files
            except OSError:
                continue
    return total


def _begin(limits: ExitStack) -> bool:
    """Whether these limits are the outermost."""
    global _is_limited
    with _lock:
        if _is_limited or not _LIMITS:
            return False
        _is_limited = True
    limits.callback(_end)
    return True


def _end() -> None:
    global _is_limited
    _is_limited = False


def _limit_memory(limits: ExitStack, room: int) -> None:
    used = memory_in_use()
    if used is None:
        return
    soft, hard = before = resource.getrlimit(resource.RLIMIT_DATA)
    known = [limit for limit in (used + room, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(known), hard))
    limits.callback(resource.setrlimit, resource.RLIMIT_DATA, before)


def memory_in_use() -> int | None:
    """Bytes of memory that this process has for data of its own, used or not; None where the system does not say."""
    try:
        with open("/proc/self/status", "rb") as file:  # noqa: PTH123 -- the system's own, and often
            found = next((line for line in file if line.startswith(b"VmData:")), None)
    except OSError:
        return None
    return None if found is None else int(found.split()[1]) * 1024


def limit_process(size: int) -> None:
    """Have the system give this process no more memory than so many bytes; 0: as much as there is.

    What it takes at the start counts too. Where the system knows no limits, there is none.
    """
    if _LIMITS:
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        known = [limit for limit in (size or hard, hard) if limit != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_DATA, (min(known, default=resource.RLIM_INFINITY), hard))


def process_limit() -> int:
    """Bytes of memory that this process may take; 0: there is no limit."""
    soft = resource.getrlimit(resource.RLIMIT_DATA)[0] if _LIMITS else 0
    return soft if _LIMITS and soft != resource.RLIM_INFINITY else 0


def _limit_time(limits: ExitStack, seconds: float, path: Path) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    global _late
    if signal.getsignal(signal.SIGPROF) is not _take_late:  # it stays, for a signal that comes a moment too late
        signal.signal(signal.SIGPROF, _take_late)
        signal.siginterrupt(signal.SIGPROF, False)
    limits.callback(_stop_counting)
    _late = path
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)


def _stop_counting() -> None:
    global _late
    _late = None
    signal.setitimer(signal.ITIMER_PROF, 0)


def _take_late(_number: int, _frame: FrameType | None) -> None:
    if _late is not None:
        raise FileError("'{path}' takes longer to read than a file of its size should: is it damaged?", path=str(_late))
