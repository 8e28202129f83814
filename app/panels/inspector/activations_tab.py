"""The tab of what a layer gives: over many samples, unit by unit, and for one sample as maps, attention or states."""

from __future__ import annotations

from array import array

from PySide6.QtWidgets import QWidget

from app.engine.seeing import Seeing
from app.look import units
from app.look.sentences import say, tr
from app.panels.inspector.fact_rows import FactRows
from app.plots.over_time_plot import OverTimePlot
from app.widgets.heat_map_section import HeatMapSection, MapGridSection
from app.widgets.histogram_view import HistogramView
from app.widgets.label import Label
from app.widgets.number_text import sizes
from app.widgets.scroll_column import ScrollColumn
from core.design.model import NodeId
from core.errors import Sentence
from core.training.messages import ActivationsSeen, ActivationsView, Chosen, SeeActivations

DEAD = 0.999
"""A unit that is zero, or saturated, for so large a share of the samples does not tell them apart."""


class ActivationsTab(ScrollColumn):
    """Asks for what it shows while it is seen, and is kept up to date while a run goes on."""

    def __init__(self, seeing: Seeing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seeing = seeing
        self._node: NodeId | None = None
        self.facts = FactRows()
        self.histogram = HistogramView("activation")
        self.histogram.setAccessibleName(self.tr("Values"))
        self.history = OverTimePlot(self.tr("Histogram over steps"))
        self.zeros = HeatMapSection(self.tr("Share of zeros, unit by unit"))
        self.saturated = HeatMapSection(self.tr("Share saturated, unit by unit"))
        self.pictures = MapGridSection("")
        self.maps = self.pictures.view
        self.maps.setObjectName("inspector.maps")
        self._note = Label()
        self._note.setProperty("look", "note")
        self._note.setWordWrap(True)
        for part in (
            self.facts, self.histogram, self.history, self.zeros, self.saturated, self._note, self.pictures,
        ):  # fmt: skip
            self.column.addWidget(part)
        seeing.seen.connect(self._take)
        seeing.failed.connect(self._take_failure)
        seeing.forgotten.connect(self.clear)
        self.clear()

    def show_node(self, node: NodeId | None) -> None:
        """Look at a layer; None: at none, as where nobody sees it."""
        if node != self._node:
            self._node = node
            self.clear()
            if node is None:
                self._seeing.let_go(SeeActivations)
            else:
                self._seeing.activations_of(node)

    def clear(self) -> None:
        """Show that nothing is known yet."""
        self.history.clear()
        self.history.hide()
        self.facts.show_facts([(self.tr("Samples"), self.tr("not looked at yet"))])
        self.histogram.show_histogram(None, self.tr("not looked at yet"))
        self._show_pictures(None)
        for part in (self.zeros, self.saturated):
            part.hide()

    def take_view(self, view: ActivationsView) -> None:
        """What the layer gave for the batch of a step joins those before."""
        if view.node == self._node:
            self.history.add(view.step, view.histogram)
            self.history.setVisible(len(self.history) > 1)

    def _take(self, seen: object) -> None:
        if isinstance(seen, ActivationsSeen) and seen.node == self._node:
            self.facts.show_facts(facts_of(seen))
            self.histogram.show_histogram(seen.histogram)
            none = self.tr("no zeros"), self.tr("none saturated")
            shares = seen.unit_zeros, seen.unit_saturated
            for part, values, word in zip((self.zeros, self.saturated), shares, none, strict=True):
                count = len(values) // 4
                part.setVisible(count > 1)
                part.view.show_picture(values, 1, count, shape=(count,))
                part.show_word("" if any(array("f", values)) else word)
            self._show_pictures(seen)

    def _take_failure(self, kind: type, sentence: Sentence) -> None:
        if kind is SeeActivations and self._node is not None:
            self.clear()
            self.facts.show_facts([(self.tr("Samples"), say(sentence))])

    def _show_pictures(self, seen: ActivationsSeen | None) -> None:
        titles = {
            "maps": self.tr("Feature maps"),
            "attention": self.tr("Attention, head by head"),
            "steps": self.tr("State over steps"),
            "units": self.tr("Units"),
        }
        notes = {
            "attention": self.tr("Each row is a step that looks, each column one that it looks at."),
            "steps": self.tr("Each row is a step, each column a unit."),
        }
        self.pictures.setVisible(seen is not None)
        note = "" if seen is None else " ".join(filter(None, [_sample(self._seeing.chosen), notes.get(seen.kind, "")]))
        self._note.setText(note)
        self._note.setVisible(bool(note))
        if seen is not None:
            self.pictures.show_title(titles[seen.kind])
            self.maps.show_pictures(seen.pictures)


def facts_of(seen: ActivationsSeen) -> list[tuple[str, str]]:
    """What is told of the numbers in words: how many are zero or saturated, and how many units always are."""
    facts = [
        (tr("Samples"), units.count(seen.count)),
        (tr("Shape"), sizes(seen.shape)),
        (tr("Zeros"), units.share(seen.zeros)),
    ]
    dead = sum(share >= DEAD for share in array("f", seen.unit_zeros))
    total = len(seen.unit_zeros) // 4
    if dead:
        facts.append((tr("Always zero"), tr("{count} of {total} units").format(count=dead, total=total)))
    if seen.saturated is not None:
        facts.append((tr("Saturated"), units.share(seen.saturated)))
        stuck = sum(share >= DEAD for share in array("f", seen.unit_saturated))
        if stuck:
            facts.append((tr("Always saturated"), tr("{count} of {total} units").format(count=stuck, total=total)))
    return facts


def _sample(chosen: Chosen) -> str:
    if chosen.part == "drawn":
        return tr("Of the picture that was drawn.")
    parts = {"test": tr("test"), "train": tr("training"), "validation": tr("validation")}
    return tr("Of {part} sample {number}.").format(part=parts.get(chosen.part, chosen.part), number=chosen.index + 1)
