"""Drawing: a layout with all that decides how it looks, painted in the same way on the screen and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.canvas.layout.geometry import Box, Layout, Link
from app.canvas.painting.cards import Card, CardPainter
from app.canvas.painting.far import FarView
from app.canvas.painting.frames import Frame, FramePainter
from app.canvas.painting.links import LinkPainter
from app.canvas.painting.marks import Mark, MarkPainter
from app.canvas.painting.style import CARD_RADIUS, FRAME_RADIUS, Style, pen
from app.canvas.painting.surface import Surface
from app.canvas.painting.words import Speaker, compact
from app.look import theme
from core.design.gradient_flow import Flow
from core.design.model import MARKS, NodeId, Wire
from core.design.shapes import Problem, Report
from core.design.shapes.report import worst
from core.training.messages import NodeStatistics, Picture

NEAR_SCALE = 0.31
"""From this zoom on cards are drawn one by one; below it, they are rectangles."""
NAME_SCALE, FEW = 0.17, 400
"""From this zoom on rectangles have names, where there are few of them; below, names would lie on one another."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What the hands are doing: nodes selected, under the pointer, lifted; the frame to drop into; wires to be cut."""

    selected: frozenset[NodeId] = frozenset()
    hovered: NodeId | None = None
    lifted: frozenset[NodeId] = frozenset()
    target: NodeId | None = None
    cut: frozenset[Wire] = frozenset()
    wire: Wire | None = None


