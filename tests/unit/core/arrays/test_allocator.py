"""Freed memory is used again, unless the user has settled it; and OpenBLAS's threads are told to sleep soon."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

PAGES = """
import resource
import numpy as np
from core.arrays.allocator import keep_freed_memory

keep_freed_memory()
faults = []
for _ in range(10):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    held = [np.ones(1 << 19) for _ in range(6)]  # 4 MiB each
    del held
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
print(min(faults))
"""
TIMEOUT = "import os, core; print(os.environ['OPENBLAS_THREAD_TIMEOUT'])"


def run(code: str, **environment: str) -> int:
    """What a fresh process prints."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_", "OPENBLAS_"))
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean | environment, check=True, capture_output=True, text=True
    )
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told")
def test_arrays_of_megabytes_take_the_pages_that_earlier_ones_left() -> None:
    kept, given_back = run(PAGES), run(PAGES, MALLOC_ARENA_MAX="1")
    assert kept < 100
    assert kept <= given_back / 2  # thousands of small pages, or a few where the system has huge ones


def test_threads_sleep_soon_unless_the_user_said_when() -> None:
    assert run(TIMEOUT) == 20
    assert run(TIMEOUT, OPENBLAS_THREAD_TIMEOUT="25") == 25
