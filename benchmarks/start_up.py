"""From the start of the process to the first painted window, warm: `python -m benchmarks.start_up`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]

CHILD = """
import sys, time
started = float(sys.argv.pop(1))
import app.start
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QMainWindow
plain_event = QMainWindow.event
def event(self, event):
    done = plain_event(self, event)
    if event.type() == QEvent.Type.UpdateRequest:
        print(time.time() - started, flush=True)
        self.close()
    return done
import app.window.window
app.window.window.Window.event = event
sys.exit(app.start.main([]))
"""


def start_once() -> float:
    """Seconds from just before the process is made until its window was painted for the first time."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # without bytecode each start compiles all modules anew
    command = [sys.executable, "-c", CHILD, str(time.time())]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    runs = parser.parse_args().runs
    start_once()
    times = [start_once() for _ in range(runs)]
    print(
        f"process start to first painted window: median {median(times):.2f} s, longest {max(times):.2f} s, {runs} runs"
    )


if __name__ == "__main__":
    main()
