"""What dropping new layers and moving old ones have in common: the slot that opens, the bar, the card in the hand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen

from app.canvas.hands.base import Gesture
from app.canvas.layout.geometry import Box
from app.canvas.layout.hits import Place, slot_line
from app.canvas.painting.cards import Card, CardPainter
from app.canvas.painting.style import CARD_RADIUS, pen
from app.canvas.painting.surface import Surface
from app.canvas.painting.words import Words
from app.look.sentences import tr

WIRE_REACH = 14.0
_BAR = 5.0
_RING = 4.5


class Placing(Gesture):
    """Shows where something would be put."""

    place: Place | None = None
    point = QPointF()

    def show_place(self, place: Place | None) -> None:
        """Open the slot at a place; None: the pointer is nowhere that takes anything."""
        view, self.place = self.view, place
        slot = (place.container, place.index) if place is not None and place.index is not None else None
        view.stage.preview(view.stage.arranged(slot=slot) if slot else None)
        is_frame = place is not None and place.container != view.document.context
        view.stage.mark(target=place.container if place and is_frame else None, wire=place.wire if place else None)

    def clear(self) -> None:
        """Take back all that shows the place."""
        self.place = None
        self.view.stage.preview(None)
        self.view.stage.mark(target=None, wire=None, lifted=frozenset())

    def paint_place(self, surface: Surface) -> None:
        """The bar with its ring in a slot of a Sequential; an outline where a card would lie in a Module."""
        place = self.place
        if place is None:
            return
        layout, color, painter = self.view.stage.layout, self.view.stage.style.colors.accent, surface.painter
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
