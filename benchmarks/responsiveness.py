"""How late the window's event loop is while a run is on, and how soon a run shows something.

    python -m benchmarks.responsiveness [--seconds 10]

A timer of 10 ms ticks in the program's window, which shows all that a run tells: curves, cards, the watched parameter.
Printed are how late the ticks came, the time from Start to the first step that is told, and messages and steps a
second. The window is painted into memory, or onto a display with QT_QPA_PLATFORM=xcb.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QElapsedTimer, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app import plots
from app.document.document import Document
from app.document.settings import Preferences
from app.engine.run import State
from app.engine.trainer import Trainer
from app.look import theme
from app.window.window import Window
from core.design import catalog, edits, project
from core.design.model import Design
from core.design.settings import Settings
from core.training.messages import Progress

TICK = 10
"""Milliseconds."""


def network(width: int, depth: int) -> Design:
    """A stack of Linear and ReLU for the digits, trained for as long as it is let."""
    design = project.new().design
    net = next(node.id for node in design.walk() if node.type == "Sequential")
    layers = [catalog.new("Flatten")]
    for _ in range(depth):
        layers += [catalog.new("Linear", options={"out_features": width}), catalog.new("ReLU")]
    for layer in [*layers, catalog.new("Linear", options={"out_features": 10})]:
        design = edits.insert(design, layer, net)
    return replace(design, settings=Settings(epochs=1_000_000, batch_size=32))


class Ticker(QObject):
    """Notes how late each tick is, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=TICK)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._clock.start()
        self._timer.start()

    def _tick(self) -> None:
        self.late.append(max(0.0, self._clock.nsecsElapsed() / 1e6 - TICK))
        self._clock.restart()


class Listener:
    """Counts what a run tells."""

    def __init__(self, trainer: Trainer) -> None:
        self.messages = 0
        self.step = 0
        trainer.runs.progressed.connect(self._take_progress)
        for signal in (trainer.runs.curves_grew, trainer.statistics_changed, trainer.parameter_viewed):
            signal.connect(self._take)

    def _take(self, _event: object) -> None:
        self.messages += 1

    def _take_progress(self, progress: Progress) -> None:
        self.messages += 1
        self.step = progress.step


def wait(met: Callable[[], bool], seconds: float) -> None:
    """Run the event loop until something is met, or for so long."""
    loop = QEventLoop()
    poll = QTimer(interval=5)
    poll.timeout.connect(lambda: loop.exit() if met() else None)
    poll.start()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def measure(title: str, design: Design, seconds: float) -> None:
    window = Window(Document(design), Preferences())
    trainer, listener, ticker = window.trainer, Listener(window.trainer), Ticker()
    window.show()
    window.document.select([next(node.id for node in design.walk() if node.type == "Linear")])
    wait(lambda: trainer.has_model, 20)
    gc.freeze()  # as at the program's start
    begun = time.perf_counter()
    window.run_control.start()
    wait(lambda: listener.step > 0, 20)
    first = time.perf_counter() - begun
    steps, messages = listener.step, listener.messages
    ticker.start()
    wait(lambda: trainer.runs.state is not State.RUNNING, seconds)
    steps, messages = listener.step - steps, listener.messages - messages
    late = " ".join(f"{value:7.2f}" for value in np.percentile(ticker.late, [50, 99, 100]))
    print(f"{title:32} {late} ms {first * 1000:9.0f} ms {messages / seconds:9.1f}/s {steps / seconds:8.0f}/s")
    trainer.stop()
    wait(lambda: trainer.runs.state is State.STOPPED, 5)
    window.recovery.note_saved()  # nobody is there to be asked whether to save
    window.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each network")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CONFIG", "DATA", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = home
        application = QApplication([])
        theme.apply(application, "dark")
        plots.warm_up()  # as the program does once its window stands
        late = " ".join(f"{head:>7}" for head in ("50 %", "99 %", "max"))
        print(f"{'ticks come late by':32} {late}    {'Start to step':>12} {'messages':>11} {'steps':>10}")
        measure("MLP 64-64-10, short steps", network(64, 1), seconds)
        measure("MLP 64-1024-1024-10, long steps", network(1024, 2), seconds)
        measure("100 layers of 32", network(32, 50), seconds)
        application.quit()


if __name__ == "__main__":
    main()
