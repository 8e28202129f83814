"""A run that is on: its steps, whether it is paused, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.design.model import Design
from core.training.loop import RunEvent, Stepped, TrainingRun
from core.training.messages import Event, Watch
from core.training.reporter import Reporter


class ActiveRun:
    """A run that someone drives step by step with `advance`. `single`: it is paused but for one step."""

    def __init__(
        self,
        number: int,
        training: TrainingRun,
        watched: Watch,
        send: Callable[[Event], None],
        sent: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.number = number
        self.training = training
        self.paused = False
        self.single = False
        self._reporter = Reporter(number, training, watched, send, sent)
        self._events: Iterator[RunEvent] = iter(training)

    @property
    def wants_to_step(self) -> bool:
        """Whether it is to go on by itself, or by the one step that was asked for."""
        return self.single or not self.paused

    def advance(self) -> bool:
        """Make a step, or test on some samples. Returns False when there is nothing left to do."""
        self._reporter.begin(closely=self.single)
        try:
            event = next(self._events, None)
        finally:
            self._reporter.end()
        if event is None:
            return False
        self._reporter.take(event)
        if self.single and isinstance(event, Stepped):
            self.single = False
            self._reporter.tell()
        return True

    @property
    def may_answer(self) -> bool:
        """Whether what is asked about the network again and again may be answered now."""
        return self.paused or self._reporter.may_answer

    def take_answer(self, seconds: float) -> None:
        """So long the run stood still, since something was asked about the network."""
        if not self.paused:
            self._reporter.take_answer(seconds)

    def adjust(self, design: Design) -> None:
        """Go on with other settings. Raises DesignError."""
        self.training.adjust(design)
        self._reporter.adjust()

    def report(self) -> None:
        """Tell at once all there is to tell."""
        self._reporter.look()
        self._reporter.tell()

    def tell(self) -> None:
        """Tell how far it came, without another look inside."""
        self._reporter.tell()

    def watch(self, request: Watch) -> None:
        """Look at another parameter from now on, and once at once."""
        self._reporter.look_at(request)
