"""Compiled loops around a linear layer's products, and of the loss of classification."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import FEW, SINGLE

LEAST = min(256, FEW)
"""Scores, from which on the loss is computed by a loop."""


def room_for(scores: Array, classes: Array) -> Any:
    """The loops for scores (N, C) of classes (N,), where they can be had; else None."""
    if scores.__class__ is not np.ndarray or scores.size < LEAST or scores.dtype is not SINGLE:
        return None
    if not scores.flags.carray or not classes.flags.carray or classes.dtype != np.int64:
        return None
    return loops("dense")
