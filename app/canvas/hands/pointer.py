"""Pointer: turns what the mouse does into gestures and clicks."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from app.canvas.framing import Framing
from app.canvas.hands import grips, rerouting, wheel
from app.canvas.hands.base import Gesture
from app.canvas.hands.cut import Cut
from app.canvas.hands.drop import Drop
from app.canvas.hands.move import Move
from app.canvas.hands.pan import Pan
from app.canvas.hands.placing import Placing
from app.canvas.hands.select import RubberBand
from app.canvas.hands.selected import collapse
from app.canvas.hands.wire import LayWire
from app.canvas.layout import hits
from app.canvas.layout.geometry import Box
from app.canvas.layout.hits import Port
from app.canvas.view import View
from app.document.layer_search import LAYER_MIME
from core.design import edits

_EDGE = 32
_SCROLL_STEP = 12.0
_TICK = 16
"""Milliseconds between two steps when the canvas moves along under a gesture at its edge."""

Button = Qt.MouseButton
Modifier = Qt.KeyboardModifier


class Pointer(QObject):
    """Between press and release there is at most one gesture. A press that does not move is a click."""

    gesture_begun = Signal()
    search_requested = Signal()
    """For a layer to insert where the pointer is."""
    port_search_requested = Signal(Port, QPointF)
    """For a layer to connect to a port, and to put at a point of the canvas."""
    label_clicked = Signal(QPointF)
    """The shape on a wire, at a point of the view."""
    rename_requested = Signal()
    """Of what is selected."""
    menu_requested = Signal(QPoint, object)
    """At a point of the screen, about a node id or None."""

    def __init__(self, view: View, framing: Framing) -> None:
        super().__init__(view)
        self._view, self._framing = view, framing
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

    @property
    def lays_wire(self) -> bool:
        """Whether a wire is being laid."""
        return isinstance(self.gesture, LayWire)

    # --- the mouse ----------------------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """A button goes down: a port begins a wire, and what can be dragged becomes selected."""
        self._see(event.position(), event.modifiers())
        if self.is_busy:
            return
        panning = event.button() == Button.MiddleButton or (self.pans and event.button() == Button.LeftButton)
        if not panning and event.button() != Button.LeftButton:
            return
        self._pressed, self._button, self._pressed_with = event.position(), event.button(), event.modifiers()
        self._view.hover(None)
        if panning:
            self._begin(Pan(self._view), event.position())
        elif (port := grips.port_at(self._view, event.position())) is not None:
            self._begin(LayWire(self._view, port, self.port_search_requested.emit), event.position())
        else:
            self._press_on(self._view.box_at(event.position()), event.modifiers())

    def _press_on(self, box: Box | None, modifiers: Modifier) -> None:
        """What is not selected yet is selected at once, so that it can be dragged in one movement."""
        document = self._view.document
        if box is None or not grips.can_be_dragged(self._view, box, self._view.camera.to_canvas(self._last)):
            return
        if not modifiers & (Modifier.ShiftModifier | Modifier.ControlModifier) and box.node not in document.selection:
            document.select([box.node])

    def move(self, event: QMouseEvent) -> None:
        """The pointer moves: a gesture goes on, or begins once a pressed button has come far enough."""
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
        """The button that was pressed goes up: the gesture ends, or it was a click."""
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
        self._view.hover(None)

    def double_click(self, event: QMouseEvent) -> None:
        """Into a container, over a name, or, on the ground, for a search."""
        if event.button() != Button.LeftButton:
            return
        self._see(event.position(), event.modifiers())
        document, box = self._view.document, self._view.box_at(event.position())
        if (box is None or box.is_frame) and rerouting.put_point(self._view, event.position()):
            return
        if box is None or box.node == document.context:
            self.search_requested.emit()
        elif grips.is_on_fold(self._view, box, self._view.camera.to_canvas(event.position())):
            self.press(event)
        elif edits.is_container(document.design[box.node]):
            document.enter(box.node)
        else:
            document.select([box.node])
            self.rename_requested.emit()

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom or move; a gesture that is on goes along."""
        wheel.turn(event, self._view.camera)
        event.accept()
        self._go_on()

    def ask_for_menu(self, event: QContextMenuEvent) -> None:
        """Ask for a menu about what is under the pointer, which becomes selected; by keyboard, about the selection."""
        view, document = self._view, self._view.document
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            node = next(iter(document.selection), None)
            box = view.stage.layout.boxes.get(node or "")
            area = view.rect_of(box) if box is not None else view.area.toRect()
            self.menu_requested.emit(view.on_screen(area.center()), node)
            return
        box = view.box_at(QPointF(event.pos()))
        node = box.node if box else None
        if node is None:
            document.select(())
        elif node not in document.selection:
            document.select([node])
        self.menu_requested.emit(event.globalPos(), node)

    # --- clicks -------------------------------------------------------------------------------------------------------

    def _click(self, at: QPointF, modifiers: Modifier) -> None:
        view, document, box = self._view, self._view.document, self._view.box_at(at)
        point = view.camera.to_canvas(at)
        if (box is None or box.is_frame) and hits.label_at(view.stage.layout, point.x(), point.y()):
            self.label_clicked.emit(at)
        elif box is None:
            if not modifiers & Modifier.ShiftModifier:
                document.select(())
        elif modifiers & (Modifier.ShiftModifier | Modifier.ControlModifier):
            others = tuple(node for node in document.selection if node != box.node)
            document.select(others if box.node in document.selection else (box.node, *others))
        elif grips.is_on_fold(self._view, box, view.camera.to_canvas(at)):
            collapse(view, [box.node], box.is_frame)
        else:
            document.select([box.node])

    # --- gestures -----------------------------------------------------------------------------------------------------

    def _gesture_for(self, pressed: QPointF, modifiers: Modifier) -> Gesture:
        view, box = self._view, self._view.box_at(pressed)
        if modifiers & Modifier.ControlModifier:
            return Cut(view)
        if box is not None and grips.can_be_dragged(self._view, box, view.camera.to_canvas(pressed)):
            if box.node not in view.document.selection:
                view.document.select([box.node])
            return Move(view, box.node, view.document.selection)
        return RubberBand(view)

    def _begin(self, gesture: Gesture, at: QPointF) -> None:
        self.gesture = gesture
        self.was_used = True
        self._saw_all = self._framing.sees_all
        self._may_scroll = not isinstance(gesture, Drop)
        if gesture.cursor is not None:
            self._view.show_cursor(gesture.cursor)
        gesture.start(self._view.camera.to_canvas(at), self._pressed_with)
        if gesture.scrolls:
            self._scroll.start()
        self.gesture_begun.emit()

    def _go_on(self) -> None:
        if self.gesture is not None:
            self.gesture.move(self._view.camera.to_canvas(self._last), self._modifiers)
            self._view.repaint()

    def _finish(self) -> None:
        gesture = self._put_down()
        if gesture is not None:
            gesture.end(self._view.camera.to_canvas(self._last), self._modifiers)
            if self._saw_all and isinstance(gesture, Placing):
                self._framing.see_all()
            self._view.repaint()

    def cancel(self) -> bool:
        """Take a gesture back, if there is one."""
        self._pressed = None
        gesture = self._put_down()
        if gesture is not None:
            gesture.cancel()
            self._view.repaint()
        return gesture is not None

    def _put_down(self) -> Gesture | None:
        gesture, self.gesture = self.gesture, None
        self._scroll.stop()
        self.show_cursor()
        return gesture

    def show_cursor(self) -> None:
        """An open hand while Space is held, else the usual arrow."""
        self._view.show_cursor(Qt.CursorShape.OpenHandCursor if self.pans else None)

    def _scroll_along(self) -> None:
        """Move the canvas while a gesture holds the pointer at its edge."""
        area, at = self._view.area, self._last
        across = max(0.0, _EDGE - at.x()) - max(0.0, at.x() - area.width() + _EDGE)
        down = max(0.0, _EDGE - at.y()) - max(0.0, at.y() - area.height() + _EDGE)
        if not (across or down):
            self._may_scroll = True
        elif self._may_scroll:
            step = QPointF(min(max(across / _EDGE, -1), 1), min(max(down / _EDGE, -1), 1)) * _SCROLL_STEP
            self._view.camera.pan(step)
            self._go_on()

    # --- dragged in from the palette ----------------------------------------------------------------------------------

    def drag_enter(self, event: QDragEnterEvent) -> None:
        """A layer is dragged in."""
        self.cancel()
        self._see(event.position(), event.modifiers())
        self._begin(Drop(self._view, bytes(event.mimeData().data(LAYER_MIME).data()).decode()), event.position())
        self._go_on()
        event.acceptProposedAction()

    def drag_move(self, event: QDragMoveEvent) -> None:
        """It is over another place."""
        if isinstance(self.gesture, Drop):
            self._see(event.position(), event.modifiers())
            self._go_on()
            event.acceptProposedAction()

    def drop(self, event: QDropEvent) -> None:
        """It is let go."""
        if isinstance(self.gesture, Drop):
            self._see(event.position(), event.modifiers())
            self._finish()
            event.acceptProposedAction()
            self._view.take_keyboard()

    # --- what is there ------------------------------------------------------------------------------------------------

    def _see(self, position: QPointF, modifiers: Modifier) -> None:
        self._last, self._modifiers = QPointF(position), modifiers

    def _hover(self) -> None:
        box = self._view.box_at(self._last)
        self._view.hover(box.node if box else None)
        if not self.pans and self.gesture is None:
            port = grips.port_at(self._view, self._last)
            self._view.show_cursor(Qt.CursorShape.CrossCursor if port else None)
