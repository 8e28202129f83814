"""Allowance: how often something may be done in a run, so that it takes no more than its share of the run's time."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Allowance:
    """Due every `interval` seconds, or, where it takes more than its `share`, as seldom as keeps to that; after `most`
    seconds in any case.

    The time is the run's own, which the caller counts: while a run is paused none passes.
    """

    def __init__(self, interval: float = 0.0, share: float = 1.0, most: float = math.inf) -> None:
        self.interval, self.share, self._most = interval, share, most
        self.charged = 0.0
        """Seconds that it took, all together."""
        self.due = 0.0
        """The time from which on it may be done again."""
        self._paid = 0.0

    def charge(self, seconds: float) -> None:
        """It took so long."""
        self.charged += seconds

    @contextmanager
    def spend(self) -> Iterator[None]:
        """What is done in here is charged."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.charge(time.perf_counter() - start)

    def wait(self, now: float, is_asked_for: bool = False) -> None:
        """It was done now: what it was charged since the last time has to be earned before it is due again. Where it
        `is_asked_for`, it was to be done at any price."""
        owed, self._paid = self.charged - self._paid, self.charged
        self.due = now + max(self.interval, 0.0 if is_asked_for else min(owed / self.share, self._most))
