"""Recurrent layers one upon the other and in both directions, over whole sequences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from core.autograd import record_many
from core.functions.shape import cat, stack
from core.nn.functional.dropout import dropout
from core.ops.recurrent import Gru, Lstm, Recurrence, Rnn
from core.tensors.tensor import Tensor

__all__: list[str] = []

Weights = Sequence[Tensor | None]
"""weight_ih, weight_hh, bias_ih, bias_hh and weight_hr of one layer in one direction; None for what there is not."""

KINDS: dict[str, Callable[[Sequence[int], bool], Recurrence]] = {
    "RNN_TANH": Rnn,
    "RNN_RELU": lambda sizes, reverse: Rnn(sizes, reverse, relu=True),
    "LSTM": Lstm,
    "GRU": Gru,
}


class Passed(NamedTuple):
    """What went through recurrent layers: output (rows, hidden), and h and c (layers * directions, batch, hidden)."""

    output: Tensor
    h: Tensor
    c: Tensor | None


def pass_layers(
    mode: str,
    rows: Tensor,
    sizes: Sequence[int],
    h: Tensor,
    c: Tensor | None,
    layers: Sequence[Sequence[Weights]],
    drop: float = 0.0,
) -> Passed:
    """Sends sequences through layers, each given as the weights of its one or two directions.

    rows: (elements, features), step by step. sizes: how many sequences each step has. drop: how likely an element
    between two layers is dropped.
    """
    hidden: list[Tensor] = []
    cells: list[Tensor] = []
    for number, directions in enumerate(layers):
        if number and drop:
            rows = dropout(rows, drop)
        outputs = []
        for way, weights in enumerate(directions):
            place = len(hidden)
            results = _run(KINDS[mode](sizes, way == 1), rows, h[place], None if c is None else c[place], weights)
            outputs.append(results[0])
            hidden.append(results[1])
            cells.extend(results[2:])
        rows = outputs[0] if len(outputs) == 1 else cat(outputs, 1)
    return Passed(rows, stack(hidden), stack(cells) if cells else None)


def step(mode: str, input: Tensor, h: Tensor, c: Tensor | None, weights: Weights) -> tuple[Tensor, ...]:
    """One step of one layer: the new h, and the new c if there is one. (batch, features), (batch, hidden)."""
    return _run(KINDS[mode]([len(input)], False), input, h, c, weights)[1:]


def _run(op: Recurrence, rows: Tensor, h: Tensor, c: Tensor | None, weights: Weights) -> tuple[Tensor, ...]:
    for tensor in (rows, h, c):
        if tensor is not None and weights[0] is not None and tensor.dtype != weights[0].dtype:
            raise RuntimeError(
                f"mat1 and mat2 must have the same dtype, but got {tensor.dtype.title} and {weights[0].dtype.title}"
            )
    return record_many(op, rows, h, c, *weights)
