"""What is wrong with how a network learns: found from its gradients and its tests, told with a cure that was tried."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.design.gradient_flow import Kind, flows
from core.design.model import NodeId

SUSPECTS = ("Sigmoid", "Tanh", "ReLU", "LeakyReLU", "GELU", "SiLU", "Mish", "Softsign", "Hardsigmoid", "LogSigmoid")
"""Activations that weaken what goes through many of them, forward or backward."""

CURE = "SELU"
"""It keeps what goes through it at one size, forward and backward, with the weights that layers begin with."""

MANY = 3
"""Activations of a type, one behind another, from which on that matters."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong since step `since`, at `nodes`, of which the first is the worst.

    `kind` is "vanishing": hardly any gradient reaches them; or "chance": the network's tests are no better than
    guessing. `values` are figures for the sentence.
    """

    kind: str
    nodes: tuple[NodeId, ...]
    since: int
    values: Mapping[str, float] = field(default_factory=dict)


def unreached(norms: Sequence[tuple[NodeId, float]]) -> tuple[NodeId, ...]:
    """The layers, from the input to the output, that hardly any gradient reaches, or none at all."""
    return tuple(node for node, flow in flows(norms).items() if flow.kind in (Kind.VANISHING, Kind.NONE))


def is_chance(accuracy: float, guess: float, samples: int) -> bool:
    """Whether an accuracy is no better than a guess that is right so often, by two standard errors.

    Where so few samples are tested that all of them right would be no better, they tell nothing.
    """
    limit = guess + 2 * math.sqrt(guess * (1 - guess) / samples)
    return accuracy <= limit < 1


def to_replace(types: Iterable[str]) -> str | None:
    """The type of activation in whose place the cure should be tried, given the types of all layers."""
    counts = Counter(type_ for type_ in types if type_ in SUSPECTS)
    return next((type_ for type_, count in counts.most_common(1) if count >= MANY), None)
