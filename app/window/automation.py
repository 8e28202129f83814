"""Questions about the running window, answered over a local socket: `python main.py --automation SOCKET`.

Whoever drives the program from outside, with mouse and keyboard like a person, learns here where things are and what
they say. Nothing can be changed this way. One line of JSON asks, `{"ask": "widget", "name": "start"}`, and one line
answers, `{"rect": [x, y, width, height], …}` in pixels of the screen, or `{"error": "a sentence"}`.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QModelIndex, QObject, QPoint, QRect, Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QMenu, QMenuBar, QTabBar, QWidget

from core.errors import NetloomError

Answer = dict[str, Any]
Kind = TypeVar("Kind", bound=QWidget)


class Automation(QObject):
    """Listens on a socket and answers from `answers`: the name of a question -> the function that answers it.

    A function takes the other entries of the request by name and raises LookupError, with a sentence, for what is not
    there. The questions that any Qt program can answer are there from the start; the window adds its own.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.answers: dict[str, Callable[..., Answer]] = {
            "ping": ping,
            "widget": describe_widget,
            "button": describe_button,
            "menu": describe_menu_item,
            "tab": describe_tab,
            "item": describe_item,
        }
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)

    def listen(self, socket: str) -> None:
        """Raises NetloomError where the socket cannot be made. `socket` is a path, or a name for Qt to place."""
        if not self._server.listen(socket):
            raise NetloomError(
                "--automation: cannot listen on {socket}: {reason}.",
                socket=socket,
                reason=self._server.errorString(),
            )

    def answer(self, line: bytes) -> Answer:
        """The answer to one line."""
        try:
            request = json.loads(line)
            question = self.answers[request.pop("ask")]
            inspect.signature(question).bind(**request)
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            known = ", ".join(sorted(self.answers))
            return {"error": f"Cannot read {line.decode(errors='replace').strip()} ({error!r}); known: {known}."}
        try:
            return question(**request)
        except LookupError as error:
            return {"error": str(error.args[0]) if error.args else repr(error)}

    def _accept(self) -> None:
        while self._server.hasPendingConnections():
            connection = self._server.nextPendingConnection()
            connection.readyRead.connect(lambda connection=connection: self._serve(connection))
            connection.disconnected.connect(connection.deleteLater)

    def _serve(self, connection: QLocalSocket) -> None:
        while connection.canReadLine():
            answer = self.answer(bytes(connection.readLine().data()))
            connection.write(json.dumps(answer).encode() + b"\n")


def ping() -> Answer:
    """Answered when the program has come to the end of what it was doing."""
    return {}


def on_screen(widget: QWidget, rect: QRect) -> list[int]:
    """A rectangle in a widget's own coordinates, as [x, y, width, height] on the screen."""
    corner = widget.mapToGlobal(rect.topLeft())
    return [corner.x(), corner.y(), rect.width(), rect.height()]


def describe_widget(name: str) -> Answer:
    """The widget with this object name; the visible one where several have it."""
    found = [widget for widget in QApplication.allWidgets() if widget.objectName() == name]
    if not found:
        raise LookupError(f"No widget is named {name!r}.")
    return _describe(max(found, key=QWidget.isVisible))


def describe_button(text: str) -> Answer:
    """The visible button, in whatever window, with this text."""
    for widget in _visible(QAbstractButton):
        if _plain(widget.text()) == text:
            return _describe(widget)
    raise LookupError(f"No visible button says {text!r}.")


def describe_menu_item(text: str) -> Answer:
    """The entry with this text in an open menu, or else in the menu bar."""
    menus: list[QMenu | QMenuBar] = [*_visible(QMenu), *_visible(QMenuBar)]
    for menu in menus:
        for action in menu.actions():
            if action.isVisible() and _plain(action.text()) == text:
                return {
                    "rect": on_screen(menu, menu.actionGeometry(action)),
                    "text": text,
                    "enabled": action.isEnabled(),
                    "checked": action.isChecked(),
                }
    raise LookupError(f"No open menu has an entry {text!r}.")


def describe_tab(text: str) -> Answer:
    """The tab with this text, of a tab widget or of docks that share a place."""
    for bar in _visible(QTabBar):
        for index in range(bar.count()):
            if _plain(bar.tabText(index)) == text:
                return {
                    "rect": on_screen(bar, bar.tabRect(index)),
                    "text": text,
                    "enabled": bar.isTabEnabled(index),
                    "current": bar.currentIndex() == index,
                }
    raise LookupError(f"No visible tab says {text!r}.")


def describe_item(view: str, text: str) -> Answer:
    """The item with this text in the visible list, table, tree or open combo box named `view`."""
    for widget in _visible(QAbstractItemView):
        if widget.objectName() == view and (rect := _item_rect(widget, text)).isValid():
            return {"rect": on_screen(widget.viewport(), rect), "text": text, "enabled": widget.isEnabled()}
    raise LookupError(f"No visible item view named {view!r} shows an item {text!r}.")


def _item_rect(view: QAbstractItemView, text: str) -> QRect:
    """Where the first item with this text is drawn in the view; not valid where there is none."""
    model = view.model()
    flags = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
    start = model.index(0, 0, QModelIndex())
    found = model.match(start, Qt.ItemDataRole.DisplayRole, text, 1, flags)
    return view.visualRect(found[0]) if found else QRect()


def _describe(widget: QWidget) -> Answer:
    visible = widget.isVisible() and not widget.visibleRegion().isEmpty()
    return {
        "rect": on_screen(widget, QRect(QPoint(0, 0), widget.size())),
        "text": _text(widget),
        "enabled": widget.isEnabled(),
        "visible": visible,
        "focused": widget.hasFocus(),
    }


def _text(widget: QWidget) -> str:
    """What the widget says, whichever way its class spells it."""
    for name in ("text", "toPlainText", "currentText", "title"):
        spell = getattr(widget, name, None)
        if callable(spell):
            return str(spell())
    return widget.windowTitle()


def _plain(text: str) -> str:
    """A caption without the mark of its access key."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _visible(kind: type[Kind]) -> list[Kind]:
    return [widget for widget in QApplication.allWidgets() if isinstance(widget, kind) and widget.isVisible()]
