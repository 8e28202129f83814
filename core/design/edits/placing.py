"""Putting layers in, taking them out, moving them about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from core.design.edits.asking import asks
from core.design.edits.members import (
    STEP,
    check_members,
    check_not_root,
    named_apart,
    renew,
    subtree,
    topmost,
    with_children,
    without_lonely_ties,
)
from core.design.edits.wires import close_gaps, follow_ports
from core.design.model import CustomLayer, Design, Fragment, Node, NodeId, Wire
from core.errors import DesignError

Position = tuple[float, float]


def check_insert(
    design: Design, fragment: Fragment, container: NodeId, index: int | None = None, position: Position | None = None
) -> None:
    """Raise `DesignError` if the fragment cannot be put into this container."""
    check_members(design, container, (fragment.nodes[root] for root in fragment.roots))
    for custom in fragment.customs.values():
        if design.customs.get(custom.name, custom).source != custom.source:
            raise DesignError("The design already has another custom layer called '{name}'.", name=custom.name)


can_insert = asks(check_insert)


def insert(
    design: Design, fragment: Fragment, container: NodeId, index: int | None = None, position: Position | None = None
) -> Design:
    """Put a fragment into a container before the child at `index` (None: at the end), its first layer at `position`.

    Ids are kept; where the design has one of them already, all are renewed (see `renew`). Names are made unique.
    """
    check_insert(design, fragment, container, index, position)
    return _put(design, fragment, container, index, position)[0]


def _put(
    design: Design, fragment: Fragment, container: NodeId, index: int | None = None, position: Position | None = None
) -> tuple[Design, tuple[NodeId, ...]]:
    if not design.nodes.keys().isdisjoint(fragment.nodes):
        fragment = renew(fragment)
    holder = design[container]
    roots = named_apart((fragment.nodes[root] for root in fragment.roots), (design[i].name for i in holder.children))
    roots = _positioned(roots, holder, position)
    ids = tuple(root.id for root in roots)
    wires = (*holder.wires, *fragment.wires) if holder.type == "Module" else ()
    holder = replace(holder, children=with_children(design, container, index, ids), wires=wires)
    nodes = {**fragment.nodes, **{root.id: root for root in roots}, container: holder}
    customs: Mapping[str, CustomLayer] = {**fragment.customs, **design.customs}
    after = replace(design.with_nodes(nodes), customs=customs if fragment.customs else design.customs)
    return follow_ports(design, after, [container]), ids


def _positioned(nodes: list[Node], holder: Node, position: Position | None) -> list[Node]:
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


def check_insert_on_wire(
    design: Design, fragment: Fragment, container: NodeId, wire: Wire, position: Position | None = None
) -> None:
    """Raise `DesignError` if the fragment cannot be put into this wire."""
    if wire not in design[container].wires:
        raise DesignError("The wire is not there any more.")
    if any(fragment.nodes[root].type in ("Input", "Output") for root in fragment.roots):
        raise DesignError("An Input or an Output cannot be in the middle of a wire.")
    check_insert(design, fragment, container, position=position)


can_insert_on_wire = asks(check_insert_on_wire)


def insert_on_wire(
    design: Design, fragment: Fragment, container: NodeId, wire: Wire, position: Position | None = None
) -> Design:
    """Put a fragment into a wire: what came along it enters the fragment's first layer, and its last one feeds on."""
    check_insert_on_wire(design, fragment, container, wire, position)
    after, ids = _put(design, fragment, container, position=position)
    return _spliced(after, container, wire, ids, chained=not fragment.wires) if ids else design


def _spliced(design: Design, container: NodeId, wire: Wire, ids: tuple[NodeId, ...], chained: bool) -> Design:
    """Lead a wire through these nodes; `chained` connects them to each other in order as well."""
    module = design[container]
    inner = [Wire(one, other) for one, other in pairwise(ids)] if chained else []
    fed = {other.target for other in module.wires}
    feeding = {other.source for other in module.wires}
    first = next((i for i in ids if i not in fed), ids[0])
    last = next((i for i in reversed(ids) if i not in feeding), ids[-1])
    rest = [other for other in module.wires if other != wire]
    if chained:
        first, last = ids[0], ids[-1]
    wires = (*rest, Wire(wire.source, first), *inner, replace(wire, source=last))
    return design.with_nodes({container: replace(module, wires=wires)})


def insert_after(design: Design, fragment: Fragment, node_id: NodeId) -> Design:
    """Put a fragment behind a node: next in its Sequential, or between it and all that it feeds along wires."""
    container = design.parents[node_id]
    holder = design[container]
    index = holder.children.index(node_id) + 1
    check_insert(design, fragment, container, index)
    if holder.type != "Module":
        return insert(design, fragment, container, index)
    position = design[node_id].position
    below = None if position is None else (position[0], position[1] + STEP)
    after, ids = _put(design, fragment, container, index, below)
    if not ids or design[node_id].type == "Output" or after[ids[0]].type == "Input":
        return after
    return _led_through(after, container, node_id, ids, chained=not fragment.wires)


