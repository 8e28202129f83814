"""Copies of layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.design.edits.inserting import check_insert, put
from core.design.edits.members import STEP, check_not_root, renew, subtree, topmost
from core.design.edits.wires import can_connect, connect
from core.design.lists import home_of, reach
from core.design.model import Design, Fragment, NodeId


def copy(design: Design, ids: Iterable[NodeId]) -> Fragment:
    """These nodes with all that is in them, as a fragment with the same ids."""
    ids = topmost(design, ids)
    nodes = subtree(design, ids)
    ties = Counter(node.tie for node in nodes)
    near = set(reach(design, ids))
    homes = dict.fromkeys(found for i in ids if (found := home_of(design, i)) is not None)
    wires = tuple(w for module in homes for w in design[module].wires if {w.source, w.target} <= near)
    customs = {node.type: design.customs[node.type] for node in nodes if node.type in design.customs}
    kept = {node.id: replace(node, tie=None) if ties[node.tie] == 1 else node for node in nodes}
    return Fragment(kept, ids, wires, customs)


def duplicate(design: Design, ids: Iterable[NodeId]) -> tuple[Design, tuple[NodeId, ...]]:
    """Put a copy of nodes behind the last of them in each container, fed by what feeds them.

    Gives the new design and the copies' ids.
    """
    ids = topmost(design, ids)
    check_not_root(design, ids, "The outermost container cannot be duplicated.")
    copies, chosen_ids = list[NodeId](), set(ids)
    for parent in dict.fromkeys(design.parents[i] for i in ids):
        children = design[parent].children
        chosen = [child for child in children if child in chosen_ids]
        original = copy(design, chosen)
        fragment = renew(original)
        index = children.index(chosen[-1]) + 1
        start = design[chosen[0]].position
        aside = None if start is None else (start[0] + STEP, start[1] + STEP / 2)
        check_insert(design, fragment, parent, index, aside)
        design, new = put(design, fragment, parent, index, aside)
        copies += new
        twins = dict(zip(original.nodes, fragment.nodes, strict=True))
        design = _fed_alike(design, {old: new for old, new in twins.items() if new in design})
    return design, tuple(copies)


def _fed_alike(design: Design, twins: Mapping[NodeId, NodeId]) -> Design:
    """Let what feeds a node from outside these `twins` feed its copy too. What the copy gives goes nowhere yet."""
    for module in dict.fromkeys(home_of(design, old) for old in twins):
        for wire in design[module].wires if module is not None else ():
            if wire.target in twins and wire.source not in twins and module is not None:
                into = replace(wire, target=twins[wire.target])
                if home_of(design, into.target) == module and can_connect(design, module, into):
                    design = connect(design, module, into)
    return design
