"""The sizes of everything on the canvas, in canvas units (pixels at 100 %), from the heights of two lines of text."""

from __future__ import annotations

from dataclasses import dataclass

GRID = 8


def snapped(value: float) -> float:
    """The nearest line of the grid."""
    return round(value / GRID) * GRID


def _up(value: float) -> int:
    """The next line of the grid at or above a length, so that larger text makes larger cards and nothing is cut off."""
    return int(-(-value // GRID)) * GRID


@dataclass(frozen=True, slots=True)
class Metrics:
    """`name_line` and `type_line` are the line heights of a card's two lines of text.

    `baseline_step` is how much lower the smaller line starts where both stand on one baseline.
    """

    name_line: float = 16.0
    type_line: float = 14.0
    baseline_step: float = 2.0

    @property
    def em(self) -> float:
        """How much larger than usual the text is; 1.0 at the default size of the system's font."""
        return self.name_line / 16.0

    @property
    def icon(self) -> float:
        """Side of the icon at the left of a card or a title."""
        return 20.0 * self.em

    @property
    def icon_at(self) -> float:
        """From the left side of a card or a frame to its icon."""
        return 14.0

    @property
    def text_at(self) -> float:
        """From the left side of a card or a frame to its name."""
        return self.icon_at + self.icon + 10.0

    @property
    def histogram(self) -> tuple[float, float]:
        """Width and height of the histogram at the right of a card."""
        return 56.0 * self.em, 22.0 * self.em

    @property
    def card_width(self) -> int:
        """So wide that a name and a size fit beside each other in the system's font."""
        return _up(312 * self.em)

    @property
    def card_height(self) -> int:
        """Two lines, and some air."""
        return _up(self.name_line + self.type_line + 9)

    @property
    def header(self) -> int:
        """Height of a frame's title, from its upper edge to its first child."""
        return _up(self.name_line + 18)

    @property
    def padding(self) -> int:
        """Between a frame's side and its children."""
        return 2 * GRID

    @property
    def frame_title(self) -> float:
        """From the upper edge of a frame in the drawing to the cards in it."""
        return self.type_line + 8

    @property
    def frame_rim(self) -> float:
        """From the other edges of a frame in the drawing to the cards in it."""
        return 10.0

    @property
    def stack_gap(self) -> int:
        """Between two children of a Sequential: room for a shape."""
        return _up(self.type_line + 8)

    @property
    def layer_gap(self) -> int:
        """Between two rows of a Module's graph: room for a shape and for wires to bend."""
        return self.stack_gap + 2 * GRID

    @property
    def across_gap(self) -> int:
        """Between two columns of a Module's graph that runs from left to right: room for a shape."""
        return _up(104 * self.em)

    @property
    def column_gap(self) -> int:
        """Between two neighbours in one row of a Module's graph."""
        return 4 * GRID
