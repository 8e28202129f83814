"""Ranges of values: from where to where an axis reaches."""

from __future__ import annotations

import math

Range = tuple[float, float]


def linear(low: float, high: float) -> Range:
    """A range with a little room around the values. It begins at zero where that costs little height."""
    if high - low < 1e-9 * max(abs(high), abs(low), 1e-300):
        room = abs(high) * 0.1 or 1.0
        return low - room, high + room
    room = (high - low) * 0.06
    return 0.0 if 0 <= low < (high - low) / 2 else low - room, high + room


def logarithmic(low: float, high: float) -> Range:
    """The powers of ten between which positive values lie, with a little room: a factor of a hundred at least."""
    bottom, top = math.log10(low), math.log10(high)
    room = max((top - bottom) * 0.08, (2 - (top - bottom)) / 2)
    return bottom - room, top + room


def kept(shown: Range | None, wanted: Range) -> Range:
    """The range that is shown, where it still fits what is wanted: axes that moved with every point would tremble."""
    if shown is None or wanted[0] < shown[0] or wanted[1] > shown[1]:
        return wanted
    return shown if wanted[1] - wanted[0] > 0.8 * (shown[1] - shown[0]) else wanted
