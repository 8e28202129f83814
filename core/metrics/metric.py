"""What a metric is, and the simplest one: a mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import Array, to_numpy
from core.functions.creation import tensor
from core.tensors.tensor import Tensor


class Metric:
    """A figure over all batches since `reset`: `update` adds one, `compute` tells the figure so far.

    Calling a metric adds a batch and returns the figure of this batch alone. Nothing is recorded for gradients.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forgets all batches."""
        raise NotImplementedError

    def update(self, *batch: Any) -> None:
        """Adds a batch."""
        raise NotImplementedError

    def compute(self) -> Tensor:
        """The figure over all batches; not a number where there is nothing to tell it from."""
        raise NotImplementedError

    def __call__(self, *batch: Any) -> Tensor:
        before = dict(vars(self))
        self.reset()
        self.update(*batch)
        figure = self.compute()
        vars(self).update(before)
        self.update(*batch)
        return figure


class Mean(Metric):
    """The mean of numbers, such as losses, each with its weight, such as the number of samples it is of."""

    def reset(self) -> None:
        self._total = self._weight = 0.0

    def update(self, value: Tensor | float, weight: float = 1.0) -> None:
        """value: a number, or a tensor of which every number has this weight."""
        values = numbers(value)
        self._total += float(values.sum()) * weight
        self._weight += values.size * weight

    def compute(self) -> Tensor:
        return figure(ratio(self._total, self._weight))


def numbers(value: Tensor | float) -> np.ndarray[Any, Any]:
    """The values in double precision, on the CPU."""
    array: Array = value._array if isinstance(value, Tensor) else np.asarray(value)
    return to_numpy(array).astype(np.float64)


def ratio(above: Any, below: Any) -> Any:
    """above / below, not a number where `below` is 0."""
    return np.divide(above, below, out=np.full(np.shape(below), np.nan), where=np.asarray(below) != 0)


def figure(value: Any) -> Tensor:
    """The value as a tensor of the default type."""
    return tensor(np.asarray(value).tolist())
