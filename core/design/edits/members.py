"""What may be in what, and small steps that several edits share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.design import catalog
from core.design.edits.names import free_name
from core.design.lists import LISTS
from core.design.model import MARKS, Design, Fragment, Node, NodeId, new_id
from core.errors import DesignError

Position = tuple[float, float]

STEP = 96.0
"""How far below each other layers are placed in a Module container, in canvas units."""


def is_container(node: Node) -> bool:
    """Whether a node can hold others."""
    entry = catalog.get(node.type)
    return entry is not None and entry.container


def check_members(design: Design, container: NodeId, nodes: Iterable[Node]) -> None:
    """Raise `DesignError` if these nodes, which are not in it yet, cannot be children of the container."""
    holder = design[container]
    if not is_container(holder):
        raise DesignError("'{name}' is a {type} and holds no layers.", name=holder.name, type=holder.type)
    types = [node.type for node in nodes]
    for boundary in ("Input", "Output"):
        if boundary in types and holder.type in LISTS:
            raise DesignError(
                "'{name}' holds layers for others to use: it needs no {type}.", name=holder.name, type=boundary
            )
        if boundary in types and holder.type != "Module":
            raise DesignError("'{name}' runs its layers in order: it needs no {type}.", name=holder.name, type=boundary)
    check_order(holder, types)


def check_order(holder: Node, types: Iterable[str]) -> None:
    """Raise `DesignError` if a container that runs its layers in order is to hold one that cannot run."""
    for kind in types:
        if holder.type != "Module" and kind in MARKS:
            raise DesignError("A {type} is drawn in a Module only, not in '{name}'.", type=kind, name=holder.name)
        if holder.type == "Sequential" and kind in LISTS:
            raise DesignError(
                "A {type} has no order of execution, so that '{name}' cannot run it: put it into a Module.",
                type=kind,
                name=holder.name,
            )


def topmost(design: Design, ids: Iterable[NodeId]) -> tuple[NodeId, ...]:
    """These nodes in the order of the design, without those that are inside another of them."""
    chosen = set(ids)
    if len(chosen) < 2:
        return tuple(chosen)
    top = {node_id for node_id in chosen if chosen.isdisjoint(design.ancestors(node_id))}
    return tuple(node.id for node in design.walk() if node.id in top)


def check_not_root(design: Design, ids: Iterable[NodeId], template: str) -> None:
    """Raise `DesignError` with this sentence if the root is among the nodes."""
    if design.root in ids:
        raise DesignError(template)


def named_apart(nodes: Iterable[Node], taken: Iterable[str]) -> list[Node]:
    """The nodes with names that differ from each other and from those taken."""
    names, given, apart = set(taken), dict[str, int](), []
    for node in nodes:
        name = free_name(node.name, names, given)
        names.add(name)
        apart.append(node if name == node.name else replace(node, name=name))
    return apart


def positioned(nodes: list[Node], holder: Node, position: Position | None) -> list[Node]:
    """The nodes as they stand to each other, the first at `position`; in a Sequential places mean nothing."""
    if holder.type != "Module":
        return [node if node.position is None else replace(node, position=None) for node in nodes]
    if position is None:
        return nodes
    start = nodes[0].position if nodes else None
    placed = []
    for number, node in enumerate(nodes):
        x, y = (0.0, number * STEP)
        if start is not None and node.position is not None:
            x, y = node.position[0] - start[0], node.position[1] - start[1]
        placed.append(replace(node, position=(position[0] + x, position[1] + y)))
    return placed


def with_children(design: Design, container: NodeId, index: int | None, new: Iterable[NodeId]) -> tuple[NodeId, ...]:
    """The children of a container with new ones at this index; None: behind the last."""
    children = design[container].children
    at = len(children) if index is None else max(0, min(index, len(children)))
    return (*children[:at], *new, *children[at:])


def renew(fragment: Fragment) -> Fragment:
    """The same fragment with fresh ids and ties of its own, so that it can be put in once more."""
    ids = {old: new_id() for old in fragment.nodes}
    ties = {node.tie: new_id() for node in fragment.nodes.values() if node.tie is not None}
    nodes = {ids[node.id]: _renumbered(node, ids, ties) for node in fragment.nodes.values()}
    wires = tuple(replace(wire, source=ids[wire.source], target=ids[wire.target]) for wire in fragment.wires)
    return Fragment(nodes, tuple(ids[root] for root in fragment.roots), wires, fragment.customs)


def _renumbered(node: Node, ids: Mapping[NodeId, NodeId], ties: Mapping[str, str]) -> Node:
    return replace(
        node,
        id=ids[node.id],
        children=tuple(ids[child] for child in node.children),
        wires=tuple(replace(wire, source=ids[wire.source], target=ids[wire.target]) for wire in node.wires),
        tie=None if node.tie is None else ties[node.tie],
        frame=ids.get(node.frame or "", node.frame),
    )


def subtree(design: Design, ids: Iterable[NodeId]) -> list[Node]:
    """These nodes and everything in them."""
    return [node for node_id in ids for node in design.walk(node_id)]


def without_lonely_ties(design: Design, ties: Iterable[str | None]) -> Design:
    """Untie nodes that an edit left as the only ones of their tie."""
    suspects = {tie for tie in ties if tie is not None}
    if not suspects:
        return design
    groups: dict[str, list[Node]] = {}
    for node in design.nodes.values():
        if node.tie in suspects:
            groups.setdefault(node.tie or "", []).append(node)
    return design.with_nodes({group[0].id: replace(group[0], tie=None) for group in groups.values() if len(group) == 1})
