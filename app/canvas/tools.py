"""What menus and commands may use of a canvas."""

from __future__ import annotations

from dataclasses import dataclass

from app.canvas.framing import Framing
from app.canvas.hands import pasting
from app.canvas.hands.pointer import Pointer
from app.canvas.overlays.overlays import Overlays
from app.canvas.overlays.searching import Searching
from app.canvas.pictures import Pictures
from app.canvas.view import View
from core.design.model import Fragment


@dataclass(frozen=True, slots=True)
class CanvasTools:
    """The parts of a canvas that do what they are told, without the widget itself."""

    view: View
    framing: Framing
    overlays: Overlays
    searching: Searching
    pictures: Pictures
    pointer: Pointer

    def put_pasted(self, fragment: Fragment) -> None:
        """Insert what was pasted: after the selection, where it was cut or under the pointer."""
        pasting.put(self.view, self.pointer.last, fragment)
