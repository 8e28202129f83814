"""How far gradients get, layer by layer: the one rule behind the colours of cards and bars and the sentence about them.

Every layer is compared with the last one that has a gradient, as the error comes in there: below a thousandth of that
norm a gradient vanishes, above a thousand times it explodes. How large the norms are by themselves says nothing: those
of a network that has learned all there is to learn are small everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from core.design.model import NodeId

FACTOR = 1e3
"""By this much a layer's norm may differ from the last one's."""


class Kind(Enum):
    """What a layer's gradient is like."""

    WELL = "well"
    VANISHING = "vanishing"
    EXPLODING = "exploding"
    NONE = "none"
    BROKEN = "broken"
    """NaN or infinite."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What a layer's gradient is like, and its norm as a multiple of the last layer's."""

    kind: Kind
    share: float = 1.0


def flows(norms: Sequence[tuple[NodeId, float]]) -> dict[NodeId, Flow]:
    """Of the norms of layers' gradients, from the first layer to the last."""
    last = next((norm for _, norm in reversed(norms) if norm > 0 and math.isfinite(norm)), 1.0)
    return {node: _flow(norm, last) for node, norm in norms}


def _flow(norm: float, last: float) -> Flow:
    if not math.isfinite(norm):
        return Flow(Kind.BROKEN)
    if not norm:
        return Flow(Kind.NONE, 0.0)
    share = norm / last
    kind = Kind.VANISHING if share < 1 / FACTOR else Kind.EXPLODING if share > FACTOR else Kind.WELL
    return Flow(kind, share)
