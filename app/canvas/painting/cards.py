"""How a card looks: stripe, icon, name and type at its left, what is telling and its statistics at its right."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.canvas.layout.geometry import Box
from app.canvas.painting.style import CARD_RADIUS, Style, pen
from app.canvas.painting.surface import Surface, write_in_middle
from app.canvas.painting.words import Words, telling
from app.look import icons, theme
from app.look.gradient_color import gradient_color
from app.widgets.color_scale import picture_of
from core.design.gradient_flow import Flow
from core.training.messages import Histogram, NodeStatistics, Picture

STRIPE = 4.0
RIGHT = 16.0
GRADIENT_BAR = 3.0
BADGE = 14.0

_MOST_SMOOTH = 64

DETAIL_SCALE = 0.74
"""From this zoom on everything on a card can be read; below it, down to the far view, only its name."""


@dataclass(frozen=True, slots=True)
class Card:
    """All that decides how one card looks."""

    box: Box
    words: Words
    is_hovered: bool = False
    statistics: NodeStatistics | None = None
    flow: Flow | None = None
    lit: Picture | None = None

    @property
    def has_picture(self) -> bool:
        """Whether something stands at its right: the activation of a sample, or a histogram."""
        return self.lit is not None or has_histogram(self.statistics)


class CardPainter:
    """Draws many cards in few passes, because switching fonts and transforms costs more than the drawing."""

    def __init__(self, style: Style) -> None:
        self._style, self._metrics = style, style.metrics
        self._lift = (style.metrics.card_height - style.metrics.name_line - style.metrics.type_line) / 2

    def paint(self, surface: Surface, cards: list[Card]) -> None:
        """Draw cards without their outlines of selection and problems."""
        with surface.on_whole_pixels():
            for card in cards:
                self._plate(surface, card)
        painter, style = surface.painter, self._style
        painter.setPen(style.colors.text)
        if surface.scale < DETAIL_SCALE:
            self._names_alone(surface, cards)
            self._gradients(painter, cards)
            self._histograms(surface, [card for card in cards if card.lit is not None])
            self._veils(painter, cards)
            return
        painter.setFont(style.name_font)
        self._names(surface, cards)
        painter.setFont(style.number_font)
        ends = [self._telling(surface, card) for card in cards]
        painter.setPen(style.colors.muted)
        painter.setFont(style.type_font)
        for card, end in zip(cards, ends, strict=True):
            y = card.box.y + self._lift + style.metrics.name_line
            surface.text(
                card.box.x + self._metrics.text_at,
                y,
                card.words.kind,
                style.type_font,
                max(end - card.box.x - self._metrics.text_at, 24.0),
            )
        self._gradients(painter, cards)
        self._histograms(surface, cards)
        for card in cards:
            self._badges(surface, card)
        self._veils(painter, cards)

    # --- the empty card -----------------------------------------------------------------------------------------------

    def _plate(self, surface: Surface, card: Card) -> None:
        box, words = card.box, card.words
        with_icon = surface.scale >= DETAIL_SCALE or surface.pixmaps is None
        key = ("card", words.family, words.icon, card.is_hovered, box.width, self._style.colors.name, with_icon)
        surface.draw_cached(
            key, box.x, box.y, box.width, box.height, lambda painter: self._draw_plate(painter, card, with_icon)
        )

    def _draw_plate(self, painter: QPainter, card: Card, with_icon: bool) -> None:
        colors, box = self._style.colors, card.box
        family = colors.family(card.words.family)
        draw_plate(
            painter,
            box.width,
            box.height,
            theme.mix(colors.card, colors.raised, 0.6) if card.is_hovered else colors.card,
            colors.line,
            family,
        )
        if with_icon:
            side = self._style.metrics.icon
            area = QRectF(self._style.metrics.icon_at, (box.height - side) / 2, side, side)
            icons.paint(painter, card.words.icon, family, area)

    # --- texts --------------------------------------------------------------------------------------------------------

    def _names(self, surface: Surface, cards: list[Card]) -> None:
        """Names, beside what is telling."""
        for card in cards:
            box = card.box
            x, y = box.x + self._metrics.text_at, box.y + self._lift
            width = box.right - x - self._right_side(surface, card)
            surface.text(x, y, card.words.name, self._style.name_font, max(width, 24.0))

    def _names_alone(self, surface: Surface, cards: list[Card]) -> None:
        """Names across whole cards, so large that they can be read from here."""
        font, height = self._style.far_name(surface.scale)
        surface.painter.setFont(font)
        for card in cards:
            box, x = card.box, card.box.x + self._metrics.icon_at
            y = box.y + (box.height - height) / 2
            right = RIGHT + self._metrics.histogram[0] + 8 if card.lit is not None else RIGHT / 2
            surface.text(x, y, card.words.far_name, font, max(box.right - x - right, 24.0))

    def _right_side(self, surface: Surface, card: Card) -> float:
        """How wide what stands at the right of a card is."""
        width = RIGHT + (self._metrics.histogram[0] + 12 if card.has_picture else 0)
        text = telling(card.words, card.statistics)
        return width + (surface.texts.get(text, self._style.number_font)[1] + 12 if text else 0)

    def _telling(self, surface: Surface, card: Card) -> float:
        """Write what is telling; gives where the free part of the card ends."""
        style, box = self._style, card.box
        right = box.right - RIGHT - (self._metrics.histogram[0] + 12 if card.has_picture else 0)
        text = telling(card.words, card.statistics)
        if not text:
            return right
        height = style.metrics.name_line
        return right - 12 - surface.text_right(right, box.y + (box.height - height) / 2, text, style.number_font)

    # --- statistics and badges ----------------------------------------------------------------------------------------

    def _gradients(self, painter: QPainter, cards: list[Card]) -> None:
        """The bar at a card's right edge that has the colour of its gradient."""
        painter.setPen(Qt.PenStyle.NoPen)
        for card in cards:
            box = card.box
            if card.flow is not None:
                painter.setBrush(gradient_color(card.flow, self._style.colors))
                painter.drawRect(QRectF(box.right - 4 - GRADIENT_BAR, box.y + 9, GRADIENT_BAR, box.height - 18))

    def _histograms(self, surface: Surface, cards: list[Card]) -> None:
        painter = surface.painter
        painter.setPen(Qt.PenStyle.NoPen)
        # Smoothing the bars of very many cards would cost more than all the rest, and then they are tiny.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(cards) <= _MOST_SMOOTH or surface.pixmaps is None)
        for card in cards:
            if card.lit is not None:
                self._lit(painter, card.lit, histogram_area(card.box, self._metrics.histogram))
            elif (
                card.statistics is not None and card.statistics.histogram is not None and has_histogram(card.statistics)
            ):
                painter.setBrush(self._style.colors.family(card.words.family))
                painter.drawRects(bars(card.statistics.histogram, histogram_area(card.box, self._metrics.histogram)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _lit(self, painter: QPainter, picture: Picture, area: QRectF) -> None:
        """What the layer makes of a sample: a cell for each number, the strongest in the strongest colour."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        if picture.rows > 1:  # a map keeps its sides
            width = min(area.width(), area.height() * picture.columns / picture.rows)
            area = QRectF(area.right() - width, area.y(), width, area.height())
        painter.drawImage(area, picture_of(picture.values, picture.rows, picture.columns))

    def _veils(self, painter: QPainter, cards: list[Card]) -> None:
        """What is bypassed lies in a mist."""
        mist = QColor(self._style.colors.background)
        mist.setAlphaF(0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mist)
        for card in cards:
            if card.words.is_bypassed:
                painter.drawRoundedRect(QRectF(*card.box[1:5]), CARD_RADIUS, CARD_RADIUS)

    def _badges(self, surface: Surface, card: Card) -> None:
        """That it is frozen, and with which others it is tied."""
        words, box, style = card.words, card.box, self._style
        if words.is_frozen:
            name = min(surface.texts.get(words.name, style.name_font)[1], box.width / 2)
            side = 12 * style.metrics.em
            area = QRectF(
                box.x + self._metrics.text_at + name + 6,
                box.y + self._lift + (style.metrics.name_line - side) / 2,
                side,
                side,
            )
            icons.paint(surface.painter, "freeze", style.colors.muted, area)
        if words.tie:
            paint_badge(surface, style, box.right - 12, box.y, words.tie)
        if card.statistics is not None and card.statistics.nonfinite:
            paint_alarm(surface, style, box.right - (32 if words.tie else 12), box.y)


def draw_plate(painter: QPainter, width: float, height: float, fill: QColor, line: QColor, stripe: QColor) -> None:
    """An empty card from (0, 0): rounded, with a thin outline and the stripe of its family."""
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), CARD_RADIUS - 0.5, CARD_RADIUS - 0.5)
    painter.fillPath(outline, fill)
    band = QPainterPath()
    band.addRect(QRectF(0, 0, STRIPE + 0.5, height))
    painter.strokePath(outline, pen(line))
    painter.fillPath(outline.intersected(band), stripe)


def paint_badge(surface: Surface, style: Style, x: float, y: float, letter: str) -> None:
    """The round mark of twins, around a point."""
    painter, side = surface.painter, BADGE * style.metrics.em
    area = QRectF(x - side / 2, y - side / 2, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    color = style.colors.family("custom")
    painter.setBrush(color)
    painter.drawEllipse(area)
    painter.setFont(style.badge_font)
    painter.setPen(theme.mix(color, QColor(Qt.GlobalColor.white), 0.95))
    write_in_middle(painter, area, letter)


def paint_alarm(surface: Surface, style: Style, right: float, y: float) -> None:
    """The mark of numbers that are none, with its right end and its middle here."""
    painter, text = surface.painter, "NaN"
    width, height = surface.texts.get(text, style.badge_font)[1] + 10, BADGE * style.metrics.em
    area = QRectF(right - width, y - height / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.colors.problem)
    painter.drawRoundedRect(area, height / 2, height / 2)
    painter.setFont(style.badge_font)
    painter.setPen(style.colors.background)
    write_in_middle(painter, area, text)


def has_histogram(statistics: NodeStatistics | None) -> bool:
    """Whether there is anything to draw a histogram of."""
    return statistics is not None and statistics.histogram is not None and any(statistics.histogram.counts)


def histogram_area(box: Box, size: tuple[float, float]) -> QRectF:
    """Where a card's histogram is."""
    return QRectF(box.right - RIGHT - size[0], box.y + (box.height - size[1]) / 2, *size)


def bars(histogram: Histogram, area: QRectF) -> list[QRectF]:
    """The bars of a histogram that fill an area, the highest from top to bottom."""
    counts = histogram.counts
    step, top = area.width() / len(counts), max(counts)
    gap = min(1.0, step * 0.2)
    return [
        QRectF(
            area.x() + index * step,
            area.bottom() - area.height() * count / top,
            step - gap,
            area.height() * count / top,
        )
        for index, count in enumerate(counts)
        if count
    ]
