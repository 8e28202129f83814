"""Parameters in a table: what there is to tell of each, the model of such a table, and the short one of a layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QStyleOptionViewItem, QTreeView, QWidget

from app.look import theme, units
from app.look.sentences import tr
from app.widgets.figure_table import Figure, deviation
from app.widgets.number_text import decimal, power, sizes
from app.widgets.plain_tip import plain_tip
from core.training.messages import ParameterInfo

UNKNOWN = "–"
MOST_ROWS = 8
NAME, SHAPE = 0, 1
"""The columns of names and of shapes."""
FEW = 5
"""Columns that there is room for beside a single layer; its details tell the rest."""
LEAST_NAME = 120
"""Pixels that a long name keeps where there is not room for all of it."""
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter by name and shape, and, once the engine has made it, what its numbers are like."""

    name: str
    shape: tuple[int, ...]
    info: ParameterInfo | None = None


class Column(NamedTuple):
    """What a column tells of a parameter: what is meant, by which it sorts (None: not known), and as a text."""

    title: str
    value: Callable[[ParameterRow], float | str | None]
    text: Callable[[ParameterRow], str]


def columns() -> tuple[Column, ...]:
    """All that is told of a parameter, in the user's language."""
    return (
        Column(tr("name"), lambda row: row.name, lambda row: row.name),
        Column(tr("shape"), lambda row: math.prod(row.shape), lambda row: sizes(row.shape)),
        _figure(tr("mean"), lambda info: info.mean, decimal),
        Column(tr("std"), lambda row: _deviation(row).value, lambda row: _deviation(row).text),
        _figure("‖grad‖", lambda info: info.gradient_norm, power),
        _figure(tr("update"), lambda info: info.update, power),
        _figure(tr("min"), lambda info: info.minimum, decimal),
        _figure(tr("max"), lambda info: info.maximum, decimal),
        _figure(tr("zeros"), lambda info: info.zeros, units.share),
        _figure(tr("norm"), lambda info: info.norm, decimal),
        _figure(tr("NaN or ∞"), lambda info: float(info.nonfinite), lambda count: units.count(int(count))),
        _word(tr("kind"), _kind),
        _word(tr("type"), lambda info: info.dtype),
        _word(tr("device"), lambda info: info.device),
    )


def _figure(title: str, value: Callable[[ParameterInfo], float | None], spell: Callable[[float], str]) -> Column:
    def known(row: ParameterRow) -> float | None:
        return None if row.info is None else value(row.info)

    def text(row: ParameterRow) -> str:
        found = known(row)
        return UNKNOWN if found is None else spell(found)

    return Column(title, known, text)


def _word(title: str, value: Callable[[ParameterInfo], str]) -> Column:
    return Column(
        title,
        lambda row: None if row.info is None else value(row.info),
        lambda row: UNKNOWN if row.info is None else value(row.info),
    )


def _deviation(row: ParameterRow) -> Figure:
    return Figure(UNKNOWN, None) if row.info is None else deviation(row.info.std, math.prod(row.shape))


def _kind(info: ParameterInfo) -> str:
    if info.buffer:
        return tr("buffer")
    return tr("trained") if info.trainable else tr("frozen")


