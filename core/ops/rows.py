"""Sums and maxima of rows. numpy goes over one row at a time, which costs most where there are many short ones."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from core.arrays.backend import Array

_FEW = 1024
"""Below so many numbers numpy's own functions are as quick."""
_SHORT = 32
"""Rows up to this length are transposed before their maximum is taken: five times quicker for 10 columns."""


def greatest(x: Array, axis: int) -> Array:
    """The maximum along one dimension, which stays with length one."""
    rows = _rows(x, axis)
    if rows is None or rows.shape[1] > _SHORT:
        return x.max(axis=axis, keepdims=True)
    return np.ascontiguousarray(rows.T).max(axis=0).reshape(*x.shape[:-1], 1)


def total(x: Array, axis: int) -> Array:
    """The sum along one dimension, which stays with length one. A product with ones is the quickest sum of rows."""
    rows = _rows(x, axis)
    if rows is None:
        return x.sum(axis=axis, keepdims=True)
    return (rows @ _ones(rows.shape[1], rows.dtype)).reshape(*x.shape[:-1], 1)


def product_sum(x: Array, y: Array, axis: int) -> Array:
    """The sum of x * y along one dimension, which stays with length one, without an array of the products."""
    rows, others = _rows(x, axis), _rows(y, axis)
    if rows is None or others is None:
        return (x * y).sum(axis=axis, keepdims=True)
    return np.vecdot(rows, others).reshape(*x.shape[:-1], 1)


def _rows(x: Array, axis: int) -> Array | None:
    """`x` as a matrix with one row for each sum, if that needs no copy; else None. Others than numpy know better."""
    if x.size < _FEW or x.__class__ is not np.ndarray or x.ndim < 2 or axis not in (-1, x.ndim - 1):
        return None
    if not x.flags.c_contiguous or x.itemsize < 4:
        return None
    return x.reshape(-1, x.shape[-1])


@cache
def _ones(count: int, kind: Any) -> Array:
    return np.ones(count, kind)
