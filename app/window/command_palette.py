"""Ctrl+Shift+P: find a command, or anything else that can be gone to, by typing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QHeaderView, QLineEdit, QTreeView, QVBoxLayout, QWidget

from app.widgets.label import Label
from app.window.actions import Actions
from app.window.commands import COMMANDS, plain_title

WIDTH, HEIGHT = 480, 360


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is no command: what it is called, what it is, and what to do when it is chosen."""

    title: str
    kind: str
    run: Callable[[], object]


class CommandPalette(QFrame):
    """A pop-up list of all commands with their shortcuts. Typing filters, Enter runs, Esc closes.

    What is typed also finds what `search` finds, behind the commands.
    """

    def __init__(self, table: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("commands")
        self._table = table
        self._window = parent
        self._items = QStandardItemModel(self)
        self._commands = 0
        self.search: Callable[[str], Iterable[Found]] = lambda text: ()
        self._filtered = QSortFilterProxyModel(self, filterCaseSensitivity=Qt.CaseSensitivity.CaseInsensitive)
        self._filtered.setSourceModel(self._items)
        self._search = QLineEdit(self, placeholderText=self.tr("Search commands, layers, examples, settings"))
        self._search.setObjectName("commands.search")
        self._search.setAccessibleName(self.tr("Search commands, layers, examples, settings"))
        self._list = QTreeView(self, headerHidden=True, rootIsDecorated=False, uniformRowHeights=True)
        self._list.setObjectName("commands.list")
        self._list.setAccessibleName(self.tr("Commands"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setModel(self._filtered)
        self._items.setColumnCount(2)
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self._search)
        self._nothing = Label(self.tr("Nothing found"), self)
        self._nothing.setObjectName("commands.nothing")
        self._nothing.setProperty("look", "muted")
        self._nothing.setContentsMargins(6, 2, 6, 4)
        column.addWidget(self._nothing)
        column.addWidget(self._list, 1)
        self._search.textChanged.connect(self._filter)
        self._search.returnPressed.connect(self._run_current)
        self._search.installEventFilter(self)
        self._list.clicked.connect(self._run_current)

    def open(self) -> None:
        """Show the commands that can be used now, over the upper middle of the window."""
        self._fill()
        self._search.clear()
        self._filter("")
        window = self._window
        self.move(window.mapToGlobal(QPoint((window.width() - WIDTH) // 2, 80)))
        self.show()
        self._search.setFocus()

    def _fill(self) -> None:
        self._items.removeRows(0, self._items.rowCount())
        for command in COMMANDS:
            action = self._table[command.id]
            if action.isEnabled() and command.id != "help.commands":
                self._add(plain_title(command), action.shortcut().toString(), action.trigger)
        self._commands = self._items.rowCount()

    def _add(self, title: str, beside: str, run: Callable[[], object]) -> None:
        row = [QStandardItem(title), QStandardItem(beside)]
        for item in row:
            item.setEditable(False)
            item.setData(run, Qt.ItemDataRole.UserRole)
        self._items.appendRow(row)

    def _filter(self, text: str) -> None:
        self._items.setRowCount(self._commands)
        for found in self.search(text.strip()) if text.strip() else ():
            self._add(found.title, found.kind, found.run)
        self._filtered.setFilterFixedString(text.strip())
        self._list.setCurrentIndex(self._filtered.index(0, 0))
        self._fit_height()

    def _fit_height(self) -> None:
        """As high as what was found is long, up to a point."""
        rows = self._filtered.rowCount()
        self._nothing.setVisible(not rows)
        self._list.setVisible(bool(rows))
        self._list.setMaximumHeight(rows * max(self._list.sizeHintForRow(0), 1) + 2)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        around = layout.sizeHint().height() - (self._list.sizeHint().height() if rows else 0)
        self.resize(WIDTH, min(HEIGHT, around + (self._list.maximumHeight() if rows else 0)))

    def _run_current(self) -> None:
        index = self._list.currentIndex()
        if index.isValid():
            run: Callable[[], object] = index.data(Qt.ItemDataRole.UserRole)
            self.close()
            run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down in the search field move in the list."""
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in keys:
            self._list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)
