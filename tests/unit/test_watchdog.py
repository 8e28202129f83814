"""The watchdog names the test that hangs and what it had tried, and ends the run."""

import subprocess
import sys
from pathlib import Path

from tests.watchdog import tried, watched

ROOT = Path(__file__).parents[2]

HANGS = """
from tests.watchdog import tried, watched
with watched("tests/x.py::test_it", seconds=0.2):
    tried.append("wrap(['fc1'])")
    while True:
        pass
"""


def test_what_hangs_is_named_with_what_it_tried() -> None:
    ended = subprocess.run([sys.executable, "-c", HANGS], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "tests/x.py::test_it took longer than 0.2 s. What it did last:\n  wrap(['fc1'])" in ended.stderr
    assert 'File "<string>", line 5' in ended.stderr


def test_what_ends_in_time_goes_on() -> None:
    with watched("quick", seconds=60):
        tried.append("something")
    with watched("the next", seconds=60):
        assert not tried


def test_this_very_run_is_watched(request: object) -> None:
    import threading

    assert any(isinstance(thread, threading.Timer) for thread in threading.enumerate())
