"""Where the window opens: at its size, or at what the screens there are have room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

TITLE_BAR = 40
"""Pixels kept free above the window for its title, whose true height is known only once it is shown."""


def bring_onto_screen(window: QWidget) -> None:
    """Have a window that reaches over the screens lie on one of them; one that fills its screen does already."""
    if not (window.isMaximized() or window.isFullScreen()):
        rooms = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        placed = fitted(window.geometry(), rooms)
        if placed != window.geometry():
            window.setGeometry(placed)


def fitted(wanted: QRect, rooms: Sequence[QRect]) -> QRect:
    """The rectangle itself if all of it lies in the rooms, which do not overlap; else as much of it as fits into the
    room in which most of it lies, or, where it lies in none, into the first."""
    shares = [_area(wanted.intersected(room)) for room in rooms]
    if not rooms or sum(shares) >= _area(wanted):
        return wanted
    room = rooms[shares.index(max(shares))].adjusted(0, TITLE_BAR, 0, 0)
    placed = QRect(wanted.topLeft(), wanted.size().boundedTo(room.size()))
    placed.moveLeft(min(max(placed.left(), room.left()), room.right() + 1 - placed.width()))
    placed.moveTop(min(max(placed.top(), room.top()), room.bottom() + 1 - placed.height()))
    return placed


def _area(rect: QRect) -> int:
    return rect.width() * rect.height() if rect.isValid() else 0
