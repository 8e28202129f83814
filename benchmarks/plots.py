"""What new points of a run cost the window, with 12 layers and 20,000 steps behind: `python -m benchmarks.plots`.

An update is a message with one point of each curve: taken down, and the three charts painted anew, 840 × 220 pixels
together. What is printed is processor time of the window's thread.
"""

from __future__ import annotations

import os
import random
import time
import tracemalloc
from collections.abc import Callable
from statistics import median, quantiles

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from app import plots
from app.document.document import Document
from app.engine.trainer import Trainer
from app.look import theme
from app.panels.curves import CurvesPanel
from app.plots.line import Line
from app.plots.line_plot import LinePlot
from app.plots.over_time_plot import OverTimePlot
from app.plots.series import Series
from core.design import catalog, edits, project
from core.design.model import Design
from core.training.messages import Curves, Histogram, TrainPoint

LAYERS = 12
STEPS = 20_000
ROUNDS = 200
SIZE = (840, 220)
LONG = 10_000_000


def network() -> Design:
    """A stack of Linear layers."""
    design = project.new().design
    net = next(node.id for node in design.walk() if node.type == "Sequential")
    for layer in [catalog.new("Linear", options={"out_features": 10}) for _ in range(LAYERS)]:
        design = edits.insert(design, layer, net)
    return design


def message(step: int, layers: list[str]) -> Curves:
    """The points of one step: falling, with noise."""
    noise = random.Random(step).random
    loss, norms = 2.3 / (1 + step / 500) + 0.1 * noise(), {}
    for number, layer in enumerate(layers):
        norms[layer] = 10 ** (-number / 4 - step / STEPS) * (0.7 + noise())
    test = ((step, loss * 1.1, 0.9 - loss / 10),) if step % 45 == 0 else ()
    return Curves(1, (TrainPoint(step, loss, 1 - loss / 3),), test, ((step, norms),))


def times(update: Callable[[int], object], rounds: int = ROUNDS) -> str:
    """Median and 99th percentile of an update, in milliseconds."""
    spent = []
    for step in range(STEPS, STEPS + rounds):
        begun = time.thread_time()
        update(step)
        spent.append((time.thread_time() - begun) * 1000)
    return f"{median(spent):6.2f} {quantiles(spent, n=100)[98]:6.2f} ms"


def measure_panel() -> None:
    design = network()
    document, trainer = Document(design), Trainer()
    runs = trainer.runs
    panel = CurvesPanel(document, runs)
    panel.resize(*SIZE)
    panel.show()
    layers = [node.id for node in design.walk() if node.type == "Linear"]
    run = runs.begin(design)
    tracemalloc.start()
    for step in range(STEPS):
        run.take(message(step, layers))
    kept = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    runs.take(message(STEPS, layers))
    QApplication.processEvents()

    messages = {step: message(step, layers) for step in range(STEPS, STEPS + ROUNDS)}

    def update(step: int) -> None:
        runs.take(messages[step])
        for plot in (panel.loss, panel.accuracy, panel.gradients):
            plot.bring_up_to_date()
        QApplication.processEvents()

    print(f"{'the program':24} {times(update)}   {kept:.2f} MB kept of the run")
    panel.close()
    trainer.close()


def measure_long() -> None:
    """A curve of ten million points, and a frame of it zoomed or moved at each turn."""
    plot = LinePlot("Loss")
    plot.resize(*SIZE)
    plot.show()
    series = Series()
    noise = np.random.default_rng(0)
    begun = time.thread_time()
    for start in range(0, LONG, LONG // 10):
        xs = np.arange(start, start + LONG // 10, dtype=float)
        series.extend(xs, np.exp(-xs / LONG) + 0.1 * noise.random(len(xs)))
    print(f"{'taking down ten million':24} {(time.thread_time() - begun) * 1000:6.0f} ms")
    plot.show_lines([Line("train", theme.current().accent, series)])
    plot.bring_up_to_date()

    def turn(step: int) -> None:
        plot.zoom(1.1 if step % 2 else 1 / 1.09)
        plot.bring_up_to_date()
        QApplication.processEvents()

    print(f"{'… a frame of zoom or pan':24} {times(turn)}")
    plot.close()


def measure_over_time() -> None:
    """A histogram over time of 500 moments and 64 rows, with one more at each turn."""
    plot = OverTimePlot("Weights")
    plot.resize(360, 168)
    plot.show()
    noise = np.random.default_rng(0)

    def add(step: int) -> None:
        counts = tuple(int(count) for count in noise.integers(0, 1000, 64))
        plot.add(step, Histogram(-1.0 - step * 1e-6, 1.0, counts))
        plot.bring_up_to_date()
        QApplication.processEvents()

    for step in range(500):
        plot.add(step, Histogram(-1.0, 1.0, tuple(range(64))))
    print(f"{'histogram over time':24} {times(add)}")
    plot.close()


def main() -> None:
    application = QApplication([])
    begun = time.thread_time()
    plots.warm_up()
    print(f"{'importing what draws':24} {(time.thread_time() - begun) * 1000:6.0f} ms")
    theme.apply(application, "dark")
    print(f"{'an update takes':24} {'50 %':>6} {'99 %':>6}")
    measure_panel()
    measure_long()
    measure_over_time()


if __name__ == "__main__":
    main()
