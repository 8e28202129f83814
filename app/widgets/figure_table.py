"""A table of texts and figures that sorts by what a column means, and is copied or saved as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.look import theme
from app.look.sentences import tr
from app.widgets.number_text import decimal
from app.widgets.plain_tip import plain_tip

SPACE = 8
"""Pixels between the lines of two rows."""
Value = float | int | str | None
_MEANT = Qt.ItemDataRole.UserRole


class Figure(NamedTuple):
    """What stands in a cell, and what is meant by it; None where nothing is known. `tip` is told at the pointer."""

    text: str
    value: Value
    tip: str = ""


class FigureRow(QTreeWidgetItem):
    """Sorted by what is meant; what is not known comes first."""

    def __init__(self, place: int, cells: Sequence[Figure]) -> None:
        super().__init__([cell.text for cell in cells])
        self.place = place
        self.values = tuple(cell.value for cell in cells)
        metrics = QFontMetrics(theme.ui())
        self.setSizeHint(0, QSize(metrics.horizontalAdvance(cells[0].text) + 2 * SPACE, metrics.height() + SPACE))
        for column, cell in enumerate(cells):
            self.setData(column, Qt.ItemDataRole.ToolTipRole, plain_tip(cell.tip))
            self.setFont(column, theme.mono(-1) if column else theme.ui())
            if not isinstance(cell.value, str):
                self.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        column = self.treeWidget().sortColumn()
        return isinstance(other, FigureRow) and _key(self.values[column]) < _key(other.values[column])


def deviation(std: float, numbers: int) -> Figure:
    """PyTorch's deviation of so many numbers, divided by one less: of a single one there is none."""
    if numbers == 1:
        return Figure("–", None, tr("A single number has no deviation: it would be divided by 0"))
    return Figure(decimal(std), std)


def _key(value: Value) -> tuple[int, float, str]:
    if isinstance(value, str):
        return 2, 0.0, value
    return (0, 0.0, "") if value is None or value != value else (1, float(value), "")


class FigureTable(QTreeWidget):
    """The first column names the row; a click on a title sorts, Ctrl+C copies all rows."""

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: tuple[str, ...] = ()
        self.show_titles(titles)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSortingEnabled(True)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicatorClearable(True)

    def _fit_names(self) -> None:
        """The first column takes what the others leave, but is never too narrow for what is in it: then one scrolls."""
        header, width = self.header(), self.viewport().width()
        needed = min(max(self.sizeHintForColumn(0), header.sectionSizeHint(0)), width // 2)
        others = sum(header.sectionSize(column) for column in range(1, header.count()))
        if width - others >= needed:
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        else:
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(0, needed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_names()

    def show_titles(self, titles: Sequence[str]) -> None:
        """Have these columns, and no rows."""
        self.clear()
        self._titles = tuple(titles)
        self.setColumnCount(len(titles))
        self.setHeaderLabels(list(titles))

    def show_rows(self, rows: Sequence[Sequence[Figure]]) -> None:
        """Show these rows, in this order until a title is clicked."""
        self.setSortingEnabled(False)
        self.clear()
        self.addTopLevelItems([FigureRow(place, cells) for place, cells in enumerate(rows)])
        self.header().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self._fit_names()

    @property
    def rows(self) -> list[QTreeWidgetItem]:
        """As they stand now."""
        items = map(self.topLevelItem, range(self.topLevelItemCount()))
        return [item for item in items if item is not None]

    @property
    def place(self) -> int | None:
        """Which of the rows that were given is the current one."""
        item = self.currentItem()
        return item.place if isinstance(item, FigureRow) else None

    def text(self, dialect: str = "excel") -> str:
        """The rows as they stand now, with what is meant: "excel" is CSV, "excel-tab" for the clipboard."""
        out = io.StringIO()
        writer = csv.writer(out, dialect, lineterminator="\n")
        writer.writerow(self._titles)
        for item in self.rows:
            if isinstance(item, FigureRow):
                writer.writerow(["" if value is None else value for value in item.values])
        return out.getvalue()

    def copy(self) -> None:
        """Put all rows on the clipboard, as a spreadsheet takes them."""
        QGuiApplication.clipboard().setText(self.text("excel-tab"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)
