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


class FarView:
    """All rectangles of a layout, sorted by colour once; then drawn with one call for each colour."""

    def __init__(
        self,
        layout: Layout,
        speaker: Speaker,
        style: Style,
        statistics: Mapping[NodeId, NodeStatistics],
        flows: Mapping[NodeId, Flow],
    ) -> None:
        self._layout, self._speaker, self._style = layout, speaker, style
        self._cards: dict[str, list[QRectF]] = {}
        self._tints: dict[str, list[QRectF]] = {}
        self._frames: list[tuple[int, QRectF, QLineF]] = []
        self._wires = list(_wires(layout))
        self._sort(statistics, flows)

    def _sort(self, statistics: Mapping[NodeId, NodeStatistics], flows: Mapping[NodeId, Flow]) -> None:
        families: dict[str, str] = {}
        depths: dict[NodeId, int] = {}
        parents, nodes = self._layout.design.parents, self._layout.design.nodes
        for box in self._layout.boxes.values():
            area = QRectF(box[1], box[2], box[3], box[4])
            if box[5]:
                depths[box[0]] = depths.get(parents.get(box[0], ""), -1) + 1
                self._frames.append((depths[box[0]], area, _stem(self._layout, box)))
                continue
            kind = nodes[box[0]].type
            family = families.get(kind)
            if family is None:
                family = families[kind] = self._speaker.family(box[0])
            self._cards.setdefault(family, []).append(area)
            known, flow = statistics.get(box[0]), flows.get(box[0])
            if known is not None and known.nonfinite:
                flow = Flow(Kind.BROKEN)
            if flow is not None:
                tint = gradient_color(flow, self._style.colors).name()
                half = QRectF(area.x() + area.width() / 2, area.y(), area.width() / 2, area.height())
                self._tints.setdefault(tint, []).append(half)

    def paint(self, painter: QPainter, scale: float) -> None:
        """Draw with a painter in canvas units."""
        colors = self._style.colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        line, wire = pen(colors.line, 0), pen(self._style.wire, 0)
        for depth, area, stem in self._frames:
            painter.setPen(line)
            painter.setBrush(self._style.frame(depth))
            painter.drawRect(area)
            painter.setPen(wire)
            painter.drawLine(stem)
        if scale > _WIRE_SCALE:
            painter.drawLines(self._wires)
        painter.setPen(Qt.PenStyle.NoPen)
        for family, areas in self._cards.items():
            painter.setBrush(theme.mix(colors.card, colors.family(family), 0.55))
            painter.drawRects(areas)
        for tint, areas in self._tints.items():
            painter.setBrush(QColor(tint))
            painter.drawRects(areas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


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
