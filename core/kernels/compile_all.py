"""`python -m core.kernels.compile_all`: compiles all loops for this machine, unless another process does so now."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from importlib.util import find_spec

from core.kernels.library import MODE, compile_now, folder, names

LONGEST = 900
"""Seconds after which a process that said it compiles is taken to have ended."""


def main() -> None:
    """What is compiled already is left as it is."""
    if find_spec("numba") is None:
        return
    os.environ[MODE] = "off"  # what is imported on the way computes with numpy
    if hasattr(os, "nice"):
        os.nice(19)
    folder().mkdir(parents=True, exist_ok=True)
    sign = folder() / "compiling"
    if sign.exists() and time.time() - sign.stat().st_mtime < LONGEST:
        return
    sign.touch()
    try:
        for name in names():
            compile_now(name)
    finally:
        with suppress(FileNotFoundError):
            sign.unlink()


if __name__ == "__main__":
    main()
