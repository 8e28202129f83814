"""Where everything of a design lies on the canvas: a pure function of the design, with no painting and no Qt in it.

All lengths are canvas units: pixels at 100 %. y grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from app.canvas.layout.layered import Placement, Point, Size, layered
from app.canvas.layout.metrics import Metrics
from app.canvas.layout.ports import ports_of
from core.design.edits import is_container
from core.design.model import Design, Node, NodeId, Wire

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

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height

    def meets(self, x: float, y: float, width: float, height: float) -> bool:
        """Whether the box and this rectangle overlap."""
        return self.x < x + width and x < self.x + self.width and self.y < y + height and y < self.y + self.height


class Link(NamedTuple):
    """A line between two neighbours, through `points` and vertical at each. Children of a Sequential have no `wire`."""

    source: NodeId
    target: NodeId
    points: tuple[Point, ...]
    wire: Wire | None = None
    container: NodeId = ""


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


def arrange(design: Design, context: NodeId, metrics: Metrics, slot: Slot | None = None) -> Layout:
    """Lay out what is inside `context`. With `slot`, the gap there stands open for something to be dropped into it."""
    shown = list(_shown(design, context))
    measured = _Measured(design, context, metrics, slot)
    for node in reversed(shown):
        measured.measure(node)
    return _Placed(measured).place(shown)


def lies_alike(before: Design, after: Design) -> bool:
    """Whether everything lies in the same places in two designs, as after an edit of options or names."""
    if before.root != after.root or before.nodes.keys() != after.nodes.keys():
        return False
    old = before.nodes
    return all(node is old[i] or _places(node) == _places(old[i]) for i, node in after.nodes.items())


def _places(node: Node) -> tuple[object, ...]:
    """What of a node decides where things lie."""
    return node.type, node.children, node.wires, node.position, node.collapsed


def _shown(design: Design, context: NodeId) -> Iterator[Node]:
    """The entered container and all that can be seen in it, parents before children."""
    nodes, stack = design.nodes, [context]
    while stack:
        node = nodes[stack.pop()]
        yield node
        if node.children and (not node.collapsed or node.id == context):
            stack.extend(reversed(node.children))


class _Measured:
    """Sizes, from the innermost out."""

    def __init__(self, design: Design, context: NodeId, metrics: Metrics, slot: Slot | None) -> None:
        self.design, self.context, self.metrics, self.slot = design, context, metrics, slot
        self.card: Size = (float(metrics.card_width), float(metrics.card_height))
        self.sizes: dict[NodeId, Size] = {}
        self.placements: dict[NodeId, Placement] = {}
        self.bounds: dict[NodeId, tuple[float, float, float, float]] = {}

    def measure(self, node: Node) -> None:
        if not is_container(node) or (node.collapsed and node.id != self.context):
            self.sizes[node.id] = self.card
        elif node.type == "Sequential":
            self.sizes[node.id] = self._stack(node)
        else:
            self.sizes[node.id] = self._graph(node)

    def _stack(self, node: Node) -> Size:
        metrics, sizes = self.metrics, self.sizes
        width, height = self.card[0], 0.0
        for child in node.children:
            its_width, its_height = sizes[child]
            width = max(width, its_width)
            height += its_height
        gaps = max(0, len(node.children) - 1) * metrics.stack_gap or (0 if node.children else self.card[1])
        opened = self.opening(node.id)
        return width + 2 * metrics.padding, metrics.header + height + gaps + opened + metrics.padding

    def opening(self, container: NodeId) -> float:
        """How much higher a Sequential is for its open slot."""
        return float(self.metrics.stack_gap) if self.slot is not None and self.slot[0] == container else 0.0

    def _graph(self, node: Node) -> Size:
        metrics = self.metrics
        edges = tuple((wire.source, wire.target) for wire in node.wires)
        wired = {end for edge in edges for end in edge}
        chain = tuple(child for child in node.children if child in wired)
        sizes = tuple(self.sizes[child] for child in chain)
        placement = layered(chain, sizes, edges, metrics.layer_gap, metrics.column_gap)
        placement = self._with_loose(node, placement)
        placement = self._by_hand(node, placement)
        self.placements[node.id] = placement
        left, top, right, bottom = self._extent(node, placement)
        self.bounds[node.id] = (left, top, right, bottom)
        width = max(right - left, self.card[0]) + 2 * metrics.padding
        return width, max(bottom - top, self.card[1]) + metrics.header + metrics.padding

    def _with_loose(self, node: Node, placement: Placement) -> Placement:
        """Put what has no wire beside what has, in a row: it comes, goes and is moved without shifting the others."""
        positions = dict(placement.positions)
        right = max((x + self.sizes[child][0] / 2 for child, (x, _) in positions.items()), default=None)
        for child in node.children:
            if child not in positions and self.design[child].position is None:
                half = self.sizes[child][0] / 2
                centre = 0.0 if right is None else right + self.metrics.column_gap + half
                positions[child], right = (float(round(centre)), 0.0), centre + half
        return Placement(positions, placement.routes)

    def _by_hand(self, node: Node, placement: Placement) -> Placement:
        """Put where it was put by hand what was; what would then lie below another moves down."""
        nodes = self.design.nodes
        moved = {child: position for child in node.children if (position := nodes[child].position) is not None}
        if not moved:
            return placement
        positions = _apart({**placement.positions, **moved}, self.sizes, self.metrics)
        untouched = {i for i, position in positions.items() if position == placement.positions.get(i)}
        routes = {edge: route for edge, route in placement.routes.items() if untouched.issuperset(edge)}
        return Placement(positions, routes)

    def _extent(self, node: Node, placement: Placement) -> tuple[float, float, float, float]:
        if not node.children:
            return (0.0, 0.0, 0.0, 0.0)
        boxes = [(*placement.positions[child], *self.sizes[child]) for child in node.children]
        passing = [x for route in placement.routes.values() for x, _ in route]
        return (
            min([x - width / 2 for x, _, width, _ in boxes] + passing),
            min(y for _, y, _, _ in boxes),
            max([x + width / 2 for x, _, width, _ in boxes] + passing),
            max(y + height for _, y, _, height in boxes),
        )


def _apart(positions: dict[NodeId, Point], sizes: Mapping[NodeId, Size], metrics: Metrics) -> dict[NodeId, Point]:
    """Move down what lies on something above it, so that no two boxes overlap."""
    placed: list[tuple[float, float, float, float]] = []
    result: dict[NodeId, Point] = {}
    for node, (centre, top) in sorted(positions.items(), key=lambda item: (item[1][1], item[1][0])):
        width, height = sizes[node]
        left, right = centre - width / 2, centre + width / 2
        beside = sorted((box for box in placed if box[0] < right and left < box[2]), key=lambda box: box[1])
        for _, its_top, _, its_bottom in beside:
            if its_top < top + height and top < its_bottom:
                top = its_bottom + metrics.layer_gap
        placed.append((left, top, right, top + height))
        result[node] = (centre, top)
    return {node: result[node] for node in positions}


class _Placed:
    """Rectangles and lines, from the outermost in."""

    def __init__(self, measured: _Measured) -> None:
        self.measured = measured
        self.boxes: dict[NodeId, Box] = {}
        self.links: list[Link] = []
        self.origins: dict[NodeId, Point] = {}

    def place(self, shown: list[Node]) -> Layout:
        measured = self.measured
        context = shown[0]
        width, height = measured.sizes[context.id]
        if context.type == "Sequential":
            self.boxes[context.id] = Box(context.id, -width / 2, 0.0, width, height, True)
        for node in shown:
            if is_container(node) and (not node.collapsed or node.id == context.id):
                if node.type == "Sequential":
                    self._stack(node, self.boxes[node.id])
                else:
                    self._graph(node)
        boxes = self._in_order(shown)
        return Layout(
            measured.design,
            context.id,
            measured.metrics,
            boxes,
            tuple(self.links),
            _around(context.id, boxes, self.links, measured.card),
            self.origins,
            measured.slot,
        )

    def _in_order(self, shown: list[Node]) -> dict[NodeId, Box]:
        return {node.id: self.boxes[node.id] for node in shown if node.id in self.boxes}

    def _stack(self, node: Node, frame: Box) -> None:
        metrics, sizes, nodes, boxes = (
            self.measured.metrics,
            self.measured.sizes,
            self.measured.design.nodes,
            self.boxes,
        )
        x, width, gap = frame.x + metrics.padding, frame.width - 2 * metrics.padding, metrics.stack_gap
        centre, y = frame.x + frame.width / 2, frame.y + metrics.header
        opening = self.measured.opening(node.id)
        at = self.measured.slot[1] if opening and self.measured.slot else -1
        before = None
        for index, child in enumerate(node.children):
            if index == at:
                y += opening
            height = sizes[child][1]
            opened = nodes[child]
            is_frame = is_container(opened) and not opened.collapsed
            boxes[child] = Box(child, x, y, width, height, is_frame)
            if before is not None:
                start = before[2] + before[4]
                self.links.append(Link(before[0], child, ((centre, start), (centre, y)), None, node.id))
            before = boxes[child]
            y += height + gap

    def _graph(self, node: Node) -> None:
        placement = self.measured.placements[node.id]
        dx, dy = self.origins[node.id] = self._origin(node)
        nodes, sizes = self.measured.design.nodes, self.measured.sizes
        for child in node.children:
            (centre, top), (width, height) = placement.positions[child], sizes[child]
            opened = nodes[child]
            is_frame = is_container(opened) and not opened.collapsed
            self.boxes[child] = Box(child, dx + centre - width / 2, dy + top, width, height, is_frame)
        ports = ports_of(self.measured.design, node)
        for wire in node.wires:
            route = placement.routes.get((wire.source, wire.target), ())
            start, end = self.boxes[wire.source], self.boxes[wire.target]
            across = ports[wire.target].share(wire.input)
            points = (
                (start.centre, start.bottom),
                *((x + dx, y + dy) for x, y in route),
                (end.x + end.width * across, end.y),
            )
            self.links.append(Link(wire.source, wire.target, points, wire, node.id))

    def _origin(self, node: Node) -> Point:
        """Where (0, 0) of a Module's own positions lies on the canvas."""
        if node.id == self.measured.context:
            return (0.0, 0.0)
        frame, metrics = self.boxes[node.id], self.measured.metrics
        left, top, right, _ = self.measured.bounds[node.id]
        return frame.centre - (left + right) / 2, frame.y + metrics.header - top


def _around(context: NodeId, boxes: Mapping[NodeId, Box], links: list[Link], card: Size) -> Box:
    if not boxes:
        return Box(context, -card[0] / 2, 0.0, *card)
    left = min(box[1] for box in boxes.values())
    top = min(box[2] for box in boxes.values())
    right = max(box[1] + box[3] for box in boxes.values())
    bottom = max(box[2] + box[4] for box in boxes.values())
    for link in links:
        if len(link.points) > 2:
            left, right = min(left, *(x for x, _ in link.points)), max(right, *(x for x, _ in link.points))
    return Box(context, left, top, right - left, bottom - top)
