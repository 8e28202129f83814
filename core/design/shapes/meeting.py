"""Where branches meet and do not fit: what can be done at another layer than the one where they meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from core.design import catalog, edits
from core.design.catalog.base import LayerType, Misfit, Options
from core.design.lists import home_of, reach
from core.design.model import Design, Node, NodeId, TensorSpec, Wire
from core.design.shapes import repairs
from core.design.shapes.report import Repair
from core.design.unfolding import COPY, original
from core.errors import Sentence

if TYPE_CHECKING:
    from core.design.shapes.flow import Flow

WIDEST = 8
"""The widest border that is tried."""
WIDTHS = ("out_features", "out_channels")
LONGEST = 20
"""How many layers at the end of a branch are looked at."""


def repairs_at(
    flow: Flow, node: Node, entry: LayerType, specs: tuple[TensorSpec, ...], misfit: Misfit
) -> Iterator[Repair]:
    """What else can be done about inputs that do not go together, or about one of another size than is demanded."""
    if COPY in node.id:
        return
    if entry.family != "merge":
        yield from _filling(flow, node, entry, specs, misfit)
        return
    if misfit.unfinished:
        yield from _connecting(flow, node, entry, specs)
        yield repairs.removing(node)
        return
    yield from _padding(flow, node, entry, specs, misfit.port)
    axes = [len(spec.shape) for spec in specs]
    if min(axes) < max(axes):
        yield from _head_behind(flow, node, entry, specs, axes.index(min(axes)))


def _connecting(flow: Flow, node: Node, entry: LayerType, specs: tuple[TensorSpec, ...]) -> Iterator[Repair]:
    """ "Connect to 'input'": what could be the second input, the nearest first, loose ends before others."""
    design, home = flow.design, home_of(flow.design, node.id)
    if home is None or len(specs) != 1:
        return
    members, wires = reach(design, design[home].children), design[home].wires
    used = {wire.source for wire in wires}
    found = []
    for source in reversed(members):
        spec, wire = flow.outputs.get(source), Wire(source, node.id, 1)
        is_new = all((w.source, w.target) != (source, node.id) for w in wires)
        is_new &= COPY not in source
        does_fit = spec is not None and is_new and repairs.fits(entry, node.options, (*specs, spec))
        if does_fit and edits.can_connect(design, home, wire):
            found.append((source in used, wire))
    for _, wire in sorted(found, key=lambda pair: pair[0])[:2]:
        yield repairs.connecting(original(home), wire, design[wire.source])


def _padding(flow: Flow, node: Node, entry: LayerType, specs: tuple[TensorSpec, ...], port: int) -> Iterator[Repair]:
    """ "Set Padding of 'pool' to 1": a border with which what feeds an input gives the size that is wanted."""
    feeder = _feeder(flow, node, port)
    kind = None if feeder is None else catalog.get(feeder.type)
    if feeder is None or kind is None or kind.option("padding") is None or COPY in feeder.id:
        return
    entering = tuple(spec for spec in flow.inputs[feeder.id] if spec is not None)
    for width in range(1, WIDEST + 1):
        given = repairs.gives(kind, {**feeder.options, "padding": width}, entering)
        if given is not None and repairs.fits(entry, node.options, (*specs[:port], given, *specs[port + 1 :])):
            yield repairs.setting_one(feeder, kind, "padding", width, of=True)
            return


def _filling(
    flow: Flow, node: Node, entry: LayerType, specs: tuple[TensorSpec, ...], misfit: Misfit
) -> Iterator[Repair]:
    """ "Set Output features of 'hidden' to 32": what is demanded here, where a width before it was left open."""
    wanted, passed = misfit.sentence.values.get("expected"), list[Node]()
    feeder = _feeder(flow, node, misfit.port)
    while feeder is not None and isinstance(wanted, int) and len(passed) < LONGEST and COPY not in feeder.id:
        kind = catalog.get(feeder.type)
        width = next((name for name in WIDTHS if kind is not None and kind.option(name) is not None), None)
        if kind is None or len(flow.inputs.get(feeder.id, ())) != 1 or feeder.type == "Input":
            return
        if width is None:
            passed.append(feeder)
            feeder = _feeder(flow, feeder, 0)
            continue
        given = _through(flow, feeder, {**feeder.options, width: wanted}, passed)
        changed = given and (*specs[: misfit.port], given, *specs[misfit.port + 1 :])
        if width not in feeder.options and changed and repairs.fits(entry, node.options, changed):
            yield repairs.setting_one(feeder, kind, width, wanted, of=True)
        return


def _through(flow: Flow, first: Node, options: Options, passed: list[Node]) -> TensorSpec | None:
    """What leaves the layers `passed`, the last first, where what is before them has these options."""
    spec = flow.inputs[first.id][0]
    for node in (first, *reversed(passed)):
        spec = spec and repairs.gives(catalog.types()[node.type], options if node is first else node.options, (spec,))
    return spec


def _feeder(flow: Flow, node: Node, port: int) -> Node | None:
    """The layer that feeds an input, in a container that ends with it too."""
    feeders = flow.feeders[node.id]
    found = feeders[port] if port < len(feeders) else None
    while found is not None and found in flow.graphs:
        found = flow.graphs[found].output
    return None if found is None else flow.design[found]


def _head_behind(
    flow: Flow, node: Node, entry: LayerType, specs: tuple[TensorSpec, ...], port: int
) -> Iterator[Repair]:
    """ "Move 'flatten' and 'linear' behind 'add'": what ends a branch and belongs behind where the branches meet."""
    home, head = home_of(flow.design, node.id), list[Node]()
    last = _feeder(flow, node, port)
    while last is not None and len(head) < LONGEST and len(flow.inputs.get(last.id, ())) == 1:
        (spec,) = flow.inputs[last.id]
        head.insert(0, last)
        if spec is not None and repairs.fits(entry, node.options, (*specs[:port], spec, *specs[port + 1 :])):
            if home is not None and _can_move(flow.design, home, head):
                yield _moving(original(home), node, head, port)
            return
        last = _feeder(flow, last, 0)


def _can_move(design: Design, home: NodeId, head: list[Node]) -> bool:
    """Whether these layers are the end of one Sequential, or wired one to another and to nothing else."""
    holder = design[design.parents[head[0].id]]
    if any(design.parents[each.id] != holder.id or COPY in each.id for each in head):
        return False
    if holder.type == "Sequential":
        is_beside = design.parents[holder.id] == home and COPY not in holder.id
        return (
            is_beside
            and holder.children[-len(head) :] == tuple(each.id for each in head)
            and len(holder.children) > len(head)
        )
    sources = [wire.source for wire in holder.wires]
    return holder.id == home and all(sources.count(each.id) == 1 for each in head)


def _moving(home: NodeId, node: Node, head: list[Node], port: int) -> Repair:
    ids = [each.id for each in head]

    def edit(design: Design) -> Design:
        fed = [wire for wire in design[home].wires if wire.source == node.id]
        into = next((wire for wire in design[home].wires if wire.target == ids[0]), None)
        design = edits.move(design, ids, home)
        gone = [wire for wire in design[home].wires if wire in fed or not {wire.source, wire.target}.isdisjoint(ids)]
        design = edits.disconnect(design, home, gone) if into is None else _joined(design, home, gone, into, node, port)
        chain = [node.id, *ids]
        wires = [Wire(one, other) for one, other in zip(chain, ids, strict=False)]
        for wire in (*wires, *(replace(wire, source=ids[-1], output=0) for wire in fed)):
            design = edits.connect(design, home, wire)
        return edits.place(design, dict.fromkeys(ids))

    label = "Move '{first}' behind '{name}'" if len(head) == 1 else "Move '{first}' to '{last}' behind '{name}'"
    return Repair(Sentence(label, {"first": head[0].name, "last": head[-1].name, "name": node.name}), edit)


def _joined(design: Design, home: NodeId, gone: list[Wire], into: Wire, node: Node, port: int) -> Design:
    """Without these wires, and with what fed the head feeding the input itself."""
    rest = tuple(wire for wire in design[home].wires if wire not in gone)
    wires = (*rest, Wire(into.source, node.id, port, into.output))
    return design.with_nodes({home: replace(design[home], wires=wires)})
