"""What telling of a run costs its steps: `python -m benchmarks.telemetry`.

The same steps, in many short turns within one process: alone, and as the window has them made, with all that it is told
by default, written as the bytes that go to it. What counts is the processor's time, since other programs take turns
with this one, and the median of the turns' ratios. Told is also what the run itself says that it costs, as the console
shows it. A name behind the command measures one network only.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # as the window has it on two cores, and no thread that waits in a loop is counted

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

from core.data.prepare import prepare
from core.design import catalog, edits, project
from core.design.model import Design
from core.design.settings import DataSettings, Settings
from core.training.active_run import ActiveRun
from core.training.customs import full_report
from core.training.frames import encode
from core.training.loop import TrainingRun
from core.training.messages import Event, Progress, Watch

TURNS, SECONDS = 60, 0.5
Layers = tuple[tuple[str, dict[str, Any]], ...]
MLP: Layers = (("Flatten", {}), ("Linear", {"out_features": 256}), ("ReLU", {}), ("Linear", {"out_features": 10}))
LENET: Layers = (
    ("Conv2d", {"out_channels": 6, "kernel_size": (5, 5), "padding": (2, 2)}), ("ReLU", {}), ("MaxPool2d", {}),
    ("Conv2d", {"out_channels": 16, "kernel_size": (5, 5)}), ("ReLU", {}), ("MaxPool2d", {}), ("Flatten", {}),
    ("Linear", {"out_features": 120}), ("ReLU", {}), ("Linear", {"out_features": 84}), ("ReLU", {}),
    ("Linear", {"out_features": 10}),
)  # fmt: skip


def network(layers: Layers, batch: int) -> Design:
    """A stack of layers for MNIST."""
    design = edits.set_data(project.new().design, DataSettings("mnist"), (1, 28, 28), "mnist")
    net = next(node.id for node in design.walk() if node.type == "Sequential")
    for key, options in layers:
        design = edits.insert(design, catalog.new(key, options=options), net)
    return replace(design, settings=Settings(DataSettings("mnist"), batch_size=batch, epochs=1_000_000))


def steps_in(make: Callable[[], object], seconds: float) -> float:
    """Steps in a second of the processor's, over so many."""
    count, begun, end = 0, time.process_time(), time.perf_counter() + seconds
    while time.perf_counter() < end:
        make()
        count += 1
    return count / (time.process_time() - begun)


def measure(title: str, design: Design) -> None:
    data = prepare(design.settings.data)
    report = full_report(design, data.description)
    told: list[Progress] = []
    alone = iter(TrainingRun(design, report, data))

    def send(event: Event) -> None:
        encode(event)
        if isinstance(event, Progress):
            told[:] = [event]

    watched = ActiveRun(1, TrainingRun(design, report, data), Watch(None), send)
    costs = []
    for turn in range(TURNS):
        parts = {"alone": lambda: next(alone), "told": watched.advance}
        speed = {name: steps_in(parts[name], SECONDS) for name in (parts if turn % 2 else reversed(parts))}
        costs.append(1 - speed["told"] / speed["alone"])
    said = told[0].cost
    print(f"{title:32} {median(costs):8.1%} {said:14.1%}", flush=True)


def main() -> None:
    print(f"{'of the time of a step':32} {'measured':>8} {'told':>14}")
    networks = {"MLP 784-256-10, batch 256": network(MLP, 256), "LeNet-5, batch 64": network(LENET, 64)}
    for title, design in networks.items():
        if title.startswith(tuple(sys.argv[1:]) or ""):
            measure(title, design)


if __name__ == "__main__":
    main()
