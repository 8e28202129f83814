"""The panels around the canvas: where they are, whether they can be moved, and how that is remembered."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from app.panels.inspector import Inspector
from app.panels.inspector.inspector import ACTIVATIONS
from app.panels.palette import Palette
from app.panels.training_dock import TrainingDock
from app.window.dock_widths import DockWidths

LAYOUT_VERSION = 1
"""Raised when docks are added or renamed, so that an older saved layout is not applied to them."""

Layout = tuple[QByteArray, QByteArray]


class Docks:
    """Palette at the left, inspector at the right, training below the canvas between them."""

    def __init__(self, window: QMainWindow, palette: Palette, inspector: Inspector, training: TrainingDock) -> None:
        self._window = window
        self._panels = palette, inspector, training
        self.movable = False
        areas = Qt.DockWidgetArea
        self.palette = self._dock("palette", window.tr("Layers"), palette, areas.LeftDockWidgetArea)
        self.inspector = self._dock("inspector", window.tr("Inspector"), inspector, areas.RightDockWidgetArea)
        self.training = self._dock("training", window.tr("Training"), training, areas.BottomDockWidgetArea)
        self.all = (self.palette, self.inspector, self.training)
        window.setCorner(Qt.Corner.BottomLeftCorner, areas.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, areas.RightDockWidgetArea)
        window.setTabPosition(areas.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        sides = [self.palette, self.inspector]
        window.resizeDocks(sides, [214, 360], Qt.Orientation.Horizontal)
        height = min(264, window.height() * 2 // 5)  # on a small screen the canvas has the larger part
        window.resizeDocks([self.training], [height], Qt.Orientation.Vertical)
        DockWidths(window, sides)
        self._first_state = window.saveState(LAYOUT_VERSION)

    def _dock(self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"dock.{name}")
        dock.setWidget(content)
        dock.setTitleBarWidget(QWidget(dock))
        self._window.addDockWidget(area, dock)
        return dock

    def go_to_palette(self) -> None:
        """Let the keyboard type into the search for layers."""
        self.palette.show()
        self._panels[0].focus_search()

    def go_to_inspector(self) -> None:
        """Give the keyboard to the tabs: the arrow keys turn to another, Tab goes into it."""
        self.inspector.show()
        self._panels[1].tabs.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def go_to_training(self) -> None:
        """As `go_to_inspector`."""
        self.training.show()
        self._panels[2].tabBar().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_predictions(self) -> None:
        """What the network makes of samples."""
        self.training.show()
        self._panels[2].show_predictions()

    def show_confusion(self) -> None:
        """Which classes are taken for which."""
        self.training.show()
        self._panels[2].show_confusion()

    def draw_sample(self) -> None:
        """An empty picture to draw on."""
        self.training.show()
        self._panels[2].draw_sample()

    def show_activations(self) -> None:
        """What the selected layer gives."""
        self.inspector.show()
        self._panels[1].open_page(ACTIVATIONS)

    def arrange(self, movable: bool) -> None:
        """Show the docks' title bars, by which they are dragged, or hide them again."""
        self.movable = movable
        for dock in self.all:
            dock.setTitleBarWidget(None if movable else QWidget(dock))  # type: ignore[arg-type]  # None is Qt's own bar

    def reset(self) -> None:
        """Put all panels where they were at first."""
        self._window.restoreState(self._first_state, LAYOUT_VERSION)

    @property
    def layout(self) -> Layout:
        """Geometry of the window and places of the docks, as Qt saves them."""
        return self._window.saveGeometry(), self._window.saveState(LAYOUT_VERSION)

    @layout.setter
    def layout(self, layout: Layout) -> None:
        self._window.restoreGeometry(layout[0])
        self._window.restoreState(layout[1], LAYOUT_VERSION)
