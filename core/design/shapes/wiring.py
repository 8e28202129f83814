"""Problems of the wires in a Module container: open inputs, several ends, layers that nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.design.graph import Graph, downstream, input_name
from core.design.lists import LISTS, reach
from core.design.model import Node, NodeId, Wire
from core.design.shapes import repairs

if TYPE_CHECKING:
    from core.design.shapes.flow import Flow

PROPOSALS = 50
"""Above so many problems no source is looked for: in a graph that is not wired yet, that would take long."""


def check_module(flow: Flow, module: Node, graph: Graph) -> None:
    """Report what is wrong with the wires of a Module container as a whole."""
    design = flow.design
    if not module.children:
        flow.problem(module.id, "'{name}' is empty: put layers into it.", severity="unfinished", name=module.name)
    elif len(graph.ends) > 1:
        names = ", ".join(f"'{design[end].name}'" for end in graph.ends)
        choices = (repairs.choosing_output(module.id, design[end]) for end in graph.ends[:3])
        template = "'{name}' has several ends, {ends}: connect them, or choose its output."
        flow.problem(module.id, template, *choices, severity="unfinished", name=module.name, ends=names)
    elif graph.output is None:
        template = "'{name}' gives nothing: connect an Input to a layer."
        flow.problem(module.id, template, severity="unfinished", name=module.name)
    for child in graph.order:
        if child in graph.unused and design[child].type not in LISTS:
            report_unused(flow, design[child])


def check_members(flow: Flow) -> None:
    """Report members of a ModuleList that cannot be made: without them the others would be called by other places."""
    if not [node for node in flow.design.nodes.values() if node.type == "ModuleList"]:
        return
    blamed = {problem.node for problem in flow.problems if problem.blocks}
    for node in flow.design.walk():
        if node.type == "ModuleList":
            for child in node.children:
                if child not in flow.findings and child not in flow.graphs and child not in blamed:
                    member = flow.design[child]
                    template = (
                        "'{name}' in '{container}' is used by nothing, so that its sizes are not known: connect it."
                    )
                    flow.problem(child, template, repairs.removing(member), name=member.name, container=node.name)


def report_unused(flow: Flow, node: Node) -> None:
    """Say that what a node gives goes nowhere."""
    flow.problem(
        node.id,
        "'{name}' is not used: nothing takes what it gives.",
        repairs.removing(node),
        severity="warning",
        name=node.name,
    )


def report_open_port(flow: Flow, node: Node, parent: Node, port: int, count: int) -> None:
    """Say that nothing feeds an input, and propose what might."""
    called = input_name(flow.design, node.id, port)
    template = "Nothing is connected to input {number} of '{name}'."
    if count == 1 or called:
        template = (
            "Nothing is connected to the {called} of '{name}'." if called else "Nothing is connected to '{name}'."
        )
    source = _nearest_loose_end(flow, node, parent) if len(flow.problems) < PROPOSALS else None
    mends = () if source is None else (repairs.connecting(parent.id, Wire(source, node.id, port), flow.design[source]),)
    values = {"name": node.name, "number": port + 1, "called": called}
    flow.problem(node.id, template, *mends, severity="unfinished", **values)


def _nearest_loose_end(flow: Flow, node: Node, parent: Node) -> NodeId | None:
    """A child from which a wire can be laid: one that feeds nothing yet, best the last before the node, or an Input."""
    behind = downstream(parent.wires, node.id)
    members = reach(flow.design, parent.children)
    giving = (child for child in members if flow.design[child].type not in ("Output", *LISTS))
    possible = [child for child in giving if child not in behind]
    feeding = {wire.source for wire in parent.wires}
    loose = [child for child in possible if child not in feeding]
    earlier = set(members[: members.index(node.id)])
    before = [child for child in reversed(loose) if child in earlier]
    inputs = [child for child in possible if flow.design[child].type == "Input"]
    return next(iter([*before, *loose, *inputs]), None)
