"""Colours for numbers: from orange through the ground to blue, and from the ground to the accent."""

from __future__ import annotations

import math
from array import array

from PySide6.QtGui import QColor, QImage

from app.look import theme

LEVELS = 255
MIDDLE = LEVELS // 2
UNKNOWN = LEVELS
"""The level of what is no number: NaN."""


def diverging(shown: theme.Theme) -> list[int]:
    """256 colours: 0 the most negative, 127 zero, 254 the most positive, 255 no number."""
    negative, positive = shown.family("regularisation"), shown.family("linear")
    ground = shown.well if shown.is_dark else shown.card
    colors = [theme.mix(ground, negative, 1 - level / MIDDLE) for level in range(MIDDLE)]
    colors += [theme.mix(ground, positive, (level - MIDDLE) / MIDDLE) for level in range(MIDDLE, LEVELS)]
    return _table([*colors, shown.problem])


def rising(shown: theme.Theme) -> list[int]:
    """256 colours: 0 the ground, 255 the accent."""
    return _table([theme.mix(shown.well, shown.accent, (level / LEVELS) ** 0.7) for level in range(LEVELS + 1)])


def picture_of(values: array[float], rows: int, columns: int, most: float = 0.0) -> QImage:
    """Numbers row by row in the colours of `diverging`. `most`, by default the one farthest from zero, is strongest."""
    most = most or max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    factor = MIDDLE / (most or 1.0)
    levels = bytes([int(v * factor + MIDDLE + 0.5) if math.isfinite(v) else UNKNOWN for v in values])
    image = QImage(levels, columns, rows, columns, QImage.Format.Format_Indexed8).copy()
    image.setColorTable(diverging(theme.current()))
    return image


def _table(colors: list[QColor]) -> list[int]:
    return [color.rgb() for color in colors]
