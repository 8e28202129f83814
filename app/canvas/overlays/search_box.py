"""The search at the pointer: typing filters, Enter takes the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.document.layer_search import LayerEntry, search
from app.look import icons, theme
from app.widgets.label import Label
from app.widgets.plain_tip import plain_tip

_WIDTH = 264
_HEIGHT = 256
"""Of the list, in pixels; it is lower where it has little to show."""
_MOST_SHOWN = 200


class SearchBox(QFrame):
    """Offers choices; says which was taken to whoever opened it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.setObjectName("canvas.search_box")
        self.setProperty("look", "card")
        self.hide()
        self._field = QLineEdit(self)
        self._field.setObjectName("canvas.search")
        self._list = QListWidget(self)
        self._list.setObjectName("canvas.search.list")
        self._list.setAccessibleName(self.tr("Layers found"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setIconSize(QSize(icons.SIZE, icons.SIZE))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        self._nothing = Label(self.tr("Nothing found"), self)
        self._nothing.setObjectName("canvas.search.nothing")
        self._nothing.setProperty("look", "muted")
        self._nothing.setContentsMargins(6, 2, 6, 4)
        column.addWidget(self._field)
        column.addWidget(self._nothing)
        column.addWidget(self._list)
        self._entries: Sequence[LayerEntry] = ()
        self._likely: Sequence[str] = ()
        self._unfit: Mapping[str, str] = {}
        self._take: Callable[[str], object] = lambda key: None
        self._field.textChanged.connect(self._fill)
        self._field.returnPressed.connect(self._take_current)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(lambda _: self._take_current())

    def open(
        self,
        at: QPoint,
        title: str,
        entries: Sequence[LayerEntry],
        take: Callable[[str], object],
        likely: Sequence[str] = (),
        unfit: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Open beside a point of the canvas. `take` gets the key of what was chosen; `likely` keys come first.

        `unfit` says of keys why they do not fit here; they come last, and muted.
        """
        self._entries, self._likely, self._take, self._unfit = entries, likely, take, unfit
        self._field.setPlaceholderText(title)
        self._field.setAccessibleName(title)
        self._field.clear()
        self._fill("")
        room = self._canvas.size()
        self.resize(min(_WIDTH, room.width()), self.height())
        x = max(0, min(at.x(), room.width() - self.width() - 8))
        self.move(x, max(0, min(at.y(), room.height() - self.height() - 8)))
        self.show()
        self.raise_()
        self._field.setFocus()

    def _fill(self, query: str) -> None:
        self._list.clear()
        colors = theme.current()
        for entry in search(self._entries, query, self._likely, self._unfit)[:_MOST_SHOWN]:
            reason = self._unfit.get(entry.key)
            icon = icons.icon(entry.icon, colors.family(entry.family) if reason is None else colors.muted)
            item = QListWidgetItem(icon, entry.key, self._list)
            item.setToolTip(plain_tip(reason or entry.summary))
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, reason or entry.summary)
            if reason is not None:
                item.setForeground(colors.muted)
        self._list.setCurrentRow(0)
        self._nothing.setVisible(not self._list.count())
        self._list.setVisible(bool(self._list.count()))
        self._fit_height()

    def _fit_height(self) -> None:
        """As high as what was found is long, up to a point and to the canvas's end."""
        if rows := self._list.count():
            room = self._canvas.height() - self._field.sizeHint().height() - 32
            self._list.setFixedHeight(min(rows * self._list.sizeHintForRow(0) + 2, _HEIGHT, room))
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.resize(self.width(), layout.sizeHint().height())

    def _take_current(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            key, take = item.text(), self._take
            self.dismiss()
            take(key)

    def type(self, text: str) -> None:
        """Filter by a text, as if it were typed."""
        self._field.setText(text)

    def dismiss(self) -> None:
        """Close, and give the keyboard back to the canvas."""
        had_focus = self._field.hasFocus()
        self.hide()
        if had_focus:
            self._canvas.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down move in the list, Esc and the loss of the keyboard close."""
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            if event.reason() != Qt.FocusReason.PopupFocusReason:
                self.hide()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Tab):
                self.dismiss()
                return True
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
                self._list.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)
