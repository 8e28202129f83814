"""Walking from layer to layer with the arrow keys. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.canvas.layout.geometry import Layout
from core.design.graph import Graph
from core.design.model import NodeId


def step(layout: Layout, graphs: Mapping[NodeId, Graph], node_id: NodeId | None, direction: str) -> NodeId | None:
    """The node "up", "down", "left" or "right" of one; None if there is none.

    Up and down follow the execution, into opened containers and out of them; left and right go to neighbours in the
    same row of a Module, and left, where there is none, out to the container.
    """
    if node_id is None or node_id not in layout.boxes:
        shown = _children(layout, graphs, layout.context)
        return (shown[0] if direction in ("down", "right") else shown[-1]) if shown else None
    if direction == "down":
        return _next(layout, graphs, node_id)
    if direction == "up":
        return _previous(layout, graphs, node_id)
    return _beside(layout, node_id, direction)


def _children(layout: Layout, graphs: Mapping[NodeId, Graph], container: NodeId) -> Sequence[NodeId]:
    graph = graphs.get(container)
    return graph.order if graph else layout.design[container].children


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
    sign = 1 if direction == "right" else -1
    row = [
        other
        for child in layout.design[parent].children
        for other in [layout.boxes[child]]
        if (other.centre - box.centre) * sign > 0 and other.y < box.bottom and box.y < other.bottom
    ]
    if row:
        return min(row, key=lambda other: abs(other.centre - box.centre)).node
    return parent if direction == "left" and parent in layout.boxes else None
