"""What menus and commands may use of a canvas."""

from __future__ import annotations

from dataclasses import dataclass

from app.canvas.framing import Framing
from app.canvas.overlays.overlays import Overlays
from app.canvas.overlays.searching import Searching
from app.canvas.pictures import Pictures
from app.canvas.view import View


@dataclass(frozen=True, slots=True)
class CanvasTools:
    """The parts of a canvas that do what they are told, without the widget itself."""

    view: View
    framing: Framing
    overlays: Overlays
    searching: Searching
    pictures: Pictures
