"""The stand-in for cupy, put where the engine looks for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.arrays import backend

FOLDER = str(Path(__file__).parents[2] / "cupy_stand_in")


@contextmanager
def stand_in() -> Iterator[None]:
    """Inside, device 'cuda' is the strict stand-in."""
    forget()
    real = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "cupy"}
    sys.path.insert(0, FOLDER)
    try:
        yield
    finally:
        sys.path.remove(FOLDER)
        sys.modules.pop("cupy", None)
        sys.modules.update(real)
        forget()


def forget() -> None:
    """Lets the engine look for GPUs anew."""
    for each in (backend._cupy, backend.cuda_problem, backend.device_problem):
        each.cache_clear()
