"""What a drawing stands for: no marks, bypassed nodes let through, each container as often as it is repeated.

A repeated container becomes a Sequential of as many copies, "0", "1", …. What is in the first keeps its ids, by which
the drawing knows it; in the n-th, `#n` is put behind each, with one more `#` where what is repeated is in it itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from core.design.node import MARKS, Node, NodeId, Wire

COPY = "#"
"""Stands in the ids of copies only."""
LARGEST = 20_000
"""How many nodes a drawing may stand for."""


def repeats(node: Node) -> int:
    """How often a container is repeated."""
    found = node.options.get("repeat", 1) if node.type in ("Sequential", "Module") else 1
    return found if isinstance(found, int) else 1


def unfolded_size(nodes: Mapping[NodeId, Node], root: NodeId) -> int:
    """How many nodes a drawing stands for."""
    size, waiting = 0, [(root, 1)]
    while waiting:
        node_id, times = waiting.pop()
        size += times
        node = nodes[node_id]
        inside = times if node_id == root else times * repeats(node)
        waiting += [(child, inside) for child in node.children]
    return size


def original(node_id: NodeId) -> NodeId:
    """The id that the drawing has for what a copy was made of."""
    return node_id.partition(COPY)[0]


def holds_copies(node: Node) -> bool:
    """Whether a node stands in place of a repeated container."""
    return bool(node.children) and original(node.children[0]) == original(node.id)


def unfolded(nodes: Mapping[NodeId, Node], root: NodeId) -> Mapping[NodeId, Node]:
    """The nodes of the network; those given, where the drawing is just that."""
    # One quick look, after every edit.
    if not [n for n in nodes.values() if n.bypassed or n.type in MARKS or (n.children and repeats(n) > 1)]:
        return nodes
    if any(node.type in MARKS for node in nodes.values()):
        nodes = _without_marks(nodes)
    if any(node.bypassed for node in nodes.values()):
        nodes = _without_bypassed(nodes, root)
    repeated = [node.id for node in _walk(nodes, root) if repeats(node) > 1 and node.id != root]
    if not repeated or unfolded_size(nodes, root) > LARGEST:
        return nodes
    made = dict(nodes)
    heights: dict[NodeId, int] = {}
    for node_id in reversed(repeated):  # what is inside first
        inside = (heights.get(node.id, 0) for node in _walk(nodes, node_id))
        heights[node_id] = 1 + max(inside)
        made.update(_repeated(made, node_id, COPY * heights[node_id]))
    return made


# --- marks ------------------------------------------------------------------------------------------------------------


def _without_marks(nodes: Mapping[NodeId, Node]) -> Mapping[NodeId, Node]:
    """The nodes without what belongs to the drawing alone; wires go past the points that they are drawn through."""
    marks = {node.id for node in nodes.values() if node.type in MARKS}
    made = {node_id: node for node_id, node in nodes.items() if node_id not in marks}
    for node_id, node in made.items():
        if not marks.isdisjoint(node.children):
            children = tuple(child for child in node.children if child not in marks)
            made[node_id] = replace(node, children=children, wires=tuple(_past(node.wires, marks)))
    return made


def _past(wires: Sequence[Wire], marks: Set[NodeId]) -> Iterator[Wire]:
    into = {wire.target: wire for wire in wires if wire.target in marks}
    for wire in wires:
        if wire.target in marks:
            continue
        first: Wire | None = wire
        while first is not None and first.source in marks:
            first = into.get(first.source)
        if first is not None:
            yield replace(wire, source=first.source, output=first.output)


# --- bypassed ---------------------------------------------------------------------------------------------------------


def _without_bypassed(nodes: Mapping[NodeId, Node], root: NodeId) -> Mapping[NodeId, Node]:
    """An Identity in place of each bypassed node, fed by what its first input is fed by."""
    bypassed = {node.id for node in nodes.values() if node.bypassed}
    inside = {node.id for outer in bypassed for node in _walk(nodes, outer) if node.id != outer}
    made = {node_id: node for node_id, node in nodes.items() if node_id not in inside}
    for node_id in bypassed - inside:
        node = nodes[node_id]
        made[node_id] = Node(node_id, "Identity", node.name, position=node.position, bypassed=True)
    for node_id, node in made.items():
        if node.wires and (wires := tuple(_led_through(node.wires, bypassed))) != node.wires:
            made[node_id] = replace(node, wires=wires)
    return made


def _led_through(wires: Sequence[Wire], bypassed: Set[NodeId]) -> Iterator[Wire]:
    """Wires of a Module where each bypassed node has one input, the first that is wired, and one output."""
    first: dict[NodeId, int] = {}
    for wire in wires:
        if wire.target in bypassed:
            first[wire.target] = min(first.get(wire.target, wire.input), wire.input)
    for wire in wires:
        if wire.input == first.get(wire.target, wire.input):
            entering = 0 if wire.target in bypassed else wire.input
            yield Wire(wire.source, wire.target, entering, 0 if wire.source in bypassed else wire.output)


# --- repeated ---------------------------------------------------------------------------------------------------------


def _repeated(nodes: Mapping[NodeId, Node], node_id: NodeId, copy: str) -> Iterator[tuple[NodeId, Node]]:
    """The Sequential in place of a container, and the copies in it."""
    node = nodes[node_id]
    inside = [each for each in _walk(nodes, node_id) if each.id != node_id]
    shares = bool(node.options.get("share_weights"))
    own = _ties_of_its_own(nodes, inside)
    children = tuple(f"{node_id}{copy}{number}" for number in range(repeats(node)))
    yield node_id, replace(node, type="Sequential", options={}, children=children, wires=())
    for number, child in enumerate(children):
        mark = f"{copy}{number}" if number else ""
        yield child, replace(_copy(node, mark), id=child, name=str(number), options={}, position=None)
        for each in inside:
            tie = each.tie
            if shares and tie is None and not each.children:
                tie = f"{each.id}{copy}"
            elif not shares and tie in own:
                tie = f"{tie}{mark}"
            yield f"{each.id}{mark}", replace(_copy(each, mark), tie=tie)


def _copy(node: Node, mark: str) -> Node:
    children = tuple(f"{child}{mark}" for child in node.children)
    wires = tuple(replace(w, source=f"{w.source}{mark}", target=f"{w.target}{mark}") for w in node.wires)
    return replace(node, id=f"{node.id}{mark}", children=children, wires=wires)


def _ties_of_its_own(nodes: Mapping[NodeId, Node], inside: Sequence[Node]) -> Set[str | None]:
    """The ties of which all twins are in a container: each copy of it then has parameters of its own."""
    ids = {each.id for each in inside}
    return {each.tie for each in inside} - {node.tie for node in nodes.values() if node.id not in ids}


def _walk(nodes: Mapping[NodeId, Node], root: NodeId) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = nodes[stack.pop()]
        yield node
        stack.extend(reversed(node.children))
