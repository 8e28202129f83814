"""Taking layers out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.design.edits.asking import asks
from core.design.edits.members import check_not_root, subtree, topmost, without_lonely_ties
from core.design.edits.moving import frame, framed
from core.design.edits.wires import close_gaps, follow_ports
from core.design.lists import home, numbered
from core.design.model import Design, Node, NodeId, Wire


def check_remove(design: Design, ids: Iterable[NodeId], join: bool = False) -> None:
    """Raise `DesignError` if these nodes cannot be removed."""
    check_not_root(design, tuple(ids), "The outermost container cannot be removed.")


can_remove = asks(check_remove)


def remove(design: Design, ids: Iterable[NodeId], join: bool = False) -> Design:
    """Remove nodes with all that is in them. `join`: what fed a node of a Module container then feeds what it fed."""
    ids = topmost(design, ids)
    check_remove(design, ids)
    framed_ones = [i for frame_id in ids if design[frame_id].type == "Frame" for i in framed(design, frame_id)]
    design = frame(design, framed_ones, None)
    top, gone = set(ids), subtree(design, ids)
    changed: dict[NodeId, Node | None] = {node.id: None for node in gone}
    parents = {design.parents[i] for i in ids}
    for parent in parents:
        children = tuple(child for child in design[parent].children if child not in top)
        changed[parent] = replace(design[parent], children=children)
    for module in {found for parent in parents if (found := home(design, parent)) is not None}:
        wires = close_gaps(design, _left(design[module].wires, {node.id for node in gone}, join))
        changed[module] = replace(changed.get(module) or design[module], wires=wires)
    after = numbered(design.with_nodes(changed), parents)
    after = follow_ports(design, after, [i for i, node in changed.items() if node is not None])
    return without_lonely_ties(after, (node.tie for node in gone)) if ids else design


def _left(wires: tuple[Wire, ...], gone: set[NodeId], join: bool) -> tuple[Wire, ...]:
    """The wires without these nodes. `join`: what entered the first input of a node then goes where its output went."""
    before: dict[NodeId, Wire] = {}
    for wire in sorted(wires, key=lambda wire: wire.input, reverse=True):
        before[wire.target] = wire
    left = []
    for wire in wires:
        first: Wire | None = wire
        while first is not None and first.source in gone:
            first = before.get(first.source) if join else None
        if first is not None and wire.target not in gone:
            left.append(wire if first is wire else replace(wire, source=first.source, output=first.output))
    return tuple(left)
