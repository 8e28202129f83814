"""What is wrong with the copies of a repeated container, told at what they are copies of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.design import edits
from core.design.model import Design, NodeId
from core.design.shapes.report import Repair
from core.design.unfolding import original
from core.errors import Sentence

if TYPE_CHECKING:
    from core.design.shapes.flow import Flow


def gather(flow: Flow, design: Design) -> None:
    """Put the problems of a design that was unfolded to the nodes of the drawing.

    The first copy's are those of the drawing. What only later copies have comes of what the one before gives.
    """
    drawn, later = [], dict[NodeId, None]()
    for problem in flow.problems:
        if problem.node in design:
            drawn.append(problem)
        elif (repeated := _repeated_around(flow, design, problem.node)) is not None:
            later.setdefault(repeated)
    flow.problems[:] = drawn
    for node_id in later:
        inside = {node.id for node in design.walk(node_id)}
        if not any(problem.node in inside for problem in drawn):
            given, taken = (flow.outputs.get(flow.design[node_id].children[0]), next(iter(flow.inputs[node_id]), None))
            flow.problem(
                node_id,
                "'{name}' is repeated, but does not fit behind itself: it is given {taken} and gives {given}.",
                _running_once(node_id),
                name=design[node_id].name, taken=taken, given=given,
            )  # fmt: skip
    flow.probes[:] = [replace(probe, node=original(probe.node)) for probe in flow.probes]


def _running_once(node_id: NodeId) -> Repair:
    return Repair(Sentence("Run it once"), lambda design: edits.set_options(design, [node_id], {"repeat": 1}))


def _repeated_around(flow: Flow, design: Design, node_id: NodeId) -> NodeId | None:
    """The innermost container of the drawing around a node of a copy."""
    return next((above for above in (node_id, *flow.design.ancestors(node_id)) if above in design), None)