def _led_through(design: Design, container: NodeId, node_id: NodeId, ids: tuple[NodeId, ...], chained: bool) -> Design:
    module = design[container]
    inner = [Wire(one, other) for one, other in pairwise(ids)] if chained else []
    moved = [wire if wire.source != node_id else replace(wire, source=ids[-1]) for wire in module.wires]
    if design[ids[-1]].type == "Output":
        moved = list(module.wires)
    return design.with_nodes({container: replace(module, wires=(*moved, Wire(node_id, ids[0]), *inner))})


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

    Wires to what stays behind are cut; those among the moved nodes stay if a Module container takes them.
    """
    ids = topmost(design, ids)
    check_move(design, ids, container, index, position)
    moved = set(ids)
    wires = tuple(_inner_wires(design, moved, container)) if design[container].type == "Module" else ()
    changed: dict[NodeId, Node | None] = {}
    for parent in {design.parents[i] for i in ids} | {container}:
        children = tuple(child for child in design[parent].children if child not in moved)
        kept = tuple(w for w in design[parent].wires if parent == container or not {w.source, w.target} & moved)
        changed[parent] = replace(design[parent], children=children, wires=close_gaps(design, kept))
    at = None if index is None else index - sum(child in moved for child in design[container].children[:index])
    taken = design.with_nodes(changed)
    holder = taken[container]
    nodes = named_apart((design[i] for i in ids), (design[child].name for child in holder.children))
    nodes = _positioned(nodes, holder, position)
    holder = replace(holder, children=with_children(taken, container, at, ids), wires=(*holder.wires, *wires))
    after = taken.with_nodes({**{node.id: node for node in nodes}, container: holder})
    after = follow_ports(design, after, changed)
    return design if all(after[i] == design[i] for i in (*changed, *ids)) else after


def _inner_wires(design: Design, moved: set[NodeId], container: NodeId) -> Iterable[Wire]:
    """The wires among the moved nodes in containers that they leave."""
    for parent in {design.parents[i] for i in moved} - {container}:
        yield from (wire for wire in design[parent].wires if wire.source in moved and wire.target in moved)


def place(design: Design, positions: Mapping[NodeId, Position]) -> Design:
    """Put cards of Module containers elsewhere on the canvas."""
    changed = {
        i: replace(design[i], position=position) for i, position in positions.items() if design[i].position != position
    }
    return design.with_nodes(changed) if changed else design


def check_remove(design: Design, ids: Iterable[NodeId], join: bool = False) -> None:
    """Raise `DesignError` if these nodes cannot be removed."""
    check_not_root(design, tuple(ids), "The outermost container cannot be removed.")


can_remove = asks(check_remove)


def remove(design: Design, ids: Iterable[NodeId], join: bool = False) -> Design:
    """Remove nodes with all that is in them. `join`: what fed a node of a Module container then feeds what it fed."""
    ids = topmost(design, ids)
    check_remove(design, ids)
    gone = subtree(design, ids)
    changed: dict[NodeId, Node | None] = {node.id: None for node in gone}
    for parent in {design.parents[i] for i in ids}:
        holder = design[parent]
        wires = holder.wires
        for node_id in holder.children:
            if node_id in ids:
                wires = _without(wires, node_id, join)
        children = tuple(child for child in holder.children if child not in ids)
        changed[parent] = replace(holder, children=children, wires=close_gaps(design, wires))
    after = design.with_nodes(changed)
    after = follow_ports(design, after, [i for i, node in changed.items() if node is not None])
    return without_lonely_ties(after, (node.tie for node in gone)) if ids else design


def _without(wires: tuple[Wire, ...], node_id: NodeId, join: bool) -> tuple[Wire, ...]:
    entering = min((wire for wire in wires if wire.target == node_id), key=lambda wire: wire.input, default=None)
    rest = tuple(wire for wire in wires if node_id not in (wire.source, wire.target))
    if not join or entering is None:
        return rest
    return (*rest, *(replace(wire, source=entering.source) for wire in wires if wire.source == node_id))


def copy(design: Design, ids: Iterable[NodeId]) -> Fragment:
    """These nodes with all that is in them, as a fragment with the same ids."""
    ids = topmost(design, ids)
    nodes = subtree(design, ids)
    ties = [node.tie for node in nodes]
    roots = set(ids)
    parents = {design.parents[i] for i in ids if i in design.parents}
    wires = tuple(w for parent in parents for w in design[parent].wires if w.source in roots and w.target in roots)
    customs = {node.type: design.customs[node.type] for node in nodes if node.type in design.customs}
    kept = {node.id: node if ties.count(node.tie) > 1 else replace(node, tie=None) for node in nodes}
    return Fragment(kept, ids, wires, customs)


def duplicate(design: Design, ids: Iterable[NodeId]) -> tuple[Design, tuple[NodeId, ...]]:
    """Put a copy of nodes behind the last of them in each container; gives the new design and the copies' ids."""
    ids = topmost(design, ids)
    check_not_root(design, ids, "The outermost container cannot be duplicated.")
    copies: list[NodeId] = []
    for parent in dict.fromkeys(design.parents[i] for i in ids):
        chosen = [i for i in ids if design.parents[i] == parent]
        fragment = renew(copy(design, chosen))
        index = max(design[parent].children.index(i) for i in chosen) + 1
        start = design[chosen[0]].position
        check_insert(design, fragment, parent, index)
        design, new = _put(
            design, fragment, parent, index, None if start is None else (start[0] + STEP, start[1] + STEP / 2)
        )
        copies += new
    return design, tuple(copies)
