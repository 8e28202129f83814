"""How quick the canvas is with 1,000 and 5,000 layers: `python benchmarks/canvas.py`. Medians, in milliseconds.

Two shapes of design: one tall Sequential, and Sequentials side by side, of which far more is in view at once. A frame
is the whole paint of a window of 1600 × 1000 pixels into an image, with a camera that moved since the frame before.
"""

from __future__ import annotations

import math
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import shiboken6
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from app.canvas.canvas import Canvas
from app.document.document import Document
from app.look import theme
from core.design import catalog, edits
from core.design.model import Design, Node, Wire
from core.training.messages import Histogram, NodeStatistics, Statistics

WIDTH, HEIGHT = 1600, 1000
ROUNDS = 15


def design_of(layers: int, columns: int) -> Design:
    """An Input that feeds `columns` Sequentials of alternating Linear and ReLU, `layers` altogether."""
    nodes = {"in": Node("in", "Input", "input", {"shape": (64,)})}
    nets = []
    for column in range(columns):
        children = []
        for row in range(layers // columns):
            kind = "ReLU" if row % 2 else "Linear"
            options = {} if row % 2 else {"out_features": 64}
            node = Node(f"n{column}_{row}", kind, f"{kind.lower()}{row}", options)
            nodes[node.id] = node
            children.append(node.id)
        nets.append(f"net{column}")
        nodes[nets[-1]] = Node(nets[-1], "Sequential", nets[-1], children=tuple(children))
    wires = tuple(Wire("in", net) for net in nets)
    nodes["root"] = Node("root", "Module", "benchmark", children=("in", *nets), wires=wires)
    return Design(nodes, "root")


def statistics_of(design: Design) -> Statistics:
    """What a run would show: a histogram on every card."""
    counts = tuple(round(100 * math.exp(-(((bin - 10) / 4) ** 2))) for bin in range(21))
    known = {
        node.id: NodeStatistics(Histogram(-1, 1, counts), 0.3 if node.type == "ReLU" else None, 10.0 ** (index % 8 - 6))
        for index, node in enumerate(design.walk())
        if node.type in ("Linear", "ReLU")
    }
    return Statistics(1, 1, known)


def median(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds that an action takes, the median of the rounds after one to warm up."""
    action()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


class Bench:
    """One canvas, painted into an image."""

    def __init__(self, layers: int, columns: int) -> None:
        self.document = Document(design_of(layers, columns))
        self.canvas = self.build()
        self.image = QImage(WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)

    def build(self) -> Canvas:
        """A canvas with everything laid out and its first frame painted."""
        canvas = Canvas(self.document)
        canvas.resize(WIDTH, HEIGHT)
        image = QImage(WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
        canvas.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        return canvas

    def build_another(self) -> None:
        """Build a canvas and take it down, so that it does not follow the document any more."""
        shiboken6.delete(self.build())

    def frame(self) -> None:
        self.canvas.render(self.image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)

    def panned(self) -> None:
        """One frame after a little movement."""
        self.canvas.camera.pan(QPointF(1, -7))
        self.frame()

    def zoomed_frame(self, scale: float) -> float:
        self.canvas.camera.set_scale(scale, QPointF(WIDTH / 2, HEIGHT / 2))
        return median(self.panned)

    def fit_frame(self) -> float:
        self.canvas.camera.show(
            QRectF(*self.canvas.stage.layout.bounds[1:5]), self.canvas.rect().toRectF(), animated=False
        )
        return median(self.frame)

    def typed(self) -> float:
        """A number typed into a layer, its check and a frame, with everything in view."""
        sizes = iter(range(65, 10_000))
        return self._edit(lambda design: edits.set_options(design, ["n0_0"], {"out_features": next(sizes)}))

    def inserted(self) -> float:
        """A layer put in, its check, the new layout and a frame, with everything in view."""
        return self._edit(lambda design: edits.insert(design, catalog.new("ReLU"), "net0", 1))

    def _edit(self, change: Callable[[Design], Design]) -> float:
        def edit() -> None:
            self.document.apply("", change(self.document.design))
            self.frame()

        return median(edit)


def measure(layers: int, columns: int) -> None:
    bench = Bench(layers, columns)
    print(f"{layers:,} layers in {columns} Sequential{'s' * (columns > 1)}")
    print(f"  build with the first frame     {median(bench.build_another, 5):8.1f}")
    print(f"  layout alone                   {median(bench.canvas.stage.arranged):8.1f}")
    for shown in (False, True):
        if shown:
            bench.canvas.show_statistics(statistics_of(bench.document.design))
        note = ", training" if shown else ""
        print(f"  frame, fit to view{note:12} {bench.fit_frame():8.1f}")
        for scale in (0.5, 0.7, 1.0):
            print(f"  frame at {scale:4.0%}{note:12}     {bench.zoomed_frame(scale):8.1f}")
    bench.fit_frame()
    print(f"  a number typed, and a frame    {bench.typed():8.1f}")
    print(f"  a layer put in, and a frame    {bench.inserted():8.1f}")


def main() -> None:
    application = QApplication([])
    theme.apply(application, "dark")
    print(f"canvas of {WIDTH} × {HEIGHT} pixels, median milliseconds")
    for layers, columns in ((1000, 1), (1000, 20), (5000, 60)):
        measure(layers, columns)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
