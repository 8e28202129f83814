"""How late the window's event loop is while a run is on, and how soon a run shows something.

    python -m benchmarks.responsiveness [--seconds 10]

A timer of 10 ms ticks in a window without a screen, which receives everything that a run of a network tells that keeps
its process busy. Printed are how late the ticks came, the time from Start to the first step that is told, and messages
and steps a second.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.trainer import State, Trainer
from core.design import catalog, edits, project
from core.design.model import Design
from core.design.settings import Settings

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


class Ticker(QWidget):
    """Repaints at each tick and notes how late the tick was, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(600, 400)
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
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(20, 20, str(len(self.late)))
        painter.end()


def wait(met: Callable[[], bool], seconds: float) -> None:
    """Run the event loop until something is met, or for so long."""
    loop = QEventLoop()
    poll = QTimer(interval=5)
    poll.timeout.connect(lambda: loop.exit() if met() else None)
    poll.start()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def measure(title: str, design: Design, seconds: float) -> None:
    trainer, ticker = Trainer(), Ticker()
    received: list[object] = []
    for signal in (trainer.progressed, trainer.curves_grew, trainer.statistics_changed, trainer.parameter_viewed):
        signal.connect(received.append)
    steps: list[int] = []
    trainer.progressed.connect(lambda progress: steps.append(progress.step))
    ticker.show()
    trainer.prepare(design)
    wait(lambda: trainer.has_model, 20)
    trainer.watch(next(node.id for node in design.walk() if node.type == "Linear"), "weight")
    begun = time.perf_counter()
    trainer.start(design)
    wait(lambda: bool(steps) and steps[-1] > 0, 20)
    first = time.perf_counter() - begun
    received.clear()
    del steps[:-1]
    ticker.start()
    wait(lambda: trainer.state is not State.RUNNING, seconds)
    lateness = np.percentile(ticker.late, [50, 99, 100])
    print(
        f"{title:32} {lateness[0]:7.2f} {lateness[1]:7.2f} {lateness[2]:7.2f} ms {first * 1000:9.0f} ms"
        f" {len(received) / seconds:9.1f}/s {(steps[-1] - steps[0]) / seconds:8.0f}/s"
    )
    trainer.close()
    ticker.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each network")
    seconds = parser.parse_args().seconds
    application = QApplication([])
    heads = ("50 %", "99 %", "max")
    late = " ".join(f"{head:>7}" for head in heads)
    print(f"{'ticks come late by':32} {late}    {'Start to step':>12} {'messages':>11} {'steps':>10}")
    measure("MLP 64-64-10, short steps", network(64, 1), seconds)
    measure("MLP 64-1024-1024-10, long steps", network(1024, 2), seconds)
    measure("100 layers of 32", network(32, 100), seconds)
    application.quit()


if __name__ == "__main__":
    main()
