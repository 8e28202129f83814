"""Layers that share their parameters, and whether anything is left to train."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.design.catalog.base import times
from core.design.model import Design, Node
from core.design.shapes import repairs
from core.design.shapes.report import Repair
from core.errors import Sentence

if TYPE_CHECKING:
    from core.design.shapes.flow import Flow


def check_ties(flow: Flow) -> None:
    """Report layers that are tied but cannot share their parameters."""
    groups: dict[str, list[Node]] = {}
    for node in flow.design.nodes.values():
        if node.tie is not None:
            groups.setdefault(node.tie, []).append(node)
    for first, *others in groups.values():
        for other in others:
            _check_pair(flow, first, other)


def _check_pair(flow: Flow, first: Node, other: Node) -> None:
    names = {"name": other.name, "type": other.type, "first": first.name}
    if first.type != other.type:
        template = "'{name}' is a {type} and cannot share parameters with '{first}', a {first_type}."
        flow.problem(other.id, template, repairs.untying(other.id), **names, first_type=first.type)
        return
    one, another = flow.findings.get(first.id), flow.findings.get(other.id)
    if one is None or another is None or one.parameters == another.parameters:
        return
    differing = next(name for name in one.parameters if one.parameters[name] != another.parameters.get(name))
    flow.problem(
        other.id,
        "{type} '{name}' shares its parameters with '{first}', whose {parameter} is {left}, but needs {right}.",
        repairs.untying(other.id),
        **names,
        parameter=differing,
        left=times(one.parameters[differing]),
        right=times(another.parameters.get(differing, ())),
    )


def check_trainable(flow: Flow) -> None:
    """Report a network that cannot learn, unless something else is wrong or not known yet."""
    if flow.probes or any(problem.blocks for problem in flow.problems):
        return
    design, has_frozen = flow.design, False
    for node_id, finding in flow.findings.items():
        if not design[node_id].frozen.issuperset(finding.parameters):
            return
        has_frozen = has_frozen or bool(finding.parameters)
    root = design[design.root]
    if has_frozen:
        template = "All parameters of '{name}' are frozen, so there is nothing to train."
        flow.problem(root.id, template, _thaw(), name=root.name)
        return
    template, name = "'{name}' has no layer with parameters, so there is nothing to train.", root.name
    empty = next((node for node in design.walk() if node.type == "Sequential" and not node.children), None)
    if empty is not None:
        template, name = "There is nothing to train yet: '{name}' is empty. Put layers into it.", empty.name
    flow.problem(root.id, template, severity="unfinished", name=name)


def _thaw() -> Repair:
    def edit(design: Design) -> Design:
        return design.with_nodes({n.id: replace(n, frozen=frozenset()) for n in design.nodes.values() if n.frozen})

    return Repair(Sentence("Unfreeze all"), edit)
