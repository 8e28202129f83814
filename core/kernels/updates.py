"""Optimisers' steps by compiled loops: one pass over parameters, gradients and what the optimiser remembers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import FEW, MANY, SINGLE
from core.kernels.threads import share


def updated(
    name: str, parameters: Sequence[Array], grads: Sequence[Array], vectors: Sequence[Array], numbers: Sequence[float]
) -> bool:
    """Takes a step with all parameters, or with none and returns False where the loop cannot be had.

    vectors: what the optimiser remembers, each as long as all parameters in a row.
    """
    if sum([array.size for array in parameters]) < FEW:
        return False
    if not all(map(_lies, parameters)) or not all(map(_lies, grads)) or (room := loops("updates")) is None:
        return False
    loop, start = getattr(room, name), 0
    for parameter, grad in zip(parameters, grads, strict=True):
        end = start + parameter.size
        rows = [parameter.reshape(-1), grad.reshape(-1), *[vector[start:end] for vector in vectors]]
        if parameter.size < MANY:
            loop(*rows, *numbers)
        else:
            share(parameter.size, lambda _, a, b, rows=rows: loop(*[row[a:b] for row in rows], *numbers))  # type: ignore[misc]
        start = end
    return True


def _lies(array: Array) -> bool:
    return (
        array.__class__ is np.ndarray
        and array.dtype is SINGLE
        and bool(array.flags.c_contiguous)
        and bool(array.flags.writeable)
    )
