"""Arranging a design: where everything lies that is seen of a container."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.canvas.layout.bands import Rect
from app.canvas.layout.by_hand import free_way
from app.canvas.layout.curves import swapped
from app.canvas.layout.geometry import Box, Layout, Link, Slot
from app.canvas.layout.layered import Point, Size
from app.canvas.layout.measuring import Measured
from app.canvas.layout.metrics import Metrics
from core.design.edits import is_container
from core.design.graph import output_count
from core.design.lists import reach
from core.design.model import Design, Node, NodeId


def arrange(design: Design, context: NodeId, metrics: Metrics, slot: Slot | None = None) -> Layout:
    """Lay out what is inside `context`. With `slot`, the gap there stands open for something to be dropped into it."""
    shown = list(_shown(design, context))
    measured = Measured(design, context, metrics, slot)
    for node in reversed(shown):
        measured.measure(node)
    return _Placed(measured).place(shown)


def lies_alike(before: Design, after: Design) -> bool:
    """Whether everything lies in the same places in two designs, as after an edit of options or names."""
    if before.root != after.root or before.nodes.keys() != after.nodes.keys():
        return False
    old = before.nodes
    return all(node is old[i] or _places(before, old[i]) == _places(after, node) for i, node in after.nodes.items())


def _places(design: Design, node: Node) -> tuple[object, ...]:
    """What of a node decides where things lie."""
    look = node.position, node.collapsed, node.is_across, node.frame, node.options.get("text")
    return node.type, node.children, node.wires, *look, output_count(design, node.id)


def _shown(design: Design, context: NodeId) -> Iterator[Node]:
    """The entered container and all that can be seen in it, parents before children."""
    nodes, stack = design.nodes, [context]
    while stack:
        node = nodes[stack.pop()]
        yield node
        if node.children and (not node.collapsed or node.id == context):
            frames = [child for child in node.children if nodes[child].type == "Frame"]  # under what is in them
            stack.extend(child for child in reversed(node.children) if nodes[child].type != "Frame")
            stack.extend(frames)


class _Placed:
    """Rectangles and lines, from the outermost in."""

    def __init__(self, measured: Measured) -> None:
        self.measured = measured
        self.boxes: dict[NodeId, Box] = {}
        self.links: list[Link] = []
        self.origins: dict[NodeId, Point] = {}

    def place(self, shown: list[Node]) -> Layout:
        measured = self.measured
        context = shown[0]
        width, height = measured.sizes[context.id]
        if context.type != "Module":
            self.boxes[context.id] = Box(context.id, -width / 2, 0.0, width, height, True)
        for node in shown:
            if is_container(node) and (not node.collapsed or node.id == context.id):
                if node.type == "Module":
                    self._graph(node)
                else:
                    self._stack(node, self.boxes[node.id])
        for node in shown:
            if node.id in self.origins:
                self._links(node)
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
            if before is not None and node.type == "Sequential":
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
            is_frame = opened.type == "Frame" or (is_container(opened) and not opened.collapsed)
            self.boxes[child] = Box(child, dx + centre - width / 2, dy + top, width, height, is_frame)

    def _links(self, node: Node) -> None:
        """The wires of a Module, once all is placed: they may lead to members of lists."""
        measured, (dx, dy) = self.measured, self.origins[node.id]
        routes, ports, children = measured.placements[node.id].routes, measured.ports[node.id], set(node.children)
        across = node.is_across
        for wire in node.wires:
            if routes:
                route = routes.get((measured.child(node, wire.source), measured.child(node, wire.target)), ())
            else:
                route = ()
            start, end = self._seen(wire.source), self._seen(wire.target)
            if start is end:
                continue
            first = start.outlet(ports[wire.source].output_share(wire.output), across)
            last = end.inlet(ports[wire.target].share(wire.input), across)
            way = tuple((x + dx, y + dy) for x, y in route)
            if wire.source not in children or wire.target not in children:
                way = self._into_list(node, (first, *way, last), start, end)
            self.links.append(Link(wire.source, wire.target, (first, *way, last), wire, node.id, across))

    def _into_list(self, module: Node, points: tuple[Point, ...], start: Box, end: Box) -> tuple[Point, ...]:
        """The way of a wire between points past what lies between its ends, of which one is in a list."""
        between = self._between(module, start, end)
        if module.is_across:
            points, between = swapped(points), [(y, x, bottom, right) for x, y, right, bottom in between]
        first, *way, last = points
        if first[1] >= last[1]:  # it leads back: as it comes
            return swapped(way) if module.is_across else tuple(way)
        between = [box for box in between if first[1] <= box[3] and box[1] <= last[1]]
        free = free_way(first, last, between, tuple(way))
        return swapped(free) if module.is_across else free

    def _between(self, module: Node, start: Box, end: Box) -> list[Rect]:
        """What a wire that leads into a list may have in its way: cards and frames that neither end is in."""
        design, boxes = self.measured.design, self.boxes
        around = {i for box in (start, end) for i in (box.node, *design.ancestors(box.node))}
        near = (boxes[i] for i in reach(design, module.children) if i in boxes and i not in around)
        return [(box.x, box.y, box.right, box.bottom) for box in near]

    def _seen(self, node_id: NodeId) -> Box:
        """The box of a node, or of the folded list that it is in."""
        while node_id not in self.boxes:
            node_id = self.measured.design.parents[node_id]
        return self.boxes[node_id]

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
            xs, ys = [x for x, _ in link.points], [y for _, y in link.points]
            left, right = min(left, *xs), max(right, *xs)
            top, bottom = min(top, *ys), max(bottom, *ys)
    return Box(context, left, top, right - left, bottom - top)
