"""Compiled loops of recurrent layers' steps, and how many sequences are worked on together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import FEW, SINGLE
from core.kernels.threads import count

LEAST_SEQUENCES = min(8, FEW)
"""How many sequences a thread has at least."""
LEAST_WORK = min(1 << 22, FEW)
"""Sums of products of a whole layer, from which on threads share them."""


def room_for(gates: Array, *states: Array) -> Any:
    """The loops for a step with such gates and states, where they can be had; else None."""
    if gates.__class__ is not np.ndarray or gates.dtype is not SINGLE or gates.size < FEW:
        return None
    return loops("recurrent") if all(state.flags.carray for state in states) else None


def shares(x: Array, matrix: Array, sizes: Sequence[int]) -> list[range]:
    """The sequences by numbers, for as many threads as pay: one share where they end at different steps.

    x: (rows, features). matrix: what each row with its state is multiplied by.
    """
    batch, several = sizes[0], count()
    if sizes[-1] != batch or x.__class__ is not np.ndarray or x.dtype is not SINGLE or loops("recurrent") is None:
        return [range(batch)]
    if len(x) * matrix.size < LEAST_WORK:
        return [range(batch)]
    several = max(1, min(several, batch // LEAST_SEQUENCES))
    cuts = [batch * number // several for number in range(several + 1)]
    return [range(*pair) for pair in pairwise(cuts)]