class ParameterModel(QAbstractTableModel):
    """Rows of parameters, with these columns."""

    def __init__(self, shown: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(shown)
        self.rows: tuple[ParameterRow, ...] = ()

    def show_rows(self, rows: Sequence[ParameterRow]) -> None:
        """Show these rows; where they are the same parameters, only the figures change."""
        same = [row.name for row in rows] == [row.name for row in self.rows]
        if not same:
            self.beginResetModel()
        self.rows = tuple(rows)
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, self.columnCount() - 1))

    def texts(self, row: int) -> list[str]:
        """The texts of a row."""
        return [column.text(self.rows[row]) for column in self._columns]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def headerData(self, column: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._columns[column].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self.rows[index.row()], self._columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.UserRole:
                return column.value(row)
            case Qt.ItemDataRole.FontRole:
                return theme.ui(0, theme.Weight.DemiBold) if index.column() == NAME else theme.mono(-1)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(index.column())
            case Qt.ItemDataRole.ToolTipRole:
                known = [details(row.info), _deviation(row).tip] if row.info else []
                return plain_tip("\n".join(filter(None, [row.name, *known])))
        return None


class ParameterTable(QTreeView):
    """`chosen` carries the name of the parameter to look into."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ParameterModel(columns()[:FEW], self)
        self.setModel(self._model)
        self.setObjectName("inspector.parameters")
        self.setAccessibleName(self.tr("Parameters"))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideLeft)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.horizontalScrollBar().rangeChanged.connect(lambda *_: self.updateGeometry())
        self.setProperty("look", "own rows")
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (NAME, SHAPE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.sectionResized.connect(lambda column, *_: self._fit_columns() if column not in (NAME, SHAPE) else None)
        self.selectionModel().currentChanged.connect(self._choose)

    def show_rows(self, rows: Sequence[ParameterRow], chosen: str | None) -> None:
        """Show parameters, with one of them chosen."""
        before = len(self._model.rows)
        self._model.show_rows(rows)
        names = [row.name for row in rows]
        if chosen in names and self.currentIndex().row() != names.index(chosen):
            self.setCurrentIndex(self._model.index(names.index(chosen), 0))
        self._fit_columns()
        if len(rows) != before:
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Figures come first: long names are shortened for them. Shapes take what room is left."""
        header = self.header()
        figures = sum(header.sectionSize(column) for column in range(header.count()) if column not in (NAME, SHAPE))
        name, shape = (max(self.sizeHintForColumn(i), header.sectionSizeHint(i)) for i in (NAME, SHAPE))
        room = self.viewport().width() - figures
        name = min(name, max(LEAST_NAME, room - shape))
        header.resizeSection(NAME, name)
        header.resizeSection(SHAPE, max(shape, room - name))

    @property
    def rows(self) -> tuple[ParameterRow, ...]:
        """What it shows now."""
        return self._model.rows

    def text(self, row: int) -> list[str]:
        """The texts of a row."""
        return self._model.texts(row)

    def sizeHint(self) -> QSize:
        rows = min(max(len(self._model.rows), 1), MOST_ROWS)
        bar = self.horizontalScrollBar()
        scroll = bar.sizeHint().height() if bar.maximum() else 0
        return QSize(240, self.header().sizeHint().height() + rows * self._row_height() + scroll + 4)

    def _row_height(self) -> int:
        return max(self.sizeHintForRow(0), QFontMetrics(theme.ui()).height() + 8)

    def _choose(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._model.rows[current.row()].name)

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        super().drawRow(painter, options, index)
        if index.row() != self.currentIndex().row():
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.current().accent, 1.5 if self.hasFocus() else 1))
        area = QRectF(0, options.rect.top(), self.viewport().width(), options.rect.height())
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), theme.CONTROL_RADIUS, theme.CONTROL_RADIUS)
        painter.restore()


def details(info: ParameterInfo) -> str:
    """All that is known of a parameter's numbers, in one line."""
    text = tr("from {low} to {high} · {zeros} zeros · norm {norm} · {dtype} on {device}").format(
        low=decimal(info.minimum),
        high=decimal(info.maximum),
        zeros=units.share(info.zeros),
        norm=decimal(info.norm),
        dtype=info.dtype,
        device=info.device,
    )
    if info.update is not None:
        text += tr(" · the last step moved it by {share} of its norm").format(share=power(info.update))
    if info.buffer:
        text += tr(" · a buffer, which is not trained")
    return text + tr(" · {count} NaN or infinite").format(count=info.nonfinite) if info.nonfinite else text


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column < 2 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
