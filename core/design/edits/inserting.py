"""Putting layers in: into a container, into a wire, behind another layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from core.design.edits.asking import asks
from core.design.edits.members import (
    STEP,
    Position,
    check_members,
    check_not_root,
    named_apart,
    positioned,
    renew,
    with_children,
)
from core.design.edits.wires import can_enter, follow_ports
from core.design.lists import UNWIRED, home, numbered, taken_names
from core.design.model import CustomLayer, Design, Fragment, NodeId, Wire
from core.errors import DesignError


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
    return put(design, fragment, container, index, position)[0]


def put(
    design: Design, fragment: Fragment, container: NodeId, index: int | None = None, position: Position | None = None
) -> tuple[Design, tuple[NodeId, ...]]:
    """Insert without asking; gives the ids of the fragment's topmost nodes as well."""
    if not design.nodes.keys().isdisjoint(fragment.nodes):
        fragment = renew(fragment)
    holder = design[container]
    roots = named_apart((fragment.nodes[root] for root in fragment.roots), taken_names(design, container))
    roots = positioned(roots, holder, position)
    ids = tuple(root.id for root in roots)
    holder = replace(holder, children=with_children(design, container, index, ids))
    nodes = {**fragment.nodes, **{root.id: root for root in roots}, container: holder}
    if fragment.wires and (module := home(design, container)) is not None:
        around = nodes.get(module) or design[module]
        nodes[module] = replace(around, wires=(*around.wires, *fragment.wires))
    customs: Mapping[str, CustomLayer] = {**fragment.customs, **design.customs}
    after = replace(design.with_nodes(nodes), customs=customs if fragment.customs else design.customs)
    return numbered(follow_ports(design, after, [container]), [container]), ids


def check_insert_on_wire(
    design: Design, fragment: Fragment, container: NodeId, wire: Wire, position: Position | None = None
) -> None:
    """Raise `DesignError` if the fragment cannot be put into this wire."""
    if wire not in design[container].wires:
        raise DesignError("The wire is not there any more.")
    if any(fragment.nodes[root].type in ("Input", "Output") for root in fragment.roots):
        raise DesignError("An Input or an Output cannot be in the middle of a wire.")
    if _has_unwired(fragment):
        raise DesignError("What nothing flows through cannot be in the middle of a wire.")
    check_insert(design, fragment, container, position=position)


can_insert_on_wire = asks(check_insert_on_wire)


def insert_on_wire(
    design: Design, fragment: Fragment, container: NodeId, wire: Wire, position: Position | None = None
) -> Design:
    """Put a fragment into a wire: what came along it enters the fragment's first layer, and its last one feeds on."""
    check_insert_on_wire(design, fragment, container, wire, position)
    after, ids = put(design, fragment, container, position=position)
    return _led_through(after, container, ids, wire.source, [wire], not fragment.wires, wire.output) if ids else design


def insert_after(design: Design, fragment: Fragment, node_id: NodeId) -> Design:
    """Put a fragment behind a node: next in its Sequential, or between its first output and all that this feeds."""
    check_not_root(design, (node_id,), "Nothing can be behind the outermost container.")
    container = design.parents[node_id]
    holder, node = design[container], design[node_id]
    index = holder.children.index(node_id) + 1
    check_insert(design, fragment, container, index)
    is_last = all(wire.source != node_id for wire in holder.wires)
    below = None
    if node.position is not None and is_last and not holder.is_across:
        below = node.position[0], node.position[1] + STEP
    after, ids = put(design, fragment, container, index, below)
    unwired = node.type in (*UNWIRED, "Output") or _has_unwired(fragment)
    if holder.type != "Module" or not ids or unwired or after[ids[0]].type == "Input":
        return after
    fed = [] if after[ids[-1]].type == "Output" else [w for w in holder.wires if (w.source, w.output) == (node_id, 0)]
    return _led_through(after, container, ids, node_id, fed, chained=not fragment.wires)


def _has_unwired(fragment: Fragment) -> bool:
    return any(fragment.nodes[root].type in UNWIRED for root in fragment.roots)


def _led_through(
    design: Design,
    container: NodeId,
    ids: tuple[NodeId, ...],
    source: NodeId,
    fed: Iterable[Wire],
    chained: bool,
    output: int = 0,
) -> Design:
    """Lead these wires from an output of `source` through the nodes; `chained` connects these in order as well."""
    module, fed = design[container], list(fed)
    inner = [Wire(one, other) for one, other in pairwise(ids)] if chained else []
    inner = [wire for wire in inner if can_enter(design, wire)]
    among = [wire for wire in (*module.wires, *inner) if {wire.source, wire.target} <= set(ids)]
    first = next(i for i in ids if all(wire.target != i for wire in among))
    last = next(i for i in reversed(ids) if all(wire.source != i for wire in among))
    rest = [wire for wire in module.wires if wire not in fed]
    led = [replace(wire, source=last, output=0) for wire in fed]
    begin = [wire for wire in [Wire(source, first, output=output)] if can_enter(design, wire)]
    return design.with_nodes({container: replace(module, wires=(*rest, *begin, *inner, *led))})
