"""The columns of a table: what each was found to hold, what it is learned from as, and what is missing in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from app.look import theme, units
from app.widgets.choice_field import ChoiceField
from app.widgets.plain_tip import plain_tip
from core.design.column_kinds import CYCLIC, DATE, FURTHER, GROUP, INDEX, LEFT_OUT, NUMBER, ONE_HOT, TARGET, TEXT
from core.design.settings import ColumnSeen

MOST = 200
"""Columns that are listed; of others the settings say it all at once."""
ROW, SHOWN = 32, 5
ARROW = 24
"""Pixels that a field needs beside its text."""
NAME, FOUND, KIND, MISSING, EXAMPLES = range(5)
WORDS: Mapping[str, str] = {
    NUMBER: "number",
    ONE_HOT: "category, one-hot",
    INDEX: "category, index",
    CYCLIC: "date, in cycles",
    DATE: "date, in numbers",
    TEXT: "text",
    TARGET: "target",
    FURTHER: "one more target",
    LEFT_OUT: "left out",
    GROUP: "group of rows",
}
_TIPS: Mapping[str, str] = {
    ONE_HOT: "A column of 0 and 1 for each value",
    INDEX: "The number of the value, for an Embedding; 0 stands for others",
    CYCLIC: "The year, and sine and cosine of month, day, weekday and hour: December is near January",
    DATE: "Year, month, day, weekday and hour",
    TEXT: "This text alone is learned from, letter by letter or word by word",
    FURTHER: "Several targets are numbers, or classes where a single one of them is 1",
}
_FOUND: Mapping[str, str] = {ONE_HOT: "category", INDEX: "category", CYCLIC: "date", DATE: "date"}
_CHOICES = (NUMBER, ONE_HOT, INDEX, CYCLIC, DATE, TEXT, TARGET, FURTHER, LEFT_OUT)
translate = QCoreApplication.translate


class ColumnTable(QTableWidget):
    """A row for each column; `chosen` says which one is to be of which kind, see `core.design.column_kinds`."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 5, parent)
        self._columns: tuple[ColumnSeen, ...] = ()
        self.setAccessibleName(self.tr("Columns"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields have it
        self.setShowGrid(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        titles = (self.tr("Column"), self.tr("Found"), self.tr("Learned from as"), self.tr("Missing"))
        self.setHorizontalHeaderLabels([*titles, self.tr("Values")])
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(KIND, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(EXAMPLES, QHeaderView.ResizeMode.Stretch)
        self.hide()

    def sizeHint(self) -> QSize:
        rows = min(max(self.rowCount(), 2), SHOWN)
        return QSize(400, self.horizontalHeader().sizeHint().height() + rows * ROW + 4)

    def show_columns(self, columns: Sequence[ColumnSeen]) -> None:
        """Show these. Fields of the same columns stay, with the focus where it is."""
        names = [column.name for column in self._columns]
        self._columns = tuple(columns[:MOST])
        if names != [column.name for column in self._columns]:
            self._lay_out()
        for row, column in enumerate(self._columns):
            self._show(row, column)
        self.setVisible(bool(columns))
        self.updateGeometry()

    def field(self, row: int) -> ChoiceField:
        """What the column in this row is learned from as."""
        field = self.cellWidget(row, KIND)
        assert isinstance(field, ChoiceField)
        return field

    def _lay_out(self) -> None:
        self.setRowCount(0)
        self.setRowCount(len(self._columns))
        for row, column in enumerate(self._columns):
            field = ChoiceField([])
            for kind in _CHOICES:
                field.addItem(word_of(kind), kind)
                field.setItemData(field.count() - 1, plain_tip(tip_of(kind)), Qt.ItemDataRole.ToolTipRole)
            field.setObjectName(f"data.column.{column.name}")
            field.setAccessibleName(self.tr("What '{column}' is learned from as").format(column=column.name))
            field.activated.connect(partial(self._choose, row))
            self.setCellWidget(row, KIND, field)
            if not row:  # the view sees to the cells, not to what lies on them
                self.horizontalHeader().resizeSection(KIND, field.sizeHint().width() + ARROW)

    def _show(self, row: int, column: ColumnSeen) -> None:
        found = translate("ColumnTable", _FOUND.get(column.guessed, column.guessed))
        cells = {NAME: column.name, FOUND: found, MISSING: units.count(column.missing)}
        for place, text in (cells | {EXAMPLES: ", ".join(column.examples)}).items():
            item = QTableWidgetItem(text)
            item.setToolTip(plain_tip(text) if place in (NAME, EXAMPLES) else "")
            if place == EXAMPLES:
                item.setFont(theme.mono(-1))
            if place == MISSING:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setForeground(theme.current().warning if column.missing else theme.current().faint)
            self.setItem(row, place, item)
        field = self.field(row)
        if field.findData(column.kind) < 0:
            field.addItem(word_of(column.kind), column.kind)
        field.setCurrentIndex(field.findData(column.kind))

    def _choose(self, row: int, _place: int) -> None:
        self.chosen.emit(self._columns[row].name, self.field(row).currentData())


def tip_of(kind: str) -> str:
    """What the network sees of such a column."""
    return translate("ColumnTable", _TIPS[kind]) if kind in _TIPS else ""


def word_of(kind: str) -> str:
    """What a column of this kind is called."""
    return translate("ColumnTable", WORDS[kind])
