"""Where things lie on the canvas, as values: boxes, links, and the layout of them all, without painting or Qt.

All lengths are canvas units: pixels at 100 %. y grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from app.canvas.layout.layered import Point
from app.canvas.layout.metrics import Metrics
from core.design.model import Design, NodeId, Wire

Slot: TypeAlias = tuple[NodeId, int]
"""A place between the children of a Sequential: the container and the index that something put there would get."""


class Box(NamedTuple):
    """The rectangle of a card, or of the frame of a container whose children are shown in it."""

    node: NodeId
    x: float
    y: float
    width: float
    height: float
    is_frame: bool = False

    @property
    def centre(self) -> float:
        """The middle from left to right."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    def inlet(self, share: float, across: bool) -> Point:
        """Where a wire arrives: at a share of the upper edge, or, in a drawing from left to right, of the left one."""
        return (self.x, self.y + self.height * share) if across else (self.x + self.width * share, self.y)

    def outlet(self, share: float, across: bool) -> Point:
        """Where a wire leaves: at a share of the lower edge, or of the right one."""
        return (self.right, self.y + self.height * share) if across else (self.x + self.width * share, self.bottom)

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height

    def meets(self, x: float, y: float, width: float, height: float) -> bool:
        """Whether the box and this rectangle overlap."""
        return self.x < x + width and x < self.x + self.width and self.y < y + height and y < self.y + self.height


class Link(NamedTuple):
    """A line between two neighbours, through `points` and vertical at each. Children of a Sequential have no `wire`.

    `across`: it runs from left to right, and is horizontal at each point.
    """

    source: NodeId
    target: NodeId
    points: tuple[Point, ...]
    wire: Wire | None = None
    container: NodeId = ""
    across: bool = False


@dataclass(frozen=True)
class Layout:
    """All boxes, parents before children, all links, and the rectangle around them.

    `origins` says where (0, 0) of each opened Module's own positions lies; `slot` is the one that stands open.
    """

    design: Design
    context: NodeId
    metrics: Metrics
    boxes: Mapping[NodeId, Box]
    links: tuple[Link, ...]
    bounds: Box
    origins: Mapping[NodeId, Point] = field(default_factory=dict)
    slot: Slot | None = None

    def area(self, container: NodeId) -> Box:
        """Where a container's children are: its frame, or, for the one entered, all there is."""
        return self.boxes.get(container, self.bounds)

    def box_at(self, x: float, y: float) -> Box | None:
        """The innermost box at a point."""
        found = None
        for box in self.boxes.values():
            if box.x <= x < box.x + box.width and box.y <= y < box.y + box.height:
                found = box
        return found

    def visible(self, x: float, y: float, width: float, height: float) -> Iterator[Box]:
        """The boxes that overlap a rectangle, parents before children."""
        right, bottom = x + width, y + height
        for box in self.boxes.values():
            if box[2] < bottom and y < box[2] + box[4] and box[1] < right and x < box[1] + box[3]:
                yield box

    def is_open_slot(self, link: Link) -> bool:
        """Whether a link crosses the slot that stands open."""
        if self.slot is None or link.container != self.slot[0]:
            return False
        children, index = self.design.nodes[link.container].children, self.slot[1]
        return 0 < index < len(children) and children[index] == link.target

    def is_opened(self, node_id: NodeId) -> bool:
        """Whether a container shows its children here."""
        return node_id == self.context or (node_id in self.boxes and self.boxes[node_id].is_frame)
