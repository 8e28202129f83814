"""Where what belongs to the drawing alone is: notes, frames around cards, points that wires pass. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from textwrap import wrap

from app.canvas.layout.layered import Point, Size
from app.canvas.layout.metrics import GRID, Metrics
from core.design.model import Design, Node, NodeId

REROUTE = 24.0
"""Side of the square in which a point lies that a wire passes."""
_LETTERS, _MOST_LINES = 44, 60


@lru_cache(maxsize=512)
def note_lines(text: str) -> tuple[str, ...]:
    """The lines of a note."""
    lines = [line for part in text.splitlines() for line in wrap(part, _LETTERS) or [""]]
    return tuple(lines[:_MOST_LINES]) or ("",)


def size_of_mark(node: Node, metrics: Metrics) -> Size:
    """Width and height of a note, of a point, or of a frame around nothing."""
    if node.type == "Reroute":
        return REROUTE, REROUTE
    lines = len(note_lines(str(node.options.get("text", "")))) if node.type == "Note" else 1
    height = lines * metrics.type_line + 2 * GRID
    return float(metrics.card_width), max(float(metrics.card_height), -(-height // GRID) * GRID)


def members_of_frames(design: Design, module: Node) -> dict[NodeId, list[NodeId]]:
    """The cards in each frame of a Module that has some."""
    kinds = design.nodes
    frames: dict[NodeId, list[NodeId]] = {child: [] for child in module.children if kinds[child].type == "Frame"}
    for child in module.children if frames else ():
        if (around := kinds[child].frame) in frames and child not in frames:
            frames[around or ""].append(child)
    return {frame: members for frame, members in frames.items() if members}


def frame_places(
    frames: Mapping[NodeId, list[NodeId]],
    positions: Mapping[NodeId, Point],
    sizes: Mapping[NodeId, Size],
    metrics: Metrics,
) -> dict[NodeId, tuple[Point, Size]]:
    """Top centre and size of each frame, which is as large as what is in it wants."""
    found = {}
    for frame, members in frames.items():
        boxes = [(*positions[i], *sizes[i]) for i in members]
        left = min(x - width / 2 for x, _, width, _ in boxes) - metrics.frame_rim
        right = max(x + width / 2 for x, _, width, _ in boxes) + metrics.frame_rim
        top = min(y for _, y, _, _ in boxes) - metrics.frame_title
        bottom = max(y + height for _, y, _, height in boxes) + metrics.frame_rim
        found[frame] = ((left + right) / 2, top), (right - left, bottom - top)
    return found
