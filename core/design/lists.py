"""ModuleList and ModuleDict: containers without an order of execution, whose members the layers around them use.

Their members belong to the graph of the Module container around them: its wires reach into lists, and into lists in
lists. The members of a ModuleList are called by their places, as in PyTorch: "0", "1", "2".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.design.model import Design, Node, NodeId

LISTS = ("ModuleList", "ModuleDict")
UNWIRED = (*LISTS, "Note", "Frame")
"""What no wire leads to: nothing flows through it."""

DICT_NAMES = frozenset(("clear", "items", "keys", "pop", "update", "values"))
"""What every ModuleDict already has, and cannot have as a key."""


def reach(design: Design, ids: Iterable[NodeId]) -> tuple[NodeId, ...]:
    """These nodes, and behind each list among them its members, those of lists in it too."""
    nodes, found, waiting = design.nodes, list[NodeId](), list(reversed(tuple(ids)))
    while waiting:
        node = nodes[waiting.pop()]
        found.append(node.id)
        if node.type in LISTS:
            waiting.extend(reversed(node.children))
    return tuple(found)


def home(design: Design, container: NodeId) -> NodeId | None:
    """The Module container whose wires connect what is in `container`: itself, or, of a list, the one around it."""
    node: NodeId | None = container
    while node is not None and design[node].type in LISTS:
        node = design.parents.get(node)
    return node if node is not None and design[node].type == "Module" else None


def home_of(design: Design, node_id: NodeId) -> NodeId | None:
    """The Module container whose wires can reach a node; None of the root, and of what runs in order."""
    parent = design.parents.get(node_id)
    return None if parent is None else home(design, parent)


def taken_names(design: Design, container: NodeId, without: Iterable[NodeId] = ()) -> list[str]:
    """The names that something new in a container cannot have."""
    left_out = set(without)
    names = [design[child].name for child in design[container].children if child not in left_out]
    return [*names, *DICT_NAMES] if design[container].type == "ModuleDict" else names


def numbered(design: Design, containers: Iterable[NodeId]) -> Design:
    """The design with the members of each ModuleList among these called by their places."""
    changed: dict[NodeId, Node | None] = {}
    for container in containers:
        if container in design and design[container].type == "ModuleList":
            for place, child in enumerate(design[container].children):
                if design[child].name != str(place):
                    changed[child] = replace(design[child], name=str(place))
    return design.with_nodes(changed) if changed else design
