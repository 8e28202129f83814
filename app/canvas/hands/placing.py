"""What dropping new layers and moving old ones have in common: the slot that opens, the bar, the card in the hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPen

from app.canvas.hands.base import Gesture
from app.canvas.layout import hits
from app.canvas.layout.geometry import Box, Layout
from app.canvas.layout.hits import Place, slot_line
from app.canvas.painting.cards import Card, CardPainter
from app.canvas.painting.style import CARD_RADIUS, pen
from app.canvas.painting.surface import Surface
from app.canvas.painting.words import Words
from app.canvas.view import View
from app.look.sentences import tr
from core.design import edits
from core.design.model import Design, NodeId

WIRE_REACH = 14.0
_BAR = 5.0
_RING = 4.5


_SPRING = 600
"""Milliseconds that a hand rests on a folded container until it opens."""


class Placing(Gesture):
    """Shows where something would be put. A folded container opens when the hand rests on it."""

    place: Place | None = None
    point = QPointF()
    is_possible = True
    """Whether what is in the hand may be there; if not, nothing opens for it."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._opened: tuple[NodeId, ...] = ()
        self._base: Layout | None = None
        self._rests_on: NodeId | None = None
        self._resting = QTimer(view, singleShot=True, interval=_SPRING)
        self._resting.timeout.connect(self._open)

    @property
    def design(self) -> Design:
        """The design, with the containers open that opened under the hand."""
        design = self.view.document.design
        return edits.collapse(design, self._opened, False) if self._opened else design

    @property
    def base(self) -> Layout:
        """Where everything of that lies."""
        if self._base is None:
            self._base = self.view.stage.arranged(self.design) if self._opened else self.view.stage.base
        return self._base

    def place_at(self, point: QPointF, without: Collection[NodeId] = (), reach: float = 0.0) -> Place:
        """Where something put down at a point would go; see `hits.place_at`."""
        self._rest_on(point, without)
        place = hits.place_at(self.base, point.x(), point.y(), without, reach)
        around = (place.container, *self.design.ancestors(place.container))
        return replace(place, opened=tuple(i for i in self._opened if i in around))

    def _rest_on(self, point: QPointF, without: Collection[NodeId]) -> None:
        box = self.base.box_at(point.x(), point.y())
        node = None if box is None or box.is_frame or box.node in without else box.node
        if node is not None and not edits.is_container(self.design[node]):
            node = None
        if node != self._rests_on:
            self._rests_on = node
            self._resting.stop()
            if node is not None:
                self._resting.start()

    def _open(self) -> None:
        if self._rests_on is not None:
            self._opened, self._base = (*self._opened, self._rests_on), None
            self._rests_on = None
            self.move(self.point, Qt.KeyboardModifier.NoModifier)
            self.view.repaint()

    def show_place(self, place: Place | None) -> None:
        """Open the slot at a place; None: the pointer is nowhere that takes anything."""
        view, self.place = self.view, place
        slot = None
        if place is not None and place.index is not None and self.is_possible:
            slot = place.container, place.index
        shown = self.base if self._opened else None
        view.stage.preview(view.stage.arranged(self.design, slot) if slot else shown)
        is_frame = place is not None and place.container != view.document.context
        view.stage.mark(target=place.container if place and is_frame else None, wire=place.wire if place else None)

    def clear(self) -> None:
        """Take back all that shows the place."""
        self.place = None
        self._resting.stop()
        self.view.stage.preview(None)
        self.view.stage.mark(target=None, wire=None, lifted=frozenset())

    def paint_place(self, surface: Surface) -> None:
        """The bar with its ring in a slot of a Sequential; an outline where a card would lie in a Module."""
        place = self.place
        if place is None:
            return
        layout, colors, painter = self.view.stage.layout, self.view.stage.style.colors, surface.painter
        color = colors.accent if self.is_possible else colors.problem
        if place.index is not None:
            left, right, y = slot_line(layout, place.container, place.index)
            painter.setPen(QPen(color, _BAR, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            painter.setPen(pen(color, 2.0))
            painter.setBrush(self.view.stage.style.colors.background)
            painter.drawEllipse(QPointF(left, y), _RING, _RING)
        elif place.position is not None and place.wire is None:
            self._paint_outline(surface, place.container, place.position)

    def _paint_outline(self, surface: Surface, container: str, position: tuple[float, float]) -> None:
        metrics = self.view.stage.style.metrics
        origin = self.view.stage.layout.origins.get(container, (0.0, 0.0))
        x, y = position[0] + origin[0] - metrics.card_width / 2, position[1] + origin[1]
        outline = pen(self.view.stage.style.colors.accent, 1.5)
        outline.setStyle(Qt.PenStyle.DashLine)
        surface.painter.setPen(outline)
        surface.painter.setBrush(Qt.BrushStyle.NoBrush)
        surface.painter.drawRoundedRect(QRectF(x, y, metrics.card_width, metrics.card_height), CARD_RADIUS, CARD_RADIUS)

    def paint_ghost(self, surface: Surface, words: Words, count: int = 1) -> None:
        """The card under the pointer; how many there are, if several."""
        metrics, painter = self.view.stage.style.metrics, surface.painter
        width = metrics.card_width // 2
        box = Box("", self.point.x() - width - 12, self.point.y() - metrics.card_height - 4, width, metrics.card_height)
        if count > 1:
            several = tr("{count} layers").format(count=count)
            words = Words(several, words.name, "", "", words.icon, words.family, "", False)
        painter.setOpacity(0.92)
        CardPainter(self.view.stage.style).paint(surface, [Card(box, words)])
        painter.setOpacity(1.0)
