"""Stage: what the canvas shows now, worked out from the document when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.canvas.layout.arranging import arrange, lies_alike
from app.canvas.layout.geometry import Layout, Slot
from app.canvas.painting import style
from app.canvas.painting.drawing import Drawing, Marks
from app.canvas.painting.far import FarView
from app.canvas.painting.style import Style
from app.canvas.painting.words import Speaker, Words
from app.document.document import Document
from core.design.gradient_flow import Flow, flows
from core.design.graph import layers_in_order
from core.design.model import Design, NodeId
from core.training.messages import NodeStatistics, Picture

_LATELY = 4
"""How many layouts are kept for the case that their designs come back."""


class Stage(QObject):
    """Keeps the layout and the drawing of the container that the document has entered, until they are others.

    `changed` asks for another picture.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._base: Layout | None = None
        self._lately: tuple[Layout, ...] = ()
        self._preview: Layout | None = None
        self._drawing: Drawing | None = None
        self._far: FarView | None = None
        self.marks = Marks()
        self.statistics: dict[NodeId, NodeStatistics] = {}
        self.flows: dict[NodeId, Flow] = {}
        """How far gradients get, of each layer that has one."""
        self.lit: Mapping[NodeId, Picture] = {}
        """What each layer makes of the sample that is looked at."""
        self._order: tuple[Design, tuple[NodeId, ...]] | None = None

    @property
    def style(self) -> Style:
        """Colours, fonts and sizes as they are now."""
        return style.current()

    @property
    def base(self) -> Layout:
        """Where everything of the document's design lies."""
        if self._base is None:
            self._base = self._remembered() or self.arranged()
            self._lately = (self._base, *self._lately)[:_LATELY]
        return self._base

    def _remembered(self) -> Layout | None:
        """The layout of a design that was shown lately, as after an undo."""
        design, context, metrics = self._document.design, self._document.context, self.style.metrics
        known = (old for old in self._lately if old.design is design and old.context == context)
        return next((old for old in known if old.metrics == metrics), None)

    @property
    def layout(self) -> Layout:
        """Where everything lies now, while a gesture shows what it would do."""
        return self._preview or self.base

    def arranged(self, design: Design | None = None, slot: Slot | None = None) -> Layout:
        """The layout of another design, or with a slot standing open."""
        return arrange(design or self._document.design, self._document.context, self.style.metrics, slot)

    @property
    def drawing(self) -> Drawing:
        """All that is painted now."""
        if self._drawing is None:
            design, report = self._document.design, self._document.report
            self._drawing = Drawing(
                self.layout, report, Speaker(design, report), self.style, self.statistics, self.flows, self.lit,
                far_before=self._far,
            )  # fmt: skip
        self._drawing.marks = self.marks
        return self._drawing

    def words(self, node: NodeId) -> Words:
        """The texts of a node."""
        return self.drawing.speaker.words(node)

    def take_design(self, before: Design, after: Design) -> None:
        """The design is another; where things lie may be as before."""
        if self._base is not None and self._base.design is before and lies_alike(before, after):
            self._base = replace(self._base, design=after)
            self._preview = None
            self.forget_words()
        else:
            self.forget_layout()

    def forget_layout(self) -> None:
        """The container or the theme is another."""
        self._base = self._preview = None
        self.forget_words()

    def forget_words(self) -> None:
        """The report is another."""
        if self._drawing is not None:
            self._far, self._drawing = self._drawing.latest_far, None
        self.changed.emit()

    def preview(self, layout: Layout | None) -> None:
        """Show things elsewhere for a moment; None: where they are."""
        self._preview = layout
        if self._drawing is not None:
            self._drawing = self._drawing.with_layout(self.layout)
        self.changed.emit()

    def mark(self, **changes: object) -> None:
        """Change the marks of what the hands are doing."""
        marks = replace(self.marks, **changes)  # type: ignore[arg-type]  # the names of `Marks`
        if marks != self.marks:
            self.marks = marks
            self.changed.emit()

    def light(self, lit: Mapping[NodeId, Picture] | None) -> None:
        """Show what each layer makes of a sample; None: no more."""
        if self.lit or lit:
            self.lit = lit or {}
            if self._drawing is not None:
                self._drawing.lit = self.lit
            self.changed.emit()

    def show_statistics(self, statistics: dict[NodeId, NodeStatistics]) -> None:
        """Take other statistics; what must be painted again is for the caller to say."""
        self.statistics = statistics
        self.flows = self._flows()
        if self._drawing is not None:
            self._drawing.take_statistics(statistics, self.flows)

    def keep_statistics(self, before: Design, after: Design) -> None:
        """Know nothing any more of nodes that are gone, or of another type."""
        old, new = before.nodes, after.nodes
        gone = {
            node
            for node in self.statistics
            if (now := new.get(node)) is not old.get(node) and (now is None or now.type != old[node].type)
        }
        if gone:
            self.statistics = {node: known for node, known in self.statistics.items() if node not in gone}
            self.flows = {node: flow for node, flow in self.flows.items() if node not in gone}

    def _flows(self) -> dict[NodeId, Flow]:
        if not self.statistics:
            return {}
        design = self._document.design
        if self._order is None or self._order[0] is not design:
            self._order = design, tuple(layers_in_order(design))
        known = ((node, self.statistics.get(node)) for node in self._order[1])
        return flows(
            [(node, now.gradient_norm) for node, now in known if now is not None and now.gradient_norm is not None]
        )
