"""Means over steps: over those of an epoch, and over those that share a point of a curve."""

from __future__ import annotations

import math

from core.training.loop import RunEvent, Stepped, Tested
from core.training.messages import TrainPoint


class EpochMeans:
    """Loss and accuracy over the samples of an epoch, as far as it has come. Told every event of a run.

    When an epoch is over, its means stay until the first step of the next one. `whole`: those of the last epoch that is
    over, or, before one is, those of the first so far.
    """

    def __init__(self) -> None:
        self.loss: float | None = None
        self.accuracy: float | None = None
        self.whole: tuple[float | None, float | None] = (None, None)
        self.is_within = False
        """Whether a step of an epoch was made that is not over."""
        self._is_first = True
        self._losses = self._correct = 0.0
        self._samples = 0

    def take(self, event: RunEvent) -> None:
        """Count an event in."""
        match event:
            case Stepped():
                self._add(event)
                if self._is_first:
                    self.whole = self.loss, self.accuracy
            case Tested(within=False):
                self.is_within = self._is_first = False
                self.whole = self.loss, self.accuracy

    def _add(self, step: Stepped) -> None:
        if not self.is_within:
            self.is_within = True
            self._losses = self._correct = 0.0
            self._samples = 0
        self._samples += step.samples
        self._losses += step.loss * step.samples
        self.loss = self._losses / self._samples
        if step.accuracy is not None:
            self._correct += step.accuracy * step.samples
            self.accuracy = self._correct / self._samples


class PointMeans:
    """Gathers steps until they become one point of the curves, which keeps their extremes."""

    def __init__(self) -> None:
        self._losses: list[float] = []
        self._accuracies: list[float] = []
        self._step = 0

    def __len__(self) -> int:
        return len(self._losses)

    def add(self, step: Stepped) -> None:
        """Count a step in."""
        self._step = step.step
        self._losses.append(step.loss)
        if step.accuracy is not None:
            self._accuracies.append(step.accuracy)

    def point(self, rate: float = 0.0, seconds: float = 0.0, memory: int = 0) -> TrainPoint:
        """The point of the steps since the last one, of which there is at least one, with the rate of the last, the
        mean time of a step, and the memory in use."""
        losses, accuracies = list(filter(math.isfinite, self._losses)), self._accuracies
        made = TrainPoint(
            self._step,
            _mean(losses),
            _mean(accuracies) if accuracies else None,
            _ends(losses),
            _ends(accuracies),
            len(self._losses) - len(losses),
            rate,
            seconds,
            memory,
        )
        self._losses, self._accuracies = [], []
        return made


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def _ends(values: list[float]) -> tuple[float, float] | None:
    return (min(values), max(values)) if values else None
