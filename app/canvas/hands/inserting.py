"""Putting a new layer where a hand or a search said: at a place, after a layer, or at the end of a wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.canvas.layout.hits import Place, Port
from app.canvas.view import View
from app.document.document import Document
from app.look.sentences import tr
from core.design import edits
from core.design.model import Design, Fragment, NodeId, Wire


def insert_at(document: Document, key: str, place: Place) -> None:
    """Insert a new layer of type `key`, or the template of that name, at a place; into a wire, if the place has one."""
    fragment = document.new_layer(key)
    _attempt(document, key, fragment, lambda design: _put(design, fragment, place))


def insert_after(view: View, key: str, node: NodeId) -> None:
    """After a layer, or at the end of an opened container."""
    fragment, layout = view.document.new_layer(key), view.stage.base

    def edit(design: Design) -> Design:
        if node == design.root or (edits.is_container(design[node]) and layout.is_opened(node)):
            return edits.insert(design, fragment, node)
        return edits.insert_after(design, fragment, node)

    _attempt(view.document, key, fragment, edit)


def insert_connected(document: Document, key: str, port: Port) -> None:
    """In the Module of a port, wired to it; the program lays it below what feeds it or above what it feeds."""
    fragment = document.new_layer(key)

    def edit(design: Design) -> Design:
        after = edits.insert(design, fragment, port.container)
        new = fragment.roots[0]
        wire = Wire(port.node, new, 0, port.number) if port.is_output else Wire(new, port.node, port.number)
        return edits.connect(after, port.container, wire)

    _attempt(document, key, fragment, edit)


def _attempt(document: Document, key: str, fragment: Fragment, edit: Callable[[Design], Design]) -> None:
    document.attempt(tr("Add {type}").format(type=key), lambda: edit(document.design), select=fragment.roots)


def _put(design: Design, fragment: Fragment, place: Place) -> Design:
    design = edits.collapse(design, place.opened, False)
    if place.frame is not None:
        nodes = {i: replace(fragment.nodes[i], frame=place.frame) for i in fragment.roots}
        fragment = replace(fragment, nodes={**fragment.nodes, **nodes})
    if place.wire is not None:
        return edits.insert_on_wire(design, fragment, place.container, place.wire)
    return edits.insert(design, fragment, place.container, place.index, place.position)
