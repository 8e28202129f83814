"""A time that passes only when told, in place of the module `time`."""


class Clock:
    """What a test sets `now` to."""

    def __init__(self) -> None:
        self.now = 100.0

    def perf_counter(self) -> float:
        return self.now
