"""Trying a custom layer: what it is given, and what came of it, in words and in a table."""

from __future__ import annotations

from collections.abc import Iterable

from app.document.document import Document
from app.look import units
from app.look.sentences import tr
from app.widgets.figure_table import Figure
from app.widgets.number_text import decimal, sizes
from core.design.model import CustomLayer, Node, TensorSpec
from core.training.messages import CustomInspected, CustomTried, GradientCheck, TryCustom

GUESS = (8,)
"""What a layer is tried with where the design does not say what would flow into it."""


def trial(document: Document, layer: CustomLayer) -> TryCustom:
    """The question what this text gives for what flows into the layer in the design, or would after the selection."""
    node = _place(document, layer)
    specs = () if node is None else document.report.inputs.get(node.id, ())
    known = [spec for spec in specs if spec is not None]
    if not known or len(known) < len(specs):
        outputs = (document.report.outputs.get(node_id) for node_id in document.selection)
        known = [spec for spec in outputs if spec is not None][:1]
    options = {} if node is None else dict(node.options)
    inputs = tuple((spec.shape, spec.dtype) for spec in known)
    return TryCustom(layer.name, layer.source, options, inputs, GUESS)


def _place(document: Document, layer: CustomLayer) -> Node | None:
    """A layer of this type in the design: best a selected one."""
    nodes = [node for node in document.design.walk() if node.type == layer.name]
    return min(nodes, key=lambda node: node.id not in document.selection, default=None)


def describe(tried: CustomTried) -> str:
    """What a layer takes, gives, holds and costs: "1 input · in_units = 64 · gives N × 10 for N × 64 · 0.1 ms …"."""
    found = tried.found
    parts = [tr("1 input") if found.inputs == 1 else tr("{count} inputs").format(count=found.inputs)]
    parts += _options(found, tried)
    if tried.missing:
        note = tr("forward was not tried: '{option}' has no value yet")
        return " · ".join([*parts, note.format(option=tried.missing)])
    parts.append(tr("gives {output} for {inputs}").format(output=_text([tried.shape]), inputs=given(tried.inputs)))
    held = [f"{name} {sizes(shape)}" for name, shape in tried.parameters]
    if held:
        parts.append(tr("holds {parameters}").format(parameters=", ".join(held)))
    return " · ".join([*parts, tr("{time} there and back").format(time=units.short_time(tried.milliseconds / 1000))])


def _options(found: CustomInspected, tried: CustomTried) -> Iterable[str]:
    for option in found.options:
        value = tried.options.get(option.name, option.default)
        known = option.name in tried.options or not option.required
        yield f"{option.name} = {value}" if known else f"{option.name}: {option.kind}"


def wrong_gradient(tried: CustomTried) -> str:
    """What is wrong with the first gradient that is; empty if all are right."""
    wrong = next((check for check in tried.gradients if not check.agrees), None)
    if wrong is None:
        return ""
    if not wrong.reached:
        template = tr("No gradient reaches '{name}', though moving it changes what comes out: {numeric}.")
    else:
        template = tr("The gradient of '{name}' is wrong: it says {analytic}, where moving it gives {numeric}.")
    return template.format(name=wrong.name, analytic=decimal(wrong.analytic), numeric=decimal(wrong.numeric))


def titles() -> list[str]:
    """Of the table of gradients."""
    return [tr("gradient of"), tr("shape"), tr("measured"), tr("by backward"), tr("agree")]


def row(check: GradientCheck) -> list[Figure]:
    """A gradient in the table."""
    return [
        Figure(check.name, check.name),
        Figure(sizes(check.shape), sizes(check.shape)),
        Figure(decimal(check.numeric), check.numeric),
        Figure(decimal(check.analytic) if check.reached else tr("none"), check.analytic),
        Figure(tr("yes") if check.agrees else tr("no"), tr("yes") if check.agrees else tr("no")),
    ]


def given(inputs: Iterable[tuple[tuple[int | None, ...], str]]) -> str:
    """What forward was given: "N × 64, N × 64"."""
    return _text(shape for shape, _ in inputs)


def _text(shapes: Iterable[tuple[int | None, ...]]) -> str:
    return ", ".join(str(TensorSpec(shape)) for shape in shapes)
