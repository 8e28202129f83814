"""Ledger: what the time of a run goes into – steps, tests, and telling of it – and which share telling takes."""

from __future__ import annotations

import time
from collections import deque

PRESENT = 10.0
"""Seconds over which the present cost is taken."""


class Ledger:
    """Around all that a run does: `open`, `start`, `end`, one of `count_…`, and `close` when all is told of it.

    What happens outside `start` and `end` is telling. So is by how much longer a step takes that is looked into.
    """

    def __init__(self) -> None:
        self.now = self.told = 0.0
        """Seconds of the run so far, and of telling among them."""
        self.stepping = self.testing = 0.0
        self.steps = 0
        self.elapsed = 0.0
        """Seconds of what was done last, and of waiting for the data before it."""
        self._opened = self._started = self._ended = 0.0
        self._plain = 0.0, 0
        """Seconds of all steps, and how many there were, when one was last looked into."""
        self._reports: deque[tuple[float, float]] = deque([(0.0, 0.0)])
        """`now` and `told` at each report of the last seconds."""

    def open(self) -> None:
        """The run is about to do something."""
        self._opened = self._started = time.perf_counter()

    def start(self) -> None:
        """It begins now: there was something to prepare for looking."""
        self._started = time.perf_counter()

    def end(self) -> None:
        """It is done."""
        self._ended = time.perf_counter()
        self.elapsed += self._ended - self._started

    def close(self) -> None:
        """It is told of."""
        now = time.perf_counter()
        self.now += now - self._opened
        self.told += self._started - self._opened + now - self._ended

    def count_step(self) -> None:
        """It was a step like most."""
        self.steps += 1
        self.stepping += self.elapsed
        self.elapsed = 0.0

    def count_look(self) -> None:
        """It was a step that was looked into: it counts as long as those between the last one and it took."""
        seconds, steps = self._plain
        if self.steps > steps:
            usual = (self.stepping - seconds) / (self.steps - steps)
            self.told += max(0.0, self.elapsed - usual)
            self.elapsed = min(self.elapsed, usual)
        self.count_step()
        self._plain = self.stepping, self.steps

    def count_test(self) -> None:
        """It was a part of a test."""
        self.testing += self.elapsed
        self.elapsed = 0.0

    def stand_still(self, seconds: float) -> None:
        """So long the run waited while something was told of it."""
        self.now += seconds
        self.told += seconds

    def report(self, beside: float) -> None:
        """It is time to say what it costs: so much went into telling beside the run since the last time."""
        self.told += beside
        self._reports.append((self.now, self.told))
        while len(self._reports) > 1 and self._reports[1][0] < self.now - PRESENT:
            self._reports.popleft()

    @property
    def done(self) -> float:
        """Seconds without those of telling."""
        return self.stepping + self.testing + self.elapsed

    @property
    def cost(self) -> float:
        """Which share of the last seconds went into telling."""
        now, told = self._reports[0]
        return (self.told - told) / (self.now - now) if self.now > now else 0.0
