"""What is drawn or shuffled by compiled loops, from the very numbers that numpy's generator would give."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import FEW, SINGLE

_MANY = 16 * FEW
"""Fewer steps are made before numba is loaded."""


def kept(source: np.random.RandomState, count: int, limit: int, factor: float, kind: np.dtype[Any]) -> Array | None:
    """`factor` where one of the next `count` numbers of 53 bits is below the limit, else 0; None without the loop."""
    if count < FEW or kind is not SINGLE or (room := loops("twister")) is None:
        return None
    state: Any = source.get_state()
    words, out = state[1].astype(np.uint32), np.empty(count, SINGLE)
    at = room.kept(words, int(state[2]), np.uint64(limit), SINGLE.type(factor), out)
    source.set_state(("MT19937", words, at, *state[3:]))
    return out


def shuffled(steps: Array) -> Array | None:
    """The numbers from 0 to n, each exchanged with the one so many places behind it; None without the loop.

    steps: (n,) uint32.
    """
    if len(steps) < _MANY or (room := loops("twister")) is None:
        return None
    order = np.arange(len(steps) + 1)
    room.shuffle(order, steps)
    return order
