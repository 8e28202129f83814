"""What keys, clicks and commands do to the layers that are selected on the canvas."""

from __future__ import annotations

from collections.abc import Sequence

from app.canvas.layout import hits
from app.canvas.layout.geometry import Layout
from app.canvas.layout.walk import step
from app.canvas.view import View
from app.look.sentences import tr
from core.design import edits
from core.design.lists import home_of
from core.design.model import NodeId, Wire


def enter(view: View) -> None:
    """Enter the selected container."""
    document = view.document
    for node in document.selection[:1]:
        if edits.is_container(document.design[node]):
            document.enter(node)


def fold(view: View) -> None:
    """Collapse the selected containers, or, if all are collapsed, expand them."""
    design = view.document.design
    containers = [node for node in view.document.selection if edits.is_container(design[node])]
    collapse(view, containers, not all(design[node].collapsed for node in containers))


def collapse(view: View, containers: Sequence[NodeId], collapsed: bool) -> None:
    """Show containers as one card, or with what is in them."""
    document = view.document
    if containers:
        label = tr("Collapse") if collapsed else tr("Expand")
        document.attempt(label, lambda: edits.collapse(document.design, containers, collapsed))


def connect(view: View) -> None:
    """Wire two selected layers of a Module, the upper to a free input of the lower, or take their wire away.

    Where the lower one feeds the upper already, it is led the way that closes no circle.
    """
    layout, document = view.stage.base, view.document
    chosen = [layout.boxes[i] for i in document.selection if i in layout.boxes]
    if len(chosen) != 2:
        return
    ends, first = {box.node for box in chosen}, chosen[0].node
    container = home_of(document.design, first) or document.design.parents.get(first, document.design.root)
    chosen.sort(key=lambda box: box.x if document.design[container].is_across else box.y)
    between = [wire for wire in document.design[container].wires if {wire.source, wire.target} == ends]
    if between:
        document.attempt(tr("Disconnect"), lambda: edits.disconnect(document.design, container, between))
        return
    upper, lower = (box.node for box in chosen)
    ways = [_wire(layout, upper, lower), _wire(layout, lower, upper)]
    wire = next((way for way in ways if edits.can_connect(document.design, container, way)), ways[0])
    document.attempt(tr("Connect"), lambda: edits.connect(document.design, container, wire))


def _wire(layout: Layout, source: NodeId, target: NodeId) -> Wire:
    """A wire from the first free output of a layer to the first free input of another."""
    start, end = hits.free_output(layout, source), hits.free_input(layout, target)
    return Wire(source, target, end.number if end is not None else 0, start.number if start is not None else 0)


def walk(view: View, direction: str, extend: bool = False) -> None:
    """Walk "up", "down", "left" or "right" from the selected layer; `extend` keeps what was selected."""
    document = view.document
    primary = next(iter(document.selection), None)
    found = step(view.stage.layout, document.report.drawn_graphs, primary, direction)
    if found is not None:
        document.select([found, *(document.selection if extend else ())])
