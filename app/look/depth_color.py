"""The colour of a layer among others: from blue at the input over violet to orange at the output."""

from __future__ import annotations

from PySide6.QtGui import QColor

from app.look import theme

STOPS = ("linear", "convolution", "custom", "regularisation", "activation")
"""Families whose colours stand along the way, neighbours alike and ends apart."""


def depth_color(place: int, count: int, shown: theme.Theme) -> QColor:
    """Of the layer at a place, from 0, among so many."""
    along = place / max(1, count - 1) * (len(STOPS) - 1)
    first = min(int(along), len(STOPS) - 2)
    return theme.mix(shown.family(STOPS[first]), shown.family(STOPS[first + 1]), along - first)
