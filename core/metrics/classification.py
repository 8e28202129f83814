"""How often a classifier is right, and where it is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import namespace, to_numpy
from core.metrics.metric import Metric, figure, ratio
from core.tensors.tensor import Tensor, tensor_of

Counts = np.ndarray[Any, np.dtype[np.int64]]


class Accuracy(Metric):
    """The share of samples whose class is the predicted one, or among the `top_k` with the highest scores.

    preds: scores (N, C, ...), or classes (N, ...) if top_k is 1. target: classes (N, ...).
    Raises ValueError for shapes that do not fit.
    """

    def __init__(self, top_k: int = 1) -> None:
        self.top_k = top_k
        super().__init__()

    def reset(self) -> None:
        self._right = self._seen = 0

    def update(self, preds: Tensor, target: Tensor) -> None:
        classes = target._array
        if self.top_k == 1:
            hits = _classes(preds, target) == classes
        else:
            _check_scores(preds, target)
            scores = namespace(classes).moveaxis(preds._array, 1, -1)
            hits = (scores.argsort(axis=-1)[..., -self.top_k :] == classes[..., None]).any(axis=-1)
        self._right += int(hits.sum())
        self._seen += int(hits.size)

    def compute(self) -> Tensor:
        return figure(ratio(self._right, self._seen))


class ConfusionMatrix(Metric):
    """How many samples of each class (rows) were taken for which class (columns): (num_classes, num_classes) int64.

    preds: scores (N, C, ...) or classes (N, ...). target: classes (N, ...). Raises ValueError for shapes or classes
    that do not fit.
    """

    def __init__(self, num_classes: int) -> None:
        self.num_classes = num_classes
        super().__init__()

    def reset(self) -> None:
        self._counts: Counts = np.zeros((self.num_classes, self.num_classes), np.int64)

    def update(self, preds: Tensor, target: Tensor) -> None:
        taken, right = (to_numpy(value).reshape(-1) for value in (_classes(preds, target), target._array))
        count = self.num_classes
        for name, classes in (("preds", taken), ("target", right)):
            if classes.size and not 0 <= int(classes.min()) <= int(classes.max()) < count:
                raise ValueError(f"{name} must hold classes from 0 to {count - 1}, but found {_stray(classes, count)}.")
        found = np.bincount(right.astype(np.int64) * count + taken, minlength=count * count)
        self._counts = self._counts + found.reshape(count, count)

    def compute(self) -> Tensor:
        return tensor_of(self._counts.copy())


class _Averaged(ConfusionMatrix):
    """A figure of each class. average: "macro", their mean over all classes that occur or were predicted; "micro", the
    figure of all samples thrown together; None, one for each class.
    """

    def __init__(self, num_classes: int, average: str | None = "macro") -> None:
        if average not in ("macro", "micro", None):
            raise ValueError(f"average must be 'macro', 'micro' or None, not {average!r}.")
        self.average = average
        super().__init__(num_classes)

    def compute(self) -> Tensor:
        right, taken, there = self._counts.diagonal(), self._counts.sum(0), self._counts.sum(1)
        if self.average == "micro":
            return figure(self._figure(right.sum(), taken.sum(), there.sum()))
        by_class = np.nan_to_num(self._figure(right, taken, there))
        if self.average is None:
            return figure(by_class)
        known = by_class[taken + there > 0]
        return figure(known.mean() if known.size else np.nan)

    def _figure(self, right: Any, taken: Any, there: Any) -> Any:
        """From how many were right, how many were taken for the class, and how many are of it."""
        raise NotImplementedError


class Precision(_Averaged):
    """Of the samples taken for a class, the share that are of it."""

    def _figure(self, right: Any, taken: Any, there: Any) -> Any:
        return ratio(right, taken)


class Recall(_Averaged):
    """Of the samples of a class, the share that were taken for it."""

    def _figure(self, right: Any, taken: Any, there: Any) -> Any:
        return ratio(right, there)


class F1Score(_Averaged):
    """The harmonic mean of precision and recall."""

    def _figure(self, right: Any, taken: Any, there: Any) -> Any:
        return ratio(2 * right, taken + there)


def _classes(preds: Tensor, target: Tensor) -> Any:
    """The predicted classes, from scores or as they are."""
    if preds.shape == target.shape and preds._array.dtype.kind in "iu":
        return preds._array
    _check_scores(preds, target)
    return preds._array.argmax(axis=1)


def _check_scores(preds: Tensor, target: Tensor) -> None:
    shape = preds._array.shape
    if len(shape) < 2 or (shape[0], *shape[2:]) != target._array.shape:
        raise ValueError(
            f"preds must be scores with one more dimension than target, (N, C, ...) for (N, ...), or classes of its "
            f"shape, but got {list(shape)} for {list(target.shape)}."
        )


def _stray(classes: Counts, count: int) -> int:
    return int(classes[(classes < 0) | (classes >= count)][0])
