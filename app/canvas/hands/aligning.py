"""Aligning cards of a Module, and giving them equal room between one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate

from app.canvas.view import View
from app.look.sentences import tr
from core.design import edits
from core.errors import Sentence

_STARTS: Mapping[str, Callable[[list[tuple[float, float]]], list[float]]] = {
    "first": lambda spans: [min(start for start, _ in spans)] * len(spans),
    "last": lambda spans: [max(start + length for start, length in spans) - length for _, length in spans],
    "middle": lambda spans: [_middle(spans) - length / 2 for _, length in spans],
    "spread": lambda spans: _spread(spans),
}
"""Where what begins and is as long as this begins then."""

_WAYS = {
    "left": ("first", ""),
    "centre": ("middle", ""),
    "right": ("last", ""),
    "top": ("", "first"),
    "middle": ("", "middle"),
    "bottom": ("", "last"),
    "across": ("spread", ""),
    "down": ("", "spread"),
}
"""What becomes of the places from left to right, and of those from top to bottom."""


def align(view: View, how: str) -> None:
    """Move the selected cards so that they share an edge or a middle, or so that the room between them is alike.

    `how`: "left", "centre", "right", "top", "middle", "bottom", or "across" and "down".
    """
    document, layout = view.document, view.stage.base
    chosen = edits.topmost(document.design, document.selection)
    modules = {document.design.parents.get(node) for node in chosen}
    module = next(iter(modules), None)
    least = 3 if how in ("across", "down") else 2
    is_one = len(modules) == 1 and module is not None and document.design[module].type == "Module"
    if not is_one or module is None or len(chosen) < least:
        document.refuse(
            Sentence("Select {least} or more layers that lie side by side in one Module.", {"least": least})
        )
        return
    boxes = [layout.boxes[node] for node in chosen]
    origin = layout.origins.get(module, (0.0, 0.0))
    across, down = _WAYS[how]
    lefts, tops = [box.x for box in boxes], [box.y for box in boxes]
    if across:
        lefts = _STARTS[across]([(box.x, box.width) for box in boxes])
    if down:
        tops = _STARTS[down]([(box.y, box.height) for box in boxes])
    places = {
        box.node: (float(round(left + box.width / 2 - origin[0])), float(round(top - origin[1])))
        for box, left, top in zip(boxes, lefts, tops, strict=True)
    }
    document.attempt(tr("Align"), lambda: edits.place(document.design, places))


def _middle(spans: list[tuple[float, float]]) -> float:
    return (min(start for start, _ in spans) + max(start + length for start, length in spans)) / 2


def _spread(spans: list[tuple[float, float]]) -> list[float]:
    """New starts of what begins and is as long as this, with equal room between; the first and the last stay."""
    order = sorted(range(len(spans)), key=lambda number: spans[number][0] + spans[number][1] / 2)
    lengths = [spans[number][1] for number in order]
    first, last = spans[order[0]][0], spans[order[-1]][0]
    room = (last - first - sum(lengths[:-1])) / (len(spans) - 1)
    starts = accumulate((length + room for length in lengths[:-1]), initial=first)
    return [start for _, start in sorted(zip(order, starts, strict=True))]
