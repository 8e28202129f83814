"""`python -m tests.hostile.overrides`: every override of a method of Qt raises once, in the real window.

Each is called as Qt does, by an event, a layout, a view or a painter, never by its Python name; what it raises comes
from C code. Prints how many there are, and the status is 1 unless each of them raised and was told.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import shiboken6
from PySide6 import QtCore, QtGui, QtWidgets

from app.dialogs.data import DataDialog
from app.document.layer_search import LAYER_MIME
from app.look import guard
from app.panels.inspector.parameter_table import ParameterModel
from app.plots.bar import Bar
from app.plots.bar_plot import BarPlot
from app.plots.line import Line
from app.plots.line_plot import LinePlot
from app.plots.over_time_plot import OverTimePlot
from app.plots.series import Series
from app.widgets.choose_file import file_dialog
from app.window.run_difference import RunDifference
from core.design import catalog, edits

Qt = QtCore.Qt
T, LEFT, NONE = QtCore.QEvent.Type, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
AT, THERE, COPY = QtCore.QPointF(9, 9), QtCore.QPoint(9, 9), Qt.DropAction.CopyAction
EVENTS: dict[str, Callable[[], QtCore.QEvent]] = {
    "keyPressEvent": lambda: QtGui.QKeyEvent(T.KeyPress, Qt.Key.Key_A, NONE, "a"),
    "keyReleaseEvent": lambda: QtGui.QKeyEvent(T.KeyRelease, Qt.Key.Key_A, NONE, "a"),
    "mousePressEvent": lambda: QtGui.QMouseEvent(T.MouseButtonPress, AT, AT, LEFT, LEFT, NONE),
    "mouseMoveEvent": lambda: QtGui.QMouseEvent(T.MouseMove, AT, AT, LEFT, LEFT, NONE),
    "mouseReleaseEvent": lambda: QtGui.QMouseEvent(T.MouseButtonRelease, AT, AT, LEFT, LEFT, NONE),
    "mouseDoubleClickEvent": lambda: QtGui.QMouseEvent(T.MouseButtonDblClick, AT, AT, LEFT, LEFT, NONE),
    "wheelEvent": lambda: QtGui.QWheelEvent(
        AT, AT, THERE, QtCore.QPoint(0, 120), Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False
    ),
    "contextMenuEvent": lambda: QtGui.QContextMenuEvent(QtGui.QContextMenuEvent.Reason.Mouse, THERE, THERE),
    "dragEnterEvent": lambda: QtGui.QDragEnterEvent(THERE, COPY, MIME, LEFT, NONE),
    "dragMoveEvent": lambda: QtGui.QDragMoveEvent(THERE, COPY, MIME, LEFT, NONE),
    "dragLeaveEvent": QtGui.QDragLeaveEvent,
    "dropEvent": lambda: QtGui.QDropEvent(AT, COPY, MIME, LEFT, NONE),
    "enterEvent": lambda: QtGui.QEnterEvent(AT, AT, AT),
    "leaveEvent": lambda: QtCore.QEvent(T.Leave),
    "focusInEvent": lambda: QtGui.QFocusEvent(T.FocusIn),
    "focusOutEvent": lambda: QtGui.QFocusEvent(T.FocusOut),
    "changeEvent": lambda: QtCore.QEvent(T.FontChange),
    "resizeEvent": lambda: QtGui.QResizeEvent(QtCore.QSize(90, 90), QtCore.QSize(80, 80)),
    "showEvent": QtGui.QShowEvent,
    "hideEvent": QtGui.QHideEvent,
    "closeEvent": QtGui.QCloseEvent,
    "event": lambda: QtCore.QEvent(T.User),
}
MIME = QtCore.QMimeData()
MIME.setData(LAYER_MIME, b"Linear")
MIME.setUrls([QtCore.QUrl.fromLocalFile("/nowhere.netloom")])
"""What lies in a drag must live as long as the event."""
BY_HAND: dict[str, Callable[[Any], object]] = {
    "setText": lambda it: it.setText(""),
    "move": lambda it: it.move(1),
    "clone": lambda it: it.clone(),
    "type": lambda it: it.type(QtCore.QFileInfo("/")),
    "icon": lambda it: it.icon(QtCore.QFileInfo("/")),
    "startDrag": lambda it: it.startDrag(COPY),
}
"""What Qt calls only of its own accord, or not at all: called by name."""

armed: tuple[type, str] | None = None
raised: set[tuple[type, str]] = set()


def spoilt(kind: type, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The method, which raises once where it is armed."""

    def call(self: Any, *arguments: Any, **more: Any) -> Any:
        global armed
        if armed == (kind, name):
            armed = None
            raised.add((kind, name))
            int(f"{kind.__name__}.{name}")  # raises ValueError from C
        return function(self, *arguments, **more)

    call.__annotations__ = function.__annotations__
    return call


