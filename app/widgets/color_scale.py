"""Colours for numbers: from orange through the ground to blue, and from the ground to the accent."""

from __future__ import annotations

from PySide6.QtGui import QColor

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


def _table(colors: list[QColor]) -> list[int]:
    return [color.rgb() for color in colors]