@dataclass(slots=True)
class Drawing:
    """What is drawn. `report` and `speaker` belong to the design of `layout`."""

    layout: Layout
    report: Report
    speaker: Speaker
    style: Style
    statistics: Mapping[NodeId, NodeStatistics] = field(default_factory=dict)
    flows: Mapping[NodeId, Flow] = field(default_factory=dict)
    lit: Mapping[NodeId, Picture] = field(default_factory=dict)
    marks: Marks = Marks()
    far_before: FarView | None = None
    """How something like it was seen from afar, to take over what is alike."""
    _far: FarView | None = None
    _depths: dict[NodeId, int] | None = None
    _problems: Mapping[NodeId, tuple[Problem, ...]] | None = None

    def with_layout(self, layout: Layout) -> Drawing:
        """The same with everything elsewhere, as while something is dragged."""
        return replace(self, layout=layout, far_before=self.latest_far, _far=None, _depths=None, _problems=None)

    def take_statistics(self, statistics: Mapping[NodeId, NodeStatistics], flows: Mapping[NodeId, Flow]) -> None:
        """Show these from now on."""
        self.statistics, self.flows = statistics, flows
        self.far_before, self._far = self.latest_far, None

    @property
    def far(self) -> FarView:
        """The drawing as seen from afar."""
        if self._far is None:
            before, self.far_before = self.far_before, None
            self._far = FarView(self.layout, self.speaker, self.style, self.statistics, self.flows, before)
        return self._far

    @property
    def latest_far(self) -> FarView | None:
        """How this, or what was before it, was seen from afar, if it was."""
        return self._far or self.far_before

    def depth(self, container: NodeId) -> int:
        """How many frames are around what lies in a container; 0 on the open canvas."""
        if self._depths is None:
            depths: dict[NodeId, int] = {}
            parents = self.layout.design.parents
            for box in self.layout.boxes.values():
                if box.is_frame:
                    depths[box.node] = depths.get(parents.get(box.node, ""), 0) + 1
            self._depths = depths
        return self._depths.get(container, 0)

    @property
    def problems(self) -> Mapping[NodeId, tuple[Problem, ...]]:
        """The problems at each box; those in a collapsed container are at its card."""
        if self._problems is None:
            found: dict[NodeId, tuple[Problem, ...]] = {}
            for problem in self.report.problems:
                around = (problem.node, *self.layout.design.ancestors(problem.node))
                shown = next((node for node in around if node in self.layout.boxes), None)
                if shown is not None and (shown == problem.node or not self.layout.is_opened(shown)):
                    found[shown] = (*found.get(shown, ()), problem)
            self._problems = found
        return self._problems

    # --- painting -----------------------------------------------------------------------------------------------------

    def paint(self, surface: Surface) -> None:
        """Draw what is exposed."""
        painter = surface.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        if surface.scale < NEAR_SCALE and surface.pixmaps is not None:
            self.far.paint(painter, surface.scale)
            if surface.scale >= NAME_SCALE and len(self.layout.boxes) <= FEW:
                self._paint_far_names(surface)
            self._paint_outlines(surface, self._marked())
        else:
            self._paint_near(surface)

    def _paint_far_names(self, surface: Surface) -> None:
        """Names across cards that are hardly as high as a line."""
        font, height = self.style.overview_name(surface.scale)
        surface.painter.setFont(font)
        surface.painter.setPen(self.style.colors.text)
        kinds = self.layout.design.nodes
        for box in self.layout.boxes.values():
            if not box.is_frame and kinds[box.node].type not in MARKS:
                x, y = box.x + 0.5 * height, box.y + (box.height - height) / 2
                surface.text(x, y, self.speaker.words(box.node).far_name, font, box.width - 0.75 * height)

    def _marked(self) -> list[Box]:
        boxes = self.layout.boxes
        return [boxes[node] for node in self.problems.keys() | self.marks.selected if node in boxes]

    def _paint_near(self, surface: Surface) -> None:
        exposed = surface.exposed.adjusted(-16, -16, 16, 16)
        boxes = list(self.layout.visible(exposed.x(), exposed.y(), exposed.width(), exposed.height()))
        frames, cards, marks = self._sorted(boxes)
        frame_painter, link_painter, mark_painter = (
            FramePainter(self.style),
            LinkPainter(self.style),
            MarkPainter(self.style),
        )
        for frame in frames:
            if isinstance(frame, Mark):
                mark_painter.frame(surface, frame)
            else:
                frame_painter.paint_ground(surface, frame)
        links = _exposed_links(self.layout, exposed)
        for link in links:
            link_painter.paint(surface, link, self._kind(link))
        for frame in frames:
            if not isinstance(frame, Mark):
                frame_painter.paint_title(surface, frame)
        for mark in marks:
            mark_painter.paint(surface, mark)
        self._paint_cards(surface, cards)
        if self.style.shape(surface.scale) is not None:
            self._paint_shapes(surface, links, link_painter)
        self._paint_outlines(surface, boxes)

    def _paint_shapes(self, surface: Surface, links: list[Link], link_painter: LinkPainter) -> None:
        with surface.on_whole_pixels():
            for link in links:
                spec = self.report.leaving(link.source, link.wire.output if link.wire else 0)
                if spec is not None and not self.layout.is_open_slot(link):
                    link_painter.paint_shape(surface, link, compact(str(spec)), self.depth(link.container))

    def _sorted(self, boxes: list[Box]) -> tuple[list[Frame | Mark], list[Card], list[Mark]]:
        """Frames of containers and of the drawing, cards, and what else belongs to the drawing alone."""
        frames: list[Frame | Mark] = []
        drawn: list[Mark] = []
        cards, words, marks = [], self.speaker.words, self.marks
        nodes, statistics = self.layout.design.nodes, self.statistics
        for box in boxes:
            node_id = box.node
            if nodes[node_id].type in MARKS:
                across = nodes[self.layout.design.parents[node_id]].is_across
                mark = Mark(box, nodes[node_id], marks.hovered == node_id, across)
                (frames if mark.node.type == "Frame" else drawn).append(mark)
            elif box.is_frame:
                depth, is_empty = self.depth(node_id) - 1, not nodes[node_id].children
                hovered, target = marks.hovered == node_id, marks.target == node_id
                frames.append(Frame(box, words(node_id), depth, is_empty, hovered, target))
            else:
                hovered, flow = marks.hovered == node_id, self.flows.get(node_id)
                cards.append(Card(box, words(node_id), hovered, statistics.get(node_id), flow, self.lit.get(node_id)))
        return frames, cards, drawn

    def _paint_cards(self, surface: Surface, cards: list[Card]) -> None:
        painter = CardPainter(self.style)
        lifted = [card for card in cards if card.box.node in self.marks.lifted]
        if not lifted:
            painter.paint(surface, cards)
            return
        painter.paint(surface, [card for card in cards if card.box.node not in self.marks.lifted])
        surface.painter.setOpacity(0.35)
        painter.paint(surface, lifted)
        surface.painter.setOpacity(1.0)

    def _kind(self, link: Link) -> str:
        marks = self.marks
        if link.wire is None:
            return "stack"
        if link.wire in marks.cut:
            return "cut"
        near = link.wire == marks.wire or link.source in marks.selected or link.target in marks.selected
        return "near" if near else "wire"

    def _paint_outlines(self, surface: Surface, boxes: list[Box]) -> None:
        """Problems and selection, over everything else, at least as thick as a pixel or two."""
        for box in boxes:
            problems = self.problems.get(box.node, ())
            is_selected = box.node in self.marks.selected
            if problems:
                self._outline(surface, box, theme.severity_color(worst(problems), self.style.colors), 0.0)
            if is_selected:
                self._outline(surface, box, self.style.colors.accent, 3.0 if problems else 0.0)

    def _outline(self, surface: Surface, box: Box, color: QColor, outset: float) -> None:
        painter, width = surface.painter, max(2.0, 1.5 / surface.scale)
        painter.setPen(pen(color, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        grown = outset + (0.0 if surface.scale >= NEAR_SCALE else width / 2)
        area = QRectF(box.x, box.y, box.width, box.height).adjusted(-grown, -grown, grown, grown)
        if surface.scale < NEAR_SCALE:
            painter.drawRect(area)
            return
        radius = (FRAME_RADIUS if box.is_frame else CARD_RADIUS) + grown
        margin = 4 * radius
        painter.drawRoundedRect(
            area.intersected(surface.exposed.adjusted(-margin, -margin, margin, margin)), radius, radius
        )


def _exposed_links(layout: Layout, area: QRectF) -> list[Link]:
    left, top, right, bottom = area.x(), area.y(), area.right(), area.bottom()
    # Nearly all links are straight ones of a Sequential: those are looked at without a call.
    return [
        link
        for link in layout.links
        if (
            left < link[2][0][0] < right and link[2][0][1] < bottom and link[2][1][1] > top
            if link[3] is None
            else _is_exposed(link, area)
        )
    ]


def _is_exposed(link: Link, area: QRectF) -> bool:
    (x, y), (end_x, end_y) = link.points[0], link.points[-1]
    if len(link.points) == 2:
        low, high = (x, end_x) if x < end_x else (end_x, x)
        top, bottom = (y, end_y) if y < end_y else (end_y, y)
    else:
        low, high = min(px for px, _ in link.points), max(px for px, _ in link.points)
        top, bottom = min(py for _, py in link.points), max(py for _, py in link.points)
    # Where a wire goes back, it bends beyond its ends.
    if link.across and end_x < x:
        low, high = low - (x - end_x), high + (x - end_x)
    elif not link.across and end_y < y:
        top, bottom = top - (y - end_y), bottom + (y - end_y)
    return low < area.right() and area.x() < high + 1 and top < area.bottom() and area.y() < bottom + 1
