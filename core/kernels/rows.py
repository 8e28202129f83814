"""Compiled loops over rows of numbers that lie together."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import FEW, MANY, SINGLE
from core.kernels.threads import count, share


def made(name: str, axis: int, *arrays: Array) -> Array | None:
    """What the loop makes of arrays of one shape, along their last dimension; None where it cannot be had."""
    last = arrays[-1]
    if not all(map(fits, arrays)) or axis not in (-1, last.ndim - 1) or (room := loops("rows")) is None:
        return None
    loop, out = getattr(room, name), np.empty_like(last)
    rows = [array.reshape(-1, last.shape[-1]) for array in (*arrays, out)]
    if last.size < MANY:
        loop(*rows)
    else:
        share(len(rows[0]), lambda _, start, end: loop(*[part[start:end] for part in rows]))
    return out


def fits(array: Array) -> bool:
    """Whether it is a large array of numpy, of single precision, in C's order in memory."""
    return (
        array.__class__ is np.ndarray
        and array.size >= FEW
        and array.dtype is SINGLE
        and array.flags.c_contiguous
        and array.flags.writeable
    )


def layer_norm(rows: Array, weight: Array | None, bias: Array | None, eps: float) -> tuple[Array, ...] | None:
    """Normalised rows (n, width), their means and one over their deviations; None where the loop cannot be had."""
    if not fits(rows) or (room := loops("rows")) is None:
        return None
    weight, bias = _line(weight, 1, rows), _line(bias, 0, rows)
    out, means, scales = np.empty_like(rows), np.empty(len(rows), SINGLE), np.empty(len(rows), SINGLE)

    def part(_: int, start: int, end: int) -> None:
        some = slice(start, end)
        room.layer_norm(rows[some], weight, bias, float(eps), out[some], means[some], scales[some])

    share(len(rows), part, None if rows.size >= MANY else 1)
    return out, means, scales


def layer_norm_backward(grad: Array, x: Array, weight: Array | None, means: Array, scales: Array) -> Any:
    """The gradients of x, weight and bias; for each row of x there is a mean and a scale."""
    room = loops("rows")
    assert room is not None
    made = np.empty(x.shape, SINGLE)
    rows, grad, out = (np.ascontiguousarray(each, SINGLE).reshape(len(means), -1) for each in (x, grad, made))
    factors = _line(weight, 1, rows)
    sums = np.zeros((2, count(), rows.shape[1]), SINGLE)

    def part(number: int, start: int, end: int) -> None:
        some = slice(start, end)
        room.layer_norm_backward(
            grad[some], rows[some], factors, means[some], scales[some], out[some], sums[0, number], sums[1, number]
        )

    share(len(rows), part, None if rows.size >= MANY else 1)
    by_weight, by_bias = sums.sum(axis=1)
    return made, by_weight, by_bias


def _line(given: Array | None, value: float, rows: Array) -> Array:
    if given is None:
        return np.full(rows.shape[1], value, SINGLE)
    return np.ascontiguousarray(given, SINGLE).reshape(-1)
