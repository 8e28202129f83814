"""The way of the Tab key through controls that come and go: in the order in which they stand."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_ROW = 12
"""Pixels by which the middles of controls in one row may differ."""


class FocusOrder(QObject):
    """When Tab leaves `start`, it goes through what can be seen in `area`, row by row.

    Qt goes through controls in the order in which they were made: those made late would come behind all others.
    """

    def __init__(self, start: QWidget, area: QWidget) -> None:
        super().__init__(start)
        self._start, self._area = start, area
        start.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Put the controls in order, and let the key do what it does."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            for before, after in pairwise([self._start, *sorted(self._controls(), key=self._place)]):
                QWidget.setTabOrder(before, after)
        return False

    def _controls(self) -> list[QWidget]:
        found = (each for each in self._area.findChildren(QWidget) if each.isVisibleTo(self._area))
        return [each for each in found if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isEnabled()]

    def _place(self, control: QWidget) -> tuple[int, int]:
        corner = control.mapTo(self._area, QPoint())
        return (corner.y() + control.height() // 2) // _ROW, corner.x()
