"""What feeds what inside one container: the order of execution, and where its output comes from."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from core.design import catalog
from core.design.lists import LISTS, reach
from core.design.model import Design, Node, NodeId, Wire


@dataclass(frozen=True, slots=True)
class Graph:
    """The children of a container, and in a Module the members of lists in it, as a flow.

    `order`: all of them, each after those that feed it.
    `feeds`: for each child, what feeds its input ports; None: nothing does.
    `entries`: the children that the container's own input ports feed, with the number of the port.
    `output`: the child whose output is the container's; None if there is none, or several (`ends`) could be.
    `unused`: children whose results reach no output.
    """

    order: tuple[NodeId, ...]
    feeds: Mapping[NodeId, tuple[NodeId | None, ...]]
    entries: Mapping[NodeId, int] = field(default_factory=dict)
    output: NodeId | None = None
    ends: tuple[NodeId, ...] = ()
    unused: frozenset[NodeId] = frozenset()


def graph_of(design: Design, container: NodeId) -> Graph:
    """The flow inside a container. Never raises, whatever the wires are."""
    node = design[container]
    if node.type in LISTS:
        return Graph((), {})
    return _chain(node.children) if node.type == "Sequential" else _wired(design, node)


def layers_in_order(design: Design) -> Iterator[NodeId]:
    """The layers of a design in the order they are executed."""
    stack = [design.root]
    while stack:
        node = design[stack.pop()]
        if node.children:
            stack.extend(reversed(graph_of(design, node.id).order))
        elif node.type not in LISTS:
            yield node.id


def inputs_of(design: Design, module: NodeId) -> tuple[NodeId, ...]:
    """The Input children of a Module container: its input ports, in order."""
    return tuple(child for child in design[module].children if design[child].type == "Input")


def port_count(design: Design, node_id: NodeId) -> int | None:
    """How many input ports a node has; None: as many as are wired, as with Add or a custom layer."""
    node = design[node_id]
    if node.type == "Module":
        return len(inputs_of(design, node_id))
    entry = catalog.get(node.type)
    return entry.inputs if entry else None


def downstream(wires: Iterable[Wire], start: NodeId) -> set[NodeId]:
    """The node and all that there is a way to from it, along the wires."""
    return _reached({start}, _neighbours((wire.source, wire.target) for wire in wires))


def _chain(children: tuple[NodeId, ...]) -> Graph:
    feeds: dict[NodeId, tuple[NodeId | None, ...]] = {child: (before,) for before, child in pairwise(children)}
    if not children:
        return Graph((), feeds)
    return Graph(children, {children[0]: (), **feeds}, {children[0]: 0}, children[-1])


def _wired(design: Design, module: Node) -> Graph:
    entries = {child: port for port, child in enumerate(inputs_of(design, module.id))}
    members = reach(design, module.children)
    feeds = _feeds(module, members)
    output, ends = _output(design, module, members, entries)
    unused = _unused(design, module, members, output, ends)
    return Graph(_order(module, members), feeds, entries, output, ends, unused)


def _feeds(module: Node, members: tuple[NodeId, ...]) -> dict[NodeId, tuple[NodeId | None, ...]]:
    ports: dict[NodeId, dict[int, NodeId]] = {child: {} for child in members}
    for wire in module.wires:
        ports[wire.target][wire.input] = wire.source
    return {
        child: tuple(sources.get(port) for port in range(max(sources, default=-1) + 1))
        for child, sources in ports.items()
    }


def has_circle(design: Design, module: Node) -> bool:
    """Whether the wires of a Module container lead back to where they came from."""
    members = reach(design, module.children)
    return len(_sorted(module, members)) < len(members)


def _order(module: Node, members: tuple[NodeId, ...]) -> tuple[NodeId, ...]:
    """The members in order of execution; what is in or behind a circle comes last."""
    order = _sorted(module, members)
    return (*order, *(child for child in members if child not in order))


def _sorted(module: Node, members: tuple[NodeId, ...]) -> dict[NodeId, None]:
    """Kahn's algorithm, in the order of the members where the wires leave it open."""
    waiting = dict.fromkeys(members, 0)
    for wire in module.wires:
        waiting[wire.target] += 1
    after = _neighbours((wire.source, wire.target) for wire in module.wires)
    ready, order = deque(child for child in members if not waiting[child]), dict[NodeId, None]()
    while ready:
        order[child := ready.popleft()] = None
        for target in after.get(child, ()):
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return order


def _output(
    design: Design, module: Node, members: tuple[NodeId, ...], entries: Mapping[NodeId, int]
) -> tuple[NodeId | None, tuple[NodeId, ...]]:
    """The child whose output the container gives, and those among which one must choose."""
    output = next((child for child in module.children if design[child].type == "Output"), None)
    if output is not None:
        return output, ()
    sources, targets = {wire.source for wire in module.wires}, {wire.target for wire in module.wires}
    giving = (child for child in members if child not in entries and design[child].type not in LISTS)
    last = tuple(child for child in giving if child not in sources)
    ends = tuple(child for child in last if child in targets) or last
    if not ends and len(module.children) == 1:
        ends = module.children
    return (ends[0], ()) if len(ends) == 1 else (None, ends)


def _unused(
    design: Design, module: Node, members: tuple[NodeId, ...], output: NodeId | None, ends: tuple[NodeId, ...]
) -> frozenset[NodeId]:
    """What reaches no output. A list is used with one of its members."""
    fed = {wire.target for wire in module.wires}
    goals = {end for end in ends if end in fed} if output is None else {output}
    before = _neighbours((wire.target, wire.source) for wire in module.wires)
    used = _reached(goals, before)
    for member in reversed(members):
        if design[member].type in LISTS and not used.isdisjoint(design[member].children):
            used.add(member)
    return frozenset(members) - used


def _neighbours(pairs: Iterable[tuple[NodeId, NodeId]]) -> dict[NodeId, list[NodeId]]:
    found: dict[NodeId, list[NodeId]] = {}
    for one, other in pairs:
        found.setdefault(one, []).append(other)
    return found


def _reached(start: set[NodeId], neighbours: Mapping[NodeId, list[NodeId]]) -> set[NodeId]:
    seen, waiting = set(start), list(start)
    while waiting:
        for neighbour in neighbours.get(waiting.pop(), ()):
            if neighbour not in seen:
                seen.add(neighbour)
                waiting.append(neighbour)
    return seen
