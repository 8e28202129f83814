"""What belongs to the drawing alone, and is not in the network: comments, frames, points that wires pass."""

from __future__ import annotations

from core.design.catalog.base import LayerType, Option, unchanged

COLORS = ("grey", "blue", "green", "yellow", "red", "purple", "pink")
_COLOR = Option("color", "choice", "grey", "Colour", "Of the ground and the edge.", choices=COLORS, drawn=True)

NOTE = LayerType(
    key="Note",
    family="mark",
    icon="note",
    summary="A comment in the drawing. The network does not know of it.",
    infer=unchanged,
    options=(Option("text", "text", "", "Text", "What is written there.", drawn=True), _COLOR),
    inputs=0,
)

FRAME = LayerType(
    key="Frame",
    family="mark",
    icon="frame",
    summary="A frame with a title and a colour around layers of a Module. The network does not know of it.",
    infer=unchanged,
    options=(
        Option("title", "text", "", "Title", "What is written above; left empty, it is the frame's name.", drawn=True),
        _COLOR,
    ),
    inputs=0,
    rare=True,
)

REROUTE = LayerType(
    key="Reroute",
    family="mark",
    icon="reroute",
    summary="A point that a wire passes, to lead it round others. The network does not know of it.",
    infer=unchanged,
)

TYPES = (NOTE, FRAME, REROUTE)
