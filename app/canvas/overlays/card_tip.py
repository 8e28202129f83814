"""What is said of a card while the pointer rests on it: what the colour of its gradient stands for."""

from __future__ import annotations

from app.look.sentences import tr
from core.training.messages import NodeStatistics


def card_tip(statistics: NodeStatistics | None) -> str:
    """A sentence about the bar at a card's right edge; empty where there is none."""
    if statistics is None or statistics.gradient_norm is None:
        return ""
    text = tr(
        "Gradient norm {norm}. The bar is violet where gradients vanish, "
        "green where all is well, red where they explode."
    )
    return text.format(norm=f"{statistics.gradient_norm:.2g}")
