"""Checking a custom layer: what its forward is tried with, and what came of it, in words."""

from __future__ import annotations

from collections.abc import Iterable

from app.document.document import Document
from app.look.sentences import tr
from core.design.model import Node, TensorSpec, Value
from core.design.shapes import ProbeRequest
from core.training.messages import CustomInspected, Probe, Probed

KEY = "check"
GUESS = TensorSpec((None, 8))
"""What a layer is tried with where the design does not say what would flow into it."""


def missing_option(document: Document, found: CustomInspected) -> str:
    """The first option that has neither a default nor a value in the design: without it no layer can be made."""
    values = _options(document, found)
    return next((option.name for option in found.options if option.required and option.name not in values), "")


def trial(document: Document, found: CustomInspected, source: str) -> ProbeRequest:
    """The question what this text gives for what flows into the layer in the design, or would after the selection."""
    node = _place(document, found)
    specs = () if node is None else document.report.inputs.get(node.id, ())
    known = [spec for spec in specs if spec is not None]
    if len(known) != found.inputs:
        outputs = (document.report.outputs.get(node_id) for node_id in document.selection)
        known = [next((spec for spec in outputs if spec is not None), GUESS)] * found.inputs
    inputs = tuple((spec.shape, spec.dtype) for spec in known)
    return ProbeRequest(KEY, node.id if node else "", found.name, source, _options(document, found), inputs)


def _place(document: Document, found: CustomInspected) -> Node | None:
    """A layer of this type in the design: best a selected one."""
    nodes = [node for node in document.design.walk() if node.type == found.name]
    return min(nodes, key=lambda node: node.id not in document.selection, default=None)


def _options(document: Document, found: CustomInspected) -> dict[str, Value]:
    node = _place(document, found)
    names = {option.name for option in found.options}
    return {} if node is None else {name: value for name, value in node.options.items() if name in names}


def describe(found: CustomInspected) -> str:
    """What the engine found out about a layer: "1 input · factor = 1.0"."""
    options = [
        f"{option.name}: {option.kind}" if option.required else f"{option.name} = {option.default}"
        for option in found.options
    ]
    inputs = tr("1 input") if found.inputs == 1 else tr("{count} inputs").format(count=found.inputs)
    return " · ".join([inputs, *options, *([found.summary.removesuffix(".")] if found.summary else [])])


def outcome(probe: Probe, answer: Probed) -> str:
    """What forward gave: "gives N × 8 for N × 64"."""
    return tr("gives {output} for {inputs}").format(output=_text([answer.shape]), inputs=given(probe))


def given(probe: Probe) -> str:
    """What forward was given: "N × 64, N × 64"."""
    return _text(shape for shape, _ in probe.inputs)


def _text(shapes: Iterable[tuple[int | None, ...]]) -> str:
    return ", ".join(str(TensorSpec(shape)) for shape in shapes)
