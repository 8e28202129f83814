"""What is said of a card while the pointer rests on it: what its gradient's colour stands for, and what is amiss."""

from __future__ import annotations

from app.look import units
from app.look.sentences import tr
from core.design.gradient_flow import Flow, Kind
from core.training.messages import Histogram, NodeStatistics


def card_tip(statistics: NodeStatistics | None, flow: Flow | None = None) -> str:
    """Sentences about the bar at a card's right edge, and about its histogram; empty where there is nothing to say."""
    if statistics is None:
        return ""
    sentences = [_gradient(statistics.gradient_norm, flow)] if statistics.gradient_norm is not None and flow else []
    if statistics.nonfinite:
        sentences.append(
            tr("{count} of its numbers are NaN or infinite.").format(count=units.count(statistics.nonfinite))
        )
    if statistics.histogram is not None and statistics.histogram.sampled_from:
        sentences.append(_sample(statistics.histogram))
    return "\n".join(sentences)


def _gradient(norm: float, flow: Flow) -> str:
    text = {
        Kind.WELL: tr("Gradient norm {norm}, {share} times that of the last layer: it gets here."),
        Kind.VANISHING: tr("Gradient norm {norm}, {share} times that of the last layer: it vanishes on its way here."),
        Kind.EXPLODING: tr("Gradient norm {norm}, {share} times that of the last layer: it explodes on its way here."),
        Kind.NONE: tr("No gradient gets here: nothing is learned."),
        Kind.BROKEN: tr("The gradient is NaN or infinite."),
    }[flow.kind]
    return text.format(norm=f"{norm:.2g}", share=f"{flow.share:.2g}")


def _sample(histogram: Histogram) -> str:
    text = tr("The bars are from a sample of {part} of {all} values.")
    return text.format(part=units.count(sum(histogram.counts)), all=units.count(histogram.sampled_from))
