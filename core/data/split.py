"""Which samples train and which test."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError

_PIECE = 2**20  # samples that are drawn at a time, so that what is between takes little memory


def test_part(labels: NDArray[np.int64] | None, count: int, fraction: float, seed: int) -> NDArray[np.bool_]:
    """(count,) bool: which samples are kept for the test, drawn with `seed`.

    With labels (count,) each class is cut in the same proportion (stratified): on 150 flowers a plain draw can leave
    twice as many of one species in the test as of another, and its accuracy then says little. The same seed gives the
    same split with every version of NumPy, because the numbers of RandomState are frozen (NEP 19).
    Raises DataError when a part would be empty.
    """
    tested = np.zeros(count, np.bool_)
    if 0 < fraction < 1:
        order = np.arange(count, dtype=np.int32 if count < 2**31 else np.int64)
        np.random.RandomState(seed % 2**32).shuffle(order)
        if labels is not None:
            order = order[np.argsort(labels[order], kind="stable")]
        # Where the rounded running total steps up: along the ordered classes that cuts the whole and every class in
        # proportion.
        for start in range(0, count, _PIECE):
            some = order[start : start + _PIECE]
            tested[some] = np.diff(np.floor(np.arange(start, start + len(some) + 1) * fraction + 0.5)) > 0
        if labels is not None:
            _learn_each(labels, tested, order)
    _check(tested, fraction)
    return tested


def _learn_each(labels: NDArray[np.int64], tested: NDArray[np.bool_], order: NDArray[Any]) -> None:
    """Have a sample of each class to train with: where the only ones would be tested, one changes places with a sample
    of the class that has the most to train with.
    """
    trained = np.bincount(labels[~tested], minlength=int(labels.max()) + 1)
    for label in np.flatnonzero((trained == 0) & (np.bincount(labels, minlength=len(trained)) > 0)):
        most = int(trained.argmax())
        if trained[most] < 2:
            return
        tested[order[labels[order] == label][0]] = False
        tested[order[(labels[order] == most) & ~tested[order]][0]] = True
        trained[most] -= 1


def last_part(order: NDArray[np.float64], fraction: float) -> NDArray[np.bool_]:
    """(N,) bool: the last samples, by how late each is from 0 to 1. Raises DataError when a part would be empty."""
    tested = order >= 1 - fraction
    _check(tested, fraction)
    return tested


def group_part(groups: NDArray[Any], fraction: float, seed: int) -> NDArray[np.bool_]:
    """(N,) bool: whole groups, drawn with `seed` until they hold about so many samples.

    groups: (N,), which group each sample is in: its name, or its place among the sorted names. Raises DataError when a
    part would be empty.
    """
    names, members = np.unique(groups if groups.dtype.kind == "i" else groups.astype(str), return_inverse=True)
    sizes, tested = np.bincount(members), np.zeros(len(groups), np.bool_)
    for group in np.random.RandomState(seed % 2**32).permutation(len(names)):
        # A group that would lead further away from the wanted number than it helps stays where it is.
        if abs(tested.sum() + sizes[group] - fraction * len(groups)) <= abs(tested.sum() - fraction * len(groups)):
            tested |= members == group
    _check(tested, fraction)
    return tested


def _check(tested: NDArray[np.bool_], fraction: float) -> None:
    if tested.all() or not tested.any():
        raise DataError(
            "A test part of {fraction} of {count} samples leaves a part empty: more samples are needed, "
            "or a fraction nearer to 0.5.",
            fraction=fraction,
            count=len(tested),
        )
