"""Keys: what the keyboard does on the canvas, besides the commands of the menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.canvas.words import tr
from core.design import edits

if TYPE_CHECKING:
    from app.canvas.canvas import Canvas

Key = Qt.Key
_ARROWS = {Key.Key_Up: "up", Key.Key_Down: "down", Key.Key_Left: "left", Key.Key_Right: "right"}


class Keys:
    """Arrows walk, with Ctrl+Shift they move layers; Enter enters, Esc goes back; Space held pans, tapped folds."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

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
            self._canvas.enter_selected()
        elif key == Key.Key_Space:
            self._hold_space(event)
        else:
            return False
        return True

    def release(self, event: QKeyEvent) -> bool:
        """Whether the key was ours."""
        if event.key() != Key.Key_Space or event.isAutoRepeat() or not self._canvas.pointer.pans:
            return False
        tapped = not self._canvas.pointer.was_used
        self.let_go()
        if tapped:
            self._canvas.collapse_selected()
        return True

    def let_go(self) -> None:
        """Space is not held any more."""
        self._canvas.pointer.pans = False
        self._canvas.pointer.show_cursor()

    def _hold_space(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._canvas.pointer.pans = True
            self._canvas.pointer.was_used = False
            self._canvas.pointer.show_cursor()

    def _escape(self) -> None:
        """Take back the gesture, or else go out of the container, or else select nothing."""
        document = self._canvas.document
        if self._canvas.pointer.cancel():
            return
        if document.context != document.design.root:
            document.leave()
        else:
            document.select(())

    def _arrow(self, direction: str, modifiers: Qt.KeyboardModifier) -> bool:
        if not modifiers:
            self._canvas.select_next(direction)
            return True
        if modifiers == Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier:
            self.move_selected({"up": -1, "down": 1}.get(direction, 0))
            return True
        return False

    def move_selected(self, by: int) -> None:
        """Move the selected layers of one Sequential by so many slots."""
        document = self._canvas.document
        ids = edits.topmost(document.design, document.selection)
        parent = document.design.parents.get(ids[0]) if ids else None
        if parent is None or document.design[parent].type != "Sequential" or not by:
            return
        places = [document.design[parent].children.index(i) for i in ids if document.design.parents[i] == parent]
        index = min(places) + by if by < 0 else max(places) + 1 + by
        if len(places) == len(ids) and 0 <= index <= len(document.design[parent].children):
            document.attempt(tr("Move layers"), lambda: edits.move(document.design, ids, parent, index))
