"""Mean, variance and scaling of each channel on the CPU, block by block: a block stays in the cache for all its steps.

An array is a matrix here, with a column for each channel and a row for each sample and place.

numpy goes over two arrays of one shape twice as fast as over a matrix and a row, hence the rows repeated to a block.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.kernels import columns as kernels
from core.kernels import layout
from core.kernels.planes import lies_so

Matrix = np.ndarray[Any, Any]
Row = np.ndarray[Any, Any]

BLOCK = 1 << 16
"""Elements worked on at a time: 256 KB of float32, some of which fit into a core's own cache."""


def big_rows(x: Any) -> Matrix | None:
    """`rows_of(x)` where it pays to work on them block by block: a big array on the CPU, in an order that suits."""
    if x.__class__ is not np.ndarray or x.size <= BLOCK or x.dtype.itemsize < 4:
        return None
    is_usual = np.moveaxis(x, 1, -1).flags.c_contiguous or lies_so(x)
    return rows_of(x) if is_usual or (x.ndim == 4 and kernels.are_there(x)) else None


def rows_of(x: Matrix) -> Matrix:
    """(N, C, ...) as a matrix of one row for each sample and place, one column for each channel."""
    rows: Matrix = layout.channels_last(x).reshape(-1, x.shape[1])
    return rows


def unrowed(rows: Matrix, like: Matrix) -> Matrix:
    """The opposite of `rows_of`: an array of the shape of `like`, channels last in memory."""
    shape = (like.shape[0], *like.shape[2:], like.shape[1])
    return np.moveaxis(rows.reshape(shape), -1, 1)


def moments(x: Matrix) -> tuple[Row, Row]:
    """Mean and (biased) variance of each column.

    Both come from one pass over x - guess, where the guess, the mean of the first block, keeps the difference of
    squares from cancelling.
    """
    guess = x[: _rows(x)].mean(axis=0)
    if (made := kernels.moments(x, guess)) is not None:
        return made
    shifts, buffer, ones = _repeated(guess, x), _buffer(x), np.ones(_rows(x), x.dtype)
    total, squares = np.zeros_like(guess), np.zeros_like(guess)
    for part in _blocks(x):
        count = len(x[part])
        moved = np.subtract(x[part], shifts[:count], buffer[:count])
        total += ones[:count] @ moved
        moved *= moved
        squares += ones[:count] @ moved
    total /= len(x)
    variance = squares / len(x) - total * total
    return guess + total, np.maximum(variance, 0)


def scaled(x: Matrix, scale: Row, shift: Row) -> Matrix:
    """x * scale + shift."""
    if (made := kernels.scaled(x, scale, shift)) is not None:
        return made
    out = np.empty_like(x)
    scales, shifts = _repeated(scale, x), _repeated(shift, x)
    for part in _blocks(x):
        here = out[part]
        np.multiply(x[part], scales[: len(here)], here)
        here += shifts[: len(here)]
    return out


def gradient_sums(grad: Matrix, x: Matrix, mean: Row) -> tuple[Row, Row]:
    """The sums of grad and of grad * (x - mean) over each column."""
    if (made := kernels.gradient_sums(grad, x, mean)) is not None:
        return made
    means, buffer, ones = _repeated(mean, x), _buffer(x), np.ones(_rows(x), x.dtype)
    plain, projected = np.zeros_like(mean), np.zeros_like(mean)
    for part in _blocks(x):
        count = len(x[part])
        plain += ones[:count] @ grad[part]
        centred = np.subtract(x[part], means[:count], buffer[:count])
        centred *= grad[part]
        projected += ones[:count] @ centred
    return plain, projected


def combined(grad: Matrix, x: Matrix, grad_scale: Row, x_scale: Row, shift: Row) -> Matrix:
    """grad * grad_scale + x * x_scale + shift."""
    if (made := kernels.combined(grad, x, grad_scale, x_scale, shift)) is not None:
        return made
    out, buffer = np.empty_like(x), _buffer(x)
    grad_scales, x_scales, shifts = (_repeated(value, x) for value in (grad_scale, x_scale, shift))
    for part in _blocks(x):
        here = out[part]
        count = len(here)
        np.multiply(x[part], x_scales[:count], here)
        here += shifts[:count]
        here += np.multiply(grad[part], grad_scales[:count], buffer[:count])
    return out


def _rows(x: Matrix) -> int:
    return int(min(max(BLOCK // x.shape[1], 1), len(x)))


def _blocks(x: Matrix) -> Iterator[slice]:
    rows = _rows(x)
    for start in range(0, len(x), rows):
        yield slice(start, start + rows)


def _buffer(x: Matrix) -> Matrix:
    return np.empty((_rows(x), x.shape[1]), x.dtype)


def _repeated(row: Row, x: Matrix) -> Matrix:
    block = _buffer(x)
    block[...] = row
    return block
