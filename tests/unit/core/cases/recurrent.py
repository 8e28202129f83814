"""Recurrent layers, of sequences of different lengths and both ways, against loops in numpy over single sequences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import core as torch
from core import Tensor
from core.nn.functional.recurrent import pass_layers
from core.nn.utils.rnn import pack_padded_sequence
from tests.unit.core.cases.case import Case, Numbers

SIZES = [2, 1, 1]
LENGTHS = [3, 1]
FEATURES, HIDDEN = 1, 2
Step = Callable[[Numbers, Numbers, Numbers, Numbers, int], tuple[Numbers, Numbers]]


def _sigmoid(x: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-x))


def _rnn(a: Numbers, b: Numbers, h: Numbers, c: Numbers, n: int) -> tuple[Numbers, Numbers]:
    return np.tanh(a + b), c


def _lstm(a: Numbers, b: Numbers, h: Numbers, c: Numbers, n: int) -> tuple[Numbers, Numbers]:
    i, f, g, o = np.split(a + b, 4)
    cell = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
    return _sigmoid(o) * np.tanh(cell), cell


def _gru(a: Numbers, b: Numbers, h: Numbers, c: Numbers, n: int) -> tuple[Numbers, Numbers]:
    r, z = _sigmoid(a[:n] + b[:n]), _sigmoid(a[n : 2 * n] + b[n : 2 * n])
    new = np.tanh(a[2 * n :] + r * b[2 * n :])
    return (1 - z) * new + z * h, c


def _reference(step: Step, reverse: bool) -> Callable[..., Numbers]:
    def run(x: Numbers, h: Numbers, c: Numbers, w_ih: Numbers, w_hh: Numbers, *biases: Numbers) -> Numbers:
        outputs, last = np.zeros_like(x[:, :, 0])[..., None].repeat(HIDDEN, -1), h[0].copy()
        for sample, length in enumerate(LENGTHS):
            state, cell = h[0, sample], c[0, sample]
            for place in range(length)[:: -1 if reverse else 1]:
                b_ih, b_hh = biases or (0.0, 0.0)
                state, cell = step(w_ih @ x[place, sample] + b_ih, w_hh @ state + b_hh, state, cell, HIDDEN)
                outputs[place, sample] = state
            last[sample] = state + cell
        packed = [outputs[place, :size] for place, size in enumerate(SIZES)]
        return np.concatenate([*packed, last])

    return run


def _call(mode: str, reverse: bool) -> Callable[..., Tensor]:
    def run(x: Tensor, h: Tensor, c: Tensor, w_ih: Tensor, w_hh: Tensor, *biases: Tensor) -> Tensor:
        rows = pack_padded_sequence(x, LENGTHS).data
        weights = w_ih, w_hh, *(biases or (None, None)), None
        # The second way reads backwards: as the other one of two it gets what the first would get.
        ways: Sequence[Any] = (weights, weights) if reverse else (weights,)
        states = h.repeat(len(ways), 1, 1), c.repeat(len(ways), 1, 1)
        passed = pass_layers(mode, rows, SIZES, states[0], states[1] if mode == "LSTM" else None, [ways])
        last = passed.h[-1] + (c[0] if passed.c is None else passed.c[-1])
        return torch.cat([passed.output[:, -HIDDEN:], last])

    return run


def _case(name: str, mode: str, step: Step, gates: int, reverse: bool = False, bias: bool = True) -> Case:
    rows = gates * HIDDEN
    shapes: tuple[tuple[int, ...], ...] = ((3, 2, FEATURES), (1, 2, HIDDEN), (1, 2, HIDDEN), (rows, FEATURES))
    shapes += ((rows, HIDDEN), *([(rows,), (rows,)] if bias else []))
    return Case(name, _call(mode, reverse), _reference(step, reverse), shapes)


CASES = [
    _case("rnn", "RNN_TANH", _rnn, 1),
    _case("rnn backwards", "RNN_TANH", _rnn, 1, reverse=True),
    _case("lstm", "LSTM", _lstm, 4),
    _case("lstm backwards", "LSTM", _lstm, 4, reverse=True),
    _case("lstm without bias", "LSTM", _lstm, 4, bias=False),
    _case("gru", "GRU", _gru, 3),
    _case("gru backwards", "GRU", _gru, 3, reverse=True),
]
