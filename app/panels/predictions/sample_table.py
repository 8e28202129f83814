"""The samples of a part with truth, answer, probability and loss, the worst first."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHeaderView, QWidget

from app.look import units
from app.look.sentences import tr
from app.widgets.figure_table import Figure, FigureTable
from app.widgets.number_text import decimal
from core.training.messages import Assessed

MOST = 1000
"""Rows that are shown: the worst ones."""


class SampleTable(FigureTable):
    """`picked` carries the place of a sample in its part."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([tr("sample"), tr("truth"), tr("answer"), tr("probability"), tr("loss")], parent)
        self.setObjectName("predictions.samples")
        self.setAccessibleName(tr("Predictions"))
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setStretchLastSection(True)
        self._places: list[int] = []
        self.currentItemChanged.connect(lambda *_: self._tell())

    def show_assessed(self, assessed: Assessed, cell: tuple[int, int] | None) -> int:
        """Show the worst samples; with `cell`, only those of this class that were taken for that. Gives how many."""
        truths, answers, losses = (array("d", data) for data in (assessed.truths, assessed.answers, assessed.losses))
        places = [
            place
            for place in range(assessed.count)
            if cell is None or (int(truths[place]), int(answers[place])) == cell
        ]
        places.sort(key=lambda place: -losses[place])
        named = _namer(assessed)
        scores = array("d", assessed.scores)
        before = self._places[self.place] if self.place is not None and self.place < len(self._places) else None
        self._places = places[:MOST]
        self.blockSignals(True)
        self.setColumnHidden(3, not scores)
        self.show_rows([
            (
                Figure(f"{place + 1}", place + 1),
                named(truths[place]),
                named(answers[place]),
                Figure(units.share(scores[place]), scores[place]) if scores else Figure("", None),
                Figure(decimal(losses[place]), losses[place]),
            )
            for place in self._places
        ])  # fmt: skip
        if before in self._places:
            self.setCurrentIndex(self.model().index(self._places.index(before), 0))
        self.blockSignals(False)
        return len(places)

    def _tell(self) -> None:
        if self.place is not None and self.place < len(self._places):
            self.picked.emit(self._places[self.place])


def _namer(assessed: Assessed) -> Callable[[float], Figure]:
    if assessed.classes:
        return lambda value: Figure(assessed.classes[int(value)], assessed.classes[int(value)])
    return lambda value: Figure(decimal(value), value)
