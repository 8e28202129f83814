"""The search at the pointer: typing filters, Enter takes the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app import icons, theme
from app.canvas.ranking import ranked

_WIDTH, _HEIGHT = 264, 304
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the things to choose from. `text` is what is searched and shown."""

    text: str
    icon: str
    family: str
    help: str = ""


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
        column.addWidget(self._field)
        column.addWidget(self._list)
        self._choices: Sequence[Choice] = ()
        self._likely: Sequence[str] = ()
        self._take: Callable[[int], object] = lambda number: None
        self._field.textChanged.connect(self._fill)
        self._field.returnPressed.connect(self._take_current)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(lambda _: self._take_current())

    def open(
        self,
        at: QPoint,
        title: str,
        choices: Sequence[Choice],
        take: Callable[[int], object],
        likely: Sequence[str] = (),
    ) -> None:
        """Open beside a point of the canvas. `take` gets the number of the choice; `likely` texts come first."""
        self._choices, self._likely, self._take = choices, likely, take
        self._field.setPlaceholderText(title)
        self._field.setAccessibleName(title)
        self._field.clear()
        self._fill("")
        room = self._canvas.size()
        self.resize(min(_WIDTH, room.width()), min(_HEIGHT, room.height()))
        x = max(0, min(at.x(), room.width() - self.width() - 8))
        self.move(x, max(0, min(at.y(), room.height() - self.height() - 8)))
        self.show()
        self.raise_()
        self._field.setFocus()

    def _fill(self, query: str) -> None:
        self._list.clear()
        numbers = {choice.text: number for number, choice in enumerate(self._choices)}
        colors = theme.current()
        for text in ranked(query, numbers, self._likely)[:_MOST_SHOWN]:
            choice = self._choices[numbers[text]]
            item = QListWidgetItem(icons.icon(choice.icon, colors.family(choice.family)), text, self._list)
            item.setData(Qt.ItemDataRole.UserRole, numbers[text])
            item.setToolTip(choice.help)
        self._list.setCurrentRow(0)

    def _take_current(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            take = self._take
            self.dismiss()
            take(item.data(Qt.ItemDataRole.UserRole))

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
