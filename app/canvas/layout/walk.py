"""Walking from layer to layer with the arrow keys. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.canvas.layout.geometry import Box, Layout
from core.design.graph import Graph
from core.design.model import MARKS, NodeId


def step(layout: Layout, graphs: Mapping[NodeId, Graph], node_id: NodeId | None, direction: str) -> NodeId | None:
    """The node "up", "down", "left" or "right" of one; None if there is none.

    Up and down follow the execution, into opened containers and out of them; left and right go to neighbours in the
    same row of a Module, and left, where there is none, out to the container. In a Module that is drawn from left to
    right it is the other way about.
    """
    if layout.design[layout.design.parents.get(node_id or "", layout.context)].is_across:
        direction = _TURNED[direction]
    if node_id is None or node_id not in layout.boxes:
        shown = _children(layout, graphs, layout.context)
        return (shown[0] if direction in ("down", "right") else shown[-1]) if shown else None
    if direction == "down":
        return _next(layout, graphs, node_id)
    if direction == "up":
        return _previous(layout, graphs, node_id)
    return _beside(layout, node_id, direction)


_TURNED = {"right": "down", "down": "right", "left": "up", "up": "left"}


def _children(layout: Layout, graphs: Mapping[NodeId, Graph], container: NodeId) -> Sequence[NodeId]:
    graph, children = graphs.get(container), layout.design[container].children
    if graph is None:
        return children
    return (*graph.order, *(child for child in children if layout.design[child].type in MARKS))


def _next(layout: Layout, graphs: Mapping[NodeId, Graph], node_id: NodeId) -> NodeId | None:
    inner = _children(layout, graphs, node_id) if layout.is_opened(node_id) else ()
    if inner:
        return inner[0]
    while node_id != layout.context:
        parent = layout.design.parents[node_id]
        siblings = _children(layout, graphs, parent)
        at = siblings.index(node_id) + 1
        if at < len(siblings):
            return siblings[at]
        node_id = parent
    return None


def _previous(layout: Layout, graphs: Mapping[NodeId, Graph], node_id: NodeId) -> NodeId | None:
    if node_id == layout.context:
        return None
    parent = layout.design.parents[node_id]
    siblings = _children(layout, graphs, parent)
    at = siblings.index(node_id)
    if at == 0:
        return parent if parent in layout.boxes else None
    node_id = siblings[at - 1]
    while layout.is_opened(node_id) and (inner := _children(layout, graphs, node_id)):
        node_id = inner[-1]
    return node_id


def _beside(layout: Layout, node_id: NodeId, direction: str) -> NodeId | None:
    box = layout.boxes[node_id]
    parent = layout.design.parents.get(node_id)
    if parent is None or node_id == layout.context:
        return None
    sign, turn = 1 if direction == "right" else -1, layout.design[parent].is_across
    start, end, low, high = _sides(box, turn)
    row = {
        child: off
        for child in layout.design[parent].children
        for first, last, its_low, its_high in [_sides(layout.boxes[child], turn)]
        if (off := (first + last - start - end) * sign) > 0 and its_low < high and low < its_high
    }
    if row:
        return min(row, key=row.__getitem__)
    return parent if direction == "left" and parent in layout.boxes else None


def _sides(box: Box, across: bool) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a box, or, `across`, top, bottom, left and right."""
    sides = box.x, box.right, box.y, box.bottom
    return sides[2:] + sides[:2] if across else sides
