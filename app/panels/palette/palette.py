"""The panel at the left: search, groups of layers, and the way to a layer of one's own."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from app.document import editing, layer_search
from app.document.document import Document
from app.look import icons
from app.panels.palette.groups import groups
from app.panels.palette.layer_list import LayerList
from app.widgets.label import Label
from app.widgets.search_field import SearchField
from core.design import edits
from core.design.model import Design

RECENT = 4
FEW = 8
"""An entry of the history that adds more layers than this did not come from choosing layers one by one."""


class Palette(QWidget):
    """Chooses layers. Enter and a double click insert after the selection; a drag carries one to the canvas."""

    new_custom_requested = Signal()
    edit_custom_requested = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAccessibleName(self.tr("Layers"))
        self._document = document
        self._recent: list[str] = []
        self._make_controls()
        document.design_changed.connect(self._remember)
        document.selection_changed.connect(lambda _: self._refresh())
        document.context_changed.connect(lambda _: self._refresh())
        document.report_changed.connect(lambda _: self._refresh())
        document.library.changed.connect(self._refresh)
        document.blocks.changed.connect(self._refresh)
        self._refresh()

    def _make_controls(self) -> None:
        title = Label(self.tr("Layers"))
        title.setProperty("look", "name")
        self.search = SearchField(self)
        self.search.setObjectName("palette.search")
        self.search.setAccessibleName(self.tr("Search layers"))
        self.search.setPlaceholderText(self.tr("Search · Tab on canvas"))
        self.list = LayerList(self)
        self.list.setObjectName("palette.list")
        self.list.setAccessibleName(self.tr("Layers"))
        self.new_button = QPushButton(self.tr("+ New custom layer…"))
        self.new_button.setObjectName("palette.new_custom")
        self.new_button.setProperty("look", "link")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 8, 8)
        column.setSpacing(8)
        self._nothing = Label(self.tr("Nothing found"))
        self._nothing.setObjectName("palette.nothing")
        self._nothing.setProperty("look", "muted")
        self._nothing.setContentsMargins(6, 0, 0, 0)
        self._nothing.hide()
        for control in (title, self.search, self._nothing, self.list, self.new_button):
            column.addWidget(control, 1 if control is self.list else 0)
        title.setContentsMargins(6, 0, 0, 0)
        self._connect_controls()

    def _connect_controls(self) -> None:
        self.search.textChanged.connect(lambda _: self._refresh())
        self.search.moved.connect(self.list.move)
        self.search.chosen.connect(self.list.choose_current)
        self.list.chosen.connect(self._insert)
        self.list.typed.connect(self._search_for)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.new_button.clicked.connect(self.new_custom_requested)
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove_current)

    def focus_search(self) -> None:
        """Let the keyboard type into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def point_at(self, name: str) -> None:
        """Bring a custom layer into view and select its row; the keyboard stays where it is."""
        self.search.clear()
        self._refresh()
        self.list.point_at("custom", name)

    # --- what it shows ------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        entries = layer_search.entries(self._document)
        before, followers = layer_search.likeliest(self._document)
        if query := self.search.text().strip():
            self.list.show_found(layer_search.search(entries, query, followers))
        else:
            self.list.show_groups(groups(entries, before, followers, self._recent))
        self._nothing.setVisible(not self.list.keys() and bool(query))

    def _remember(self, before: Design, after: Design) -> None:
        """Put the types of layers that were just added on top of the recent ones."""
        added = [node for node_id, node in after.nodes.items() if node_id not in before]
        if before.root == after.root and 0 < len(added) <= FEW:
            top = (node for node in added if after.parents.get(node.id) in before)
            latest = [node.type for node in top if node.type not in ("Input", "Output")]
            self._recent = list(dict.fromkeys([*latest, *self._recent]))[:RECENT]

    def _search_for(self, letters: str) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.setText(letters)

    # --- what it does -------------------------------------------------------------------------------------------------

    def _insert(self, key: str) -> None:
        editing.add_layer(self._document, key)

    def _show_menu(self, position: QPoint) -> None:
        menu = self.menu_at(position)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(position))

    def menu_at(self, position: QPoint) -> QMenu:
        """The context menu for what is at this place of the list."""
        menu = QMenu(self)
        entry = self.list.entry_at(position)
        if entry is not None:
            menu.addAction(icons.icon("plus"), self.tr("Insert"), lambda: self._insert(entry.key))
        if entry is not None and entry.key in self._document.design.customs:
            menu.addAction(icons.icon("edit"), self.tr("Edit…"), lambda: self.edit_custom_requested.emit(entry.key))
            menu.addAction(icons.icon("trash"), self.tr("Remove"), lambda: self._remove(entry.key))
        if entry is not None:
            self._add_library(menu, entry.key)
        menu.addSeparator()
        menu.addAction(icons.icon("custom"), self.tr("New custom layer…"), self.new_custom_requested.emit)
        return menu

    def _add_library(self, menu: QMenu, key: str) -> None:
        """What can be done with a custom layer of the user's library, or with one that could be in it."""
        library, own = self._document.library, self._document.design.customs.get(key)
        kept = library.items.get(key)
        if own is not None and (kept is None or kept.source != own.source):
            title = self.tr("Keep in your library") if kept is None else self.tr("Put in place of that in your library")
            menu.addAction(icons.icon("save"), title, lambda: library.keep(own.name, own.source))
        if kept is not None:
            menu.addAction(self.tr("Remove from your library"), lambda: library.remove(key))
        elif own is None and key in self._document.blocks.items:
            menu.addAction(self.tr("Remove from your library"), lambda: self._document.blocks.remove(key))

    def _remove_current(self) -> None:
        entry = self.list.current_entry()
        if entry is not None and entry.key in self._document.design.customs:
            self._remove(entry.key)

    def _remove(self, name: str) -> None:
        label = self.tr("Remove {name}").format(name=name)
        self._document.attempt(label, lambda: edits.remove_custom(self._document.design, name))
