"""Ends a run in which one test takes too long, and says which, what it had tried and where it stands."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

SECONDS = 120.0
"""What one test may take. pytest's own `faulthandler_timeout`, a little later, ends what does not let Python run."""

tried: deque[str] = deque(maxlen=40)
"""The last things a test did, for tests that draw what they do."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    capture = item.config.pluginmanager.getplugin("capturemanager")
    with watched(item.nodeid, SECONDS, before=lambda: capture.suspend_global_capture(in_=True)):
        return (yield)


@contextmanager
def watched(name: str, seconds: float, before: Callable[[], object] = lambda: None) -> Iterator[None]:
    """End this process with status 1, once `before` was called, if the block takes longer than so many seconds."""

    def end() -> None:
        before()
        print(f"\n{name} took longer than {seconds:g} s. What it did last:", *tried, sep="\n  ", file=sys.stderr)
        faulthandler.dump_traceback(all_threads=True)
        os._exit(1)

    tried.clear()
    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
