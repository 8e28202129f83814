"""Moving the canvas under the view: middle button, or Space and the left one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from app.canvas.hands.base import Gesture, Modifiers


class Pan(Gesture):
    """Moves the camera as if the hand held the paper."""

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls = False

    def start(self, point: QPointF, modifiers: Modifiers) -> None:
        self._held = point
        self._origin = QPointF(self.view.camera.origin)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        # What was taken hold of stays under the pointer; the point is measured on the canvas as it lies now.
        camera = self.view.camera
        camera.pan((point - self._held) * camera.scale)

    def cancel(self) -> None:
        camera = self.view.camera
        camera.pan((camera.origin - self._origin) * camera.scale)
