"""The palette's list: groups of layers that open and close, walked with the keyboard, dragged with the mouse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QDrag, QFocusEvent, QKeyEvent, QMouseEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from app.document.layer_search import LAYER_MIME, LayerEntry
from app.panels.palette.drag_card import drag_card
from app.panels.palette.groups import Group
from app.panels.palette.row_delegate import ENTRY, GROUP, SWITCH, RowDelegate
from app.widgets.plain_tip import plain_tip


class LayerList(QTreeView):
    """Shows groups, or what a search found."""

    chosen = Signal(str)
    """The key of the layer to insert."""
    typed = Signal(str)
    """Letters that belong in the search field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._closed: set[str] = set()
        self._whole: set[str] = set()
        self._shown: object = None
        self.setModel(QStandardItemModel(self))
        self.setItemDelegate(RowDelegate(self))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setExpandsOnDoubleClick(False)
        self.doubleClicked.connect(self._choose)
        self.collapsed.connect(lambda index: self._closed.add(index.data(GROUP)))
        self.expanded.connect(lambda index: self._closed.discard(index.data(GROUP)))

    # --- what it shows ------------------------------------------------------------------------------------------------

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show groups, those closed that the user closed, and keep the place."""
        if self._shown == groups:
            return
        self._shown = list(groups)
        place = self.verticalScrollBar().value()
        current = self._current_place()
        model = self._emptied()
        for group in groups:
            title = QStandardItem(group.title)
            title.setData(group.key, GROUP)
            title.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            title.appendRows([_row(entry) for entry in group.entries])
            if group.rare:
                title.appendRows(self._rare_rows(group))
            model.appendRow(title)
            self.setExpanded(title.index(), group.key not in self._closed)
        self._go_to(current)
        self.verticalScrollBar().setValue(place)

    def _rare_rows(self, group: Group) -> list[QStandardItem]:
        """The row that shows and hides a family's rare layers, and they themselves if they are shown."""
        whole = group.key in self._whole
        switch = QStandardItem(self.tr("Fewer") if whole else self.tr("{count} more").format(count=len(group.rare)))
        switch.setData(group.key, SWITCH)
        switch.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        return [*(_row(entry) for entry in group.rare if whole), switch]

    def show_found(self, found: Iterable[LayerEntry]) -> None:
        """Show what a search found, the first chosen by Enter."""
        self._shown = None
        model = self._emptied()
        for entry in found:
            model.appendRow(_row(entry))
        self.setCurrentIndex(model.index(0, 0))

    def _emptied(self) -> QStandardItemModel:
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        model.clear()
        return model

    def _current_place(self) -> tuple[str, str] | None:
        """The current row by group and key, which outlive the rows themselves."""
        index = self.currentIndex()
        entry = index.data(ENTRY)
        return (index.parent().data(GROUP) or "", entry.key) if isinstance(entry, LayerEntry) else None

    def _go_to(self, place: tuple[str, str] | None) -> None:
        for index in self._indexes():
            entry = index.data(ENTRY)
            if isinstance(entry, LayerEntry) and (index.parent().data(GROUP) or "", entry.key) == place:
                self.setCurrentIndex(index)

    def point_at(self, group: str, key: str) -> None:
        """Open a group, select a layer in it and bring it into view."""
        titles = (self.model().index(row, 0) for row in range(self.model().rowCount()))
        for title in titles:
            if title.data(GROUP) == group:
                self.setExpanded(title, True)
        self._go_to((group, key))
        self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _indexes(self) -> Iterator[QModelIndex]:
        """The rows that can be seen, from top to bottom."""
        index = self.model().index(0, 0)
        while index.isValid():
            yield index
            index = self.indexBelow(index)

    # --- choosing -----------------------------------------------------------------------------------------------------

    def entry_at(self, position: QPoint) -> LayerEntry | None:
        """The layer at a place in the view."""
        entry = self.indexAt(position).data(ENTRY)
        return entry if isinstance(entry, LayerEntry) else None

    def rect_of(self, key: str) -> QRect:
        """Where the row of a layer is on the screen, the first one that is in view; empty if none is."""
        for index in self._indexes():
            entry, area = index.data(ENTRY), self.visualRect(index)
            if isinstance(entry, LayerEntry) and entry.key == key and self.viewport().rect().contains(area):
                return QRect(self.viewport().mapToGlobal(area.topLeft()), area.size())
        return QRect()

    def keys(self) -> list[str]:
        """The layers that can be seen, from top to bottom."""
        return [entry.key for index in self._indexes() if isinstance(entry := index.data(ENTRY), LayerEntry)]

    def current_entry(self) -> LayerEntry | None:
        """The layer type the keyboard is on; None on a title or a switch."""
        entry = self.currentIndex().data(ENTRY)
        return entry if isinstance(entry, LayerEntry) else None

    def move(self, rows: int) -> None:  # type: ignore[override]  # QWidget.move has no place in a layout
        """Go down (or up) this many layers, past the titles of groups."""
        rows_shown = [index for index in self._indexes() if index.data(ENTRY) is not None]
        if not rows_shown:
            return
        current = self.currentIndex()
        at = rows_shown.index(current) + rows if current in rows_shown else 0
        self.setCurrentIndex(rows_shown[max(0, min(at, len(rows_shown) - 1))])

    def choose_current(self) -> None:
        """Insert it, or open or close the group."""
        self._choose(self.currentIndex())

    def _choose(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY)
        if isinstance(entry, LayerEntry):
            self.chosen.emit(entry.key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_mouse = event.reason() == Qt.FocusReason.MouseFocusReason  # which chooses for itself
        if not by_mouse and self.current_entry() is None:
            self.move(0)

    # --- hands --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose_or_toggle(self.currentIndex())
        elif event.text().isalnum() and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index.data(ENTRY) is None:
            self._toggle(index)
        super().mouseReleaseEvent(event)

    def _choose_or_toggle(self, index: QModelIndex) -> None:
        if index.isValid() and index.data(ENTRY) is None:
            self._toggle(index)
        else:
            self._choose(index)

    def _toggle(self, index: QModelIndex) -> None:
        """Open or close a group, or show or hide a family's rare layers."""
        family = index.data(SWITCH)
        if family is None:
            self.setExpanded(index, not self.isExpanded(index))
            return
        groups, row = self._shown, index.parent().row()
        assert isinstance(groups, list)
        self._whole ^= {family}
        self._shown = None
        self.show_groups(groups)
        title = self.model().index(row, 0)
        self.setCurrentIndex(self.model().index(self.model().rowCount(title) - 1, 0, title))

    def startDrag(self, supported: Qt.DropAction) -> None:
        entry = self.current_entry()
        if entry is not None:
            self.drag_of(entry).exec(Qt.DropAction.CopyAction)

    def drag_of(self, entry: LayerEntry) -> QDrag:
        """The drag that carries a layer: its key, and its card under the pointer."""
        drag = QDrag(self)
        data = QMimeData()
        data.setData(LAYER_MIME, QByteArray(entry.key.encode()))
        drag.setMimeData(data)
        card = drag_card(entry, self.devicePixelRatioF())
        drag.setPixmap(card)
        drag.setHotSpot(QPoint(20, card.deviceIndependentSize().toSize().height() // 2))
        return drag


def _row(entry: LayerEntry) -> QStandardItem:
    row = QStandardItem(entry.key)
    row.setData(entry, ENTRY)
    row.setToolTip(plain_tip(f"{entry.key}\n{entry.summary}"))
    row.setData(entry.summary, Qt.ItemDataRole.AccessibleDescriptionRole)
    row.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
    return row
