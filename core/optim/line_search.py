"""How far to go along a direction: a step that fulfils the strong Wolfe conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from core.tensors.tensor import Tensor

_DECREASE, _CURVATURE = 1e-4, 0.9


class Point(NamedTuple):
    """What is known after a step of that size: the loss, its gradient and its slope along the direction."""

    step: float
    loss: float
    grad: Tensor
    slope: float


class StrongWolfe:
    """Nocedal and Wright, Numerical Optimization, algorithms 3.5 and 3.6, with cubic interpolation.

    evaluate: gives the point after a step. start: the point after none. narrow: a bracket below this width is not cut
    further. most: steps tried after the first. `evaluations` counts the calls of `evaluate`.
    """

    def __init__(self, evaluate: Callable[[float], Point], start: Point, narrow: float, most: int) -> None:
        self._evaluate = evaluate
        self._start = start
        self._narrow = narrow
        self._left = most
        self.evaluations = 0

    def search(self, step: float) -> Point:
        """The best point found, the first guess being `step`."""
        before, here = self._start, self._at(step)
        while self._left > 0:
            if not self._descends(here) or (self.evaluations > 2 and here.loss >= before.loss):
                return self._zoom([before, here])
            if self._is_flat_enough(here):
                return here
            if here.slope >= 0:
                return self._zoom([before, here])
            limits = here.step + 0.01 * (here.step - before.step), here.step * 10
            before, here = here, self._at(_lowest(before, here, limits))
            self._left -= 1
        return min(self._start, here, key=lambda point: point.loss)

    def _at(self, step: float) -> Point:
        self.evaluations += 1
        return self._evaluate(step)

    def _descends(self, point: Point) -> bool:
        return point.loss <= self._start.loss + _DECREASE * point.step * self._start.slope

    def _is_flat_enough(self, point: Point) -> bool:
        return abs(point.slope) <= -_CURVATURE * self._start.slope

    def _zoom(self, bracket: list[Point]) -> Point:
        """Cuts the bracket between two points until one fulfils both conditions. Returns the lower one."""
        low, slow = _lower(bracket), False
        while self._left > 0 and abs(bracket[1].step - bracket[0].step) >= self._narrow:
            step, slow = _kept_inside(_lowest(bracket[0], bracket[1]), bracket[0].step, bracket[1].step, slow)
            here, high = self._at(step), 1 - low
            self._left -= 1
            if not self._descends(here) or here.loss >= bracket[low].loss:
                bracket[high] = here
                low = _lower(bracket)
            elif self._is_flat_enough(here):
                return here
            else:
                if here.slope * (bracket[high].step - bracket[low].step) >= 0:
                    bracket[high] = bracket[low]
                bracket[low] = here
        return bracket[low]


def _lower(bracket: list[Point]) -> int:
    return 0 if bracket[0].loss <= bracket[1].loss else 1


def _lowest(first: Point, last: Point, limits: tuple[float, float] | None = None) -> float:
    """Where the cubic through two points with their slopes is lowest, between them or within `limits`."""
    lower, upper = limits or (min(first.step, last.step), max(first.step, last.step))
    # numpy's numbers divide by zero without raising.
    x1, x2, g1, g2 = map(np.float64, (first.step, last.step, first.slope, last.slope))
    d1 = g1 + g2 - 3 * (first.loss - last.loss) / (x1 - x2)
    square = d1**2 - g1 * g2
    if not square >= 0:
        return (lower + upper) / 2
    d2 = np.sqrt(square)
    if x1 <= x2:
        lowest = x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2 * d2))
    else:
        lowest = x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + 2 * d2))
    return float(min(max(lowest, lower), upper))


def _kept_inside(step: float, one: float, other: float, was_near: bool) -> tuple[float, bool]:
    """Moves a step that is within a tenth of an end of the bracket for the second time, and says if it is near now."""
    lower, upper = min(one, other), max(one, other)
    margin = 0.1 * (upper - lower)
    if min(upper - step, step - lower) >= margin:
        return step, False
    if not (was_near or step >= upper or step <= lower):
        return step, True
    return (upper - margin if abs(step - upper) < abs(step - lower) else lower + margin), False
