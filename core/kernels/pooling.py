"""Compiled loops of max-pooling over images whose channels come last in memory."""

from __future__ import annotations

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import SINGLE
from core.kernels.rows import fits
from core.kernels.threads import share

Pair = tuple[int, ...]


def max_pool(x: Array, kernel: Pair, stride: Pair, count: Pair) -> tuple[Array, Array] | None:
    """The greatest of each window of `x` (N, H, W, C), and which place of the kernel it came from.

    None where the loop cannot be had.
    """
    if len(kernel) != 2 or kernel[0] * kernel[1] > 255 or not fits(x) or (room := loops("pooling")) is None:
        return None
    out = np.empty((len(x), *count, x.shape[-1]), SINGLE)
    where = np.empty(out.shape, np.uint8)
    share(len(x), lambda _, a, b: room.max_pool(x[a:b], out[a:b], where[a:b], *kernel, *stride))
    return out, where


def max_pool_backward(grad: Array, where: Array, kernel: Pair, stride: Pair, size: Pair) -> Array | None:
    """The gradient (N, *size, C) from that of the greatest numbers; None where the loop cannot be had."""
    if where.dtype != np.uint8 or where.__class__ is not np.ndarray or not where.flags.c_contiguous:
        return None
    if grad.__class__ is not np.ndarray or grad.dtype is not SINGLE or (room := loops("pooling")) is None:
        return None
    lying, out = np.require(grad, SINGLE, ["C", "W"]), np.zeros((len(grad), *size, grad.shape[-1]), SINGLE)
    share(len(grad), lambda _, a, b: room.max_pool_backward(lying[a:b], where[a:b], out[a:b], *kernel, *stride))
    return out
