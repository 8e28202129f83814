"""Recurrent layers and cells, attention and Transformers, spelled out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import core as torch
from tests.unit.core.layer_cases.layer import LayerCase, Numbers

Step = Callable[..., tuple[Numbers, ...]]


def _sigmoid(x: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-x)))


def _rnn(x: Numbers, h: Numbers, w: Numbers, u: Numbers, b: Numbers, c: Numbers) -> tuple[Numbers, ...]:
    return (np.tanh(x @ w.T + b + h @ u.T + c),)


def _lstm(x: Numbers, h: Numbers, cell: Numbers, w: Numbers, u: Numbers, b: Numbers, c: Numbers) -> tuple[Numbers, ...]:
    i, f, g, o = np.split(x @ w.T + b + h @ u.T + c, 4, -1)
    kept = _sigmoid(f) * cell + _sigmoid(i) * np.tanh(g)
    return _sigmoid(o) * np.tanh(kept), kept


def _gru(x: Numbers, h: Numbers, w: Numbers, u: Numbers, b: Numbers, c: Numbers) -> tuple[Numbers, ...]:
    given, known = np.split(x @ w.T + b, 3, -1), np.split(h @ u.T + c, 3, -1)
    r, z = _sigmoid(given[0] + known[0]), _sigmoid(given[1] + known[1])
    return ((1 - z) * np.tanh(given[2] + r * known[2]) + z * h,)


def _cell(step: Step) -> Callable[..., Numbers]:
    """All states after a step, side by side."""
    return lambda *arrays: np.concatenate(step(*arrays), -1)


def _recurrent(step: Step, states: int, ways: int = 1) -> Callable[..., Numbers]:
    """The outputs of all layers of `ways` directions, from zeros."""

    def reference(x: Numbers, *parameters: Numbers) -> Numbers:
        for layer in range(len(parameters) // (4 * ways)):
            found = []
            for way in range(ways):
                weights = parameters[4 * (layer * ways + way) :][:4]
                state = (np.zeros((x.shape[1], weights[1].shape[1])),) * states
                steps = []
                for each in x[::-1] if way else x:
                    state = step(each, *state, *weights)
                    steps.append(state[0])
                found.append(np.stack(steps[::-1] if way else steps))
            x = np.concatenate(found, -1)
        return x

    return reference


def _attention(q: Numbers, k: Numbers, v: Numbers, weights: Iterator[Numbers]) -> Numbers:
    """Two heads, batch first."""
    w_in, b_in, w_out, b_out = (next(weights) for _ in range(4))
    triples = zip((q, k, v), np.split(w_in, 3), np.split(b_in, 3), strict=True)
    heads = [np.split(x @ w.T + b, 2, -1) for x, w, b in triples]
    parts = []
    for query, key, value in zip(*heads, strict=True):
        powers = np.exp(query @ key.swapaxes(1, 2) / np.sqrt(query.shape[-1]))
        parts.append(powers / powers.sum(-1, keepdims=True) @ value)
    return np.asarray(np.concatenate(parts, -1) @ w_out.T + b_out)


def _attended(q: Numbers, k: Numbers, v: Numbers, *weights: Numbers) -> Numbers:
    return _attention(q, k, v, iter(weights))


def _norm(x: Numbers, weight: Numbers, bias: Numbers) -> Numbers:
    normal = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return np.asarray(normal * weight + bias)


def _feed(x: Numbers, w: Numbers, b: Numbers, u: Numbers, c: Numbers) -> Numbers:
    return np.asarray(np.maximum(x @ w.T + b, 0) @ u.T + c)


def _encoder(x: Numbers, *parameters: Numbers) -> Numbers:
    """One layer after the other, then the norm that may come last."""
    left = list(parameters)
    while len(left) >= 12:
        part, left = left[:12], left[12:]
        x = _norm(x + _attention(x, x, x, iter(part[:4])), *part[8:10])
        x = _norm(x + _feed(x, *part[4:8]), *part[10:12])
    return _norm(x, *left) if left else x


def _decoder(x: Numbers, memory: Numbers, *parameters: Numbers) -> Numbers:
    left = list(parameters)
    while len(left) >= 18:
        part, left = left[:18], left[18:]
        x = _norm(x + _attention(x, x, x, iter(part[:4])), *part[12:14])
        x = _norm(x + _attention(x, memory, memory, iter(part[4:8])), *part[14:16])
        x = _norm(x + _feed(x, *part[8:12]), *part[16:18])
    return _norm(x, *left) if left else x


def _transformer(source: Numbers, target: Numbers, *parameters: Numbers) -> Numbers:
    """One layer and a norm on either side."""
    return _decoder(target, _encoder(source, *parameters[:14]), *parameters[14:])


def _first(layer: Any, *inputs: Any) -> Any:
    return layer(*inputs)[0]


OPTIONS = "4, 2, 5, 0.0, batch_first=True"
SEQUENCE = ((3, 2, 2),)
STATE = ((2, 2), (2, 3))
WORDS = (2, 3, 4)
OTHERS = (2, 2, 4)
LAYERS = [
    LayerCase("RNNCell(2, 3)", _cell(_rnn), STATE),
    LayerCase("GRUCell(2, 3)", _cell(_gru), STATE),
    LayerCase(
        "LSTMCell(2, 3)",
        _cell(_lstm),
        (*STATE, (2, 3)),
        call=lambda layer, x, h, c: torch.cat(layer(x, (h, c)), -1),
    ),
    LayerCase("RNN(2, 3)", _recurrent(_rnn, 1), SEQUENCE, call=_first),
    LayerCase("RNN(2, 3, 2, bidirectional=True)", _recurrent(_rnn, 1, 2), SEQUENCE, call=_first),
    LayerCase("LSTM(2, 3, 2)", _recurrent(_lstm, 2), SEQUENCE, call=_first),
    LayerCase("LSTM(2, 3, bidirectional=True)", _recurrent(_lstm, 2, 2), SEQUENCE, call=_first),
    LayerCase("GRU(2, 3, 2)", _recurrent(_gru, 1), SEQUENCE, call=_first),
    LayerCase("GRU(2, 3, bidirectional=True)", _recurrent(_gru, 1, 2), SEQUENCE, call=_first),
    LayerCase("MultiheadAttention(4, 2, batch_first=True)", _attended, (WORDS, OTHERS, OTHERS), call=_first),
    LayerCase(f"TransformerEncoderLayer({OPTIONS})", _encoder, (WORDS,)),
    LayerCase(
        f"TransformerEncoder(nn.TransformerEncoderLayer({OPTIONS}), 2, nn.LayerNorm(4))",
        _encoder,
        (WORDS,),
    ),
    LayerCase(f"TransformerDecoderLayer({OPTIONS})", _decoder, (WORDS, OTHERS)),
    LayerCase(f"TransformerDecoder(nn.TransformerDecoderLayer({OPTIONS}), 2)", _decoder, (WORDS, OTHERS)),
    LayerCase("Transformer(4, 2, 1, 1, 5, 0.0, batch_first=True)", _transformer, (OTHERS, WORDS)),
]
