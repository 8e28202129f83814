"""How a row of the palette is drawn: a group's title with its arrow, or a layer with its icon."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from app.document.layer_search import LayerEntry
from app.look import icons, theme

ENTRY = Qt.ItemDataRole.UserRole
GROUP = ENTRY + 1
SWITCH = ENTRY + 2
ARROW = 12


class RowDelegate(QStyledItemDelegate):
    """Draws the rows of a tree whose top level are groups and whose leaves hold a `LayerEntry` or show more of them."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        height = QFontMetrics(theme.ui()).height() + 7
        is_group = index.data(GROUP) is not None
        return QSize(120, height + (theme.GRID if is_group else 0))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        entry = index.data(ENTRY)
        is_group = index.data(GROUP) is not None
        row = area.adjusted(0, theme.GRID, 0, 0) if is_group else area
        _paint_back(painter, row, state)
        if is_group:
            self._paint_group(painter, row, index)
        elif entry is None:
            _paint_switch(painter, row, str(index.data()))
        else:
            _paint_entry(painter, row, entry)
        painter.restore()

    def _paint_group(self, painter: QPainter, row: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        shown = theme.current()
        is_open = self._view.isExpanded(self._view.model().index(index.row(), index.column()))
        top = row.center().y() - ARROW / 2 + 1
        arrow = QRectF(row.left() + 4, top, ARROW, ARROW)
        icons.paint(painter, "chevron-down" if is_open else "chevron-right", shown.muted, arrow)
        painter.setPen(shown.muted)
        painter.setFont(theme.ui(-1, theme.Weight.DemiBold))
        painter.drawText(row.adjusted(4 + ARROW + 4, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(index.data()))


def _paint_back(painter: QPainter, row: QRect, state: QStyle.StateFlag) -> None:
    """The mark of the row under the pointer, and of the current row, which has a ring while the keyboard is here."""
    shown = theme.current()
    current, hovered = QStyle.StateFlag.State_Selected in state, QStyle.StateFlag.State_MouseOver in state
    if not (current or hovered):
        return
    painter.setPen(Qt.PenStyle.NoPen)
    if current and QStyle.StateFlag.State_HasFocus in state:
        painter.setPen(QPen(shown.accent, 1))
    painter.setBrush(shown.raised if current else shown.well)
    painter.drawRoundedRect(QRectF(row).adjusted(0.5, 0.5, -0.5, -0.5), theme.CONTROL_RADIUS, theme.CONTROL_RADIUS)


def _paint_switch(painter: QPainter, row: QRect, words: str) -> None:
    painter.setPen(theme.current().muted)
    painter.setFont(theme.ui(-1))
    left = 4 + ARROW + 2 + icons.SIZE + theme.GRID
    painter.drawText(row.adjusted(left, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, words)


def _paint_entry(painter: QPainter, row: QRect, entry: LayerEntry) -> None:
    shown = theme.current()
    left = row.left() + 4 + ARROW + 2
    top = row.center().y() - icons.SIZE / 2 + 1
    icons.paint(painter, entry.icon, shown.family(entry.family), QRectF(left, top, icons.SIZE, icons.SIZE))
    painter.setPen(shown.text)
    painter.setFont(theme.ui())
    words = row.adjusted(left - row.left() + icons.SIZE + theme.GRID, 0, -4, 0)
    name = painter.fontMetrics().elidedText(entry.key, Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
