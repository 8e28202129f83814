"""Node and Wire: a layer or container of a drawing, and a connection between two of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

NodeId: TypeAlias = str
Value: TypeAlias = "bool | int | float | str | tuple[Value, ...] | None"


MARKS = ("Note", "Frame", "Reroute")
"""What belongs to the drawing alone: a comment, a frame around some of the cards, a point that a wire passes."""


def new_id() -> NodeId:
    """A fresh id. Random, so that after an undo no other layer gets the id, and with it the weights, of a lost one."""
    return secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class Wire:
    """A connection between two children of one Module container: from an output of `source` to an input of `target`.

    Both are counted from 0.
    """

    source: NodeId
    target: NodeId
    input: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """A layer or a container.

    `type` is a key of the catalog ("Linear", "Sequential") or the name of a custom layer of the design.
    `options` holds only what was set; a missing option has its default or is worked out from what flows in.
    `children` are in order of execution in a Sequential; `wires` connect them in a Module container.
    `position` is the card's top centre within its Module container, in canvas units; None: placed automatically.
    `frozen` names the parameters that are not trained; nodes with the same `tie` share their parameters.
    A `bypassed` node stays in the drawing, and what flows into it flows out of it unchanged.
    `frame` is the Frame beside it that is drawn around it; one that is elsewhere does not count.
    """

    id: NodeId
    type: str
    name: str
    options: Mapping[str, Value] = field(default_factory=dict)
    children: tuple[NodeId, ...] = ()
    wires: tuple[Wire, ...] = ()
    position: tuple[float, float] | None = None
    collapsed: bool = False
    frozen: frozenset[str] = frozenset()
    tie: str | None = None
    bypassed: bool = False
    frame: NodeId | None = None

    @property
    def is_across(self) -> bool:
        """Whether what is in a Module container is drawn from left to right."""
        return self.type == "Module" and self.options.get("across") is True
