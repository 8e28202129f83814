"""The base of gestures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

if TYPE_CHECKING:
    from app.canvas.canvas import Canvas
    from app.canvas.painting.surface import Surface

Modifiers = Qt.KeyboardModifier


class Gesture:
    """One movement of the hand from press to release. Points are in canvas units.

    The design changes in `end` only, once; `cancel` leaves everything as it was at the start.
    """

    cursor: Qt.CursorShape | None = None
    scrolls = True
    """Whether the canvas moves along when the pointer comes to its edge."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

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
