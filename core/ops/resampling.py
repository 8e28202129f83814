"""Picking places along the axes of images, one or several weighted: what padding, enlarging and shrinking do."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation, apply

Numbers = np.ndarray[Any, Any]


class Picks:
    """Along one axis: which places each place of the output is made of, (count, terms), and with which weights.

    Without weights there is one term, taken as it is. size: how many places there are.
    """

    def __init__(self, places: Numbers, size: int, weights: Numbers | None = None) -> None:
        self.places = places if places.ndim == 2 else places[:, None]
        self.size = size
        self.weights = weights

    @cached_property
    def rounds(self) -> list[list[tuple[list[int], list[int]]]]:
        """For each term places of the output and of the input, in rounds in which none of the input comes twice."""
        found = []
        for term in self.places.T:
            seen = np.zeros(self.size, int)
            turn = [_counted(seen, place) for place in term]
            every = [np.flatnonzero(np.equal(turn, number)) for number in range(max(turn, default=-1) + 1)]
            found.append([(made.tolist(), term[made].tolist()) for made in every])
        return found

    def changes_nothing(self) -> bool:
        """Whether the output is as long as the input."""
        return len(self.places) == self.size

    @cached_property
    def whole_weights(self) -> tuple[Numbers, int]:
        """The weights as integers of 16 bits, those of one place together, and how many bits are behind the point."""
        weights = np.array(self.weights)
        for term in range(weights.shape[1] - 1, 0, -1):
            same = self.places[:, term] == self.places[:, term - 1]
            weights[same, term - 1] += weights[same, term]
            weights[same, term] = 0
        bits = next((n for n in range(22) if int(0.5 + weights.max() * 2 ** (n + 1)) >= 2**15), 22)
        scaled = weights * 2**bits
        return np.trunc(scaled + np.copysign(0.5, scaled)).astype(np.int32), bits


class Resample(Operation):
    """The last axes of (N, C, *size), each replaced by its picks; None leaves an axis alone."""

    __slots__ = ("called", "picks")

    def __init__(self, picks: tuple[Picks | None, ...], called: str) -> None:
        self.picks = picks
        self.called = called

    def name(self) -> str:
        return f"{self.called}Backward0"

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        for axis, picks in enumerate(self.picks, x.ndim - len(self.picks)):
            if picks is None:
                continue
            if x.dtype.kind == "u" and picks.weights is not None:
                continue
            terms = [xp.take(x, xp.asarray(index), axis=axis) for index in picks.places.T]
            if picks.weights is not None:
                terms = [term * _along(xp, w, axis, x) for term, w in zip(terms, picks.weights.T, strict=True)]
            x = sum(terms[1:], terms[0])
        return self._of_bytes(x) if x.dtype.kind == "u" else x

    def _of_bytes(self, x: Array) -> Array:
        """Weights of bytes are integers, and each axis, the last one first, is rounded, as in PyTorch and Pillow."""
        xp, first = namespace(x), x.ndim - len(self.picks)
        for axis, picks in reversed([*enumerate(self.picks, first)]):
            if picks is None or picks.weights is None or picks.changes_nothing():
                continue
            weights, bits = picks.whole_weights
            terms = zip(picks.places.T, weights.T, strict=True)
            total = sum(
                xp.take(x, xp.asarray(place), axis=axis).astype("int32")
                * _along(xp, w, axis, xp.empty(x.shape, "int32"))
                for place, w in terms
            )
            x = ((total + (1 << (bits - 1))) >> bits).clip(0, 255).astype(x.dtype)
        return x

    def backward(self, grad: Array) -> Array:
        return apply(Gather(self.picks, self.called), grad)


class Gather(Resample):
    """The gradient of `Resample`: each place of the output goes back to the places it was made of."""

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        for axis, picks in enumerate(self.picks, x.ndim - len(self.picks)):
            if picks is not None:
                x = _returned(xp, x, axis, picks)
        return x

    def backward(self, grad: Array) -> Array:
        return apply(Resample(self.picks, self.called), grad)


def _counted(seen: Numbers, place: int) -> int:
    seen[place] += 1
    return int(seen[place]) - 1


def _along(xp: Any, weights: Numbers, axis: int, like: Array) -> Array:
    return xp.asarray(weights, dtype=like.dtype).reshape(-1, *[1] * (like.ndim - axis - 1))


def _returned(xp: Any, x: Array, axis: int, picks: Picks) -> Array:
    whole = xp.zeros((*x.shape[:axis], picks.size, *x.shape[axis + 1 :]), x.dtype)
    before = (slice(None),) * axis
    for term, rounds in enumerate(picks.rounds):
        part = x if picks.weights is None else x * _along(xp, picks.weights[:, term], axis, x)
        for made, origin in rounds:
            whole[(*before, origin)] += part[(*before, made)]
    return whole
