"""What lies under a point of the canvas: slots to drop into, ports, wires. Pure geometry."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import hypot

from app.canvas.layout.curves import distance, meets, middle, swapped
from app.canvas.layout.geometry import Box, Layout, Link
from app.canvas.layout.layered import Point
from app.canvas.layout.metrics import snapped
from app.canvas.layout.ports import ports_of
from core.design.graph import input_name, output_name
from core.design.lists import UNWIRED, home_of
from core.design.model import NodeId, Wire

_LABEL = 40.0, 9.0
"""Half the width and height in which a shape on a wire is clicked."""


@dataclass(frozen=True, slots=True)
class Port:
    """An input or an output of a child of a Module, by its number. `container` is the Module."""

    container: NodeId
    node: NodeId
    is_output: bool
    number: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where something can be put: at an index of a Sequential or list, or at a position in a Module, or into a wire.

    `opened`: containers around it that were folded, and open for it. `frame`: the Frame of the drawing that it is in.
    """

    container: NodeId
    index: int | None = None
    position: Point | None = None
    wire: Wire | None = None
    opened: tuple[NodeId, ...] = ()
    frame: NodeId | None = None


def place_at(layout: Layout, x: float, y: float, without: Collection[NodeId] = (), reach: float = 0.0) -> Place:
    """Where something dropped at a point would go; never into the nodes `without`, such as what is dragged itself.

    With a `reach`, a wire that is nearer than that or that a card there would cover takes it in.
    """
    container = container_at(layout, x, y, without)
    if layout.design[container].type != "Module":
        return Place(container, index=slot_index(layout, container, y))
    origin = layout.origins.get(container, (0.0, 0.0))
    position = snapped(x - origin[0]), snapped(y - origin[1] - layout.metrics.card_height / 2)
    link = (link_at(layout, x, y, reach) or _covered(layout, x, y)) if reach else None
    wire = (
        link.wire if link and link.container == container and {link.source, link.target}.isdisjoint(without) else None
    )
    return Place(container, position=position, wire=wire, frame=_frame_at(layout, x, y, container))


def container_at(layout: Layout, x: float, y: float, without: Collection[NodeId] = ()) -> NodeId:
    """The innermost opened container at a point, or else the one entered."""
    found, parents, closed = layout.context, layout.design.parents, set(without)
    for box in layout.boxes.values():
        if box.is_frame and layout.design.nodes[box.node].type != "Frame":
            if parents.get(box.node) in closed:
                closed.add(box.node)
            elif box.node not in closed and box.contains(x, y):
                found = box.node
    return found


def slot_index(layout: Layout, container: NodeId, y: float) -> int:
    """The slot of a Sequential nearest to a height: how many children have their middle above it."""
    boxes = layout.boxes
    return sum(boxes[child].y + boxes[child].height / 2 < y for child in layout.design[container].children)


def slot_line(layout: Layout, container: NodeId, index: int) -> tuple[float, float, float]:
    """Left end, right end and height of the bar that shows a slot of a Sequential."""
    frame, metrics, children = layout.area(container), layout.metrics, layout.design[container].children
    top = layout.boxes[children[index - 1]].bottom if index > 0 else frame.y + metrics.header
    bottom = layout.boxes[children[index]].y if index < len(children) else frame.bottom - metrics.padding
    middle = (top + bottom) / 2
    if top == bottom and children:
        # There is no gap: the bar lies outside the neighbour, which may be a frame that takes drops itself.
        middle += metrics.padding / 2 if index else -metrics.padding / 2
    return frame.x + metrics.padding, frame.right - metrics.padding, middle


def link_at(layout: Layout, x: float, y: float, reach: float) -> Link | None:
    """The wire of a Module that passes within `reach` of a point, the nearest."""
    near = [
        (distance(link.points, x, y, link.across), link)
        for link in layout.links
        if link.wire is not None and _is_around(link, x, y, reach)
    ]
    nearest = min(near, key=lambda pair: pair[0], default=None)
    return nearest[1] if nearest and nearest[0] <= reach else None


def label_at(layout: Layout, x: float, y: float) -> Link | None:
    """The wire or step on which a shape is written at a point."""
    for link in layout.links:
        across, down = middle(link.points, link.across)
        if abs(across - x) <= _LABEL[0] and abs(down - y) <= _LABEL[1]:
            return link
    return None


def _covered(layout: Layout, x: float, y: float) -> Link | None:
    """The wire that a card with its middle here would cover, the nearest."""
    width, height = layout.metrics.card_width / 2, layout.metrics.card_height / 2
    card = x - width, y - height, x + width, y + height
    covered = (
        link
        for link in layout.links
        if link.wire is not None and _is_around(link, x, y, width) and meets(link.points, card, link.across)
    )
    return min(covered, key=lambda link: distance(link.points, x, y, link.across), default=None)


