"""How quick the canvas is with up to 10,000 layers: `python benchmarks/canvas.py`. Medians, in milliseconds.

Designs of three kinds: one tall Sequential; Sequentials side by side, of which far more is in view at once; and layers
in the network itself, each wired to the next. A frame is the whole paint of a window of 1600 × 1000 pixels into an
image, with a camera that moved since the frame before. Edits are counted in the process's own time with a frame.
"""

from __future__ import annotations

import itertools
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
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QRegion
from PySide6.QtTest import QTest
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


def chain_of(layers: int) -> Design:
    """An Input and as many Linears and ReLUs, wired one to the next in the network itself."""
    nodes = {"n0_0": Node("n0_0", "Input", "input", {"shape": (64,)})}
    for row in range(1, layers):
        kind = "ReLU" if row % 2 else "Linear"
        nodes[f"n0_{row}"] = Node(f"n0_{row}", kind, f"{kind.lower()}{row}", {} if row % 2 else {"out_features": 64})
    wires = tuple(Wire(source, target) for source, target in itertools.pairwise(nodes))
    nodes["root"] = Node("root", "Module", "benchmark", children=tuple(nodes), wires=wires)
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


def times_of(
    action: Callable[[], object], rounds: int = ROUNDS, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Milliseconds that an action takes in each of the rounds after one to warm up."""
    action()
    times = []
    for _ in range(rounds):
        start = clock()
        action()
        times.append((clock() - start) * 1e3)
    return times


def median(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds that an action takes, the median of the rounds."""
    return statistics.median(times_of(action, rounds))


class Bench:
    """One canvas, painted into an image."""

    def __init__(self, design: Design) -> None:
        self.document = Document(design)
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

    def edits(self, insert: Callable[[Design], Design]) -> tuple[float, float, float]:
        """An insertion, an undo and a redo, each with a frame, in the process's own time."""

        def stepped(step: Callable[[], object]) -> Callable[[], None]:
            def act() -> None:
                step()
                self.frame()

            return act

        document, clock = self.document, time.process_time
        inserted = times_of(stepped(lambda: document.apply("", insert(document.design))), clock=clock)
        undone = times_of(stepped(document.undo), clock=clock)
        redone = times_of(stepped(document.redo), clock=clock)
        return statistics.median(inserted), statistics.median(undone), statistics.median(redone)

    def dragged(self, node: str) -> float:
        """The 99th percentile of the frames while one card is dragged about."""
        place = self.canvas.mapFromGlobal(self.canvas.places.node_rect(node).center())
        QTest.mousePress(self.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        steps = itertools.count()

        def move() -> None:
            QTest.mouseMove(self.canvas, place + QPoint(20 + next(steps), 10))
            self.frame()

        times = times_of(move, 100)
        QTest.keyClick(self.canvas, Qt.Key.Key_Escape)
        return sorted(times)[-2]

    def _edit(self, change: Callable[[Design], Design]) -> float:
        def edit() -> None:
            self.document.apply("", change(self.document.design))
            self.frame()

        return median(edit)


def measure(layers: int, columns: int) -> None:
    bench = Bench(design_of(layers, columns))
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


def measure_edits(layers: int) -> None:
    """What an edit costs, which is the same wherever the drawing is long."""
    for kind, design in (("in a chain of wires", chain_of(layers)), ("in 20 Sequentials", design_of(layers, 20))):
        bench = Bench(design)
        bench.fit_frame()
        figures = bench.edits(lambda design: edits.insert_after(design, catalog.new("ReLU"), "n0_4"))
        print(f"{layers:,} layers {kind}: insert, undo, redo   {figures[0]:7.1f} {figures[1]:7.1f} {figures[2]:7.1f}")
        bench.canvas.camera.set_scale(1.0, QPointF(WIDTH / 2, HEIGHT / 2))
        bench.canvas.framing.fit_selection()
        seen = bench.canvas.camera.rect_to_canvas(bench.canvas.rect().toRectF())
        shown = bench.canvas.stage.layout.visible(seen.x(), seen.y(), seen.width(), seen.height())
        card = next(box.node for box in shown if not box.is_frame)
        print(f"{layers:,} layers {kind}: a frame while dragging, 99 % {bench.dragged(card):7.1f}")


def main() -> None:
    application = QApplication([])
    theme.apply(application, "dark")
    print(f"canvas of {WIDTH} × {HEIGHT} pixels, median milliseconds")
    for layers, columns in ((1000, 1), (1000, 20), (5000, 60)):
        measure(layers, columns)
    for layers in (1_000, 10_000):
        measure_edits(layers)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
