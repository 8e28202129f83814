"""Pointer: turns what the mouse does into gestures and clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from app.canvas.hands import wheel
from app.canvas.hands.base import Gesture
from app.canvas.hands.cut import Cut
from app.canvas.hands.drop import Drop
from app.canvas.hands.move import Move
from app.canvas.hands.pan import Pan
from app.canvas.hands.placing import Placing
from app.canvas.hands.select import RubberBand
from app.canvas.hands.wire import LayWire
from app.canvas.layout import hits
from app.canvas.layout.geometry import Box
from app.canvas.painting.drawing import NEAR_SCALE
from app.document.layer_search import LAYER_MIME
from core.design import edits
from core.design.model import NodeId

if TYPE_CHECKING:
    from app.canvas.canvas import Canvas

_PORT_REACH = 8.0
_EDGE = 32
_SCROLL_STEP = 12.0
_TICK = 16
"""Milliseconds between two steps when the canvas moves along under a gesture at its edge."""

Button = Qt.MouseButton
Modifier = Qt.KeyboardModifier


class Pointer(QObject):
    """Between press and release there is at most one gesture. A press that does not move is a click."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.gesture: Gesture | None = None
        self.pans = False
        """Whether the left button pans, because Space is held."""
        self.was_used = False
        """Whether a gesture was made since this was last set to False."""
        self._pressed: QPointF | None = None
        self._button, self._pressed_with = Button.NoButton, Modifier.NoModifier
        self._last, self._modifiers = QPointF(), Modifier.NoModifier
        self._saw_all = False
        """Whether everything was in view when the gesture began."""
        self._may_scroll = False
        """What is dragged in comes over the edge, and must not move the canvas by that."""
        self._scroll = QTimer(self, interval=_TICK)
        self._scroll.timeout.connect(self._scroll_along)

    @property
    def is_busy(self) -> bool:
        """Whether a button is held down or something is being dragged in."""
        return self.gesture is not None or self._pressed is not None

    @property
    def last(self) -> QPointF:
        """Where the pointer is in the view; (0, 0) if it is elsewhere."""
        return self._last

    def nodes_with_ports(self) -> list[NodeId]:
        """While a wire is laid, all nodes show their ports."""
        return list(self._canvas.stage.layout.boxes) if isinstance(self.gesture, LayWire) else []

    # --- the mouse ----------------------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        self._see(event.position(), event.modifiers())
        if self.is_busy:
            return
        panning = event.button() == Button.MiddleButton or (self.pans and event.button() == Button.LeftButton)
        if not panning and event.button() != Button.LeftButton:
            return
        self._pressed, self._button, self._pressed_with = event.position(), event.button(), event.modifiers()
        self._canvas.hover(None)
        if panning:
            self._begin(Pan(self._canvas), event.position())
        elif (port := self._port_at(event.position())) is not None:
            self._begin(LayWire(self._canvas, port), event.position())
        else:
            self._press_on(self._box_at(event.position()), event.modifiers())

    def _press_on(self, box: Box | None, modifiers: Modifier) -> None:
        """What is not selected yet is selected at once, so that it can be dragged in one movement."""
        document = self._canvas.document
        if box is None or not self._can_be_dragged(box, self._canvas.camera.to_canvas(self._last)):
            return
        if not modifiers & (Modifier.ShiftModifier | Modifier.ControlModifier) and box.node not in document.selection:
            document.select([box.node])

    def move(self, event: QMouseEvent) -> None:
        self._see(event.position(), event.modifiers())
        if self._pressed is None:
            self._hover()
            return
        if self.gesture is None:
            far = (event.position() - self._pressed).manhattanLength()
            if far >= QApplication.startDragDistance():
                self._begin(self._gesture_for(self._pressed, self._pressed_with), self._pressed)
        self._go_on()

    def release(self, event: QMouseEvent) -> None:
        self._see(event.position(), event.modifiers())
        if self._pressed is None or event.button() != self._button:
            return
        pressed = self._pressed
        self._pressed = None
        if self.gesture is None:
            self._click(pressed, self._pressed_with)
        else:
            self._finish()
        self._hover()

    def leave(self) -> None:
        """The pointer is elsewhere."""
        self._last = QPointF()
        self._canvas.hover(None)

    def double_click(self, event: QMouseEvent) -> None:
        if event.button() != Button.LeftButton:
            return
        self._see(event.position(), event.modifiers())
        canvas, box, point = (
            self._canvas,
            self._box_at(event.position()),
            self._canvas.camera.to_canvas(event.position()),
        )
        if box is None or box.node == canvas.document.context:
            canvas.insert_search(at_pointer=True)
        elif self._is_on_fold(box, point):
            self.press(event)
        elif edits.is_container(canvas.document.design[box.node]):
            canvas.document.enter(box.node)
        else:
            canvas.document.select([box.node])
            canvas.rename_selected()

    def wheel(self, event: QWheelEvent) -> None:
        wheel.turn(event, self._canvas.camera)
        event.accept()
        self._go_on()

    def ask_for_menu(self, event: QContextMenuEvent) -> None:
        """Ask for a menu about what is under the pointer, which becomes selected; by keyboard, about the selection."""
        canvas = self._canvas
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            node = next(iter(canvas.document.selection), None)
            area = canvas.node_rect(node) if node else canvas.rect().translated(canvas.mapToGlobal(canvas.pos()))
            canvas.context_requested.emit(area.center(), node)
            return
        box = self._box_at(QPointF(event.pos()))
        node = box.node if box else None
        if node is None:
            canvas.document.select(())
        elif node not in canvas.document.selection:
            canvas.document.select([node])
        canvas.context_requested.emit(event.globalPos(), node)

    # --- clicks -------------------------------------------------------------------------------------------------------

    def _click(self, at: QPointF, modifiers: Modifier) -> None:
        canvas, document, box = self._canvas, self._canvas.document, self._box_at(at)
        if box is None:
            if not modifiers & Modifier.ShiftModifier:
                document.select(())
        elif modifiers & (Modifier.ShiftModifier | Modifier.ControlModifier):
            others = tuple(node for node in document.selection if node != box.node)
            document.select(others if box.node in document.selection else (box.node, *others))
        elif self._is_on_fold(box, canvas.camera.to_canvas(at)):
            canvas.collapse([box.node], box.is_frame)
        else:
            document.select([box.node])

    def _is_on_fold(self, box: Box, point: QPointF) -> bool:
        """Whether a point is on the icon of a container, which folds it."""
        document, metrics = self._canvas.document, self._canvas.stage.style.metrics
        if not edits.is_container(document.design[box.node]) or box.node in (document.design.root, document.context):
            return False
        is_left = metrics.icon_at - 6 <= point.x() - box.x <= metrics.text_at - 5
        return is_left and point.y() < box.y + (metrics.header if box.is_frame else box.height)

    # --- gestures -----------------------------------------------------------------------------------------------------

    def _gesture_for(self, pressed: QPointF, modifiers: Modifier) -> Gesture:
        canvas, box = self._canvas, self._box_at(pressed)
        if modifiers & Modifier.ControlModifier:
            return Cut(canvas)
        if box is not None and self._can_be_dragged(box, canvas.camera.to_canvas(pressed)):
            if box.node not in canvas.document.selection:
                canvas.document.select([box.node])
            return Move(canvas, box.node, canvas.document.selection)
        return RubberBand(canvas)

    def _can_be_dragged(self, box: Box, point: QPointF) -> bool:
        """A card anywhere, a frame by its title; not what was entered."""
        layout = self._canvas.stage.layout
        return box.node != layout.context and (not box.is_frame or hits.is_on_title(layout, box, point.y()))

    def _begin(self, gesture: Gesture, at: QPointF) -> None:
        self.gesture = gesture
        self.was_used = True
        self._saw_all = self._canvas.sees_all
        self._may_scroll = not isinstance(gesture, Drop)
        if gesture.cursor is not None:
            self._canvas.setCursor(gesture.cursor)
        gesture.start(self._canvas.camera.to_canvas(at), self._pressed_with)
        if gesture.scrolls:
            self._scroll.start()
        self._canvas.overlays.place_problem()

    def _go_on(self) -> None:
        if self.gesture is not None:
            self.gesture.move(self._canvas.camera.to_canvas(self._last), self._modifiers)
            self._canvas.update()

    def _finish(self) -> None:
        gesture = self._put_down()
        if gesture is not None:
            gesture.end(self._canvas.camera.to_canvas(self._last), self._modifiers)
            if self._saw_all and isinstance(gesture, Placing):
                self._canvas.see_all()
            self._canvas.update()

    def cancel(self) -> bool:
        """Take a gesture back, if there is one."""
        self._pressed = None
        gesture = self._put_down()
        if gesture is not None:
            gesture.cancel()
            self._canvas.update()
        return gesture is not None

    def _put_down(self) -> Gesture | None:
        gesture, self.gesture = self.gesture, None
        self._scroll.stop()
        self.show_cursor()
        return gesture

    def show_cursor(self) -> None:
        """An open hand while Space is held, else the usual arrow."""
        if self.pans:
            self._canvas.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self._canvas.unsetCursor()

    def _scroll_along(self) -> None:
        """Move the canvas while a gesture holds the pointer at its edge."""
        area, at = self._canvas.rect(), self._last
        across = max(0.0, _EDGE - at.x()) - max(0.0, at.x() - area.width() + _EDGE)
        down = max(0.0, _EDGE - at.y()) - max(0.0, at.y() - area.height() + _EDGE)
        if not (across or down):
            self._may_scroll = True
        elif self._may_scroll:
            step = QPointF(min(max(across / _EDGE, -1), 1), min(max(down / _EDGE, -1), 1)) * _SCROLL_STEP
            self._canvas.camera.pan(step)
            self._go_on()

    # --- dragged in from the palette ----------------------------------------------------------------------------------

    def drag_enter(self, event: QDragEnterEvent) -> None:
        self.cancel()
        self._see(event.position(), event.modifiers())
        self._begin(Drop(self._canvas, bytes(event.mimeData().data(LAYER_MIME).data()).decode()), event.position())
        self._go_on()
        event.acceptProposedAction()

    def drag_move(self, event: QDragMoveEvent) -> None:
        if isinstance(self.gesture, Drop):
            self._see(event.position(), event.modifiers())
            self._go_on()
            event.acceptProposedAction()

    def drop(self, event: QDropEvent) -> None:
        if isinstance(self.gesture, Drop):
            self._see(event.position(), event.modifiers())
            self._finish()
            event.acceptProposedAction()
            self._canvas.setFocus()

    # --- what is there ------------------------------------------------------------------------------------------------

    def _see(self, position: QPointF, modifiers: Modifier) -> None:
        self._last, self._modifiers = QPointF(position), modifiers

    def _hover(self) -> None:
        box = self._box_at(self._last)
        self._canvas.hover(box.node if box else None)
        if not self.pans and self.gesture is None:
            port = self._port_at(self._last)
            self._canvas.setCursor(Qt.CursorShape.CrossCursor) if port else self._canvas.unsetCursor()

    def _box_at(self, at: QPointF) -> Box | None:
        point = self._canvas.camera.to_canvas(at)
        return self._canvas.stage.layout.box_at(point.x(), point.y())

    def _port_at(self, at: QPointF) -> hits.Port | None:
        if self._canvas.camera.scale < NEAR_SCALE:
            return None
        point = self._canvas.camera.to_canvas(at)
        return hits.port_at(self._canvas.stage.layout, point.x(), point.y(), _PORT_REACH / self._canvas.camera.scale)
