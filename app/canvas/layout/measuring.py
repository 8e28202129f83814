"""How large cards and frames are, and where a Module's children lie in it, from the innermost out."""

from __future__ import annotations

from collections.abc import Mapping

from app.canvas.layout.by_hand import ByHand
from app.canvas.layout.curves import swapped
from app.canvas.layout.geometry import Slot
from app.canvas.layout.layered import Edge, Placement, Point, Size, layered
from app.canvas.layout.marks import frame_places, members_of_frames, size_of_mark
from app.canvas.layout.metrics import Metrics
from app.canvas.layout.ports import Ports, ports_of
from core.design.edits import is_container
from core.design.model import MARKS, Design, Node, NodeId


class Measured:
    """Sizes, from the innermost out."""

    def __init__(self, design: Design, context: NodeId, metrics: Metrics, slot: Slot | None) -> None:
        self.design, self.context, self.metrics, self.slot = design, context, metrics, slot
        self.card: Size = (float(metrics.card_width), float(metrics.card_height))
        self.sizes: dict[NodeId, Size] = {}
        self.placements: dict[NodeId, Placement] = {}
        self.ports: dict[NodeId, dict[NodeId, Ports]] = {}
        self.bounds: dict[NodeId, tuple[float, float, float, float]] = {}

    def measure(self, node: Node) -> None:
        """After its children."""
        if node.type in MARKS:
            self.sizes[node.id] = size_of_mark(node, self.metrics)
        elif not is_container(node) or (node.collapsed and node.id != self.context):
            self.sizes[node.id] = self.card
        elif node.type != "Module":
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
        placement = self._placed(node)
        self.placements[node.id] = placement
        left, top, right, bottom = self._extent(node, placement)
        self.bounds[node.id] = (left, top, right, bottom)
        width = max(right - left, self.card[0]) + 2 * metrics.padding
        return width, max(bottom - top, self.card[1]) + metrics.header + metrics.padding

    def _placed(self, node: Node) -> Placement:
        """Where a Module's children lie. What runs from left to right is placed from top to bottom, and then turned."""
        across, metrics = node.is_across, self.metrics
        frames = members_of_frames(self.design, node)
        children = [child for child in node.children if child not in frames]
        sizes = {child: self.sizes[child][::-1] if across else self.sizes[child] for child in children}
        gap = metrics.across_gap if across else metrics.layer_gap
        ends = self.ends(node)
        wired = {end for edge in ends for end in edge}
        chain = tuple(child for child in children if child in wired)
        placement = layered(
            chain, tuple(sizes[i] for i in chain), tuple(ends), gap, metrics.column_gap, tuple(ends.values())
        )
        placement = self._with_loose(placement, sizes)
        nodes = self.design.nodes
        moved = {child: position for child in children if (position := nodes[child].position) is not None}
        if moved:
            turned = {child: _turned_back(place, self.sizes[child]) for child, place in moved.items()}
            placement = ByHand(sizes, ends, gap, placement, turned if across else moved).place()
        placement = _turned(placement, self.sizes) if across else placement
        return self._framed(frames, placement) if frames else placement

    def _framed(self, frames: Mapping[NodeId, list[NodeId]], placement: Placement) -> Placement:
        """With the frames around what was placed."""
        places = frame_places(frames, placement.positions, self.sizes, self.metrics)
        self.sizes |= {frame: size for frame, (_, size) in places.items()}
        positions = {frame: place for frame, (place, _) in places.items()}
        return Placement({**placement.positions, **positions}, placement.routes)

    def ends(self, module: Node) -> dict[Edge, tuple[float, float]]:
        """The wires of a Module as its children see them, and how far along their widths each begins and arrives.

        Those of a member of a list are the list's.
        """
        ports, ends = ports_of(self.design, module), dict[Edge, tuple[float, float]]()
        self.ports[module.id] = ports
        for wire in module.wires:
            source, target = self.child(module, wire.source), self.child(module, wire.target)
            along = ports[source].output_share(wire.output) if source == wire.source else 0.5
            across = ports[target].share(wire.input) if target == wire.target else 0.5
            if source != target:
                ends.setdefault((source, target), (along, across))
        return ends

    def child(self, module: Node, node_id: NodeId) -> NodeId:
        """The child of a Module that a node is, or is in."""
        parents = self.design.parents
        while (parent := parents[node_id]) != module.id:
            node_id = parent
        return node_id

    def _with_loose(self, placement: Placement, sizes: Mapping[NodeId, Size]) -> Placement:
        """Put what has no wire beside what has, in a row: it comes, goes and is moved without shifting the others."""
        positions = dict(placement.positions)
        ends = [x + sizes[child][0] / 2 for child, (x, _) in positions.items()]
        right = max(ends + [x for route in placement.routes.values() for x, _ in route], default=None)
        for child in sizes:
            if child not in positions and self.design[child].position is None:
                half = sizes[child][0] / 2
                centre = 0.0 if right is None else right + self.metrics.column_gap + half
                positions[child], right = (float(round(centre)), 0.0), centre + half
        return Placement(positions, placement.routes)

    def _extent(self, node: Node, placement: Placement) -> tuple[float, float, float, float]:
        if not node.children:
            return (0.0, 0.0, 0.0, 0.0)
        boxes = [(*placement.positions[child], *self.sizes[child]) for child in node.children]
        passing = [point for route in placement.routes.values() for point in route]
        return (
            min([x - width / 2 for x, _, width, _ in boxes] + [x for x, _ in passing]),
            min([y for _, y, _, _ in boxes] + [y for _, y in passing]),
            max([x + width / 2 for x, _, width, _ in boxes] + [x for x, _ in passing]),
            max([y + height for _, y, _, height in boxes] + [y for _, y in passing]),
        )


def _turned(placement: Placement, sizes: Mapping[NodeId, Size]) -> Placement:
    """What was placed from top to bottom, from left to right. Places are top centres before and after."""
    positions = {
        child: (start + sizes[child][0] / 2, middle - sizes[child][1] / 2)
        for child, (middle, start) in placement.positions.items()
    }
    return Placement(positions, {edge: swapped(route) for edge, route in placement.routes.items()})


def _turned_back(place: Point, size: Size) -> Point:
    """A top centre as it is in a drawing from top to bottom."""
    return place[1] + size[1] / 2, place[0] - size[0] / 2
