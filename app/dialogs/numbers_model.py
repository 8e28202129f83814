"""The numbers of one slice of a parameter as a table that asks for the blocks that are looked at, and no others."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from app.dialogs.number_grid import number_text
from app.look import theme
from core.design.parameter_names import NamedParameter
from core.training.messages import NumbersRead, Place

BLOCK = 64
"""Rows and columns that are asked for at a time."""
MOST_BLOCKS = 256
Index = QModelIndex | QPersistentModelIndex
Corner = tuple[int, int]


class NumbersModel(QAbstractTableModel):
    """What is not known yet is empty, and asked for by `ask`."""

    typed = Signal(int, int, str)
    """A row, a column, and what was typed there."""

    def __init__(self, ask: Callable[[Place], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self._parameter: NamedParameter | None = None
        self._at: tuple[int, ...] = ()
        self._blocks: OrderedDict[Corner, NDArray[np.float64]] = OrderedDict()
        self._stale: set[Corner] = set()
        self._asked: set[Corner] = set()
        self._wanted: dict[Corner, None] = {}
        self._dtype = "float32"
        self.editable = True
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask_for_wanted)

    def show_slice(self, parameter: NamedParameter | None, at: tuple[int, ...]) -> None:
        """Show a parameter, at this index of all axes but the last two."""
        self.beginResetModel()
        self._parameter, self._at = parameter, at
        for known in (self._blocks, self._stale, self._asked, self._wanted):
            known.clear()
        self.endResetModel()

    def refresh(self) -> None:
        """The numbers may be others now: those in sight are asked for again, and stay until the answer."""
        self._stale = set(self._blocks)
        self._asked.clear()
        if self.rowCount() and self.columnCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def place(self, row: int, column: int, rows: int, columns: int) -> Place | None:
        """A rectangle of the slice that is shown."""
        if self._parameter is None:
            return None
        return Place(self._parameter.node, self._parameter.name, self._at, row, column, rows, columns)

    def take(self, read: NumbersRead) -> None:
        """Show what was asked for, if it is still what is shown."""
        place = read.place
        if place != self.place(place.row, place.column, place.rows, place.columns):
            return
        corner = place.row // BLOCK, place.column // BLOCK
        if place != self._place_of(corner):
            return
        self._dtype = read.dtype
        self._blocks[corner] = values_of(read)
        self._asked.discard(corner)
        self._stale.discard(corner)
        while len(self._blocks) > MOST_BLOCKS:
            self._blocks.popitem(last=False)
        last = self.index(place.row + place.rows - 1, place.column + place.columns - 1)
        self.dataChanged.emit(self.index(place.row, place.column), last)

    def _place_of(self, corner: Corner) -> Place | None:
        row, column = corner[0] * BLOCK, corner[1] * BLOCK
        return self.place(row, column, min(BLOCK, self.rowCount() - row), min(BLOCK, self.columnCount() - column))

    def _ask_for_wanted(self) -> None:
        wanted, self._wanted = self._wanted, {}
        for corner in wanted:
            if corner not in self._asked and (place := self._place_of(corner)) is not None:
                self._asked.add(corner)
                self._ask(place)

    def _text(self, row: int, column: int) -> str:
        corner = row // BLOCK, column // BLOCK
        block = self._blocks.get(corner)
        if block is None or corner in self._stale:
            self._wanted[corner] = None
            self._soon.start()
        if block is None:
            return ""
        self._blocks.move_to_end(corner)
        return number_text(block[row % BLOCK, column % BLOCK], self._dtype)

    # --- Qt's questions -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        if (parent is not None and parent.isValid()) or self._parameter is None:
            return 0
        shape = self._parameter.shape
        return shape[-2] if len(shape) > 1 else shape[0] if shape else 1

    def columnCount(self, parent: Index | None = None) -> int:
        if (parent is not None and parent.isValid()) or self._parameter is None:
            return 0
        return self._parameter.shape[-1] if len(self._parameter.shape) > 1 else 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return str(section) if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._text(index.row(), index.column())
            case Qt.ItemDataRole.FontRole:
                return theme.mono(-1)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or str(value) == self._text(index.row(), index.column()):
            return False
        self.typed.emit(index.row(), index.column(), str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = super().flags(index)
        return plain | Qt.ItemFlag.ItemIsEditable if self.editable else plain


def values_of(read: NumbersRead) -> NDArray[np.float64]:
    """The numbers as rows and columns."""
    return np.frombuffer(read.values, "<f8").reshape(read.place.rows, read.place.columns)
