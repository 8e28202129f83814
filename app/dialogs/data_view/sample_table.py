"""Samples that are rows or texts, a line each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.dialogs.data_view.words import MOST_COLUMNS, part_words
from app.look import theme
from app.widgets.number_text import significant
from app.widgets.plain_tip import plain_tip
from core.design.seen_data import DataSurvey, FeatureFigures, ShownSample

ROW = 25


class SampleTable(QTableWidget):
    """Label and part come first. Values that lie far from all others are marked."""

    sorted_by = Signal(int)
    """The number of the feature whose title was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._features: tuple[FeatureFigures, ...] = ()
        self._columns: tuple[str, ...] = ()
        self.setAccessibleName(self.tr("Samples"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().sectionClicked.connect(self._sort)

    def show_columns(self, survey: DataSurvey) -> None:
        """What the features are called, and what is usual of them."""
        self._columns = survey.columns[:MOST_COLUMNS] if survey.kind == "rows" else ()
        self._features = tuple(each for each in survey.features if not each.is_target)

    def show_samples(self, samples: tuple[ShownSample, ...]) -> None:
        """Show these instead of those that are shown."""
        self.clear()
        texts = bool(samples and samples[0].text)
        width = 1 if texts else max((len(sample.values) for sample in samples), default=0)
        width = min(width, MOST_COLUMNS)
        self.setColumnCount(2 + width)
        self.setRowCount(len(samples))
        names = [self.tr("text")] if texts else [self._name(at) for at in range(width)]
        self.setHorizontalHeaderLabels([self.tr("label"), self.tr("part"), *names])
        self.setVerticalHeaderLabels([sample.place for sample in samples])
        words = part_words()
        for row, sample in enumerate(samples):
            self.setItem(row, 0, self._text(sample.label))
            self.setItem(row, 1, self._text(words[sample.part]))
            if texts:
                self.setItem(row, 2, self._text(sample.text))
            for at, value in enumerate(sample.values[:width]):
                self.setItem(row, 2 + at, self._number(at, value))
        self.resizeColumnsToContents()
        header = self.horizontalHeader()
        header.setStretchLastSection(texts)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def _name(self, at: int) -> str:
        return self._columns[at] if at < len(self._columns) and len(self._columns) > 1 else str(at)

    def _sort(self, section: int) -> None:
        if section >= 2 and len(self._columns) > section - 2:
            self.sorted_by.emit(section - 2)

    @staticmethod
    def _text(text: str) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        item.setToolTip(plain_tip(text))
        return item

    def _number(self, at: int, value: float) -> QTableWidgetItem:
        item = QTableWidgetItem(significant(value, 6))
        item.setFont(theme.mono(-1))
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        feature = self._features[at] if at < len(self._features) and len(self._columns) > 1 else None
        if feature is not None and not feature.low_fence <= value <= feature.high_fence:
            item.setForeground(theme.current().problem)
            item.setToolTip(self.tr("Far from all others"))
        return item
