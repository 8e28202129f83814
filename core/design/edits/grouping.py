"""Wrapping layers in a container, and dissolving a container."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from core.design import catalog
from core.design.edits.asking import asks
from core.design.edits.members import STEP, check_not_root, is_container, named_apart, topmost
from core.design.graph import Graph, graph_of, inputs_of, reaches
from core.design.model import Design, Node, NodeId, Wire, new_id
from core.errors import DesignError

BOUNDARY = ("Input", "Output")


def check_wrap(design: Design, ids: Iterable[NodeId], container_type: str) -> None:
    """Raise `DesignError` if these nodes cannot be wrapped in a container of this type."""
    ids = topmost(design, ids)
    entry = catalog.get(container_type)
    if entry is None or not entry.container:
        raise DesignError("{type} is not a container.", type=container_type)
    check_not_root(design, ids, "The outermost container cannot be wrapped.")
    if not ids or len({design.parents[i] for i in ids}) > 1:
        raise DesignError("Select layers that lie side by side in one container.")
    if any(design[i].type in BOUNDARY for i in ids):
        raise DesignError("An Input or an Output cannot be wrapped.")
    if design[design.parents[ids[0]]].type == "Module":
        _check_graph(design, ids, container_type)


def _check_graph(design: Design, ids: tuple[NodeId, ...], container_type: str) -> None:
    order, entering, inner, leaving = _around(design, ids)
    outside = [wire for wire in design[design.parents[ids[0]]].wires if not {wire.source, wire.target} & set(ids)]
    for wire in leaving:
        if any(reaches(outside, wire.target, other.source) for other in entering):
            raise DesignError("'{name}' lies between these layers: select it too.", name=design[wire.target].name)
    sources = dict.fromkeys(wire.source for wire in leaving)
    if len(sources) > 1:
        names = " and ".join(f"'{design[i].name}'" for i in sources)
        raise DesignError("A container has one output, but {names} both feed what is outside.", names=names)
    if container_type == "Sequential" and not _is_chain(order, entering, inner, leaving):
        raise DesignError("These layers are not one chain: wrap them in a Module, which keeps their wires.")


def _is_chain(order: tuple[NodeId, ...], entering: list[Wire], inner: list[Wire], leaving: list[Wire]) -> bool:
    links = {Wire(one, other) for one, other in pairwise(order)}
    starts = all(wire.target == order[0] for wire in entering) and len(entering) <= 1
    return starts and set(inner) <= links and all(wire.source == order[-1] for wire in leaving)


def _around(design: Design, ids: tuple[NodeId, ...]) -> tuple[tuple[NodeId, ...], list[Wire], list[Wire], list[Wire]]:
    """The nodes in order of execution; the wires that enter them, those among them, those that leave them."""
    parent, chosen = design.parents[ids[0]], set(ids)
    wires = design[parent].wires
    order = tuple(child for child in graph_of(design, parent).order if child in chosen)
    entering = [wire for wire in wires if wire.target in chosen and wire.source not in chosen]
    inner = [wire for wire in wires if wire.target in chosen and wire.source in chosen]
    leaving = [wire for wire in wires if wire.source in chosen and wire.target not in chosen]
    return order, entering, inner, leaving


can_wrap = asks(check_wrap)


def wrap(design: Design, ids: Iterable[NodeId], container_type: str, container_id: NodeId | None = None) -> Design:
    """Put nodes of one container into a new container, which takes their place and their wires."""
    ids = topmost(design, ids)
    check_wrap(design, ids, container_type)
    parent = design[design.parents[ids[0]]]
    order, entering, inner, leaving = _around(design, ids)
    if parent.type == "Sequential":
        inner = [Wire(one, other) for one, other in pairwise(order)]
    sources = list(dict.fromkeys(wire.source for wire in entering))
    holder = Node(container_id or new_id(), container_type, container_type.lower(), position=design[order[0]].position)
    siblings = tuple(design[child] for child in parent.children if child not in ids)
    (holder,) = named_apart([holder], (node.name for node in siblings))
    made = [replace(holder, children=order)] if container_type == "Sequential" else _module(
        design, holder, order, entering, inner, leaving
    )  # fmt: skip
    outer = [wire for wire in parent.wires if wire not in {*entering, *inner, *leaving}]
    outer += [Wire(source, holder.id, port) for port, source in enumerate(sources)]
    outer += [replace(wire, source=holder.id) for wire in leaving]
    children = tuple(
        holder.id if child == order[0] else child for child in parent.children if child == order[0] or child not in ids
    )
    if parent.type == "Sequential":
        outer = []
    moved = [replace(design[i], position=None) for i in order] if container_type == "Sequential" else []
    changed = [*made, *moved, replace(parent, children=children, wires=tuple(outer))]
    return design.with_nodes({node.id: node for node in changed})


def _module(
    design: Design,
    holder: Node,
    order: tuple[NodeId, ...],
    entering: list[Wire],
    inner: list[Wire],
    leaving: list[Wire],
) -> list[Node]:
    """The new Module container with an Input for each source outside and an Output."""
    names = {design[i].name for i in order}
    sources: list[NodeId | None] = [*dict.fromkeys(wire.source for wire in entering)] or [None]
    places = [design[i].position for i in order]
    xs, ys = [p[0] for p in places if p], [p[1] for p in places if p]
    top = (sum(xs) / len(xs), min(ys) - STEP) if xs else None
    bottom = (sum(xs) / len(xs), max(ys) + STEP) if xs else None
    made = [Node(new_id(), "Input", "input", position=top) for _ in sources]
    *inputs, output = named_apart([*made, Node(new_id(), "Output", "output", position=bottom)], names)
    wires = [
        Wire(inputs[sources.index(wire.source)].id, wire.target, wire.input) for wire in entering
    ] or [Wire(inputs[0].id, order[0])]  # fmt: skip
    last = leaving[0].source if leaving else order[-1]
    children = (*(node.id for node in inputs), *order, output.id)
    return [*inputs, output, replace(holder, children=children, wires=(*wires, *inner, Wire(last, output.id)))]


def check_dissolve(design: Design, node_id: NodeId) -> None:
    """Raise `DesignError` if this container cannot be dissolved."""
    check_not_root(design, (node_id,), "The outermost container cannot be dissolved.")
    node, parent = design[node_id], design[design.parents[node_id]]
    if not is_container(node):
        raise DesignError("'{name}' is a {type} and holds no layers.", name=node.name, type=node.type)
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
    graph = graph_of(design, node_id)
    inner = tuple(child for child in graph.order if design[child].type not in BOUNDARY)
    wires: tuple[Wire, ...] = ()
    if parent.type == "Module":
        wires = _led_in(design, node, parent, graph)
    siblings = (design[child].name for child in parent.children if child != node_id)
    members = named_apart((_shifted(design, node, design[child], n) for n, child in enumerate(inner)), siblings)
    at = parent.children.index(node_id)
    children = (*parent.children[:at], *inner, *parent.children[at + 1 :])
    gone: dict[NodeId, Node | None] = dict.fromkeys(
        (node_id, *(c for c in node.children if design[c].type in BOUNDARY))
    )
    changed = {member.id: member for member in members} | {parent.id: replace(parent, children=children, wires=wires)}
    return design.with_nodes({**gone, **changed})


def _unwired(design: Design, module: Node) -> tuple[NodeId, ...] | None:
    """The layers of a Module container whose wires make one chain from its only Input to its output; else None."""
    graph, inputs = graph_of(design, module.id), inputs_of(design, module.id)
    chain = tuple(child for child in graph.order if child not in inputs)
    if len(inputs) != 1 or graph.output is None or graph.output != (*inputs, *chain)[-1]:
        return None
    steps = zip((*inputs, *chain), chain, strict=False)
    return chain if all(graph.feeds[child] == (before,) for before, child in steps) else None


def _led_in(design: Design, node: Node, parent: Node, graph: Graph) -> tuple[Wire, ...]:
    """The parent's wires, led through the container to the layers in it."""
    sources = {wire.input: wire.source for wire in parent.wires if wire.target == node.id}
    origin = {child: sources.get(port) for child, port in graph.entries.items() if design[child].type == "Input"}
    led = []
    for child in graph.order:
        if design[child].type in BOUNDARY:
            continue
        feeds = graph.feeds[child] if node.type == "Module" or graph.feeds[child] else (sources.get(0),)
        for port, source in enumerate(feeds):
            led.append((origin.get(source, source) if source is not None else None, child, port))
    last = _exit(design, graph, sources, origin)
    rest = [wire for wire in parent.wires if node.id not in (wire.source, wire.target)]
    inside = [Wire(source, child, port) for source, child, port in led if source is not None]
    outside = [replace(wire, source=last) for wire in parent.wires if wire.source == node.id and last is not None]
    return (*rest, *inside, *outside)


def _exit(
    design: Design, graph: Graph, sources: dict[int, NodeId], origin: dict[NodeId, NodeId | None]
) -> NodeId | None:
    """What gives the container's output: a layer in it, or, where it passes through, what feeds it."""
    if not graph.order:
        return sources.get(0)
    last = graph.output
    if last is not None and design[last].type == "Output":
        last = next(iter(graph.feeds[last]), None)
    return origin.get(last, last) if last is not None else None


def _shifted(design: Design, holder: Node, child: Node, number: int) -> Node:
    """The child placed in the parent where the container stood."""
    parent = design[design.parents[holder.id]]
    if parent.type == "Sequential" or holder.position is None:
        return child if child.position is None else replace(child, position=None)
    places = [design[i].position for i in holder.children]
    xs, ys = [p[0] for p in places if p], [p[1] for p in places if p]
    x, y = child.position or (0.0, number * STEP)
    if child.position is not None:
        x, y = x - sum(xs) / len(xs), y - min(ys)
    return replace(child, position=(holder.position[0] + x, holder.position[1] + y))
