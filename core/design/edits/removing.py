"""Taking layers out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.design.edits.asking import asks
from core.design.edits.members import check_not_root, subtree, topmost, without_lonely_ties
from core.design.edits.wires import close_gaps, follow_ports
from core.design.model import Design, Node, NodeId, Wire


def check_remove(design: Design, ids: Iterable[NodeId], join: bool = False) -> None:
    """Raise `DesignError` if these nodes cannot be removed."""
    check_not_root(design, tuple(ids), "The outermost container cannot be removed.")


can_remove = asks(check_remove)


def remove(design: Design, ids: Iterable[NodeId], join: bool = False) -> Design:
    """Remove nodes with all that is in them. `join`: what fed a node of a Module container then feeds what it fed."""
    ids = topmost(design, ids)
    check_remove(design, ids)
    gone = subtree(design, ids)
    changed: dict[NodeId, Node | None] = {node.id: None for node in gone}
    for parent in {design.parents[i] for i in ids}:
        holder = design[parent]
        wires = holder.wires
        for node_id in holder.children:
            if node_id in ids:
                wires = _without(wires, node_id, join)
        children = tuple(child for child in holder.children if child not in ids)
        changed[parent] = replace(holder, children=children, wires=close_gaps(design, wires))
    after = design.with_nodes(changed)
    after = follow_ports(design, after, [i for i, node in changed.items() if node is not None])
    return without_lonely_ties(after, (node.tie for node in gone)) if ids else design


def _without(wires: tuple[Wire, ...], node_id: NodeId, join: bool) -> tuple[Wire, ...]:
    entering = min((wire for wire in wires if wire.target == node_id), key=lambda wire: wire.input, default=None)
    rest = tuple(wire for wire in wires if node_id not in (wire.source, wire.target))
    if not join or entering is None:
        return rest
    return (*rest, *(replace(wire, source=entering.source) for wire in wires if wire.source == node_id))
