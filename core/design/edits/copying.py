"""Copies of layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from core.design.edits.inserting import check_insert, put
from core.design.edits.members import STEP, check_not_root, renew, subtree, topmost
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
    """Put a copy of nodes behind the last of them in each container; gives the new design and the copies' ids."""
    ids = topmost(design, ids)
    check_not_root(design, ids, "The outermost container cannot be duplicated.")
    copies, chosen_ids = list[NodeId](), set(ids)
    for parent in dict.fromkeys(design.parents[i] for i in ids):
        children = design[parent].children
        chosen = [child for child in children if child in chosen_ids]
        fragment = renew(copy(design, chosen))
        index = children.index(chosen[-1]) + 1
        start = design[chosen[0]].position
        aside = None if start is None else (start[0] + STEP, start[1] + STEP / 2)
        check_insert(design, fragment, parent, index, aside)
        design, new = put(design, fragment, parent, index, aside)
        copies += new
    return design, tuple(copies)
