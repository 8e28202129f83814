"""What telling of a run costs its steps: `python -m benchmarks.telemetry`.

One run goes on in turns: with nobody told, and as the window has it, told of all that it is by default, written as the
bytes that go there. So both have the same arrays in the same places. What counts is the processor's time of all turns
together, since other programs take turns with this one. Beside it is what the run itself says that it costs, as the
console shows it. `--close` looks at a layer's weights and activations meanwhile. A name measures one network only.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # as the window has it on two cores, and no thread that waits in a loop is counted

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import mean
from typing import Any

from core.data.prepare import prepare
from core.design import catalog, edits, project
from core.design.model import Design
from core.design.settings import DataSettings, Settings
from core.training.active_run import ActiveRun
from core.training.customs import full_report
from core.training.frames import encode
from core.training.loop import RunEvent, TrainingRun
from core.training.messages import Event, Progress, Watch

TURNS, STEPS, EPOCHS = 40, 50, 500
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
    return replace(design, settings=Settings(DataSettings("mnist"), batch_size=batch, epochs=EPOCHS))


def seconds_of(make: Callable[[], object]) -> float:
    """The processor's, for a turn's steps."""
    begun = time.process_time()
    for _ in range(STEPS):
        make()
    return time.process_time() - begun


class Shared(TrainingRun):
    """A run whose next step anybody may make."""

    def __iter__(self) -> Iterator[RunEvent]:
        self.events = super().__iter__()
        return self.events


def measure(title: str, design: Design, close: bool) -> None:
    data = prepare(design.settings.data)
    training = Shared(design, full_report(design, data.description), data)
    layer = next(node.id for node in design.walk() if node.type in ("Linear", "Conv2d"))
    said: list[float] = []

    def send(event: Event) -> None:
        encode(event)
        if isinstance(event, Progress):
            said.append(event.cost)

    told = ActiveRun(1, training, Watch(layer, "weight", activations=layer) if close else Watch(None), send)
    parts = {"alone": lambda: next(training.events), "told": told.advance}
    seconds = dict.fromkeys(parts, 0.0)
    for each in parts.values():
        seconds_of(each)
    for turn in range(TURNS):
        for name in parts if turn % 2 else reversed(parts):
            seconds[name] += seconds_of(parts[name])
    cost = 1 - seconds["alone"] / seconds["told"]
    print(f"{title:32} {cost:8.1%} {mean(said[len(said) // 2 :]):14.1%}", flush=True)


def main() -> None:
    print(f"{'of the time of a step':32} {'measured':>8} {'told':>14}")
    networks = {"MLP 784-256-10, batch 256": network(MLP, 256), "LeNet-5, batch 64": network(LENET, 64)}
    names = [name for name in sys.argv[1:] if name != "--close"]
    for title, design in networks.items():
        if title.startswith(tuple(names) or ""):
            measure(title, design, "--close" in sys.argv)


if __name__ == "__main__":
    main()
