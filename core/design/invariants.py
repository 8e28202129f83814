"""What is true of every design, however it came about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import chain

from core.design import catalog
from core.design.edits import check_add_custom, check_add_initialiser, check_bypass, check_name
from core.design.edits.members import check_order
from core.design.edits.names import check_key
from core.design.graph import has_circle, output_count, port_count
from core.design.lists import LISTS, UNWIRED, reach
from core.design.model import FARTHEST, LARGEST_WHOLE, Design, Node, NodeId, Wire
from core.design.settings import MOST_EPOCHS, MOST_SAMPLES
from core.design.unfolding import COPY, LARGEST, repeats, unfolded_size
from core.errors import DesignError


def check_invariants(design: Design, since: Design | None = None) -> None:
    """Raise `DesignError` with the first thing that no design may have.

    since: a sound design of which this one was made. Only what is another node than there, and what hangs on it, is
    then looked at, so that an edit costs what it touches.
    """
    for error in _violations(_Change(design, since if since is not None and since.root == design.root else None)):
        raise error


class _Change:
    """Which nodes are new, changed or gone; without a design before, all are new."""

    def __init__(self, design: Design, since: Design | None) -> None:
        self.design, self.since = design, since
        self.before: Mapping[NodeId, Node] = {} if since is None else since.nodes
        before = self.before.get
        self.nodes = {key: node for key, node in design.nodes.items() if before(key) is not node}
        new = sum(key not in self.before for key in self.nodes)
        some_gone = len(self.before) + new > len(design.nodes)
        self.gone = self.before.keys() - design.nodes.keys() if some_gone else set()

    def differs(self, key: NodeId, *fields: str) -> bool:
        """Whether the node of the design was not there before, or one of these fields of it was another."""
        before = self.before.get(key)
        return before is None or any(getattr(self.nodes[key], field) != getattr(before, field) for field in fields)

    def containers(self) -> Iterator[Node]:
        """The containers for which the names, types or ports of their members or their wires may be others now."""
        found: dict[NodeId, None] = {}
        for key, node in self.nodes.items():
            if self.differs(key, "type", "name", "children", "wires") or self._has_other_ports(key):
                found[key] = None
                found |= dict.fromkeys(self._around(key))
                if {"Input", "Output"} & {node.type, self.before.get(key, node).type}:  # the ports of what it is in
                    found |= dict.fromkeys(self._around(self.design.parents.get(key)))
        yield from (self.design[key] for key in found)

    def _has_other_ports(self, key: NodeId) -> bool:
        return self.since is not None and (
            port_count(self.design, key) != port_count(self.since, key)
            or output_count(self.design, key) != output_count(self.since, key)
        )

    def _around(self, key: NodeId | None) -> Iterator[NodeId]:
        """The containers around a node out to that whose wires can reach it, which lists do not keep them from."""
        for above in self.design.ancestors(key) if key is not None else ():
            yield above
            if self.design[above].type not in LISTS:
                return

    def touches_ties(self) -> bool:
        """Whether a node that is not the same as before is tied, or was."""
        former = (self.before[key] for key in (*self.gone, *self.nodes) if key in self.before)
        return any(node.tie is not None for node in chain(self.nodes.values(), former))


def _violations(change: _Change) -> Iterator[DesignError]:
    design, since = change.design, change.since
    root = design.nodes.get(design.root)
    if root is None or root.type != "Module":
        yield DesignError("The root '{root}' is not a Module of the design.", root=design.root)
    yield from _tree(change)
    for key, node in change.nodes.items():
        yield from _node(change, key, node)
    yield from _numbers(change)
    if any(node.children and repeats(node) > 1 for node in design.nodes.values()):
        yield from _size(design)
    for node in change.containers():
        yield from _members(design, node)
        yield from _wires(design, node)
    if change.touches_ties():
        yield from _ties(design)
    for key, custom in design.customs.items():
        if since is not None and since.customs.get(key) is custom:
            continue
        if key != custom.name:
            yield DesignError("The custom layer '{name}' stands under the name '{key}'.", name=custom.name, key=key)
        yield from _raised_by(check_add_custom, design, custom)
    for name in design.initialisers:
        if since is None or name not in since.initialisers:
            yield from _raised_by(check_add_initialiser, design, name)


def _node(change: _Change, key: NodeId, node: Node) -> Iterator[DesignError]:
    if node.position is not None and not all(abs(number) <= FARTHEST for number in node.position):
        yield DesignError("'{name}' is at a place that is no place.", name=node.name)
    if node.bypassed:
        yield from _raised_by(check_bypass, change.design, (key,), True)
    if key != change.design.root and change.differs(key, "name"):
        yield from _raised_by(check_name, node.name)


def _numbers(change: _Change) -> Iterator[DesignError]:
    """What counts can be read again."""
    for node in change.nodes.values():
        if not all(map(_is_bounded, node.options.values())):
            yield DesignError("'{name}' has an option that is no number or too large a one.", name=node.name)
    settings = change.design.settings
    if change.since is None or change.since.settings is not settings:
        counts = settings.epochs <= MOST_EPOCHS and settings.batch_size <= MOST_SAMPLES
        if not counts or not _is_bounded(asdict(settings)):
            yield DesignError("A setting is no number or too large a one.")


def _is_bounded(value: object) -> bool:
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        return all(map(_is_bounded, value))
    return math.isfinite(value) if isinstance(value, float) else not isinstance(value, int) or (
        abs(value) <= LARGEST_WHOLE
    )  # fmt: skip


def _size(design: Design) -> Iterator[DesignError]:
    size = unfolded_size(design.nodes, design.root)
    if size > LARGEST:
        template = "With all that is repeated, there would be {size} layers and containers: at most {most} can be."
        yield DesignError(template, size=size, most=LARGEST)


def _tree(change: _Change) -> Iterator[DesignError]:
    """Every node but the root is the child of one container, and all hang together."""
    design, before, uses = change.design, change.before, Counter[NodeId]()
    for key, node in change.nodes.items():
        if key != node.id or not key:
            yield DesignError("The node '{id}' stands under the id '{key}'.", id=node.id, key=key)
        if COPY in key:  # the ids of copies in the network are made with it
            yield DesignError("The id '{id}' has a {mark} in it, which no id may have.", id=key, mark=COPY)
        lost, gained = _exchanged(before[key].children if key in before else (), node.children)
        uses.update(gained)
        uses.subtract(lost)
        uses[key] += 0
    for key in change.gone:
        uses.subtract(before[key].children)
        uses[key] += 0
    for key, more in uses.items():
        count = more + (key in before and key != design.root)
        if key not in design:
            if count:
                holder = next(node for node in design.nodes.values() if key in node.children)
                yield DesignError("'{name}' holds '{child}', which is not there.", name=holder.name, child=key)
        elif count != (key != design.root):
            yield DesignError("'{name}' is in {count} containers.", name=design[key].name, count=count)
    yield from _circles(change)


def _exchanged(before: tuple[NodeId, ...], now: tuple[NodeId, ...]) -> tuple[tuple[NodeId, ...], tuple[NodeId, ...]]:
    """What stands between the beginning and the end that both have: before, and now."""
    shorter = min(len(before), len(now))
    start = next((n for n in range(shorter) if before[n] != now[n]), shorter)
    end = next((n for n in range(shorter - start) if before[-1 - n] != now[-1 - n]), shorter - start)
    return before[start : len(before) - end], now[start : len(now) - end]


def _circles(change: _Change) -> Iterator[DesignError]:
    """Each node is in one container: all hang together if there is a way up to the root from what holds others now."""
    hanging = {change.design.root}
    for key in change.nodes:
        if not change.differs(key, "children"):
            continue
        way = dict[NodeId, None]()
        while key not in hanging:
            if key in way:
                yield DesignError("Some containers hold each other.")
                return
            way[key] = None
            key = change.design.parents[key]
        hanging.update(way)


def _members(design: Design, node: Node) -> Iterator[DesignError]:
    """Containers hold what they may hold, under names of their own."""
    if not node.children:
        return
    entry, children = catalog.get(node.type), [design[child] for child in node.children]
    if entry is not None and not entry.container:
        yield DesignError("'{name}' is a {type} and holds no layers.", name=node.name, type=node.type)
    names, types = [child.name for child in children], Counter([child.type for child in children])
    if len(set(names)) < len(names):
        name, count = Counter(names).most_common(1)[0]
        yield DesignError(
            "'{container}' has {count} layers called '{name}'.", container=node.name, count=count, name=name
        )
    yield from _raised_by(check_order, node, types)
    if node.type == "ModuleList" and names != [str(n) for n in range(len(children))]:
        yield DesignError("The members of '{name}' are not called by their places.", name=node.name)
    for name in names if node.type == "ModuleDict" else ():
        yield from _raised_by(check_key, name)
    if node.type in LISTS and (types["Input"] or types["Output"]):
        yield DesignError("'{name}' holds layers for others to use: it needs no Input or Output.", name=node.name)
    if node.type == "Sequential" and (types["Input"] or types["Output"]):
        yield DesignError("'{name}' runs its layers in order: it needs no Input or Output.", name=node.name)


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
    if wire.input < 0 or (count is not None and wire.input >= count):
        yield DesignError("A wire in '{name}' enters '{target}' where nothing can.", name=node.name, target=target.name)
    if source.type in UNWIRED or target.type in UNWIRED:
        yield DesignError("A wire in '{name}' goes to what nothing flows through.", name=node.name)
    if not 0 <= wire.output < output_count(design, source.id):
        yield DesignError(
            "A wire in '{name}' leaves '{source}' where nothing does.", name=node.name, source=source.name
        )
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
