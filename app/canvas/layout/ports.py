"""The ports of a Module's children: how many inputs each shows, and where along its upper edge."""

from __future__ import annotations

from typing import NamedTuple

from core.design import catalog
from core.design.graph import port_count
from core.design.lists import reach
from core.design.model import Design, Node, NodeId


class Ports(NamedTuple):
    """The input ports of a child of a Module: how many, and whether one more can be wired, as with Add."""

    fixed: int
    has_spare: bool = False

    def share(self, number: int) -> float:
        """How far along a card's upper edge a port is, from 0 to 1. Wired ones are spread, a spare one is right."""
        if number < self.fixed or not self.has_spare:
            return (number + 1) / (max(self.fixed, number + 1) + 1)
        return 1 - 0.5 / (self.fixed + 1) if self.fixed else 0.5


def ports_of(design: Design, module: Node) -> dict[NodeId, Ports]:
    """The input ports of each child of a Module, and of the members of lists in it."""
    wired = dict.fromkeys(reach(design, module.children), 0)
    for wire in module.wires:
        wired[wire.target] = max(wired[wire.target], wire.input + 1)
    return {child: _ports(design, child, used) for child, used in wired.items()}


def _ports(design: Design, child: NodeId, used: int) -> Ports:
    count = port_count(design, child)
    if count is not None:
        return Ports(max(count, used))
    is_merge = catalog.get(design[child].type) is not None
    return Ports(used, True) if is_merge else Ports(max(used, 1))