def overrides() -> list[tuple[type, str]]:
    """Every override in the package `app`, which raises where it is armed from now on."""
    import app

    for module in pkgutil.walk_packages(app.__path__, "app."):
        importlib.import_module(module.name)
    found = {(kind, name): function for kind, name, function in guard.overrides()}
    for (kind, name), function in found.items():
        setattr(kind, name, spoilt(kind, name, function))
    return list(found)


def instances(kind: type) -> Iterator[Any]:
    """Every living object of a class."""
    for each in gc.get_objects():
        if isinstance(each, kind) and shiboken6.isValid(each):
            yield each


def provoke(it: Any, name: str) -> None:
    """Have Qt call a method of `it`."""
    if name in EVENTS and isinstance(it, QtWidgets.QGraphicsItem):
        it.scene().sendEvent(it, QtWidgets.QGraphicsSceneWheelEvent(T.GraphicsSceneWheel))
    elif name in EVENTS:
        scrolls = isinstance(it, QtWidgets.QAbstractScrollArea) and not name.startswith(("key", "focus", "close"))
        if name in ("dragMoveEvent", "dropEvent"):
            QtWidgets.QApplication.sendEvent(it, EVENTS["dragEnterEvent"]())
        QtWidgets.QApplication.sendEvent(it.viewport() if scrolls else it, EVENTS[name]())
    elif name == "paintEvent":
        (it.viewport() if isinstance(it, QtWidgets.QAbstractScrollArea) else it).grab()
    elif name == "eventFilter":
        other = QtCore.QObject()
        other.installEventFilter(it)
        QtWidgets.QApplication.sendEvent(other, QtCore.QEvent(T.User))
        other.removeEventFilter(it)
    elif name in BY_HAND:
        BY_HAND[name](it)
    else:
        next(way for kind, way in WAYS if isinstance(it, kind))(it, name)


def _ask_layout(it: QtWidgets.QLayout, name: str) -> None:
    """One of its kind in a widget whose size is asked for, and in which something is hidden and goes."""
    holder, inside = QtWidgets.QWidget(), QtWidgets.QWidget()
    it = type(it)(holder)
    it.addWidget(inside)
    holder.show()
    around = QtWidgets.QWidgetItem(holder)
    around.hasHeightForWidth(), around.heightForWidth(90), around.sizeHint(), around.minimumSize()
    around.expandingDirections()
    holder.resize(90, 90)
    it.activate()
    it.removeWidget(inside)


def _ask_model(it: Any, name: str) -> None:
    """A model behind another, which asks it everything."""
    proxy = QtCore.QTransposeProxyModel()
    proxy.setSourceModel(it)
    proxy.rowCount(), proxy.columnCount()
    proxy.headerData(0, Qt.Orientation.Horizontal), proxy.headerData(0, Qt.Orientation.Vertical)
    if isinstance(it, QtCore.QSortFilterProxyModel):  # it follows the places that it made itself, and no others
        KEPT.append(rows := two_rows())
        it.setSourceModel(rows)
        it.sort(0)
        index = it.index(0, 0)
    else:
        index = QtCore.QModelIndex(it.createIndex(0, 0))
    index.data(), index.flags()
    view = QtWidgets.QTreeView()
    view.setModel(it)
    place = proxy.mapFromSource(index)
    proxy.setData(place, "1")
    view.setModel(None)
    proxy.setSourceModel(QtCore.QStringListModel(proxy))


def two_rows() -> ParameterModel:
    """A table with something to choose from and to sort."""
    model = ParameterModel((SimpleNamespace(title="a", text=str, value=float),))
    model.rows = (2, 1)
    return model


def _ask_delegate(it: Any, name: str) -> None:
    view = QtWidgets.QListView()
    view.setModel(QtCore.QStringListModel(["a"], view))
    view.setItemDelegate(it)
    view.sizeHintForRow(0)
    view.grab()
    view.setItemDelegate(None)


def _ask_icon(it: Any, name: str) -> None:
    icon = QtGui.QIcon(it)
    KEPT.append(icon)
    icon.pixmap(16)
    painter = QtGui.QPainter(picture := QtGui.QPixmap(20, 20))
    icon.paint(painter, QtCore.QRect(0, 0, 20, 20))
    painter.end()
    del picture


