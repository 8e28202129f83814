"""What is true of every design, however it came about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from core.design import catalog
from core.design.edits import check_add_custom, check_add_initialiser, check_name
from core.design.edits.members import check_order
from core.design.edits.names import check_key
from core.design.graph import has_circle, port_count
from core.design.lists import LISTS, reach
from core.design.model import Design, Node, Wire
from core.errors import DesignError


def check_invariants(design: Design) -> None:
    """Raise `DesignError` with the first thing that no design may have."""
    for error in _violations(design):
        raise error


def _violations(design: Design) -> Iterator[DesignError]:
    root = design.nodes.get(design.root)
    if root is None or root.type != "Module":
        yield DesignError("The root '{root}' is not a Module of the design.", root=design.root)
    yield from _tree(design)
    for node in design.nodes.values():
        yield from _members(design, node)
        yield from _wires(design, node)
        if node.position is not None and not all(math.isfinite(number) for number in node.position):
            yield DesignError("'{name}' is at a place that is no place.", name=node.name)
    yield from _ties(design)
    for name, custom in design.customs.items():
        if name != custom.name:
            yield DesignError("The custom layer '{name}' stands under the name '{key}'.", name=custom.name, key=name)
        yield from _raised_by(check_add_custom, design, custom)
    for name in design.initialisers:
        yield from _raised_by(check_add_initialiser, design, name)


def _tree(design: Design) -> Iterator[DesignError]:
    """Every node but the root is the child of one container, and all hang together."""
    uses = Counter(child for node in design.nodes.values() for child in node.children)
    for key, node in design.nodes.items():
        if key != node.id or not key:
            yield DesignError("The node '{id}' stands under the id '{key}'.", id=node.id, key=key)
        for child in node.children:
            if child not in design.nodes:
                yield DesignError("'{name}' holds '{child}', which is not there.", name=node.name, child=child)
        if uses[key] != (key != design.root):
            yield DesignError("'{name}' is in {count} containers.", name=node.name, count=uses[key])
    if sum(1 for _ in design.walk()) != len(design.nodes):
        yield DesignError("Some containers hold each other.")


def _members(design: Design, node: Node) -> Iterator[DesignError]:
    """Containers hold what they may hold, under names of their own."""
    if not node.children:
        return
    entry, children = catalog.get(node.type), [design[child] for child in node.children]
    if entry is not None and not entry.container:
        yield DesignError("'{name}' is a {type} and holds no layers.", name=node.name, type=node.type)
    names, types = Counter(child.name for child in children), Counter(child.type for child in children)
    for name, count in names.items():
        yield from _raised_by(check_name, name)
        if count > 1:
            yield DesignError(
                "'{container}' has {count} layers called '{name}'.", container=node.name, count=count, name=name
            )
    yield from _raised_by(check_order, node, types)
    if node.type == "ModuleList" and [child.name for child in children] != [str(n) for n in range(len(children))]:
        yield DesignError("The members of '{name}' are not called by their places.", name=node.name)
    for name in names if node.type == "ModuleDict" else ():
        yield from _raised_by(check_key, name)
    if node.type in LISTS and (types["Input"] or types["Output"]):
        yield DesignError("'{name}' holds layers for others to use: it needs no Input or Output.", name=node.name)
    if node.type == "Sequential" and (types["Input"] or types["Output"]):
        yield DesignError("'{name}' runs its layers in order: it needs no Input or Output.", name=node.name)
    if types["Output"] > 1:
        yield DesignError("'{name}' can have only one Output.", name=node.name)


def _wires(design: Design, node: Node) -> Iterator[DesignError]:
    """Wires are in Module containers, between children, one to a port, and never in a circle."""
    if not node.wires:
        return
    if node.type == "Sequential":
        yield DesignError("'{name}' runs its layers in order: it needs no wires.", name=node.name)
    if node.type in LISTS:
        yield DesignError("'{name}' only holds layers: the wires to them are those of a Module.", name=node.name)
    children = set(reach(design, node.children))
    if not all({wire.source, wire.target} <= children for wire in node.wires):
        yield DesignError("A wire in '{name}' does not connect two of its layers.", name=node.name)
        return
    for wire in node.wires:
        yield from _ends(design, node, wire)
    if len({(wire.target, wire.input) for wire in node.wires}) < len(node.wires):
        yield DesignError("Two wires in '{name}' enter one input.", name=node.name)
    if has_circle(design, node):
        yield DesignError("The wires in '{name}' close a circle.", name=node.name)


def _ends(design: Design, node: Node, wire: Wire) -> Iterator[DesignError]:
    source, target = design[wire.source], design[wire.target]
    count = port_count(design, target.id)
    if wire.input < 0 or wire.output != 0 or (count is not None and wire.input >= count):
        yield DesignError("A wire in '{name}' enters '{target}' where nothing can.", name=node.name, target=target.name)
    if source.type in LISTS or target.type in LISTS:
        yield DesignError("A wire in '{name}' goes to what only holds layers.", name=node.name)
    if source.type == "Output" or target.type == "Input":
        yield DesignError("A wire in '{name}' goes against an Input or Output.", name=node.name)


def _ties(design: Design) -> Iterator[DesignError]:
    groups: dict[str, list[Node]] = {}
    for node in design.nodes.values():
        if node.tie is not None:
            groups.setdefault(node.tie, []).append(node)
    for group in groups.values():
        if len(group) < 2 or len({node.type for node in group}) > 1:
            yield DesignError("'{name}' is tied to nothing of its type.", name=group[0].name)


def _raised_by(check: object, *args: object) -> Iterator[DesignError]:
    try:
        check(*args)  # type: ignore[operator]
    except DesignError as error:
        yield error
