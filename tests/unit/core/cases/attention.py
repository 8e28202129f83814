"""Scaled dot-product attention and attention in heads."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from core import Tensor
from core.nn import functional as F
from core.nn.functional.multi_head import Heads, Masks, attend
from tests.unit.core.cases.case import Case, Numbers, on

SHAPES: tuple[tuple[int, ...], ...] = ((2, 3, 2), (2, 4, 2), (2, 4, 3))
SEEN = [[True, False, True, True], [True, True, True, False], [False, False, True, False]]
WIDTH = 4
PROJECTIONS: tuple[tuple[int, ...], ...] = ((3 * WIDTH, WIDTH), (3 * WIDTH,), (WIDTH, WIDTH), (WIDTH,))


def _attention(q: Numbers, k: Numbers, v: Numbers, bias: Numbers | float = 0.0) -> Numbers:
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1]) + bias
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    found: Numbers = powers / powers.sum(-1, keepdims=True) @ v
    return found


def _masked(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v, attn_mask=on(q, SEEN))


def _heads(need_weights: bool) -> Callable[..., Tensor]:
    def call(x: Tensor, weight: Tensor, bias: Tensor, out_weight: Tensor, out_bias: Tensor) -> Tensor:
        heads = Heads(2, weight, (None, None, None), bias, None, None, False, out_weight, out_bias, 0.0)
        return attend(x, x, x, heads, Masks(None, None, False), need_weights, steps_first=False)[0]

    return call


def _heads_reference(x: Numbers, weight: Numbers, bias: Numbers, out_weight: Numbers, out_bias: Numbers) -> Numbers:
    q, k, v = np.split(x @ weight.T + bias, 3, axis=-1)
    half = WIDTH // 2
    parts = [_attention(*(each[..., at : at + half] for each in (q, k, v))) for at in (0, half)]
    found: Numbers = np.concatenate(parts, -1) @ out_weight.T + out_bias
    return found


CASES = [
    Case("attention", F.scaled_dot_product_attention, _attention, SHAPES),
    Case(
        "attention masked", _masked, lambda q, k, v: _attention(q, k, v, np.where(np.array(SEEN), 0, -np.inf)), SHAPES
    ),
    Case(
        "attention biased",
        lambda q, k, v, bias: F.scaled_dot_product_attention(q, k, v, bias),
        _attention,
        (*SHAPES, (3, 4)),
    ),
    Case(
        "attention causal",
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True),
        lambda q, k, v: _attention(q, k, v, np.where(np.tri(3, 4, dtype=bool), 0, -np.inf)),
        SHAPES,
    ),
    Case("heads", _heads(False), _heads_reference, ((2, 3, WIDTH), *PROJECTIONS)),
    Case("heads with shares", _heads(True), _heads_reference, ((1, 3, WIDTH), *PROJECTIONS)),
]
