"""Wires between the children of a Module container."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.design import catalog
from core.design.edits.asking import asks
from core.design.graph import downstream, inputs_of, output_count, outputs_of, port_count
from core.design.lists import LISTS, UNWIRED, home, home_of, reach
from core.design.model import Design, Node, NodeId, Wire
from core.errors import DesignError


def check_connect(design: Design, container: NodeId, wire: Wire) -> None:
    """Raise `DesignError` if this wire cannot be."""
    module = design[container]
    if module.type in LISTS:
        raise DesignError("'{name}' only holds layers: connect one of them.", name=module.name)
    if module.type != "Module":
        raise DesignError("'{name}' runs its layers in order: it needs no wires.", name=module.name)
    if not {wire.source, wire.target} <= set(reach(design, module.children)):
        raise DesignError("A wire connects two layers of one container.")
    source, target = design[wire.source], design[wire.target]
    for end in (source, target):
        if end.type in LISTS:
            raise DesignError("'{name}' only holds layers: connect one of them.", name=end.name)
        if end.type in UNWIRED:
            raise DesignError("'{name}' is a {type}: nothing flows through it.", name=end.name, type=end.type)
    if source.type == "Output":
        raise DesignError(
            "'{name}' is where '{container}' ends: nothing leaves it.", name=source.name, container=module.name
        )
    _check_port(design, wire)
    rest = [other for other in module.wires if (other.target, other.input) != (wire.target, wire.input)]
    if wire.source in downstream(rest, wire.target):
        raise DesignError(
            "'{target}' already feeds '{source}': the wire would close a circle.",
            source=source.name,
            target=target.name,
        )


def _check_port(design: Design, wire: Wire) -> None:
    target, ports = design[wire.target], port_count(design, wire.target)
    if target.type == "Input":
        raise DesignError("'{name}' is where samples enter: nothing feeds it.", name=target.name)
    if not 0 <= wire.output < output_count(design, wire.source):
        raise DesignError("'{name}' has no output {number}.", name=design[wire.source].name, number=wire.output + 1)
    if wire.input < 0 or (ports is not None and wire.input >= ports):
        raise DesignError("'{name}' has no input {number}.", name=target.name, number=wire.input + 1)


can_connect = asks(check_connect)


def connect(design: Design, container: NodeId, wire: Wire) -> Design:
    """Add a wire; it takes the place of one that entered the same port."""
    check_connect(design, container, wire)
    module = design[container]
    if wire in module.wires:
        return design
    rest = tuple(other for other in module.wires if (other.target, other.input) != (wire.target, wire.input))
    return design.with_nodes({container: replace(module, wires=close_gaps(design, (*rest, wire)))})


def disconnect(design: Design, container: NodeId, wires: Iterable[Wire]) -> Design:
    """Take wires away. Those that are not there are ignored."""
    module, gone = design[container], set(wires)
    if gone.isdisjoint(module.wires):
        return design
    rest = tuple(wire for wire in module.wires if wire not in gone)
    return design.with_nodes({container: replace(module, wires=close_gaps(design, rest))})


def can_enter(design: Design, wire: Wire) -> bool:
    """Whether the target of a wire has the input that the wire enters. A Module without an Input has none."""
    ports = port_count(design, wire.target)
    return ports is None or wire.input < ports


def wires_within(design: Design, after: Design, ids: Iterable[NodeId], container: NodeId) -> Design:
    """Nodes were moved into `container`: wires stay that connect what one Module still reaches, and come along."""
    target = home(after, container)
    homes = dict.fromkeys(found for i in ids if (found := home_of(design, i)) is not None and found in after)
    changed: dict[NodeId, Node | None] = {}
    for module in dict.fromkeys((*homes, *([target] if target is not None else []))):
        near = set(reach(after, after[module].children))
        come = (wire for other in homes if other != module for wire in design[other].wires) if module == target else ()
        kept = tuple(wire for wire in (*design[module].wires, *come) if {wire.source, wire.target} <= near)
        wires = close_gaps(after, kept)
        if wires != after[module].wires:
            changed[module] = replace(after[module], wires=wires)
    return after.with_nodes(changed)


def close_gaps(design: Design, wires: tuple[Wire, ...]) -> tuple[Wire, ...]:
    """Number the ports of layers such as Add, which have as many as are wired, from 0 on again."""
    used: dict[NodeId, list[int]] = {}
    for wire in wires:
        if _merges(design, wire.target):
            used.setdefault(wire.target, []).append(wire.input)
    ports = {target: {old: new for new, old in enumerate(sorted(olds))} for target, olds in used.items()}
    return tuple(
        replace(wire, input=ports[wire.target][wire.input]) if wire.target in ports else wire for wire in wires
    )


def follow_ports(before: Design, after: Design, modules: Iterable[NodeId]) -> Design:
    """Let the wires at these Module containers follow their Inputs and Outputs, whose order or number changed."""
    for module in modules:
        inputs = _ports(inputs_of(before, module), inputs_of(after, module))
        outputs = _ports(outputs_of(before, module), outputs_of(after, module))
        parent = home_of(after, module)
        if parent is None or not after[parent].wires:
            continue
        wires = after[parent].wires
        if inputs is not None:
            wires = tuple(
                replace(wire, input=inputs[wire.input]) if wire.target == module else wire
                for wire in wires
                if wire.target != module or wire.input in inputs
            )
        if outputs is not None:
            outputs = outputs or {0: 0}  # without an Output, what the last layer gives leaves
            wires = tuple(
                replace(wire, output=outputs[wire.output]) if wire.source == module else wire
                for wire in wires
                if wire.source != module or wire.output in outputs
            )
        if wires != after[parent].wires:
            after = after.with_nodes({parent: replace(after[parent], wires=close_gaps(after, wires))})
    return after


def _ports(old: tuple[NodeId, ...], new: tuple[NodeId, ...]) -> dict[int, int] | None:
    """Where each port is now; None if all are where they were."""
    return {port: new.index(child) for port, child in enumerate(old) if child in new} if old != new else None


def without_lost_outputs(design: Design, ids: Iterable[NodeId]) -> Design:
    """Without the wires from outputs that these layers, whose options changed, have no more."""
    for node_id in ids:
        entry = catalog.get(design[node_id].type)
        if entry is not None and entry.outputs is None:
            continue  # it has one, whatever its options are
        parent, count = home_of(design, node_id), output_count(design, node_id)
        wires = design[parent].wires if parent is not None else ()
        left = tuple(wire for wire in wires if wire.source != node_id or wire.output < count)
        if parent is not None and len(left) < len(wires):
            design = design.with_nodes({parent: replace(design[parent], wires=close_gaps(design, left))})
    return design


def _merges(design: Design, node_id: NodeId) -> bool:
    entry = catalog.get(design[node_id].type)
    return entry is not None and entry.inputs is None and not entry.container
