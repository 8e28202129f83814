"""What must come out at the end, by the loss and the data, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from core.design import catalog
from core.design.catalog.base import elements
from core.design.losses import LOSSES, problems
from core.design.model import Node, NodeId, TensorSpec
from core.design.settings import DataDescription
from core.design.shapes import repairs
from core.design.shapes.report import Repair
from core.design.unfolding import COPY

if TYPE_CHECKING:
    from core.design.shapes.flow import Flow

APPLIED = {"CrossEntropyLoss": "Softmax", "BCEWithLogitsLoss": "Sigmoid"}
"""What a loss does to what it gets, and no layer should do before it."""

NEEDS_CLASSES = "{type} '{name}' gives {given}, but '{data}' with {loss} needs {needed}: one number for each class."
NEEDS_SAMPLE = "{type} '{name}' gives {given}, but '{data}' needs {needed}: a sample such as goes in."
NEEDS_TARGETS = "{type} '{name}' gives {given}, but '{data}' with {loss} needs {needed}: one number for each target."

ENDS = ("Linear", "Flatten", "Softmax", "LogSoftmax", "Sigmoid")
"""Layers with which a network may end: it is then their numbers that are wrong, and no layer that is missing."""

REACH = 100
"""How many layers before the last one are tried for a repair."""


def check_goal(flow: Flow) -> None:
    """Report an output that the loss cannot take."""
    root, data, loss = flow.design.root, flow.data, flow.design.settings.loss
    given = flow.outputs.get(root)
    last = giver(flow, root)
    if last is None or given is None or last.type == "Input":  # nothing was drawn yet
        return
    _warn_of_end(flow, last)
    if data is None or loss not in LOSSES:
        return
    if LOSSES[loss].targets == "classes" and data.task == "regression":
        _report_wrong_loss(flow, data)
    elif flow.others.get(root):
        _check_several(flow, data)
    elif given.shape != (needed := (None, *(data.target_shape or (data.targets,)))):
        _report_mismatch(flow, last, given, TensorSpec(needed), data)


def _check_several(flow: Flow, data: DataDescription) -> None:
    """Each of several Outputs must give the classes; numbers to predict they share, in their order."""
    root = flow.design[flow.design.root]
    given = [spec for spec in (flow.outputs[root.id], *flow.others[root.id]) if spec is not None]
    needed = TensorSpec((None, *(data.target_shape or (data.targets,))))
    if len(given) < len(flow.graphs[root.id].outputs):
        return
    if data.task == "classification":
        for number, spec in enumerate(given):
            last = giver(flow, root.id, number)
            if last is not None and spec != needed:
                _report_mismatch(flow, last, spec, needed, data)
        return
    rests = {(spec.shape[:1], spec.shape[2:]) for spec in given if len(spec.shape) > 1}
    width = sum(spec.shape[1] or 0 for spec in given if len(spec.shape) > 1)
    if rests != {(needed.shape[:1], needed.shape[2:])} or width != needed.shape[1]:
        flow.problem(
            root.id,
            "The Outputs of '{name}' give {given}, which side by side are not the {needed} that '{data}' needs.",
            name=root.name,
            given=", ".join(map(str, given)),
            needed=str(needed),
            data=data.name,
        )


def check_settings(flow: Flow) -> None:
    """Report settings that no run can begin with."""
    loss, task = flow.design.settings.loss, None if flow.data is None else flow.data.task
    if loss in LOSSES and LOSSES[loss].targets == "classes":
        task = None  # with numbers to predict, `check_goal` says it
    for sentence in problems(flow.design.settings, task):
        mends = [repairs.using_loss(str(sentence.values["other"]))] if "other" in sentence.values else []
        flow.problem(flow.design.root, sentence, *mends)


def _warn_of_end(flow: Flow, last: Node) -> None:
    """Warn of a last layer that does what the loss does already, or does not do what it needs."""
    loss = flow.design.settings.loss
    if APPLIED.get(loss) == last.type:
        template = "{loss} applies a {type} itself: with '{name}' before it, the network learns slowly and less well."
        mend = repairs.removing(last)
    elif loss == "NLLLoss" and last.type != "LogSoftmax":
        template = "NLLLoss expects logarithms of probabilities, which a LogSoftmax gives, but '{name}' is a {type}."
        mend = repairs.appending(last, "LogSoftmax")
    else:
        return
    flow.problem(last.id, template, mend, severity="warning", loss=loss, type=last.type, name=last.name)


def _report_wrong_loss(flow: Flow, data: DataDescription) -> None:
    flow.problem(
        flow.design.root,
        "{loss} learns classes, but the targets of '{data}' are numbers.",
        repairs.using_loss("MSELoss"),
        loss=flow.design.settings.loss,
        data=data.name,
    )


def _report_mismatch(flow: Flow, last: Node, given: TensorSpec, needed: TensorSpec, data: DataDescription) -> None:
    flow.problem(
        last.id,
        NEEDS_CLASSES if data.task == "classification" else NEEDS_SAMPLE if data.target_shape else NEEDS_TARGETS,
        *_repairs(flow, last, given, needed),
        type=last.type,
        name=last.name,
        given=str(given),
        data=data.name,
        loss=flow.design.settings.loss,
        needed=str(needed),
    )


def giver(flow: Flow, node_id: NodeId, output: int = 0) -> Node | None:
    """The layer that makes what an output of a node gives, looking into containers and through Inputs and Outputs."""
    current: NodeId | None = node_id
    while current is not None:
        node, graph = flow.design[current], flow.graphs.get(current)
        feeder = next(iter(flow.feeders.get(current, ())), None)
        if graph is not None and graph.order:
            current, output = graph.outputs[output] if output < len(graph.outputs) else None, 0
        elif graph is not None or node.type == "Output" or (node.type == "Input" and feeder is not None):
            output = next(iter(flow.taps.get(current, ())), 0)
            current = feeder
        else:
            return node
    return None


def _repairs(flow: Flow, last: Node, given: TensorSpec, needed: TensorSpec) -> tuple[Repair, ...]:
    if len(needed.shape) > 2:
        return tuple(_unflattening(last, given, needed))
    # What is drawn once and run several times cannot be another layer at its last time.
    chain = list(takewhile(lambda node: COPY not in node.id, _chain(flow, last)))
    wanted = needed.shape[-1]
    linear = next((i for i, node in enumerate(chain) if node.type == "Linear"), None)
    found = []
    if linear is not None:
        width = {"out_features": wanted}
        if _leads_to(flow, chain[: linear + 1], flow.inputs[chain[linear].id][0], width, needed):
            found.append(repairs.setting(chain[linear].id, width))
    wide = next((i for i in reversed(range(len(chain))) if _is_wide_linear(flow, chain[i])), None)
    if wide is not None:
        entering = flow.inputs[chain[wide].id][0]
        flat = entering and repairs.gives(catalog.types()["Flatten"], {}, (entering,))
        if _leads_to(flow, chain[: wide + 1], flat, {}, needed):
            found.append(repairs.inserting(chain[wide].id, "Flatten", {}))
    if len(given.shape) > 2 and elements(given) == wanted:
        return (repairs.appending(last, "Flatten"), *found)
    if found and last.type in ENDS:
        return tuple(found)
    keys = ("Linear",) if len(given.shape) == 2 else ("Flatten", "Linear")
    return (repairs.appending(last, *keys, out_features=wanted), *found)


def _unflattening(last: Node, given: TensorSpec, needed: TensorSpec) -> Iterator[Repair]:
    """Where the numbers are as many as are needed, they are only to be put in order."""
    if len(given.shape) == 2 and elements(given) == elements(needed):
        yield repairs.appending(last, "Unflatten", dim=1, unflattened_size=needed.shape[1:])


def _is_wide_linear(flow: Flow, node: Node) -> bool:
    (spec,) = flow.inputs[node.id]
    return node.type == "Linear" and spec is not None and len(spec.shape) > 2


def _chain(flow: Flow, last: Node) -> Iterator[Node]:
    """The layers before the end, backwards, as long as each has one input."""
    node: Node | None = last
    for _ in range(REACH):
        if node is None or node.type not in catalog.types() or len(flow.feeders[node.id]) != 1 or node.type == "Input":
            return
        yield node
        feeder = flow.feeders[node.id][0]
        node = None if feeder is None else giver(flow, feeder)


def _leads_to(
    flow: Flow, chain: list[Node], spec: TensorSpec | None, changes: catalog.Options, needed: TensorSpec
) -> bool:
    """Whether the last of the chain, with these options, fed with `spec`, makes its first give what is needed."""
    for node in reversed(chain):
        entry = catalog.types()[node.type]
        options = {**node.options, **changes} if node is chain[-1] else node.options
        spec = spec and repairs.gives(entry, options, (spec,))
    return spec == needed
