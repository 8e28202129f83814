"""Searching: for a layer type to insert, or for a layer of the design to go to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from app.canvas.layout import hits
from app.canvas.layout.hits import Place, Port
from app.canvas.overlays.search_box import SearchBox
from app.document.layer_search import LayerEntry, entries
from app.look.sentences import tr
from core.design import catalog, edits
from core.design.model import Design, Fragment, NodeId, Wire

if TYPE_CHECKING:
    from app.canvas.canvas import Canvas

_FOR_WIRES = frozenset(
    key for key, kind in catalog.types().items() if kind.family in ("input", "merge") or (kind.inputs or 0) > 1
)
"""Types that make sense in a Module only, where layers are wired."""


class Searching:
    """Opens the search box and does what was chosen."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._box = SearchBox(canvas)

    def dismiss(self) -> None:
        """Close the search: what it was about may be gone."""
        if self._box.isVisible():
            self._box.dismiss()

    # --- for a type ---------------------------------------------------------------------------------------------------

    def insert(self, at_pointer: bool = False) -> None:
        """Search for a layer to insert after the selection; without one, or `at_pointer`, where the pointer is."""
        canvas = self._canvas
        pointer = self._pointer()
        point = canvas.camera.to_canvas(pointer)
        selected = None if at_pointer else next(iter(canvas.document.selection), None)
        place = hits.place_at(canvas.stage.base, point.x(), point.y())
        likely = self._followers(selected or self._before(place))
        design = canvas.document.design
        container = place.container if selected is None else design.parents.get(selected, design.root)
        without = _FOR_WIRES if design[container].type == "Sequential" else ()
        if selected is not None:
            self._open(pointer, likely, lambda key: self._insert_after(key, selected), without)
        else:
            self._open(pointer, likely, lambda key: self.insert_at(key, place), without)

    def connect_port(self, port: Port, point: QPointF) -> None:
        """Search for a layer to connect to a port, filtered to what has the other end of a wire."""
        canvas = self._canvas
        place = hits.place_at(canvas.stage.base, point.x(), point.y())
        if place.container != port.container:
            return
        other = "Input" if port.is_output else "Output"
        likely = self._followers(port.node) if port.is_output else ()
        at = canvas.camera.to_view(point)
        self._open(at, likely, lambda key: self._insert_connected(key, place, port), without=[other])

    def _pointer(self) -> QPointF:
        """The pointer, or, where it is elsewhere, the middle of the canvas."""
        canvas = self._canvas
        last = canvas.pointer.last
        inside = canvas.rect().contains(last.toPoint()) and not last.isNull()
        return last if inside else QPointF(canvas.rect().center())

    def _followers(self, node: NodeId | None) -> Sequence[str]:
        design = self._canvas.document.design
        return catalog.followers(design[node].type) if node is not None else ("Sequential", "Linear")

    def _before(self, place: Place) -> NodeId | None:
        children = self._canvas.document.design[place.container].children
        return children[place.index - 1] if place.index else None

    def _open(
        self, at: QPointF, likely: Sequence[str], take: Callable[[str], object], without: Collection[str] = ()
    ) -> None:
        found = [entry for entry in entries(self._canvas.document) if entry.key not in without]
        self._box.open(at.toPoint(), tr("Search layers"), found, take, likely)

    # --- inserting ----------------------------------------------------------------------------------------------------

    def insert_at(self, key: str, place: Place) -> None:
        """Insert a new layer at a place; into a wire, if the place has one."""
        fragment = catalog.new(key)
        self._attempt(key, fragment, lambda design: _put(design, fragment, place))

    def _insert_after(self, key: str, node: NodeId) -> None:
        """After a layer, or at the end of an opened Sequential."""
        fragment = catalog.new(key)
        layout = self._canvas.stage.base

        def edit(design: Design) -> Design:
            if node == design.root or (edits.is_container(design[node]) and layout.is_opened(node)):
                return edits.insert(design, fragment, node)
            return edits.insert_after(design, fragment, node)

        self._attempt(key, fragment, edit)

    def _insert_connected(self, key: str, place: Place, port: Port) -> None:
        fragment = catalog.new(key)

        def edit(design: Design) -> Design:
            after = edits.insert(design, fragment, place.container, position=place.position)
            new = fragment.roots[0]
            wire = Wire(port.node, new) if port.is_output else Wire(new, port.node, port.input)
            return edits.connect(after, place.container, wire)

        self._attempt(key, fragment, edit)

    def _attempt(self, key: str, fragment: Fragment, edit: Callable[[Design], Design]) -> None:
        document = self._canvas.document
        document.attempt(tr("Add {type}").format(type=key), lambda: edit(document.design), select=fragment.roots)

    # --- for a layer of the design ------------------------------------------------------------------------------------

    def find(self, text: str) -> None:
        """Search for a layer by its dotted name; `text` is typed already."""
        document, canvas = self._canvas.document, self._canvas
        nodes = {
            document.design.path(node.id): node.id
            for node in document.design.walk()
            if node.id in document.design.parents
        }
        at = QPointF(canvas.width() / 2 - 132, 64)
        found = [self._entry(path, node) for path, node in nodes.items()]
        self._box.open(at.toPoint(), tr("Find layer"), found, lambda path: self._go_to(nodes[path]))
        self._box.type(text)

    def _entry(self, path: str, node: NodeId) -> LayerEntry:
        kind = self._canvas.document.report.type_of(node)
        return LayerEntry(path, kind.family if kind else "custom", kind.icon if kind else "unknown", "")

    def _go_to(self, node: NodeId) -> None:
        self._canvas.document.select([node])
        self._canvas.reveal(node)


def _put(design: Design, fragment: Fragment, place: Place) -> Design:
    if place.wire is not None:
        return edits.insert_on_wire(design, fragment, place.container, place.wire)
    return edits.insert(design, fragment, place.container, place.index, place.position)
