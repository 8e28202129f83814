"""What feeds what inside one container: the order of execution, and where its output comes from."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from core.design import catalog
from core.design.lists import LISTS, UNWIRED, reach
from core.design.model import Design, Node, NodeId, Wire


@dataclass(frozen=True, slots=True)
class Graph:
    """The children of a container, and in a Module the members of lists in it, as a flow.

    `order`: all of them, each after those that feed it.
    `feeds`: for each child, what feeds its input ports; None: nothing does.
    `entries`: the children that the container's own input ports feed, with the number of the port.
    `taps`: for each child that is fed by another than the first output of something, the outputs that feed its ports.
    `output`: the child whose output is the container's; None if there is none, or several (`ends`) could be.
    `outputs`: the children that give the container's outputs, in order; `output` is the first of them.
    `unused`: children whose results reach no output.
    """

    order: tuple[NodeId, ...]
    feeds: Mapping[NodeId, tuple[NodeId | None, ...]]
    entries: Mapping[NodeId, int] = field(default_factory=dict)
    output: NodeId | None = None
    ends: tuple[NodeId, ...] = ()
    unused: frozenset[NodeId] = frozenset()
    taps: Mapping[NodeId, tuple[int, ...]] = field(default_factory=dict)
    outputs: tuple[NodeId, ...] = ()

    def tap(self, child: NodeId, port: int) -> int:
        """Which output of its feeder feeds a port of a child."""
        taps = self.taps.get(child, ())
        return taps[port] if port < len(taps) else 0


def graph_of(design: Design, container: NodeId) -> Graph:
    """The flow inside a container. Never raises, whatever the wires are."""
    node = design[container]
    if node.type in LISTS:
        return Graph((), {})
    return _chain(node.children) if node.type == "Sequential" else _wired(design, node)


def layers_in_order(design: Design) -> Iterator[NodeId]:
    """The layers of a design in the order they are executed, all copies of those that are repeated among them."""
    design = design.as_it_runs
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


def outputs_of(design: Design, module: NodeId) -> tuple[NodeId, ...]:
    """The Output children of a Module container: its output ports, in order."""
    return tuple(child for child in design[module].children if design[child].type == "Output")


def output_count(design: Design, node_id: NodeId) -> int:
    """How many output ports a node has."""
    node = design[node_id]
    if node.type == "Module":
        return max(1, len(outputs_of(design, node_id)))
    entry = catalog.get(node.type)
    return entry.outputs(entry.with_defaults(node.options)) if entry is not None and entry.outputs is not None else 1


def input_name(design: Design, node_id: NodeId, port: int) -> str:
    """What an input port is called: "query"; empty where its number says as much."""
    if design[node_id].type == "Module":
        names = tuple(design[child].name for child in inputs_of(design, node_id))
        return names[port] if port < len(names) > 1 else ""
    entry = catalog.get(design[node_id].type)
    return entry.ports[port] if entry and port < len(entry.ports) else ""


def output_name(design: Design, node_id: NodeId, port: int) -> str:
    """What an output port is called: its number from 1, or in a Module its Output's name; empty where there is one."""
    if output_count(design, node_id) == 1:
        return ""
    return design[outputs_of(design, node_id)[port]].name if design[node_id].type == "Module" else str(port + 1)


def downstream(wires: Iterable[Wire], start: NodeId) -> set[NodeId]:
    """The node and all that there is a way to from it, along the wires."""
    return _reached({start}, _neighbours((wire.source, wire.target) for wire in wires))


def _chain(children: tuple[NodeId, ...]) -> Graph:
    feeds: dict[NodeId, tuple[NodeId | None, ...]] = {child: (before,) for before, child in pairwise(children)}
    if not children:
        return Graph((), feeds)
    return Graph(children, {children[0]: (), **feeds}, {children[0]: 0}, children[-1], outputs=children[-1:])


def _wired(design: Design, module: Node) -> Graph:
    entries = {child: port for port, child in enumerate(inputs_of(design, module.id))}
    members = reach(design, module.children)
    feeds = _feeds(module, members)
    outputs, ends = _outputs(design, module, members, entries)
    unused = _unused(design, module, members, outputs, ends)
    output = next(iter(outputs), None)
    return Graph(_order(module, members), feeds, entries, output, ends, unused, _taps(module, feeds), outputs)


def _feeds(module: Node, members: tuple[NodeId, ...]) -> dict[NodeId, tuple[NodeId | None, ...]]:
    ports: dict[NodeId, dict[int, NodeId]] = {child: {} for child in members}
    for wire in module.wires:
        ports[wire.target][wire.input] = wire.source
    return {
        child: tuple(sources.get(port) for port in range(max(sources, default=-1) + 1))
        for child, sources in ports.items()
    }


def _taps(module: Node, feeds: Mapping[NodeId, tuple[NodeId | None, ...]]) -> dict[NodeId, tuple[int, ...]]:
    later = {(wire.target, wire.input): wire.output for wire in module.wires if wire.output}
    fed = dict.fromkeys(target for target, _ in later)
    return {child: tuple(later.get((child, port), 0) for port in range(len(feeds[child]))) for child in fed}


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


def _outputs(
    design: Design, module: Node, members: tuple[NodeId, ...], entries: Mapping[NodeId, int]
) -> tuple[tuple[NodeId, ...], tuple[NodeId, ...]]:
    """The children whose outputs the container gives, and those among which one must choose."""
    if outputs := outputs_of(design, module.id):
        return outputs, ()
    sources, targets = {wire.source for wire in module.wires}, {wire.target for wire in module.wires}
    giving = (child for child in members if child not in entries and design[child].type not in UNWIRED)
    last = tuple(child for child in giving if child not in sources)
    ends = tuple(child for child in last if child in targets) or last
    if not ends and len(module.children) == 1:
        ends = module.children
    return (ends, ()) if len(ends) == 1 else ((), ends)


def _unused(
    design: Design, module: Node, members: tuple[NodeId, ...], outputs: tuple[NodeId, ...], ends: tuple[NodeId, ...]
) -> frozenset[NodeId]:
    """What reaches no output. A list is used with one of its members."""
    fed = {wire.target for wire in module.wires}
    goals = set(outputs) or {end for end in ends if end in fed}
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
