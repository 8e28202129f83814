"""Temporary files and folders that say whose they are: those of processes that were killed can be taken away."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_NAME = re.compile(r"netloom-of-(\d+)-")


def prefix() -> str:
    """What the name of a file or folder begins with that this process makes among the temporary ones."""
    return f"netloom-of-{os.getpid()}-"


def sweep() -> None:
    """Take away what processes left that live no more."""
    try:
        found = list(Path(tempfile.gettempdir()).glob("netloom-of-*"))
    except OSError:
        return
    for path in found:
        name = _NAME.match(path.name)
        if name is None or lives(int(name[1])):
            continue
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def lives(process: int) -> bool:
    """Whether there may be a process of this number."""
    if os.name != "posix":
        return False  # Windows does not remove a file that is open
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
