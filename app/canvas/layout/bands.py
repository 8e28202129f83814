"""Rectangles kept by the horizontal bands they lie in, so that those at a height are found without looking at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from core.design.model import NodeId

Rect: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_HEIGHT = 256.0


class Bands:
    """Rectangles of nodes, to be asked for by height."""

    def __init__(self, rects: Mapping[NodeId, Rect] | None = None) -> None:
        self._bands: dict[int, dict[NodeId, Rect]] = {}
        for node, rect in (rects or {}).items():
            self.add(node, rect)

    def add(self, node: NodeId, rect: Rect) -> None:
        """Keep another one."""
        for band in _bands(rect[1], rect[3]):
            self._bands.setdefault(band, {})[node] = rect

    def between(self, top: float, bottom: float) -> Mapping[NodeId, Rect]:
        """Those of which a part lies between two heights."""
        kept = (self._bands.get(band, {}) for band in _bands(top, bottom))
        return {node: rect for band in kept for node, rect in band.items() if top < rect[3] and rect[1] < bottom}


def _bands(top: float, bottom: float) -> Iterator[int]:
    yield from range(int(top // _HEIGHT), int(bottom // _HEIGHT) + 1)
