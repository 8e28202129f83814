"""Compiled loops over the columns of a matrix. Each function gives None where its loop cannot be had."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import SINGLE
from core.kernels.rows import fits
from core.kernels.threads import count, share

Rows = np.ndarray[Any, Any]


def are_there(x: Rows) -> bool:
    """Whether there are loops for numbers such as these."""
    return x.dtype is SINGLE and loops("columns") is not None


def moments(x: Rows, guess: Rows) -> tuple[Rows, Rows] | None:
    """Mean and (biased) variance of each column; guess: a mean that is about right."""
    if not fits(x) or (room := loops("columns")) is None:
        return None
    near, sums = np.ascontiguousarray(guess, SINGLE), np.zeros((2, count(), x.shape[1]))
    share(len(x), lambda number, start, end: room.moments(x[start:end], near, sums[0, number], sums[1, number]))
    total, squares = sums.sum(axis=1) / len(x)
    return (near + total).astype(SINGLE), np.maximum(squares - total * total, 0).astype(SINGLE)


def gradient_sums(grad: Array, x: Rows, mean: Rows) -> tuple[Rows, Rows] | None:
    """The sums of grad and of grad * (x - mean) over each column."""
    if not fits(x) or not fits(grad) or (room := loops("columns")) is None:
        return None
    middle, sums = np.ascontiguousarray(mean, SINGLE), np.zeros((2, count(), x.shape[1]))

    def part(number: int, start: int, end: int) -> None:
        room.gradient_sums(grad[start:end], x[start:end], middle, sums[0, number], sums[1, number])

    share(len(x), part)
    plain, projected = sums.sum(axis=1).astype(SINGLE)
    return plain, projected


def scaled(x: Rows, scale: Rows, shift: Rows) -> Rows | None:
    """x * scale + shift."""
    return _made("scaled", (x,), (scale, shift))


def combined(grad: Array, x: Rows, grad_scale: Rows, x_scale: Rows, shift: Rows) -> Rows | None:
    """grad * grad_scale + x * x_scale + shift."""
    return _made("combined", (grad, x), (grad_scale, x_scale, shift))


def _made(name: str, matrices: tuple[Rows, ...], lines: tuple[Rows, ...]) -> Rows | None:
    if not all(map(fits, matrices)) or (room := loops("columns")) is None:
        return None
    loop, out = getattr(room, name), np.empty_like(matrices[0])
    whole = [np.ascontiguousarray(line, SINGLE) for line in lines]

    def part(_: int, start: int, end: int) -> None:
        loop(*[matrix[start:end] for matrix in matrices], *whole, out[start:end])

    share(len(out), part)
    return out
