"""How good answers are: the confusion matrix and what follows from it, and the figures of predicted numbers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.training.messages import ClassFigures


def confusion(truths: NDArray[np.int64], answers: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """(classes, classes): how often a sample of the row's class was said to be of the column's."""
    counts = np.bincount(truths * classes + answers, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64)


def class_figures(table: NDArray[np.int64], names: tuple[str, ...]) -> tuple[ClassFigures, ...]:
    """Precision, recall and F1 of each class; NaN where none of it was said, or there is none."""
    figures = []
    for place, name in enumerate(names):
        right, said, there = (int(n) for n in (table[place, place], table[:, place].sum(), table[place].sum()))
        f1 = 2 * right / (said + there) if said + there else math.nan
        precision, recall = (right / said if said else math.nan), (right / there if there else math.nan)
        figures.append(ClassFigures(name, precision, recall, f1, there))
    return tuple(figures)


def regression_figures(truths: NDArray[np.float64], answers: NDArray[np.float64]) -> tuple[float, float, float]:
    """R² (the share of the variance that is explained; NaN where the truth never varies), the mean absolute error and
    the root of the mean squared one, in the units of the truth."""
    apart = truths - answers
    spread = float(((truths - truths.mean()) ** 2).sum())
    r2 = 1 - float((apart**2).sum()) / spread if spread > 0 else math.nan
    return r2, float(np.abs(apart).mean()), math.sqrt(float((apart**2).mean()))
