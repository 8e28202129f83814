"""The ports of a Module's children: how many each shows, and where along its upper or lower edge."""

from __future__ import annotations

from typing import NamedTuple

from core.design import catalog
from core.design.graph import output_count, port_count
from core.design.lists import reach
from core.design.model import Design, Node, NodeId


class Ports(NamedTuple):
    """The ports of a child of a Module: how many inputs, whether one more can be wired, as with Add, and outputs."""

    fixed: int
    has_spare: bool = False
    outputs: int = 1

    def share(self, number: int) -> float:
        """How far along a card's upper edge a port is, from 0 to 1. Wired ones are spread, a spare one is right."""
        if number < self.fixed or not self.has_spare:
            return (number + 1) / (max(self.fixed, number + 1) + 1)
        return 1 - 0.5 / (self.fixed + 1) if self.fixed else 0.5

    def output_share(self, number: int) -> float:
        """How far along a card's lower edge an output is, from 0 to 1."""
        return (number + 1) / (max(self.outputs, number + 1) + 1)


def ports_of(design: Design, module: Node) -> dict[NodeId, Ports]:
    """The ports of each child of a Module, and of the members of lists in it."""
    wired = dict.fromkeys(reach(design, module.children), 0)
    for wire in module.wires:
        wired[wire.target] = max(wired[wire.target], wire.input + 1)
    return {child: _ports(design, child, used) for child, used in wired.items()}


def _ports(design: Design, child: NodeId, used: int) -> Ports:
    count, outputs = port_count(design, child), output_count(design, child)
    if count is not None:
        return Ports(max(count, used), outputs=outputs)
    is_merge = catalog.get(design[child].type) is not None
    return Ports(used, True, outputs) if is_merge else Ports(max(used, 1), outputs=outputs)
