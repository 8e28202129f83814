"""Moving layers: within a container, into another one, about the canvas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.design import catalog
from core.design.edits.asking import asks
from core.design.edits.members import (
    Position,
    check_members,
    check_not_root,
    named_apart,
    positioned,
    topmost,
    with_children,
)
from core.design.edits.wires import follow_ports, wires_within
from core.design.lists import numbered, taken_names
from core.design.model import Design, Node, NodeId
from core.errors import DesignError


def check_move(
    design: Design,
    ids: Iterable[NodeId],
    container: NodeId,
    index: int | None = None,
    position: Position | None = None,
) -> None:
    """Raise `DesignError` if these nodes cannot be moved into this container."""
    ids = topmost(design, ids)
    check_not_root(design, ids, "The outermost container cannot be moved.")
    around = {container, *design.ancestors(container)}
    for node_id in ids:
        if node_id in around:
            raise DesignError("'{name}' cannot be moved into itself.", name=design[node_id].name)
    check_members(design, container, (design[i] for i in ids if design.parents[i] != container))


can_move = asks(check_move)


def move(
    design: Design,
    ids: Iterable[NodeId],
    container: NodeId,
    index: int | None = None,
    position: Position | None = None,
) -> Design:
    """Move nodes into a container, before the child that is at `index` now (None: to the end), the first to `position`.

    In a Module container that they are in already, None leaves them in their order, which is that of its ports.
    Wires to what stays behind are cut; those among the moved nodes stay if a Module container takes them.
    """
    ids = topmost(design, ids)
    check_move(design, ids, container, index, position)
    left = _without(design, ids)
    at = None if index is None else index - len(set(design[container].children[:index]) & set(ids))
    after = _with(design, left, ids, container, at, position)
    holders = {container, *(design.parents[i] for i in ids)}
    after = wires_within(design, after, ids, container)
    after = numbered(follow_ports(design, after, holders), holders)
    return design if all(after[i] == design[i] for i in (*holders, *ids)) else after


def _without(design: Design, ids: tuple[NodeId, ...]) -> Design:
    """The design with these nodes in no container."""
    moved, changed = set(ids), dict[NodeId, Node | None]()
    for parent in {design.parents[i] for i in ids}:
        children = tuple(child for child in design[parent].children if child not in moved)
        changed[parent] = replace(design[parent], children=children)
    return design.with_nodes(changed)


def _with(
    design: Design, left: Design, ids: tuple[NodeId, ...], container: NodeId, at: int | None, position: Position | None
) -> Design:
    """The design `left`, in which these nodes are in no container, with them in this one."""
    holder = left[container]
    nodes = named_apart((_leaving(design, i, container, ids) for i in ids), taken_names(left, container))
    stay = at is None and holder.type == "Module" and all(design.parents[i] == container for i in ids)
    children = design[container].children if stay else with_children(left, container, at, ids)
    holder = replace(holder, children=children)
    return left.with_nodes({**{node.id: node for node in positioned(nodes, holder, position)}, container: holder})


def _leaving(design: Design, node_id: NodeId, container: NodeId, ids: tuple[NodeId, ...]) -> Node:
    """The node as it goes there: what was called by its place in a ModuleList is called by its type again."""
    node, parent = design[node_id], design.parents[node_id]
    if parent != container and node.frame is not None and node.frame not in ids:
        node = replace(node, frame=None)
    if design[parent].type != "ModuleList" or parent == container:
        return node
    return replace(node, name=catalog.default_name(node.type))


def frame(design: Design, ids: Iterable[NodeId], around: NodeId | None) -> Design:
    """Let a Frame beside these nodes be drawn around them; None: no frame."""
    changed = {
        i: replace(design[i], frame=around) for i in ids if design[i].type != "Frame" and design[i].frame != around
    }
    return design.with_nodes(changed) if changed else design


def framed(design: Design, node_id: NodeId) -> tuple[NodeId, ...]:
    """What a Frame is drawn around."""
    beside = design[design.parents[node_id]].children
    return tuple(child for child in beside if design[child].frame == node_id)


def place(design: Design, positions: Mapping[NodeId, Position | None]) -> Design:
    """Put cards of Module containers elsewhere on the canvas; None: where the program places them."""
    changed = {
        i: replace(design[i], position=position) for i, position in positions.items() if design[i].position != position
    }
    return design.with_nodes(changed) if changed else design


def arrange(design: Design, ids: Iterable[NodeId] | None = None) -> Design:
    """Forget the places given by hand to these nodes and what is in them; by default, to all."""
    chosen = [design.root] if ids is None else ids
    return place(design, {node.id: None for node_id in chosen for node in design.walk(node_id)})
