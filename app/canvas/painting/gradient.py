"""The colour of a gradient: cold where it vanishes, hot where it explodes, quiet where it is well."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import inf, isfinite, log10

from PySide6.QtGui import QColor

from app.look import theme

_RAMP_DARK = (
    (-7.0, "#8a5cff"),
    (-5.0, "#6f7dff"),
    (-3.5, "#3fc7b0"),
    (0.0, "#63c96b"),
    (1.0, "#f5b942"),
    (2.0, "#ff6b6b"),
)
_RAMP_LIGHT = (
    (-7.0, "#6a2be0"),
    (-5.0, "#4c5ae0"),
    (-3.5, "#0f8f7c"),
    (0.0, "#2f8f3a"),
    (1.0, "#b97900"),
    (2.0, "#c62f3b"),
)


def gradient_color(norm: float, shown: theme.Theme) -> QColor:
    """The colour of a gradient's norm, by its logarithm; of one that is no number, that of a problem."""
    if not isfinite(norm):
        return shown.problem
    return _ramp_color(round(log10(norm) * 8) / 8 if norm > 0 else -inf, shown.is_dark)


@lru_cache(maxsize=512)
def _ramp_color(value: float, dark: bool) -> QColor:
    ramp = [(at, QColor(color)) for at, color in (_RAMP_DARK if dark else _RAMP_LIGHT)]
    if value <= ramp[0][0]:
        return ramp[0][1]
    for (low, one), (high, other) in pairwise(ramp):
        if value <= high:
            return theme.mix(one, other, (value - low) / (high - low))
    return ramp[-1][1]
