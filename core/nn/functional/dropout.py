"""Dropout as functions."""

from __future__ import annotations

import numpy as np

from core.device import place
from core.generator import default_generator
from core.nn.functional.activation import maybe_in_place
from core.ops import activation as ops
from core.tensor import Tensor

__all__ = ["dropout"]


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Zeros each element with probability p and scales the rest by 1 / (1 - p); the same object when not training."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return input
    array = input._array
    draws = default_generator.words(array.size).reshape(array.shape)
    scale = array.dtype.type(1 / (1 - p)) if p < 1 else array.dtype.type(0)
    mask = np.where(draws >= np.uint32(min(p * 2**32, 2**32 - 1)), scale, array.dtype.type(0))
    return maybe_in_place(ops.Dropout(place(mask, input.device)), input, inplace)
