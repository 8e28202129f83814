"""A run: what it began with, how it stands, how far it came, and its curves."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from app.plots.series import Series
from core.design import shapes
from core.design.diagnosis import Finding
from core.design.graph import layers_in_order
from core.design.model import Design, Node, NodeId, new_id
from core.training.messages import Curves, Progress, RunNoted

LAYER_LIMIT = 512
"""Points kept of a layer's curve: fewer than of others, as there may be many layers."""


class State(Enum):
    """How a run stands. `IDLE`: there was none yet in this project."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


ON = (State.STARTING, State.RUNNING, State.PAUSED)
"""The states in which a run is not over."""


@dataclass(eq=False, slots=True)
class Run:
    """One run, with the design it began with. Accuracies stay empty for regression; `seconds` leave pauses out.

    `continues` is the number of the run whose weights it went on with, if there was one. `findings` are what is wrong
    with how it learns.
    """

    number: int
    design: Design
    continues: int | None = None
    state: State = State.STARTING
    progress: Progress | None = None
    seconds: float = 0.0
    train_loss: Series = field(default_factory=Series)
    test_loss: Series = field(default_factory=Series)
    train_accuracy: Series = field(default_factory=Series)
    test_accuracy: Series = field(default_factory=Series)
    rate: Series = field(default_factory=Series)
    pace: Series = field(default_factory=Series)
    memory: Series = field(default_factory=Series)
    gradients: dict[NodeId, Series] = field(default_factory=dict)
    updates: dict[NodeId, Series] = field(default_factory=dict)
    flow: Mapping[NodeId, tuple[float, float]] = field(default_factory=dict)
    """The mean and the greatest size of each layer's gradient when it was last looked at."""
    has_left: bool = False
    """Whether the weights it came to have been replaced since by others, from which it has not learned yet."""
    unreached: tuple[tuple[NodeId, str], ...] = ()
    """Node and name of the parameters that are trained and never got a gradient."""
    findings: tuple[Finding, ...] = ()
    log: list[RunNoted] = field(default_factory=list)
    """What happened besides, such as settings that were changed."""
    key: str = field(default_factory=new_id)
    """What it is called in the store of all runs."""
    part: str = "test"
    """What is looked at after each epoch, "test" or "validation"."""

    @property
    def is_on(self) -> bool:
        """Whether it is not over."""
        return self.state in ON

    @property
    def epoch(self) -> int:
        """How many epochs are over."""
        return 0 if self.progress is None else self.progress.epoch

    @property
    def train_means(self) -> tuple[float | None, float | None]:
        """Loss and accuracy over the training samples of the last whole epoch, or of the first as far as it came."""
        return (None, None) if self.progress is None else (self.progress.loss, self.progress.accuracy)

    @property
    def has_curves(self) -> bool:
        """Whether there is a point on any curve."""
        return not (self.train_loss.is_empty and self.test_loss.is_empty) or bool(self.gradients)

    @property
    def has_accuracy(self) -> bool:
        """Whether it learns classes."""
        return bool(len(self.train_accuracy) or len(self.test_accuracy))

    def take(self, curves: Curves) -> None:
        """Add the points that came."""
        self.part = curves.part
        for point in curves.train:
            self.train_loss.append(point.step, point.loss, point.losses, bool(point.nonfinite))
            if point.accuracy is not None:
                self.train_accuracy.append(point.step, point.accuracy, point.accuracies)
            for series, value in ((self.rate, point.rate), (self.pace, point.seconds), (self.memory, point.memory)):
                series.append(point.step, value)
        for step, loss, accuracy in curves.test:
            self.test_loss.append(step, loss)
            if accuracy is not None:
                self.test_accuracy.append(step, accuracy)
        if curves.gradients:
            self.unreached = curves.unreached
            self.has_left = False
        self.flow = curves.flow or self.flow
        for kept, points in ((self.gradients, curves.gradients), (self.updates, curves.updates)):
            for step, figures in points:
                for node, figure in figures.items():
                    kept.setdefault(node, Series(LAYER_LIMIT)).append(step, figure)

    def mark(self, step: int) -> None:
        """The first value that is NaN or infinite arose in this step, at which the run failed."""
        self.train_loss.append(step, math.nan)

    def last_gradients(self) -> list[tuple[NodeId, float]]:
        """The norm of each layer's gradient at the last step, from the input to the output; none of former weights."""
        return (
            []
            if self.has_left
            else [
                (node, series.latest[1])
                for node in layers_in_order(self.design)
                if (series := self.gradients.get(node)) is not None and series.latest is not None
            ]
        )


def network_of(run: Run, facts: shapes.Facts) -> str:
    """The layers with parameters, by what they tell: "64 → 128, 128 → 10"."""
    report = shapes.check(run.design, facts)
    layers = (layer for layer in layers_in_order(run.design) if report.parameters.get(layer))
    network = report.as_it_runs
    return ", ".join(network.telling(layer) or network.design[layer].name for layer in layers)


def optimiser_of(run: Run) -> str:
    """The optimiser with its learning rate, if that was set: "Adam lr=0.01"."""
    settings = run.design.settings
    rate = settings.optimiser_options.get("lr")
    return settings.optimiser if rate is None else f"{settings.optimiser} lr={rate:g}"


def distinct_names(design: Design, nodes: Sequence[NodeId]) -> dict[NodeId, str]:
    """The names of layers; of those that share a name, the dotted paths."""
    design = design.as_it_runs
    count = Counter(design[node].name for node in nodes)
    return {node: design[node].name if count[design[node].name] == 1 else design.path(node) for node in nodes}


def trains_alike(one: Design, other: Design) -> bool:
    """Whether two designs train the same: they may differ in names, where their cards lie, and what comes after."""
    if one is other:
        return True
    settings = replace(other.settings, keeps_seed=one.settings.keeps_seed)
    return one.settings == settings and is_same_network(one, other)


def is_same_network(one: Design, other: Design) -> bool:
    """Whether two designs make the same network, whatever it is trained with."""
    if (one.root, one.customs) != (other.root, other.customs):
        return False
    if one.nodes.keys() != other.nodes.keys():
        return False
    pairs = ((node, other.nodes[node.id]) for node in one.nodes.values())
    return all(node is twin or _essence(node) == _essence(twin) for node, twin in pairs)


def _essence(node: Node) -> Node:
    return replace(node, name="", position=None, collapsed=False)
