"""Samples side by side, a page at a time: of a part, of a class, in an order; and one of them large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.dialogs.data_view.large_sample import LargeSample
from app.dialogs.data_view.sample_table import SampleTable
from app.dialogs.data_view.words import first_order, orders, part_words, range_text
from app.dialogs.picture_grid import PictureGrid
from app.widgets.choice_field import ChoiceField
from app.widgets.flow_layout import FlowLayout
from app.widgets.label import Label
from app.widgets.push_button import push_button
from app.widgets.switch import Switch
from core.design.seen_data import REPEATED, DataSurvey, SampleQuery, ShownSample
from core.design.settings import SampleCurves

PAGE = 60
LARGE = 1024
"""Pixels of the side of a picture that is looked at alone."""


class SamplesTab(QWidget):
    """`wanted` asks for what is to be shown; `show_samples` and `show_one` take the answers."""

    wanted = Signal(object)
    """A `SampleQuery`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.query = SampleQuery(count=PAGE)
        self.one: SampleQuery | None = None
        """The sample that is to be shown large."""
        self._survey: DataSurvey | None = None
        self._total = 0
        self._samples: tuple[ShownSample, ...] = ()
        self.part = self._choice("part", self.tr("Part"))
        self.label = self._choice("label", self.tr("Class"))
        self.order = self._choice("order", self.tr("Sort by"))
        self.descending = Switch()
        self.descending.setObjectName("look.descending")
        self.descending.setAccessibleName(self.tr("Largest first"))
        self.descending.value_edited.connect(lambda value: self._ask(descending=value))
        self.range = Label()
        self.range.setObjectName("look.range")
        self.back, self.next = self._page_button("‹", -1, "look.back"), self._page_button("›", 1, "look.next")
        self.back.setAccessibleName(self.tr("Page before"))
        self.next.setAccessibleName(self.tr("Next page"))
        self.pictures, self.table = PictureGrid(can_choose=True), SampleTable()
        self.pictures.currentRowChanged.connect(self._choose)
        self.table.currentCellChanged.connect(lambda row, *_: self._choose(row))
        self.table.sorted_by.connect(self._sort)
        self._list = QStackedWidget()
        self._list.addWidget(self.pictures)
        self._list.addWidget(self.table)
        self.large = LargeSample()
        self.large.show_nothing()
        self._lay_out()

    def _choice(self, name: str, title: str) -> ChoiceField:
        field = ChoiceField([])
        field.setObjectName(f"look.{name}")
        field.setAccessibleName(title)
        field.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToContents)
        field.activated.connect(lambda row: self._ask(**{name: field.itemData(row)}))
        return field

    def _page_button(self, text: str, pages: int, name: str) -> QWidget:
        button = push_button(text, "", name)
        button.clicked.connect(lambda: self._turn(pages))
        key = QKeySequence(Qt.Key.Key_PageDown if pages > 0 else Qt.Key.Key_PageUp)
        QShortcut(key, self, lambda: self._turn(pages), context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return button

    def _lay_out(self) -> None:
        top, pages, column = FlowLayout(), QHBoxLayout(), QVBoxLayout(self)
        for text, field in (
            (self.tr("Part"), self.part),
            (self.tr("Class"), self.label),
            (self.tr("Sort by"), self.order),
            (self.tr("Largest first"), self.descending),
        ):
            label = Label(text)
            label.setProperty("look", "muted")
            label.setBuddy(field)
            both, row = QWidget(), QHBoxLayout()
            both.setLayout(row)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(label)
            row.addWidget(field)
            top.addWidget(both)
        turning = QWidget()
        turning.setLayout(pages)
        pages.setContentsMargins(0, 0, 0, 0)
        for widget in (self.range, self.back, self.next):
            pages.addWidget(widget)
        top.addWidget(turning)
        splitter = QSplitter()
        splitter.addWidget(self._list)
        splitter.addWidget(self.large)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setChildrenCollapsible(False)
        column.setContentsMargins(0, 12, 0, 0)
        column.addLayout(top)
        column.addWidget(splitter, 1)

    # --- what is asked ------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Other data are to be shown: ask for the first of them."""
        self._survey = None
        self.large.show_nothing()
        self._fill(self.part, part_words())
        self._fill(self.label, {None: self.tr("all")})
        self._fill(self.order, {"": first_order()})
        self.descending.show_value(False)
        self.query = SampleQuery(count=PAGE)
        self.wanted.emit(self.query)

    def show_repeated(self) -> None:
        """Show the samples that are kept back, and yet learned from."""
        self.part.setCurrentIndex(self.part.findData(REPEATED))
        self._ask(part=REPEATED)

    def show_class(self, index: int) -> None:
        """Show the samples of one class."""
        self.label.setCurrentIndex(self.label.findData(index))
        self._ask(label=index)

    def _ask(self, **changes: Any) -> None:
        self.query = replace(self.query, start=0, **changes)
        self.wanted.emit(self.query)

    def _turn(self, pages: int) -> None:
        start = self.query.start + pages * PAGE
        if 0 <= start < self._total:
            self.query = replace(self.query, start=start)
            self.wanted.emit(self.query)

    def _sort(self, column: int) -> None:
        """A click on a title sorts by it, another turns the order round."""
        descending = self.query.order == column and not self.query.descending
        self.order.setCurrentIndex(self.order.findData(column))
        self.descending.show_value(descending)
        self._ask(order=column, descending=descending)

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._samples):
            self.one = replace(self.query, start=self.query.start + row, count=1, side=LARGE)
            self.wanted.emit(self.one)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def take_survey(self, survey: DataSurvey) -> None:
        """Now it is known of what one can choose."""
        self._survey = survey
        classes = {None: self.tr("all")} | {at: name for at, (name, _) in enumerate(survey.classes)}
        self._fill(self.label, classes)
        self.label.setEnabled(len(classes) > 1)
        self._fill(self.order, orders(survey))
        self.table.show_columns(survey)
        if self._samples:
            self.show_samples(self._total, self._samples)

    def show_samples(self, total: int, samples: tuple[ShownSample, ...]) -> None:
        """Show a page of samples."""
        self._total, self._samples = total, ()  # while the list is filled, its current row is of no interest
        self.range.setText(range_text(self.query.start, len(samples), total))
        self.back.setEnabled(self.query.start > 0)
        self.next.setEnabled(self.query.start + len(samples) < total)
        drawn = bool(samples and (samples[0].picture or samples[0].curves))
        if drawn and samples[0].picture is not None:
            self.pictures.show_pictures(each.picture for each in samples if each.picture is not None)
        elif drawn:
            self.pictures.show_curves(SampleCurves(each.label, each.curves) for each in samples)
        else:
            self.pictures.clear()
        self.table.show_samples(() if drawn else samples)
        self._list.setCurrentWidget(self.pictures if drawn else self.table)
        self.large.show_nothing()
        self._samples = samples
        if drawn:
            self.pictures.setCurrentRow(0)
        elif samples:
            self.table.setCurrentCell(0, 0)

    def show_one(self, sample: ShownSample) -> None:
        """Show a sample large."""
        self.large.show_sample(sample, self._survey)

    @staticmethod
    def _fill(field: ChoiceField, words: Mapping[Any, str]) -> None:
        chosen = field.currentData()
        field.clear()
        for key, text in words.items():
            field.addItem(text, key)
        field.setCurrentIndex(max(field.findData(chosen), 0))
