"""What enters a design: its Input, and whether the data fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.design.catalog.base import size_of, times
from core.design.graph import inputs_of
from core.design.model import Node, TensorSpec
from core.design.settings import DataDescription, Remark
from core.design.shapes import repairs
from core.design.shapes.report import Specs
from core.design.shapes.shares import NO_SHAPE, share_of
from core.errors import Sentence

if TYPE_CHECKING:
    from core.design.shapes.flow import Flow

CHANNELS_FIRST = (0, 3, 1, 2)
"""The axes of pictures whose channels come last, in the order layers take them."""


def at_input(flow: Flow, node: Node, specs: Specs) -> Specs:
    """What leaves an Input: what flows into its container or, in the root, samples of its shape."""
    if flow.design.parents.get(node.id) != flow.design.root:
        return specs
    inputs = [flow.design[child] for child in inputs_of(flow.design, flow.design.root)]
    shape = _sample_shape(flow, node) if len(inputs) == 1 else share_of(flow, node, inputs)
    return (None if shape is None else TensorSpec((None, *shape)),)


def _sample_shape(flow: Flow, node: Node) -> tuple[int, ...] | None:
    """The shape that was typed, or else that of the data; None if there is neither, or what was typed is no shape."""
    shape, data = node.options.get("shape"), flow.data
    if shape is None and data is None:
        flow.problem(node.id, NO_SHAPE, severity="unfinished", name=node.name)
    if shape is None:
        return None if data is None else data.shape
    if not isinstance(shape, tuple) or not all(isinstance(size, int) and size > 0 for size in shape):
        return None
    if data is not None and shape != data.shape:
        _report_other_shape(flow, node, data)
    return size_of(node.options, "shape")


def _report_other_shape(flow: Flow, node: Node, data: DataDescription) -> None:
    flow.problem(
        node.id,
        "'{name}' takes samples of {shape} but those of '{data}' are {given}.",
        repairs.setting(node.id, {"shape": data.shape}),
        name=node.name,
        shape=times(size_of(node.options, "shape")),
        data=data.name,
        given=times(data.shape),
    )


def check_entrance(flow: Flow) -> None:
    """Report a design that data cannot enter."""
    root = flow.design[flow.design.root]
    if flow.facts.data_problem is not None:
        flow.problem(next(iter(inputs_of(flow.design, root.id)), root.id), flow.facts.data_problem)
    for remark in flow.data.remarks if flow.data is not None else ():
        if remark.kind != "said":
            _report_remark(flow, remark)
    if root.children and not inputs_of(flow.design, root.id):
        shape = flow.data.shape if flow.data is not None else None
        mend = repairs.adding_input(root.id, shape)
        flow.problem(root.id, "Data cannot enter '{name}': it has no Input.", mend, name=root.name)


def _report_remark(flow: Flow, remark: Remark) -> None:
    """What a person must decide about the data before training, or should know."""
    place = next(iter(inputs_of(flow.design, flow.design.root)), flow.design.root)
    ways = [repairs.reading(remark, choice) for choice in remark.choices]
    if any(choice.option == "channels_last" for choice in remark.choices):
        if any(_turns(flow, node) for node in flow.design.nodes.values()):
            return
        if place != flow.design.root:
            ways = [repairs.turning(remark, choice, place) for choice in remark.choices]
            ways.append(repairs.inserting_behind(place, "Permute", {"dims": CHANNELS_FIRST}))
    severity = "error" if remark.kind == "question" else "warning"
    flow.problem(place, Sentence(remark.template, remark.values), *ways, severity=severity)


def _turns(flow: Flow, node: Node) -> bool:
    """Whether a layer takes the samples and puts their last axis first."""
    data = flow.data.shape if flow.data is not None else ()
    taken = next(iter(flow.inputs.get(node.id, ())), None)
    return node.type == "Permute" and node.id in flow.findings and taken is not None and taken.shape[1:] == data
