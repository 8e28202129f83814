"""Budget: how often to do what costs time, so that it takes no more than its share."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

SHARE = 0.05
"""Of the time may go into what is done beside the run, such as keeping what it came to."""


class Budget:
    """Says when it is time again: after `interval` seconds, or later if it takes more than its share."""

    def __init__(self, interval: float, share: float = SHARE) -> None:
        self.share = share
        self._interval = interval
        self._next = 0.0
        self._last_cost = math.inf

    def is_due(self) -> bool:
        """Whether the interval is over."""
        return time.perf_counter() >= self._next

    def postpone(self) -> None:
        """Wait for an interval from now."""
        self._next = time.perf_counter() + self._interval

    @contextmanager
    def spend(self) -> Iterator[None]:
        """The time in here counts."""
        start = time.perf_counter()
        try:
            yield
        finally:
            end = time.perf_counter()
            spent = end - start
            # A look that was interrupted by another program took long once; what looking costs, it costs each time.
            cost, self._last_cost = min(spent, self._last_cost), spent
            self._next = max(start + self._interval, end + cost * (1 / self.share - 1))
