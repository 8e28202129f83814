"""Scale: where a value lies between the bottom and the top of a plot, and which values to mark."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` (0.0) to `high` (1.0). With `log`, both are powers of ten, and values must be positive."""

    low: float
    high: float
    log: bool = False

    def heights(self, values: Iterable[float]) -> list[float]:
        """Where the values lie: 0 at the bottom, 1 at the top."""
        low, factor = self.low, 1 / (self.high - self.low)
        return [(value - low) * factor for value in (map(math.log10, values) if self.log else values)]

    def ticks(self, count: int) -> list[float]:
        """At most about `count` round values, from low to high."""
        span = self.high - self.low
        if self.log:
            return [10.0**power for power in _multiples(self.low, self.high, max(1, math.ceil(span / count)))]
        step = round_step(span / count)
        return [i * step for i in _multiples(self.low / step, self.high / step, 1)]


def _multiples(low: float, high: float, step: int) -> range:
    """The multiples of `step` from low to high, both included though rounding may have moved them a little."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    return range(-(-first // step) * step, last + 1, step)


def round_step(step: float) -> float:
    """The smallest of 1, 2, 5 and 10 times a power of ten that is not below `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-9))


def linear(low: float, high: float) -> Scale:
    """A scale with a little room around the values. It begins at zero where that costs little height."""
    if high - low < 1e-9 * max(abs(high), abs(low), 1e-300):
        room = abs(high) * 0.1 or 1.0
        return Scale(low - room, high + room)
    room = (high - low) * 0.06
    return Scale(0.0 if 0 <= low < (high - low) / 2 else low - room, high + room)


def logarithmic(low: float, high: float) -> Scale:
    """A logarithmic scale with a little room around the values. It spans a factor of a hundred at least."""
    bottom, top = math.log10(low), math.log10(high)
    room = max((top - bottom) * 0.08, (2 - (top - bottom)) / 2)
    return Scale(bottom - room, top + room, log=True)
