"""What is wrong with how a network learns: found from its gradients and its tests, told with a cure that was tried."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.design.model import NodeId

VANISHED = 1e-3
"""Below this share of the largest norm behind it, a layer hardly learns beside the others."""

SUSPECTS = ("Sigmoid", "Tanh", "ReLU", "LeakyReLU", "GELU", "SiLU", "Mish", "Softsign", "Hardsigmoid", "LogSigmoid")
"""Activations that weaken what goes through many of them, forward or backward."""

CURE = "SELU"
"""It keeps what goes through it at one size, forward and backward, with the weights that layers begin with."""


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


def vanished(norms: Sequence[tuple[NodeId, float]]) -> tuple[NodeId, ...]:
    """The layers, from the input to the output, whose gradient is small beside that of a layer behind them."""
    found, largest = [], 0.0
    for node, norm in reversed(norms):
        if norm < largest * VANISHED:
            found.append(node)
        if math.isfinite(norm):
            largest = max(largest, norm)
    return tuple(reversed(found))


def is_chance(accuracy: float, guess: float, samples: int) -> bool:
    """Whether an accuracy is no better than a guess that is right so often, by two standard errors."""
    return accuracy <= guess + 2 * math.sqrt(guess * (1 - guess) / samples)
