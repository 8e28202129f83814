"""LSTM and GRU over whole sequences by compiled loops, samples as rows, a part of them on each thread."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import FEW, SINGLE
from core.kernels.threads import count, share

LEAST_SEQUENCES = min(8, FEW)
"""How many sequences a thread has at least."""
LEAST_WORK = min(1 << 22, FEW)
"""Products of numbers, from which on threads share them."""

Sums = list[Any]


def recurrence(kind: str, x: Array, h: Array, weights: Sequence[Any], sizes: Sequence[int], reverse: bool) -> Any:
    """What runs `kind`, "lstm" or "gru", over these rows of x; None where its loops cannot be had or do not pay.

    weights: weight_ih, weight_hh, bias_ih, bias_hh, and a projection that may be there only as None.
    """
    batch = sizes[0]
    if sizes[-1] != batch or weights[4] is not None or x.__class__ is not np.ndarray or x.dtype is not SINGLE:
        return None
    if batch * len(weights[0]) < FEW or (room := loops("recurrent")) is None:
        return None
    work = len(x) * (weights[0].size + weights[1].size)
    several = 1 if work < LEAST_WORK else max(1, min(count(), batch // LEAST_SEQUENCES))
    cuts = [batch * number // several for number in range(several + 1)]
    made = _Lstm if kind == "lstm" else _Gru
    return Recurrence([made(room, range(*pair), reverse) for pair in pairwise(cuts)], len(sizes))


class Recurrence:
    """All steps of all sequences, forwards and backwards."""

    def __init__(self, parts: Sequence[_Part], steps: int) -> None:
        self._parts, self._steps = parts, steps

    def forward(self, x: Array, h: Array, c: Array | None, *weights: Any) -> tuple[Array, ...]:
        """X (rows, features) -> h of all steps, and h and c after the last one."""
        y, states = np.empty((len(x), h.shape[1]), SINGLE), [each for each in (h, c) if each is not None]
        last, turned = [np.empty(each.shape, SINGLE) for each in states], np.ascontiguousarray(weights[1].T)

        def run(_: int, start: int, end: int) -> None:
            for part in self._parts[start:end]:
                part.forward(self._steps, x, y, states, last, turned, weights)

        share(len(self._parts), run)
        return (y, *last)

    def backward(self, grad: Sequence[Any], x: Array, wants_x: bool, *weights: Any) -> tuple[Any, ...]:
        """From the gradients of what `forward` gave to those of what it was given; of x None unless it is wanted."""
        by_y, *by_states = grad
        units, batch, by_x = weights[1].shape[1], len(x) // self._steps, np.empty_like(x) if wants_x else None
        first = [np.zeros((batch, units), SINGLE) if each is None else each for each in by_states]
        sums: list[Sums] = [[] for _ in self._parts]
        last = [np.empty((batch, units), SINGLE) for _ in first]

        def run(_: int, start: int, end: int) -> None:
            for number in range(start, end):
                sums[number] = self._parts[number].backward(self._steps, x, by_y, by_x, first, last, weights)

        share(len(self._parts), run)
        total = sums[0]
        for other in sums[1:]:
            total = [a if a is None else a + b for a, b in zip(total, other, strict=True)]
        return by_x, last[0], last[1] if len(last) > 1 else None, *total, None


class _Part:
    """Sequences that are worked on together, all steps of them, and what is kept for the way back.

    Arrays lead with the steps, in the order of time; states are one longer: states[n] is what the n-th step that is
    taken begins with.
    """

    def __init__(self, room: Any, sequences: range, reverse: bool) -> None:
        self.room, self.sequences, self.reverse = room, slice(sequences.start, sequences.stop), reverse
        self.gates: Array
        self.h: Array

    def forward(
        self, steps: int, x: Array, y: Array, states: list[Array], last: list[Array], turned: Array, weights: Any
    ) -> None:
        rows, (weight, _, *biases) = self._mine(x, steps), weights[:4]
        self.gates = np.matmul(rows, weight.T).reshape(steps, -1, len(weight))
        shape = (steps + 1, self.gates.shape[1], states[0].shape[1])
        kept = [np.empty(shape, SINGLE) for _ in states]
        for state, first in zip(kept, states, strict=True):
            state[0] = first[self.sequences]
        self.h = kept[0]
        self.begin(kept, [np.zeros(len(weight), SINGLE) if b is None else b for b in biases])
        by_h = np.empty((shape[1], len(weight)), SINGLE)
        for number in range(steps):
            self.step(number, self.time(number, steps), np.matmul(self.h[number], turned, out=by_h))
        y.reshape(steps, -1, shape[2])[:, self.sequences] = self.h[:0:-1] if self.reverse else self.h[1:]
        for state, now in zip(kept, last, strict=True):
            now[self.sequences] = state[steps]

    def backward(
        self, steps: int, x: Array, by_y: Any, by_x: Any, first: list[Array], last: list[Array], weights: Any
    ) -> Sums:
        grads = [np.array(each[self.sequences], SINGLE, order="C") for each in first]
        above = np.zeros((1, *self.h.shape[1:]), SINGLE) if by_y is None else self._mine(by_y, steps)
        above = above.reshape(-1, *self.h.shape[1:])
        slopes, slopes_h = self.slopes()
        through = np.empty(self.h.shape[1:], SINGLE)
        for number in range(steps - 1, -1, -1):
            time = self.time(number, steps)
            self.step_back(number, time, above[time if by_y is not None else 0], grads, slopes[time], slopes_h[time])
            self.passed(grads, np.matmul(slopes_h[time], weights[1], out=through))
        for state, now in zip(last, grads, strict=True):
            state[self.sequences] = now
        h = self.h[-2::-1] if self.reverse else self.h[:-1]
        of_x, of_h, before = (each.reshape(-1, each.shape[2]) for each in (slopes, slopes_h, h))
        if by_x is not None:
            by_x.reshape(steps, -1, x.shape[1])[:, self.sequences] = (of_x @ weights[0]).reshape(steps, -1, x.shape[1])
        ones = np.ones(len(of_x), SINGLE)
        biases = (None, None) if weights[2] is None else (ones @ of_x, ones @ of_h)
        return [of_x.T @ self._mine(x, steps), of_h.T @ before, *biases]

    def time(self, number: int, steps: int) -> int:
        """Which step is taken as the n-th."""
        return steps - 1 - number if self.reverse else number

    def _mine(self, rows: Array, steps: int) -> Array:
        """The rows of these sequences, step by step."""
        mine = np.ascontiguousarray(rows.reshape(steps, -1, rows.shape[1])[:, self.sequences])
        return mine.reshape(-1, rows.shape[1])

    def begin(self, states: list[Array], biases: list[Array]) -> None:
        raise NotImplementedError

    def step(self, number: int, time: int, by_h: Array) -> None:
        raise NotImplementedError

    def slopes(self) -> tuple[Array, Array]:
        """Room for the gradients of what x gave to the gates, and of what h gave: the same where both are added."""
        made = np.empty_like(self.gates)
        return made, made

    def step_back(self, number: int, time: int, above: Array, grads: list[Array], slope: Array, slope_h: Array) -> None:
        raise NotImplementedError

    def passed(self, grads: list[Array], through: Array) -> None:
        """Takes up what came back to h through the gates."""
        grads[0][...] = through


class _Lstm(_Part):
    def begin(self, states: list[Array], biases: list[Array]) -> None:
        self.c, self.curved, self.bias = (
            states[1],
            np.empty(self.gates.shape[:2] + self.h.shape[2:], SINGLE),
            sum(biases),
        )

    def step(self, number: int, time: int, by_h: Array) -> None:
        h, c = self.h[number + 1], self.c
        self.room.lstm(by_h, self.bias, self.gates[time], c[number], c[number + 1], self.curved[time], h)

    def step_back(self, number: int, time: int, above: Array, grads: list[Array], slope: Array, slope_h: Array) -> None:
        self.room.lstm_back(self.gates[time], self.c[number], self.curved[time], above, *grads, slope)


class _Gru(_Part):
    def begin(self, states: list[Array], biases: list[Array]) -> None:
        self.own, self.biases = np.empty(self.gates.shape[:2] + self.h.shape[2:], SINGLE), biases

    def step(self, number: int, time: int, by_h: Array) -> None:
        self.room.gru(by_h, *self.biases, self.gates[time], self.own[time], self.h[number], self.h[number + 1])

    def slopes(self) -> tuple[Array, Array]:
        return np.empty_like(self.gates), np.empty_like(self.gates)

    def step_back(self, number: int, time: int, above: Array, grads: list[Array], slope: Array, slope_h: Array) -> None:
        self.room.gru_back(self.gates[time], self.own[time], self.h[number], above, *grads, slope, slope_h)

    def passed(self, grads: list[Array], through: Array) -> None:
        grads[0] += through
