"""The tab of the parameters in a container: summed up, and each in a table that sorts and filters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeView, QVBoxLayout, QWidget

from app.look import units
from app.look.sentences import tr
from app.panels.inspector.fact_rows import FactRows
from app.panels.inspector.parameter_table import NAME, ParameterModel, ParameterRow, columns
from app.widgets.label import Label
from app.widgets.number_text import decimal, power
from app.widgets.search_field import SearchField
from core.training.messages import ParameterInfo


class _Found(QSortFilterProxyModel):
    """The rows in which every word stands somewhere, sorted by what is meant; what is not known comes last."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words: tuple[str, ...] = ()
        self.setSortRole(Qt.ItemDataRole.UserRole)

    def show_words(self, text: str) -> None:
        """Leave the rows with these words."""
        self.words = tuple(text.lower().split())
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        model = self.sourceModel()
        assert isinstance(model, ParameterModel)
        text = " ".join(model.texts(row)).lower()
        return all(word in text for word in self.words)

    def lessThan(self, left: QModelIndex | QPersistentModelIndex, right: QModelIndex | QPersistentModelIndex) -> bool:
        one, other = left.data(Qt.ItemDataRole.UserRole), right.data(Qt.ItemDataRole.UserRole)
        if _is_unknown(one) or _is_unknown(other):
            is_last = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return _is_unknown(other) > _is_unknown(one) if is_last else _is_unknown(one) > _is_unknown(other)
        return bool(one < other)


def _is_unknown(value: object) -> bool:
    return value is None or value != value


class ContainerTab(QWidget):
    """Asked for by its owner while it is seen; follows a run."""

    opened = Signal(int)
    """The place, among the rows that were given, of one that is to be looked into."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = SearchField()
        self.search.setObjectName("inspector.inside.search")
        self.search.setPlaceholderText(self.tr("Part of a name, shape or type"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.sums = FactRows()
        self._model = ParameterModel(columns(), self)
        self._found = _Found(self)
        self._found.setSourceModel(self._model)
        self.table = QTreeView()
        self.table.setModel(self._found)
        self.table.setObjectName("inspector.inside")
        self.table.setAccessibleName(self.tr("Parameters"))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setTextElideMode(Qt.TextElideMode.ElideLeft)
        self.table.setSortingEnabled(True)
        header = self.table.header()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.note = Label(self.tr("Double-click one to look into it."))
        self.note.setProperty("look", "note")
        self.search.textChanged.connect(self._filter)
        self.search.moved.connect(self._move)
        self.search.chosen.connect(lambda: self._open(self.table.currentIndex()))
        self.table.activated.connect(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for control in (self.search, self.table, self.note, self.sums):
            column.addWidget(control, 1 if control is self.table else 0)

    def show_rows(self, rows: Sequence[ParameterRow]) -> None:
        """Show these parameters and buffers, with the figures that are known."""
        self._model.show_rows(rows)
        self._show_sums()

    @property
    def shown(self) -> list[ParameterRow]:
        """The rows that are not filtered away, in their order."""
        places = (self._found.mapToSource(self._found.index(at, NAME)).row() for at in range(self._found.rowCount()))
        return [self._model.rows[place] for place in places]

    def _filter(self, text: str) -> None:
        self._found.show_words(text)
        self._show_sums()

    def _show_sums(self) -> None:
        self.sums.show_facts(sums(self.shown))

    def _move(self, by: int) -> None:
        last = self._found.rowCount() - 1
        at = self.table.currentIndex()
        self.table.setCurrentIndex(self._found.index(min(max(at.row() + by if at.isValid() else 0, 0), last), NAME))

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self._found.mapToSource(index).row())


def sums(rows: Sequence[ParameterRow]) -> list[tuple[str, str]]:
    """What these parameters and buffers come to together: numbers, and the figures of all parameters as of one."""
    own = [row for row in rows if row.info is None or not row.info.buffer]
    frozen = sum(math.prod(row.shape) for row in own if row.info is not None and not row.info.trainable)
    count = sum(math.prod(row.shape) for row in own)
    numbers = tr("{count} in {rows} parameters").format(count=units.count(count), rows=units.count(len(own)))
    if frozen:
        numbers += tr(", {count} of them frozen").format(count=units.count(frozen))
    if buffers := rows_of(rows, buffers=True):
        held = sum(math.prod(info.shape) for info in buffers)
        numbers += tr("; {count} in {rows} buffers").format(count=units.count(held), rows=units.count(len(buffers)))
    facts = [(tr("Numbers"), numbers)]
    infos = rows_of(rows, buffers=False)
    if not infos or len(infos) < len(own):
        return facts
    mean, std, zeros = together(infos)
    nonfinite = sum(info.nonfinite for info in infos)
    facts.append((tr("Mean, std"), f"{decimal(mean)}, {'–' if math.isnan(std) else decimal(std)}"))
    low, high = min(info.minimum for info in infos), max(info.maximum for info in infos)
    facts.append((tr("From, to"), f"{decimal(low)}, {decimal(high)}"))
    facts.append((tr("Zeros"), units.share(zeros)))
    facts.append((tr("Norm"), decimal(math.hypot(*(info.norm for info in infos)))))
    gradients = [info.gradient_norm for info in infos if info.gradient_norm is not None]
    if gradients:
        facts.append(("‖grad‖", power(math.hypot(*gradients))))
    if nonfinite:
        facts.append((tr("NaN or ∞"), units.count(nonfinite)))
    return facts


def rows_of(rows: Iterable[ParameterRow], buffers: bool) -> list[ParameterInfo]:
    """What is known of the buffers, or of the parameters."""
    return [row.info for row in rows if row.info is not None and row.info.buffer == buffers]


def together(infos: Sequence[ParameterInfo]) -> tuple[float, float, float]:
    """Mean, deviation (divided by n - 1) and share of zeros of the finite numbers of all of them as one.

    The squares of each about its own mean and those of the means are joined, as Chan et al. (1979) do.
    """
    parts = [(math.prod(info.shape) - info.nonfinite, info) for info in infos]
    parts = [(count, info) for count, info in parts if count]
    total = sum(count for count, _ in parts)
    if not total:
        return math.nan, math.nan, 0.0
    mean = sum(count * info.mean for count, info in parts) / total
    squares = sum(count * (info.mean - mean) ** 2 for count, info in parts)
    squares += sum((count - 1) * info.std**2 for count, info in parts if count > 1)
    std = math.sqrt(squares / (total - 1)) if total > 1 else math.nan
    return mean, std, sum(count * info.zeros for count, info in parts) / total
