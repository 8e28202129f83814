"""How far predicted numbers are off."""

from __future__ import annotations

import numpy as np

from core.metrics.metric import Metric, figure, numbers, ratio
from core.tensors.tensor import Tensor


class _OfErrors(Metric):
    """A mean over all numbers. preds, target: of one shape, or ValueError."""

    def reset(self) -> None:
        self._total, self._seen = 0.0, 0

    def _add(self, total: float, seen: int) -> None:
        self._total += total
        self._seen += seen


class MeanAbsoluteError(_OfErrors):
    """The mean of |prediction - target|."""

    def update(self, preds: Tensor, target: Tensor) -> None:
        _check(preds, target)
        errors = np.abs(numbers(preds) - numbers(target))
        self._add(float(errors.sum()), errors.size)

    def compute(self) -> Tensor:
        return figure(ratio(self._total, self._seen))


class MeanSquaredError(_OfErrors):
    """The mean of squared differences, or with `squared=False` its root, which is in the targets' unit."""

    def __init__(self, squared: bool = True) -> None:
        self.squared = squared
        super().__init__()

    def update(self, preds: Tensor, target: Tensor) -> None:
        _check(preds, target)
        errors = numbers(preds) - numbers(target)
        self._add(float((errors * errors).sum()), errors.size)

    def compute(self) -> Tensor:
        mean = ratio(self._total, self._seen)
        return figure(mean if self.squared else np.sqrt(mean))


class R2Score(Metric):
    """The share of the targets' variance that the predictions explain: 1 - squared errors / squared distances from the
    mean. Of several columns (N, D) it is the mean of the columns' shares.

    Mean and distances are kept up to date as in T. Chan et al., "Updating formulae" (1979), which loses no digits.
    """

    def reset(self) -> None:
        self._seen = 0
        self._mean = self._spread = self._errors = np.zeros(1)

    def update(self, preds: Tensor, target: Tensor) -> None:
        _check(preds, target)
        wanted, given = (
            numbers(tensor).reshape(tensor.shape[0] if tensor.ndim else 1, -1) for tensor in (target, preds)
        )
        if not wanted.size:
            return
        count, mean = len(wanted), wanted.mean(0)
        apart = mean - self._mean if self._seen else np.zeros_like(mean)
        both = self._seen + count
        self._spread = self._spread + ((wanted - mean) ** 2).sum(0) + apart**2 * (self._seen * count / both)
        self._mean = mean if not self._seen else self._mean + apart * (count / both)
        self._errors = self._errors + ((wanted - given) ** 2).sum(0)
        self._seen = both

    def compute(self) -> Tensor:
        return figure((1 - ratio(self._errors, self._spread)).mean())


def _check(preds: Tensor, target: Tensor) -> None:
    if preds._array.shape != target._array.shape:
        raise ValueError(
            f"preds and target must have one shape, but have {list(preds.shape)} and {list(target.shape)}."
        )
