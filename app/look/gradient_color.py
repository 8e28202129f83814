"""The colour of a gradient: violet where it vanishes, red where it explodes, green where it is well."""

from __future__ import annotations

from functools import lru_cache
from math import log10

from PySide6.QtGui import QColor

from app.look import theme
from core.design.gradient_flow import FACTOR, Flow, Kind

_COLORS = {
    # kind: in the dark, in the light theme
    Kind.VANISHING: ("#8a5cff", "#6a2be0"),
    Kind.NONE: ("#8a5cff", "#6a2be0"),
    Kind.EXPLODING: ("#ff6b6b", "#c62f3b"),
    Kind.WELL: ("#63c96b", "#2f8f3a"),
}
_FAR = ("#3fc7b0", "#0f8f7c")
"""What is well and yet far from the last layer's."""


def gradient_color(flow: Flow, shown: theme.Theme) -> QColor:
    """The colour of a layer's gradient; of one that is no number, that of a problem."""
    if flow.kind is Kind.BROKEN:
        return shown.problem
    distance = round(8 * abs(log10(flow.share)) / log10(FACTOR)) if flow.kind is Kind.WELL else 0
    return _mixed(flow.kind, distance, shown.is_dark)


@lru_cache(maxsize=64)
def _mixed(kind: Kind, distance: int, dark: bool) -> QColor:
    """The colour of a kind, from the last layer's norm so many eighths of the way to where it is well no more."""
    return theme.mix(QColor(_COLORS[kind][not dark]), QColor(_FAR[not dark]), distance / 8)
