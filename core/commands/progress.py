"""How far a run is: one line that is rewritten on a terminal, elsewhere a line for each epoch."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from typing import TextIO

from core.training.loop import Noted, RunEvent, Stepped, Tested, TrainingRun
from core.training.means import EpochMeans

EVERY = 0.1  # seconds between two looks of the line
BAR = 20  # characters
_CLEAR = "\r\x1b[K"


class ProgressLine:
    """Told each event of a run, it shows how far the run is."""

    def __init__(self, run: TrainingRun, stream: TextIO | None = None) -> None:
        self._run = run
        self._stream = stream or sys.stdout
        self._terminal = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._start = time.monotonic()
        self._shown = 0.0
        self._means = EpochMeans()
        self._tested: Tested | None = None

    def take(self, event: RunEvent) -> None:
        """Show an event, if it is time for it."""
        self._means.take(event)
        match event:
            case Stepped(step=step):
                if self._terminal and time.monotonic() - self._shown > EVERY:
                    self._rewrite(step)
            case Noted(sentence):
                self.clear()
                print(sentence, flush=True, file=self._stream)
            case Tested():
                self._tested = event
                if not self._terminal:
                    print(" · ".join(self._epoch()), flush=True, file=self._stream)

    def clear(self) -> None:
        """Make room for what is printed next."""
        if self._terminal:
            print(_CLEAR, end="", flush=True, file=self._stream)

    def _rewrite(self, step: int) -> None:
        self._shown = time.monotonic()
        share = step / self._run.steps
        left = (self._shown - self._start) * (1 - share) / share
        filled = round(BAR * share)
        bar = "━" * filled + "┄" * (BAR - filled)
        parts = (f"{bar} {share:4.0%}", *self._epoch(), f"{duration(left)} left")
        print(_CLEAR + fitting(parts, f"{share:.0%}", self._columns()), end="", flush=True, file=self._stream)

    def _columns(self) -> int:
        """How wide the terminal is now; some do not say."""
        return os.get_terminal_size(self._stream.fileno()).columns or 80

    def _epoch(self) -> tuple[str, ...]:
        number = min(self._run.epoch + self._means.is_within, self._run.settings.epochs)
        parts = [f"epoch {number}/{self._run.settings.epochs}"]
        waiting = self._run.waited / max(time.monotonic() - self._start, 1e-9)
        if waiting >= 0.05:
            parts.append(f"waiting for data: {waiting:.0%}")
        if self._means.loss is not None:
            parts.append(f"loss {figure(self._means.loss)}")
        if self._tested is not None:
            parts.append(result(self._tested))
        return tuple(parts)


def fitting(parts: Sequence[str], short: str, columns: int) -> str:
    """The parts in one line that leaves the last column free: there a terminal would begin a new line.

    Where they are too long, `short` takes the place of the first, and then the last ones are left out.
    """
    chosen = list(parts)
    while len(line := " · ".join(chosen)) >= columns and len(chosen) > 1:
        chosen = [short, *chosen[1:]] if chosen[0] != short else chosen[:-1]
    return line[: max(0, columns - 1)]


def result(tested: Tested) -> str:
    """What the test said, or the validation."""
    accuracy = "" if tested.accuracy is None else f" · {tested.part} accuracy {tested.accuracy:.1%}"
    return f"{tested.part} loss {figure(tested.loss)}{accuracy}"


def figure(loss: float) -> str:
    """A loss in a few digits, however large it is."""
    return f"{loss:.4f}" if abs(loss) < 1e6 else f"{loss:.3e}"


def duration(seconds: float) -> str:
    """0:05, 12:00, 1:30:00"""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
