"""The far view: where no text could be read, rectangles in batches by colour, without smoothing. Also the minimap's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.canvas.layout.geometry import Box, Layout
from app.canvas.painting.style import Style, pen
from app.canvas.painting.words import Speaker
from app.look import theme
from app.look.gradient_color import gradient_color
from core.design.gradient_flow import Flow, Kind
from core.design.model import NodeId
from core.training.messages import NodeStatistics

_WIRE_SCALE = 0.02
"""Below this zoom wires would only be dirt."""


class _Ground:
    """All rectangles and lines of a layout, sorted by colour once."""

    def __init__(self, layout: Layout, speaker: Speaker) -> None:
        self.boxes, self.links = layout.boxes, layout.links
        self.cards: dict[str, list[QRectF]] = {}
        self.frames: list[tuple[int, QRectF, QLineF]] = []
        self.wires = list(_wires(layout))
        families: dict[str, list[QRectF]] = {}
        depths: dict[NodeId, int] = {}
        parents, nodes = layout.design.parents, layout.design.nodes
        for node, x, y, width, height, is_frame in layout.boxes.values():
            if is_frame:
                depths[node] = depths.get(parents.get(node, ""), -1) + 1
                self.frames.append((depths[node], QRectF(x, y, width, height), _stem(layout, layout.boxes[node])))
                continue
            kind = nodes[node].type
            areas = families.get(kind)
            if areas is None:
                areas = families[kind] = self.cards.setdefault(speaker.family(node), [])
            areas.append(QRectF(x, y, width, height))

    def is_of(self, layout: Layout) -> bool:
        """Whether everything lies there as it lies here."""
        return self.boxes is layout.boxes and self.links is layout.links


class FarView:
    """All rectangles of a layout, drawn with one call for each colour. Takes over what is as in the view `before`."""

    def __init__(
        self,
        layout: Layout,
        speaker: Speaker,
        style: Style,
        statistics: Mapping[NodeId, NodeStatistics],
        flows: Mapping[NodeId, Flow],
        before: FarView | None = None,
    ) -> None:
        self._style, self._statistics, self._flows = style, statistics, flows
        lies_alike = before is not None and before._ground.is_of(layout)
        self._ground: _Ground
        self._tints: dict[int, list[QRectF]]
        self._ground = before._ground if before is not None and lies_alike else _Ground(layout, speaker)
        if before is not None and lies_alike and before._shows(style, statistics, flows):
            self._tints = before._tints
        else:
            self._tints = _tints(layout, statistics, flows, style.colors)

    def _shows(self, style: Style, statistics: object, flows: object) -> bool:
        return self._style is style and self._statistics is statistics and self._flows is flows

    def paint(self, painter: QPainter, scale: float) -> None:
        """Draw with a painter in canvas units."""
        colors = self._style.colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        line, wire = pen(colors.line, 0), pen(self._style.wire, 0)
        for depth, area, stem in self._ground.frames:
            painter.setPen(line)
            painter.setBrush(self._style.frame(depth))
            painter.drawRect(area)
            painter.setPen(wire)
            painter.drawLine(stem)
        if scale > _WIRE_SCALE:
            painter.drawLines(self._ground.wires)
        painter.setPen(Qt.PenStyle.NoPen)
        for family, areas in self._ground.cards.items():
            painter.setBrush(theme.mix(colors.card, colors.family(family), 0.55))
            painter.drawRects(areas)
        for tint, areas in self._tints.items():
            painter.setBrush(QColor.fromRgb(tint))
            painter.drawRects(areas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _tints(
    layout: Layout, statistics: Mapping[NodeId, NodeStatistics], flows: Mapping[NodeId, Flow], colors: theme.Theme
) -> dict[int, list[QRectF]]:
    """The right half of each card that has a gradient, by the colour of how far the gradient gets."""
    tints: dict[int, list[QRectF]] = {}
    broken = Flow(Kind.BROKEN)
    for node, known in statistics.items():
        flow, box = broken if known.nonfinite else flows.get(node), layout.boxes.get(node)
        if flow is not None and box is not None and not box.is_frame:
            tint = gradient_color(flow, colors).rgb()
            tints.setdefault(tint, []).append(QRectF(box.centre, box.y, box.width / 2, box.height))
    return tints


def _stem(layout: Layout, frame: Box) -> QLineF:
    """One line behind all the cards of a Sequential."""
    children = layout.design.nodes[frame.node].children
    if len(children) < 2 or layout.design.nodes[frame.node].type != "Sequential":
        return QLineF(frame.centre, frame.y, frame.centre, frame.y)
    return QLineF(frame.centre, layout.boxes[children[0]].bottom, frame.centre, layout.boxes[children[-1]].y)


def _wires(layout: Layout) -> Iterator[QLineF]:
    for link in layout.links:
        if link.wire is not None:
            yield from (QLineF(*one, *other) for one, other in pairwise(link.points))