def _ask_dialog(it: Any, name: str) -> None:
    QtCore.QMetaObject.invokeMethod(it, name if name != "done" else "reject")


def _ask_widget(it: QtWidgets.QWidget, name: str) -> None:
    hidden, item = it.isHidden(), QtWidgets.QWidgetItem(it)
    it.show()
    item.sizeHint(), item.minimumSize(), item.hasHeightForWidth(), item.heightForWidth(90)
    if isinstance(it, QtWidgets.QTreeView):
        model = it.model()
        it.setModel(QtCore.QStringListModel(["a"], it))
        it.viewport().grab()
        it.setModel(model)
    it.setHidden(hidden)
    if isinstance(it, QtWidgets.QComboBox):
        it.grab()
        QtWidgets.QApplication.sendEvent(it, QtGui.QKeyEvent(T.KeyPress, Qt.Key.Key_F4, NONE))
        it.showPopup()
        it.hidePopup()


WAYS: tuple[tuple[type, Callable[[Any, str], object]], ...] = (
    (QtWidgets.QLayout, _ask_layout),
    (QtCore.QAbstractItemModel, _ask_model),
    (QtWidgets.QStyledItemDelegate, _ask_delegate),
    (QtGui.QIconEngine, _ask_icon),
    (QtWidgets.QDialog, _ask_dialog),
    (QtWidgets.QGraphicsItem, lambda it, _: it.scene().views()[0].grab()),
    (QtGui.QSyntaxHighlighter, lambda it, _: it.document().setPlainText("x = 1")),
    (QtWidgets.QWidget, _ask_widget),
)
KEPT: list[object] = []
"""What must live as long as the world."""


def the_world() -> object:
    """The real window, with an engine that never answers, and everything open that can be."""
    import resources
    from app.document.settings import Preferences
    from app.engine.process import EngineProcess
    from app.window.window import FIRST_EXAMPLE, make_window

    EngineProcess.send = lambda process, request: None  # type: ignore[method-assign]
    window = make_window(Preferences())
    window.show()
    window.files.open_example(resources.folder("examples") / FIRST_EXAMPLE)
    window.files.finish()
    opening = window.dialogs
    for open_one in (
        opening.edit_custom_layer, opening.initialise, opening.edit_numbers, opening.augment, opening.edit_own_data,
        opening.show_data, opening.show_runs, opening.show_summary, opening.predict,
    ):  # fmt: skip
        open_one()
    design = window.document.design
    net = next(node.id for node in design.walk() if node.name == "net")
    does_not_fit = catalog.new("Conv2d", "conv", {"out_channels": 2, "kernel_size": 3})
    window.document.apply("", edits.insert(design, does_not_fit, net))
    difference = RunDifference("ab", (design, window.document.design), window.document.facts, (), window)
    for kept in (DataDialog(window.document, window.trainer, window), difference, *plots(window)):
        kept.show()
    KEPT.extend((window, file_dialog(window, "", "/"), guard.Blank()))
    for _ in range(3):
        QtWidgets.QApplication.processEvents()
    return window


def plots(parent: QtWidgets.QWidget) -> Iterator[QtWidgets.QWidget]:
    """One of each kind, with something in it."""
    lines, bars, over_time = LinePlot("", parent=parent), BarPlot("", parent=parent), OverTimePlot("", parent=parent)
    points = Series()
    points.append(1, 2.0), points.append(2, 3.0)
    lines.show_lines([Line("a", QtGui.QColor("red"), points)])
    bars.show_bars([Bar("a", "b", 0.1, QtGui.QColor("red"))])
    for each in (lines, bars, over_time):
        each.resize(300, 200)
        yield each


def main() -> None:
    from app.window.faults import Faults

    global armed
    found = overrides()
    application, faults, told = QtWidgets.QApplication([sys.argv[0]]), Faults(), set[str]()
    faults.watch()

    def hear(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        told.add(str(error))
        faults.take(kind, error, trace)

    sys.excepthook = hear
    assert not list(guard.overrides())
    window = the_world()
    for kind, name in found:
        for it in instances(kind):
            armed = kind, name
            provoke(it, name)
            if (kind, name) in raised:
                break
        armed = None
        application.processEvents()
    silent = [f"{kind.__module__}.{kind.__name__}.{name}" for kind, name in found if (kind, name) not in raised]
    untold = [name for kind, name in found if not any(f"{kind.__name__}.{name}'" in text for text in told)]
    print(json.dumps({"found": len(found), "silent": silent, "untold": untold}))
    sys.stdout.flush()
    window.trainer.close()
    os._exit(bool(silent or untold))


if __name__ == "__main__":
    main()
