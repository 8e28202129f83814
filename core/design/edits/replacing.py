"""Putting a layer of another type in the place of every one of a type."""

from __future__ import annotations

from dataclasses import replace

from core.design import catalog
from core.design.edits.asking import asks
from core.design.edits.names import free_name
from core.design.model import Design, Node, NodeId
from core.errors import DesignError


def check_replace_all(design: Design, old: str, new: str) -> None:
    """Raise `DesignError` if layers of one built-in type cannot take the place of all of another."""
    before, after = catalog.get(old), catalog.get(new)
    kinds = [
        kind
        for kind in (before, after)
        if kind is not None and not kind.container and kind.family not in ("input", "mark")
    ]
    if len(kinds) < 2 or kinds[0].inputs != kinds[1].inputs:
        raise DesignError("A {new} cannot take the place of a {old}.", new=new, old=old)


can_replace_all = asks(check_replace_all)


def replace_all(design: Design, old: str, new: str) -> Design:
    """Each layer of a type becomes one of another, in its place. One that was called after its type still is."""
    check_replace_all(design, old, new)
    if old == new:
        return design
    changed: dict[NodeId, Node] = {}
    for holder in design.walk():
        mine = [design[child] for child in holder.children if design[child].type == old]
        named_after = [node for node in mine if _stem(node) == old.lower()]
        taken = {design[child].name for child in holder.children} - {node.name for node in named_after}
        for node in mine:
            name = node.name
            if node in named_after:
                name = free_name(new.lower() + node.name[len(old) :], taken)
                taken.add(name)
            changed[node.id] = replace(node, type=new, name=name, options={}, frozen=frozenset(), tie=None)
    return design.with_nodes(changed) if changed else design


def _stem(node: Node) -> str:
    return node.name.rstrip("0123456789")
