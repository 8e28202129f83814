"""The numbers that live on: parameters and optimiser state by node, across runs, edits and undo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core.design.model import NodeId
from core.network import Key, Model
from core.nn import Parameter
from core.optim import Optimizer
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor

T = TypeVar("T", bound=Tensor)


def _each_once(tensors: Mapping[Key, T]) -> Iterator[tuple[Key, T]]:
    """What tied layers share belongs to the first of them, in the order of the design."""
    seen: set[int] = set()
    for key, tensor in tensors.items():
        if id(tensor) not in seen:
            seen.add(id(tensor))
            yield key, tensor


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where in a run one was: steps and whole epochs that were made, and samples of the next epoch that were seen.

    `drawn`: the state of the random numbers before that epoch's order was drawn. `course`: what the run's course
    remembers, and `best` the weights that tested best, where the run gives them back at its end.
    """

    step: int
    epoch: int
    seen: int
    drawn: Tensor
    course: Mapping[str, float] = field(default_factory=dict)
    best: Mapping[Key, Tensor] = field(default_factory=dict)


@dataclass(eq=False)
class LiveParameters:
    """What training has made so far. Empty until a first step was made or weights were loaded.

    `tensors`: parameters and buffers; they outlive the model they came from. `optimiser`: for each parameter the state
    of the optimiser of the kind `optimiser_kind`. `random`: the state of the random numbers after the last run that
    began with `seed`. `steps` counts all steps made with these parameters. `learnt`: what the last run learned from, as
    the text that `core.data.learnt` writes. `place` is where in the last run they are from, None where they were
    replaced since.
    """

    tensors: dict[Key, Tensor] = field(default_factory=dict)
    optimiser: dict[Key, dict[str, Any]] = field(default_factory=dict)
    optimiser_kind: str = ""
    random: Tensor | None = None
    seed: int | None = None
    steps: int = 0
    learnt: str = ""
    place: Place | None = None

    def give(self, model: Model) -> tuple[int, int]:
        """Put what lives on into a fresh model. Returns how many parameters were kept and how many are fresh."""
        kept = fresh = 0
        with no_grad():
            for key, tensor in _each_once(model.tensors()):
                if (living := self.tensors.get(key)) is not None:
                    tensor.copy_(living.to(tensor.device))
                if isinstance(tensor, Parameter):
                    kept, fresh = kept + (living is not None), fresh + (living is None)
        return kept, fresh

    def give_optimiser(self, model: Model, optimiser: Optimizer) -> None:
        """Let an optimiser of the same kind as the last go on where that one was."""
        if self.optimiser_kind != type(optimiser).__name__:
            return
        for key, parameter in _each_once(model.parameters()):
            if key in self.optimiser and parameter.requires_grad:
                optimiser.state[parameter] = {
                    name: value.to(parameter.device) if isinstance(value, Tensor) and value.ndim else value
                    for name, value in self.optimiser[key].items()
                }

    def take(self, model: Model, optimiser: Optimizer | None = None) -> None:
        """Keep what a model and its optimiser have come to. Nothing is copied."""
        self.tensors.update(model.tensors())
        if optimiser is None:
            return
        if self.optimiser_kind != type(optimiser).__name__:
            self.optimiser.clear()
            self.optimiser_kind = type(optimiser).__name__
        for key, parameter in model.parameters().items():
            if parameter in optimiser.state:
                self.optimiser[key] = dict(optimiser.state[parameter])

    def drop(self, nodes: Set[NodeId]) -> None:
        """Forget the parameters of some layers, so that the next model has fresh ones."""
        self.place = None
        for table in (self.tensors, self.optimiser):
            for key in [key for key in table if key.node in nodes]:
                del table[key]
