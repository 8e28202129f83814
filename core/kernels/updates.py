"""Optimisers' steps by compiled loops: one pass over parameters, gradients and what the optimiser remembers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import FEW, MANY, SINGLE
from core.kernels.threads import share


def rows_of(parameters: Sequence[Array]) -> list[Array] | None:
    """Each parameter as numbers in a row, on the same memory; None where no loop is there, or pays."""
    if sum([array.size for array in parameters]) < FEW or not all(map(_lies, parameters)):
        return None
    return None if loops("updates") is None else [array.reshape(-1) for array in parameters]


def updated(
    name: str, rows: Sequence[Array], grads: Sequence[Array], vectors: Sequence[Array], numbers: Sequence[float]
) -> bool:
    """Takes a step with all parameters, or with none and returns False where the gradients do not lie so.

    rows: as `rows_of` gives them. vectors: what the optimiser remembers, each as long as all parameters in a row.
    """
    if not all(map(_lies, grads)):
        return False
    loop, start = getattr(loops("updates"), name), 0
    for row, grad in zip(rows, grads, strict=True):
        end = start + len(row)
        several = [row, grad.reshape(-1), *[vector[start:end] for vector in vectors]]
        if len(row) < MANY:
            loop(*several, *numbers)
        else:
            share(len(row), lambda _, a, b, several=several: loop(*[each[a:b] for each in several], *numbers))  # type: ignore[misc]
        start = end
    return True


def _lies(array: Array) -> bool:
    return array.__class__ is np.ndarray and array.dtype is SINGLE and bool(array.flags.carray)
