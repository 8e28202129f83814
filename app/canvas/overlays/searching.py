"""Searching: for a layer type to insert, or for a layer of the design to go to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from app.canvas.framing import Framing
from app.canvas.hands.inserting import insert_after, insert_at, insert_connected
from app.canvas.hands.placing import WIRE_REACH
from app.canvas.hands.pointer import Pointer
from app.canvas.layout import hits
from app.canvas.layout.hits import Place, Port
from app.canvas.overlays.search_box import SearchBox
from app.canvas.view import View
from app.document.layer_search import LayerEntry, entries, misfits
from app.look.sentences import tr
from core.design import catalog
from core.design.model import NodeId

_FOR_WIRES = frozenset(
    key for key, kind in catalog.types().items() if kind.family in ("input", "merge", "mark") or (kind.inputs or 0) > 1
)
"""Types that make sense in a Module only, where layers are wired."""


class Searching:
    """Opens the search box and does what was chosen."""

    def __init__(self, view: View, framing: Framing, pointer: Pointer, canvas: QWidget) -> None:
        """`canvas`: the widget on which the box stands."""
        self._view, self._framing, self._hand = view, framing, pointer
        self._box = SearchBox(canvas)
        pointer.search_requested.connect(lambda: self.insert(at_pointer=True))
        pointer.port_search_requested.connect(self.connect_port)

    def dismiss(self) -> None:
        """Close the search: what it was about may be gone."""
        if self._box.isVisible():
            self._box.dismiss()

    # --- for a type ---------------------------------------------------------------------------------------------------

    def insert(self, at_pointer: bool = False) -> None:
        """Search for a layer to insert after the selection; without one, or `at_pointer`, where the pointer is."""
        view = self._view
        pointer = self._pointer()
        point = view.camera.to_canvas(pointer)
        selected = None if at_pointer else next(iter(view.document.selection), None)
        place = hits.place_at(view.stage.base, point.x(), point.y(), reach=WIRE_REACH)
        if not at_pointer and place.wire is None and (empty := self._empty_on_ground(place)) is not None:
            place = Place(empty, index=0)
        before = selected or self._before(place)
        likely, unfit = self._followers(before), self._misfits(before)
        design = view.document.design
        container = place.container if selected is None else design.parents.get(selected, design.root)
        without = _FOR_WIRES if design[container].type != "Module" else ()
        if selected is not None:
            self._open(pointer, likely, lambda key: insert_after(view, key, selected), without, unfit)
        else:
            self._open(pointer, likely, lambda key: insert_at(view.document, key, place), without, unfit)

    def connect_port(self, port: Port, point: QPointF) -> None:
        """Search for a layer to connect to a port, filtered to what has the other end of a wire."""
        view = self._view
        other = "Input" if port.is_output else "Output"
        likely = self._followers(port.node) if port.is_output else ()
        at = view.camera.to_view(point)
        unfit = misfits(view.document, port.node, port.number) if port.is_output else {}
        self._open(at, likely, lambda key: insert_connected(view.document, key, port), [other], unfit)

    def _empty_on_ground(self, place: Place) -> NodeId | None:
        """The Sequential that waits for its first layer, where a place is on the open ground around it."""
        document = self._view.document
        if place.container != document.context:
            return None
        beside = (document.design[child] for child in document.design[document.context].children)
        return next((node.id for node in beside if node.type == "Sequential" and not node.children), None)

    def _pointer(self) -> QPointF:
        """The pointer, or, where it is elsewhere, the middle of the canvas."""
        last, area = self._hand.last, self._view.area.toRect()
        inside = area.contains(last.toPoint()) and not last.isNull()
        return last if inside else QPointF(area.center())

    def _followers(self, node: NodeId | None) -> Sequence[str]:
        design = self._view.document.design
        return catalog.followers(design[node].type) if node is not None else ("Sequential", "Linear")

    def _misfits(self, node: NodeId | None) -> Mapping[str, str]:
        return misfits(self._view.document, node) if node is not None else {}

    def _before(self, place: Place) -> NodeId | None:
        """What feeds a place."""
        if place.wire is not None:
            return place.wire.source
        document = self._view.document
        if place.index:
            return document.design[place.container].children[place.index - 1]
        feeders = document.report.feeders.get(place.container, ()) if place.index == 0 else ()
        return next(iter(feeders), None)

    def _open(
        self,
        at: QPointF,
        likely: Sequence[str],
        take: Callable[[str], object],
        without: Collection[str],
        unfit: Mapping[str, str],
    ) -> None:
        found = [entry for entry in entries(self._view.document) if entry.key not in without]
        self._box.open(at.toPoint(), tr("Search layers"), found, take, likely, unfit)

    # --- for a layer of the design ------------------------------------------------------------------------------------

    def find(self, text: str = "") -> None:
        """Search for a layer by its dotted name; `text` is typed already."""
        document = self._view.document
        nodes = {
            document.design.path(node.id): node.id
            for node in document.design.walk()
            if node.id in document.design.parents
        }
        at = QPointF(self._view.size.width() / 2 - 132, 64)
        found = [self._entry(path, node) for path, node in nodes.items()]
        self._box.open(at.toPoint(), tr("Find layer"), found, lambda path: self._go_to(nodes[path]))
        self._box.type(text)

    def _entry(self, path: str, node: NodeId) -> LayerEntry:
        kind = self._view.document.report.type_of(node)
        return LayerEntry(path, kind.family if kind else "custom", kind.icon if kind else "unknown", "")

    def _go_to(self, node: NodeId) -> None:
        self._view.document.select([node])
        self._framing.reveal(node)
