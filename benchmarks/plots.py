"""What new points of a run cost the window, with 12 layers and 20,000 steps behind: `python -m benchmarks.plots`.

An update is a message with one point of each curve: taken down, and the three charts painted anew, 840 × 220 pixels
together. What is printed is processor time of the window's thread. Where pyqtgraph is installed, it draws as many
lines of as many points beside it.
"""

from __future__ import annotations

import os
import random
import time
import tracemalloc
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median, quantiles

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.document.document import Document
from app.engine.trainer import Trainer
from app.look import theme
from app.panels.curves import CurvesPanel
from core.design import catalog, edits, project
from core.design.model import Design
from core.training.messages import Curves, TrainPoint

LAYERS = 12
STEPS = 20_000
ROUNDS = 200
SIZE = (840, 220)


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
        QApplication.processEvents()

    print(f"{'the program':24} {times(update)}   {kept:.2f} MB kept of the run")
    panel.close()
    trainer.close()


def measure_pyqtgraph() -> None:
    """Three plots with two, two and twelve lines of 120 points, with the settings that make pyqtgraph quickest."""
    begun = time.thread_time()
    import pyqtgraph

    print(f"{'pyqtgraph, its import':24} {(time.thread_time() - begun) * 1000:6.0f} ms")
    pyqtgraph.setConfigOptions(antialias=False, segmentedLineMode="auto")
    view = pyqtgraph.GraphicsLayoutWidget()
    view.resize(*SIZE)
    plots = [view.addPlot(0, column) for column in range(3)]
    curves = [plot.plot(pen=pyqtgraph.mkPen("w", width=1)) for plot, lines in zip(plots, (2, 2, LAYERS), strict=True)
              for _ in range(lines)]  # fmt: skip
    view.show()
    noise = random.Random(0).random

    def update(step: int) -> None:
        for curve in curves:
            curve.setData(range(120), [noise() for _ in range(120)], skipFiniteCheck=True)
        QApplication.processEvents()

    print(f"{'pyqtgraph':24} {times(update, ROUNDS // 4)}")
    view.close()


def main() -> None:
    application = QApplication([])
    theme.apply(application, "dark")
    print(f"{'an update takes':24} {'50 %':>6} {'99 %':>6}")
    measure_panel()
    if find_spec("pyqtgraph"):
        measure_pyqtgraph()


if __name__ == "__main__":
    main()
