"""Putting a layer of another type in the place of every one of a type."""

from __future__ import annotations

from dataclasses import replace

from core.design import catalog
from core.design.edits.asking import asks
from core.design.edits.names import free_name
from core.design.model import Design, Node
from core.errors import DesignError


def check_replace_all(design: Design, old: str, new: str) -> None:
    """Raise `DesignError` if layers of one built-in type cannot take the place of all of another."""
    before, after = catalog.get(old), catalog.get(new)
    if before is None or after is None or before.inputs != after.inputs or before.container or after.container:
        raise DesignError("A {new} cannot take the place of a {old}.", new=new, old=old)


can_replace_all = asks(check_replace_all)


def replace_all(design: Design, old: str, new: str) -> Design:
    """Each layer of a type becomes one of another, in its place. One that was called after its type still is."""
    check_replace_all(design, old, new)
    changed: dict[str, Node] = {}
    for node in design.nodes.values():
        if node.type == old:
            changed[node.id] = replace(node, type=new, options={}, frozen=frozenset(), tie=None)
    named = {node_id: replace(node, name=_name(design, node, old, changed)) for node_id, node in changed.items()}
    return design.with_nodes(named) if named else design


def _name(design: Design, node: Node, old: str, changed: dict[str, Node]) -> str:
    stem = node.name.rstrip("0123456789")
    if stem != old.lower():
        return node.name
    siblings = design[design.parents[node.id]].children
    taken = {design[child].name for child in siblings if child not in changed}
    return free_name(node.type.lower() + node.name[len(stem) :], taken)
