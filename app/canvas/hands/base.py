"""The base of gestures."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from app.canvas.painting.surface import Surface
from app.canvas.view import View

Modifiers = Qt.KeyboardModifier


class Gesture:
    """One movement of the hand from press to release. Points are in canvas units.

    The design changes in `end` only, once; `cancel` leaves everything as it was at the start.
    """

    cursor: Qt.CursorShape | None = None
    scrolls = True
    """Whether the canvas moves along when the pointer comes to its edge."""

    def __init__(self, view: View) -> None:
        self.view = view

    def start(self, point: QPointF, modifiers: Modifiers) -> None:
        """The hand is at `point` and has begun."""

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """The hand moved to `point`, or the canvas under it."""

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        """The hand let go at `point`."""

    def cancel(self) -> None:
        """The hand thought better of it."""

    def paint(self, surface: Surface) -> None:
        """Draw, over everything, what the gesture would do."""
