"""What is said while the pointer rests on a card or a wire: figures, what is amiss, and what flows."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.canvas.layout import hits
from app.canvas.layout.geometry import Link
from app.canvas.view import View
from app.look import units
from app.look.sentences import tr
from core.design.catalog.base import elements
from core.design.gradient_flow import Flow, Kind
from core.training.messages import Histogram, NodeStatistics

_REACH = 20.0
"""How far from a wire, in canvas units, the pointer rests on it: its label is about so wide."""


def tip_at(view: View, pixel: QPointF) -> str:
    """What there is to say about what the pointer rests on; empty where there is nothing."""
    box, point, stage = view.box_at(pixel), view.camera.to_canvas(pixel), view.stage
    if box is not None and not box.is_frame:
        return card_tip(stage.statistics.get(box.node), stage.flows.get(box.node))
    link = hits.link_or_step_at(stage.layout, point.x(), point.y(), _REACH)
    return wire_tip(view, link) if link is not None else ""


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


def wire_tip(view: View, link: Link) -> str:
    """What flows along a wire: shape, type, and how many bytes for a batch; while training, its figures."""
    document = view.document
    spec = document.report.leaving(link.source, link.wire.output if link.wire is not None else 0)
    if spec is None:
        return tr("It is not known yet what flows here.")
    size = document.design.settings.batch_size
    values = {
        "source": document.design[link.source].name,
        "target": document.design[link.target].name,
        "shape": str(spec),
        "type": spec.dtype,
        "memory": units.memory(elements(spec) * size * (8 if spec.dtype == "int64" else 4)),
        "size": size,
    }
    text = tr("{source} → {target}\n{shape} · {type}\n{memory} for a batch of {size}").format(**values)
    figures = card_tip(view.stage.statistics.get(link.source), view.stage.flows.get(link.source))
    return f"{text}\n{figures}" if figures else text


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