def link_or_step_at(layout: Layout, x: float, y: float, reach: float) -> Link | None:
    """As `link_at`, of the steps from layer to layer in a Sequential too."""
    near = (link for link in layout.links if _is_around(link, x, y, reach))
    nearest = min(
        ((distance(link.points, x, y, link.across), link) for link in near), key=lambda pair: pair[0], default=None
    )
    return nearest[1] if nearest is not None and nearest[0] <= reach else None


def _is_around(link: Link, x: float, y: float, reach: float) -> bool:
    points, (x, y) = (swapped(link.points), (y, x)) if link.across else (link.points, (x, y))
    xs, ys = [px for px, _ in points], [py for _, py in points]
    spare = reach + (abs(ys[-1] - ys[0]) if ys[-1] < ys[0] else 0.0)
    return min(xs) - reach <= x <= max(xs) + reach and min(ys) - spare <= y <= max(ys) + spare


def port_at(layout: Layout, x: float, y: float, reach: float) -> Port | None:
    """The port within `reach` of a point, the nearest."""
    near = (box for box in layout.boxes.values() if box.meets(x - reach, y - reach, 2 * reach, 2 * reach))
    found = [
        (hypot(at[0] - x, at[1] - y), port)
        for box in near
        for port in ports_around(layout, box.node)
        for at in [port_point(layout, port)]
    ]
    nearest = min(found, key=lambda pair: pair[0], default=None)
    return nearest[1] if nearest and nearest[0] <= reach else None


def ports_around(layout: Layout, node_id: NodeId) -> list[Port]:
    """The ports of a child of a Module, or of a member of a list in it; none for other nodes."""
    container = home_of(layout.design, node_id)
    if container is None or node_id == layout.context or not layout.is_opened(container):
        return []
    node = layout.design[node_id]
    ports = ports_of(layout.design, layout.design[container])[node_id]
    count = 0 if node.type == "Input" else ports.fixed + ports.has_spare
    given = 0 if node.type in ("Output", *UNWIRED) else ports.outputs
    inputs = [Port(container, node_id, False, number) for number in range(count)]
    return [*inputs, *(Port(container, node_id, True, number) for number in range(given))]


def port_point(layout: Layout, port: Port) -> Point:
    """Where a port is on the canvas."""
    box, module = layout.boxes[port.node], layout.design[port.container]
    ports = ports_of(layout.design, module)[port.node]
    if port.is_output:
        return box.outlet(ports.output_share(port.number), module.is_across)
    return box.inlet(ports.share(port.number), module.is_across)


def port_name(layout: Layout, port: Port) -> str:
    """What a port is called; empty where there is nothing to tell it from."""
    if port.is_output:
        return output_name(layout.design, port.node, port.number)
    return input_name(layout.design, port.node, port.number)


def free_input(layout: Layout, node_id: NodeId) -> Port | None:
    """The first input of a node that nothing is wired to, or else its first one."""
    inputs = [port for port in ports_around(layout, node_id) if not port.is_output]
    if not inputs:
        return None
    taken = {wire.input for wire in layout.design[inputs[0].container].wires if wire.target == node_id}
    return next((port for port in inputs if port.number not in taken), inputs[0])


def free_output(layout: Layout, node_id: NodeId) -> Port | None:
    """The first output of a node that feeds nothing yet, or else its first one."""
    outputs = [port for port in ports_around(layout, node_id) if port.is_output]
    if not outputs:
        return None
    used = {wire.output for wire in layout.design[outputs[0].container].wires if wire.source == node_id}
    return next((port for port in outputs if port.number not in used), outputs[0])


def inside(layout: Layout, x: float, y: float, width: float, height: float) -> list[NodeId]:
    """What a rubber band selects: cards that it touches and frames that lie in it whole, without what is in those."""
    chosen: list[NodeId] = []
    closed: set[NodeId] = set()
    for box in layout.visible(x, y, width, height):
        if layout.design.parents.get(box.node) in closed:
            closed.add(box.node)
        elif not box.is_frame:
            chosen.append(box.node)
        elif x <= box.x and y <= box.y and box.right <= x + width and box.bottom <= y + height:
            chosen.append(box.node)
            closed.add(box.node)
    return chosen


def _frame_at(layout: Layout, x: float, y: float, module: NodeId) -> NodeId | None:
    """The Frame of a Module's drawing at a point, the innermost."""
    nodes, boxes = layout.design.nodes, layout.boxes
    frames = (boxes[child] for child in nodes[module].children if nodes[child].type == "Frame")
    found = [box for box in frames if box.contains(x, y)]
    return min(found, key=lambda box: box.width * box.height).node if found else None


def is_on_title(layout: Layout, box: Box, y: float) -> bool:
    """Whether a height is in the title of a frame, by which it is dragged."""
    return box.is_frame and y < box.y + layout.metrics.header
