"""How late the window's event loop is while a project of some hundred megabytes is opened and saved.

    python -m benchmarks.files [--megabytes 286]

A timer of 10 ms ticks in the program's window. Printed are how long each takes and how late the latest tick came.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication

from app.document.settings import Preferences
from app.look import theme
from app.window.window import Window, make_window
from benchmarks.responsiveness import Ticker
from core.design import catalog, edits, project
from core.design.kept_weights import FORMAT
from core.files import write_tensors


def large_project(folder: Path, megabytes: int) -> Path:
    """A project with one Linear of this size and its weights."""
    width = int((megabytes * 1e6 / 4) ** 0.5)
    layer = catalog.new("Linear", options={"in_features": width, "out_features": width, "bias": False})
    design = project.new().design
    design = edits.insert(design, layer, next(node.id for node in design.walk() if node.type == "Sequential"))
    weights = {f"model|{layer.roots[0]}|weight": np.ones((width, width), np.float32)}
    metadata = {"format": FORMAT, "optimiser": "Adam", "seed": "0", "steps": "1"}
    write_tensors(folder / "weights.safetensors", weights, metadata)
    project.write(folder / "large.netloom", design, folder / "weights.safetensors")
    return folder / "large.netloom"


def measure(what: str, begin: Callable[[], object], done: SignalInstance) -> None:
    """Do it, and print how long it took and how late the latest tick came."""
    loop, ticker = QEventLoop(), Ticker()
    done.connect(loop.quit)
    ticker.start()
    start = time.perf_counter()
    begin()
    loop.exec()
    seconds = time.perf_counter() - start
    print(f"{what}: {seconds:.2f} s, the latest tick {max(ticker.late):.1f} ms late")
    done.disconnect(loop.quit)


def settle(milliseconds: int = 2000) -> None:
    """Let what the window itself has to do be over."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def rename(window: Window) -> None:
    """An edit, so that there is something to save."""
    design = window.document.design
    renamed = replace(design[design.root], name="renamed")
    window.document.apply("Rename", design.with_nodes({design.root: renamed}))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=286)
    megabytes = parser.parse_args().megabytes
    application = QApplication([])
    application.setApplicationName("netloom-benchmark")
    theme.apply(application, "dark")
    with tempfile.TemporaryDirectory() as folder:
        path = large_project(Path(folder), megabytes)
        window = make_window(Preferences())
        window.show()
        settle()
        measure(f"open {megabytes} MB", lambda: window.files.open(path), window.files.opened)
        rename(window)
        settle()
        measure(f"save {megabytes} MB", window.files.save, window.files.told)
        window.files.finish()
        window.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CONFIG", "DATA"):
            os.environ[f"XDG_{kind}_HOME"] = home
        main()
