"""Keys: what the keyboard does on the canvas, besides the commands of the menus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.canvas.hands import selected
from app.canvas.hands.pointer import Pointer
from app.canvas.layout.metrics import GRID, snapped
from app.canvas.view import View
from app.look.sentences import tr
from core.design import edits
from core.design.model import NodeId

Key = Qt.Key
_ARROWS = {Key.Key_Up: "up", Key.Key_Down: "down", Key.Key_Left: "left", Key.Key_Right: "right"}
_STEPS = {"up": (0, -2 * GRID), "down": (0, 2 * GRID), "left": (-2 * GRID, 0), "right": (2 * GRID, 0)}


class Keys:
    """Arrows walk, with Shift they select more, with Ctrl+Shift they move layers; Enter enters, Esc goes back; Space
    pans while it is held, a tap on it folds."""

    def __init__(self, view: View, pointer: Pointer) -> None:
        self._view, self._pointer = view, pointer

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key was ours."""
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ARROWS:
            return self._arrow(_ARROWS[key], modifiers)
        if modifiers:
            return False
        if key == Key.Key_Escape:
            self._escape()
        elif key in (Key.Key_Return, Key.Key_Enter):
            selected.enter(self._view)
        elif key == Key.Key_Space:
            self._hold_space(event)
        else:
            return False
        return True

    def release(self, event: QKeyEvent) -> bool:
        """Whether the key was ours."""
        if event.key() != Key.Key_Space or event.isAutoRepeat() or not self._pointer.pans:
            return False
        tapped = not self._pointer.was_used
        self.let_go()
        if tapped:
            selected.fold(self._view)
        return True

    def let_go(self) -> None:
        """Space is not held any more."""
        self._pointer.pans = False
        self._pointer.show_cursor()

    def _hold_space(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._pointer.pans = True
            self._pointer.was_used = False
            self._pointer.show_cursor()

    def _escape(self) -> None:
        """Take back the gesture, or else go out of the container, or else select nothing."""
        document = self._view.document
        if self._pointer.cancel():
            return
        if document.context != document.design.root:
            document.leave()
        else:
            document.select(())

    def _arrow(self, direction: str, modifiers: Qt.KeyboardModifier) -> bool:
        shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
        if not modifiers:
            selected.walk(self._view, direction)
        elif modifiers == shift:
            selected.walk(self._view, direction, extend=True)
        elif modifiers == control | shift:
            self._move(direction)
        else:
            return False
        return True

    def _move(self, direction: str) -> None:
        """Move the selected layers: by a slot of their Sequential, or on the grid of their Module."""
        document = self._view.document
        ids = edits.topmost(document.design, document.selection)
        parents = {document.design.parents.get(i) for i in ids}
        container = parents.pop() if len(parents) == 1 else None
        if container is None:
            return
        if document.design[container].type != "Module":
            self._reorder(ids, container, {"up": -1, "down": 1}.get(direction, 0))
        else:
            self._nudge(ids, container, _STEPS[direction])

    def _reorder(self, ids: tuple[NodeId, ...], container: NodeId, by: int) -> None:
        document = self._view.document
        children = document.design[container].children
        places = [children.index(i) for i in ids]
        index = min(places) + by if by < 0 else max(places) + 1 + by
        if by and 0 <= index <= len(children):
            document.attempt(tr("Move layers"), lambda: edits.move(document.design, ids, container, index))

    def _nudge(self, ids: tuple[NodeId, ...], container: NodeId, by: tuple[int, int]) -> None:
        document, layout = self._view.document, self._view.stage.base
        x, y = layout.origins.get(container, (0.0, 0.0))
        boxes = [layout.boxes[i] for i in ids if i in layout.boxes]
        places = {box.node: (snapped(box.centre - x) + by[0], snapped(box.y - y) + by[1]) for box in boxes}
        document.attempt(tr("Move layers"), lambda: edits.place(document.design, places))
