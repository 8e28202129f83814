"""Colours for numbers: from orange through the ground to blue, and from the ground to the accent."""

from __future__ import annotations

from collections.abc import Sequence

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


def most_of(values: Sequence[bytes]) -> float:
    """The finite number that is farthest from zero among pictures of float32, little-endian."""
    import numpy as np  # once numbers are there to be shown, and not before the window is

    numbers = (np.abs(np.frombuffer(each, "<f4")) for each in values)
    return max((float(each[np.isfinite(each)].max(initial=0.0)) for each in numbers), default=0.0)


def picture_of(values: bytes, rows: int, columns: int, most: float = 0.0) -> QImage:
    """Numbers, float32 little-endian row by row, in the colours of `diverging`. `most`, by default the one farthest
    from zero, is strongest."""
    import numpy as np

    numbers = np.frombuffer(values, "<f4")
    is_finite = np.isfinite(numbers)
    scaled = np.where(is_finite, numbers, 0) * (MIDDLE / (most or most_of([values]) or 1.0)) + MIDDLE + 0.5
    levels = np.where(is_finite, np.clip(scaled, 0, LEVELS - 1), UNKNOWN).astype(np.uint8).tobytes()
    image = QImage(levels, columns, rows, columns, QImage.Format.Format_Indexed8).copy()
    image.setColorTable(diverging(theme.current()))
    return image


def _table(colors: list[QColor]) -> list[int]:
    return [color.rgb() for color in colors]
