"""Wrapping layers in a container, and dissolving a container."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from core.design import catalog
from core.design.edits.asking import asks
from core.design.edits.members import STEP, check_not_root, is_container, named_apart, topmost
from core.design.edits.wires import can_enter, close_gaps
from core.design.graph import Graph, downstream, graph_of, inputs_of
from core.design.lists import LISTS, home, numbered, taken_names
from core.design.model import MARKS, Design, Node, NodeId, Wire, new_id
from core.errors import DesignError

BOUNDARY = ("Input", "Output")
Origin: TypeAlias = tuple[NodeId, int]
"""A node and which of its outputs."""


def check_wrap(design: Design, ids: Iterable[NodeId], container_type: str) -> None:
    """Raise `DesignError` if these nodes cannot be wrapped in a container of this type."""
    ids = topmost(design, ids)
    entry = catalog.get(container_type)
    if entry is None or not entry.container:
        raise DesignError("{type} is not a container.", type=container_type)
    if container_type in LISTS:
        raise DesignError("A {type} does not run what is in it: drag layers into one.", type=container_type)
    check_not_root(design, ids, "The outermost container cannot be wrapped.")
    if not ids or len({design.parents[i] for i in ids}) > 1:
        raise DesignError("Select layers that lie side by side in one container.")
    if any(design[i].type in BOUNDARY for i in ids):
        raise DesignError("An Input or an Output cannot be wrapped.")
    if held := next((design[i] for i in ids if design[i].type in LISTS), None):
        raise DesignError("'{name}' only holds layers: drag it into the new container.", name=held.name)
    drawn = ("Note", "Frame") if container_type == "Module" else MARKS
    if mark := next((design[i] for i in ids if design[i].type in drawn), None):
        raise DesignError("'{name}' is no layer: select only those that are.", name=mark.name)
    group = _group(design, ids)
    _check_between(design, group)
    sources = dict.fromkeys(wire.source for wire in group.leaving)
    if len(sources) > 1 and container_type == "Sequential":
        names = ", ".join(f"'{design[i].name}'" for i in sources)
        raise DesignError(
            "A Sequential has one output, but all of these feed what is outside: {names}. Wrap them in a Module.",
            names=names,
        )
    if container_type == "Sequential" and not group.is_chain():
        raise DesignError("These layers are not one chain: wrap them in a Module, which keeps their wires.")


def _check_between(design: Design, group: _Group) -> None:
    """Raise `DesignError` for a layer that is fed by the group and feeds it, but is not in it."""
    for wire in group.leaving:
        if not downstream(group.outside, wire.target).isdisjoint(other.source for other in group.entering):
            raise DesignError("'{name}' lies between these layers: select it too.", name=design[wire.target].name)


@dataclass(frozen=True, slots=True)
class _Group:
    """Children of one container in order of execution, and the wires around them as the group sees them.

    In a Sequential the wires are the steps from one child to the next.
    """

    order: tuple[NodeId, ...]
    entering: tuple[Wire, ...]
    inner: tuple[Wire, ...]
    leaving: tuple[Wire, ...]
    outside: tuple[Wire, ...]

    def is_chain(self) -> bool:
        """Whether the wires leave these nodes what they are when they run one after the other."""
        links = {Wire(one, other) for one, other in pairwise(self.order)}
        begins = len(self.entering) <= 1 and all(wire.target == self.order[0] for wire in self.entering)
        ends = all((wire.source, wire.output) == (self.order[-1], 0) for wire in self.leaving)
        return begins and set(self.inner) <= links and ends


def _group(design: Design, ids: tuple[NodeId, ...]) -> _Group:
    parent, chosen = design[design.parents[ids[0]]], set(ids)
    module = home(design, parent.id)
    wires = tuple(Wire(one, other) for one, other in pairwise(parent.children)) if module is None else ()
    wires = wires if module is None else design[module].wires
    return _Group(
        order=tuple(child for child in graph_of(design, module or parent.id).order if child in chosen),
        entering=tuple(wire for wire in wires if wire.target in chosen and wire.source not in chosen),
        inner=tuple(wire for wire in wires if wire.target in chosen and wire.source in chosen),
        leaving=tuple(wire for wire in wires if wire.source in chosen and wire.target not in chosen),
        outside=tuple(wire for wire in wires if wire.source not in chosen and wire.target not in chosen),
    )


can_wrap = asks(check_wrap)


def wrap(design: Design, ids: Iterable[NodeId], container_type: str, container_id: NodeId | None = None) -> Design:
    """Put nodes of one container into a new container, which takes their place and their wires."""
    ids = topmost(design, ids)
    check_wrap(design, ids, container_type)
    group, parent, chosen = _group(design, ids), design[design.parents[ids[0]]], set(ids)
    first = group.order[0]
    holder = Node(container_id or new_id(), container_type, container_type.lower(), position=design[first].position)
    (holder,) = named_apart([holder], taken_names(design, parent.id, chosen))
    kept = (child for child in parent.children if child == first or child not in chosen)
    children = tuple(holder.id if child == first else child for child in kept)
    inside = _sequential if container_type == "Sequential" else _module
    changed = {node.id: node for node in [*inside(design, holder, group), replace(parent, children=children)]}
    if (module := home(design, parent.id)) is not None:
        changed[module] = replace(changed.get(module) or design[module], wires=_outer_wires(group, holder.id))
    return numbered(design.with_nodes(changed), [parent.id])


def _outer_wires(group: _Group, holder: NodeId) -> tuple[Wire, ...]:
    """The wires around the new container: a port for each output that feeds it, and for each that feeds others."""
    entering = (Wire(source, holder, port, output) for port, (source, output) in enumerate(_origins(group.entering)))
    given = _origins(group.leaving)
    leaving = (replace(wire, source=holder, output=given.index((wire.source, wire.output))) for wire in group.leaving)
    return (*group.outside, *entering, *leaving)


def _origins(wires: Iterable[Wire]) -> list[Origin]:
    """Where these wires begin, each place once."""
    return list(dict.fromkeys((wire.source, wire.output) for wire in wires))


def _sequential(design: Design, holder: Node, group: _Group) -> list[Node]:
    """The new Sequential, and its children without places."""
    return [replace(holder, children=group.order), *(replace(design[i], position=None) for i in group.order)]


def _module(design: Design, holder: Node, group: _Group) -> list[Node]:
    """The new Module container with an Input for each source outside and an Output for each that feeds others."""
    sources, given = _origins(group.entering), _origins(group.leaving) or [(group.order[-1], 0)]
    count = max(1, len(sources))
    made = [Node(new_id(), "Input", "input") for _ in range(count)]
    made += [Node(new_id(), "Output", "output") for _ in given]
    made = named_apart(made, (design[i].name for i in group.order))
    inputs, outputs = made[:count], made[count:]
    entering = [
        replace(wire, source=inputs[sources.index((wire.source, wire.output))].id, output=0) for wire in group.entering
    ]
    if not entering:
        entering = [wire for wire in [Wire(inputs[0].id, group.order[0])] if can_enter(design, wire)]
    leaving = (Wire(last, node.id, 0, output) for (last, output), node in zip(given, outputs, strict=True))
    wires = (*entering, *group.inner, *leaving)
    children = (*(node.id for node in inputs), *group.order, *(node.id for node in outputs))
    return [*made, replace(holder, children=children, wires=wires)]


def check_dissolve(design: Design, node_id: NodeId) -> None:
    """Raise `DesignError` if this container cannot be dissolved."""
    check_not_root(design, (node_id,), "The outermost container cannot be dissolved.")
    node, parent = design[node_id], design[design.parents[node_id]]
    if not is_container(node):
        raise DesignError("'{name}' is a {type} and holds no layers.", name=node.name, type=node.type)
    if parent.type != "Module" and any(design[child].type in MARKS for child in node.children):
        raise DesignError(
            "'{name}' has notes, frames or points in it, for which '{parent}' has no room: take them away first.",
            name=node.name,
            parent=parent.name,
        )
    if parent.type == "Sequential" and node.type == "Module" and _unwired(design, node) is None:
        raise DesignError(
            "The layers of '{name}' are not one chain, so they cannot run in order in '{parent}'.",
            name=node.name,
            parent=parent.name,
        )


can_dissolve = asks(check_dissolve)


def dissolve(design: Design, node_id: NodeId) -> Design:
    """Put what is in a container in its place."""
    check_dissolve(design, node_id)
    node, parent = design[node_id], design[design.parents[node_id]]
    graph, own = graph_of(design, node_id), set(node.children)
    order = node.children if node.type in LISTS else graph.order
    inner = tuple(child for child in order if child in own and design[child].type not in BOUNDARY)
    moved = (_shifted(design, node, design[child], n) for n, child in enumerate(inner))
    members = named_apart(moved, taken_names(design, parent.id, [node_id]))
    at = parent.children.index(node_id)
    children = (*parent.children[:at], *inner, *parent.children[at + 1 :])
    changed: dict[NodeId, Node | None] = dict.fromkeys((node_id, *node.children))
    changed |= {member.id: member for member in members}
    changed[parent.id] = replace(parent, children=children)
    if (module := home(design, parent.id)) is not None and node.type not in LISTS:
        wires = close_gaps(design, _led_in(design, node, design[module], graph))
        changed[module] = replace(changed.get(module) or design[module], wires=wires)
    return numbered(design.with_nodes(changed), [parent.id])


def _unwired(design: Design, module: Node) -> tuple[NodeId, ...] | None:
    """The layers of a Module container whose wires make one chain from its only Input to its output; else None."""
    graph, inputs = graph_of(design, module.id), inputs_of(design, module.id)
    chain = tuple(child for child in graph.order if child not in inputs)
    if len(inputs) != 1 or graph.taps or graph.outputs != (*inputs, *chain)[-1:]:
        return None
    steps = zip((*inputs, *chain), chain, strict=False)
    return chain if all(graph.feeds[child] == (before,) for before, child in steps) else None


def _led_in(design: Design, node: Node, parent: Node, graph: Graph) -> tuple[Wire, ...]:
    """The parent's wires, led through the container to the layers in it."""
    entrances: dict[int, Origin] = {w.input: (w.source, w.output) for w in parent.wires if w.target == node.id}
    rest = [wire for wire in parent.wires if node.id not in (wire.source, wire.target)]

    def origin(child: NodeId, port: int = 0) -> Origin | None:
        """What feeds a port of a child, seen from outside the container."""
        if child in graph.entries and not graph.feeds[child]:
            return entrances.get(graph.entries[child])
        feeders = graph.feeds[child]
        feeder = feeders[port] if port < len(feeders) else None
        if feeder is None or design[feeder].type == "Input":
            return None if feeder is None else origin(feeder)
        return feeder, graph.tap(child, port)

    inside = []
    for child in graph.order:
        count = len(graph.feeds[child]) or (child in graph.entries)
        for port in range(count if design[child].type not in BOUNDARY else 0):
            found = origin(child, port)
            inside += [] if found is None else [Wire(found[0], child, port, found[1])]
    inside = [wire for wire in inside if can_enter(design, wire)]
    exits = [origin(last) if design[last].type in BOUNDARY else (last, 0) for last in graph.outputs]
    exits = exits or ([] if graph.order else [entrances.get(0)])
    outside = [
        replace(wire, source=found[0], output=found[1])
        for wire in parent.wires
        if wire.source == node.id and wire.output < len(exits)
        for found in [exits[wire.output]]
        if found is not None
    ]
    return (*rest, *inside, *outside)


def _shifted(design: Design, holder: Node, child: Node, number: int) -> Node:
    """The child placed in the parent where the container stood."""
    parent = design[design.parents[holder.id]]
    if holder.type == "ModuleList":
        child = replace(child, name=catalog.default_name(child.type))
    if parent.type != "Module" or holder.position is None:
        return child if child.position is None else replace(child, position=None)
    places = [design[i].position for i in holder.children]
    xs, ys = [p[0] for p in places if p], [p[1] for p in places if p]
    x, y = child.position or (0.0, number * STEP)
    if child.position is not None:
        x, y = x - sum(xs) / len(xs), y - min(ys)
    return replace(child, position=(holder.position[0] + x, holder.position[1] + y))
