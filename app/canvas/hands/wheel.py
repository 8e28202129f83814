"""The wheel of a mouse and two fingers on a touchpad."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputDevice, QWheelEvent

from app.canvas.camera import Camera

_NOTCH = 120
"""How Qt counts one notch of a wheel."""


def turn(event: QWheelEvent, camera: Camera) -> None:
    """A wheel zooms at the pointer, with Shift it moves sideways; two fingers move, with Ctrl they zoom."""
    angle, pixels, modifiers = event.angleDelta(), event.pixelDelta(), event.modifiers()
    if is_touchpad(event) and not modifiers & Qt.KeyboardModifier.ControlModifier:
        camera.pan(QPointF(angle) / 2 if pixels.isNull() else QPointF(pixels))
    elif modifiers & Qt.KeyboardModifier.ShiftModifier or (angle.x() and not angle.y()):
        camera.pan(QPointF(angle.x() or angle.y(), 0) / 2)
    else:
        camera.zoom_steps(angle.y() / _NOTCH, event.position())


def is_touchpad(event: QWheelEvent) -> bool:
    """Whether fingers do it: told by the phases of the movement, or, on X11, which has none, by the device."""
    if event.phase() != Qt.ScrollPhase.NoScrollPhase:
        return not event.pixelDelta().isNull()
    return event.device().type() == QInputDevice.DeviceType.TouchPad
