"""Convolutions of which each channel sees itself alone, over images whose channels come last in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import FEW, SINGLE
from core.kernels.threads import count, share


def room_for(x: Array, weight_shape: tuple[int, ...], groups: int) -> Any:
    """The loops, for `x` (N, C, H, W), where they can be had; else None."""
    if not 1 < groups == weight_shape[0] == x.shape[1] or x.ndim != 4:
        return None
    if x.__class__ is not np.ndarray or x.dtype is not SINGLE or x.size < FEW:
        return None
    return loops("convolution")


def convolve(room: Any, padded: Array, weight: Array, bias: Array | None, geometry: Any, size: Any) -> Array:
    """Padded (N, H, W, C), weight (C, 1, kh, kw) -> (N, *size, C)."""
    out, factors = np.empty((len(padded), *size, padded.shape[-1]), SINGLE), _by_place(weight)
    out[...] = 0 if bias is None else bias
    steps = (*geometry.stride, *geometry.dilation)
    share(len(out), lambda _, a, b: room.depthwise(padded[a:b], factors, out[a:b], *steps))
    return out


def by_input(room: Any, grad: Array, weight: Array, geometry: Any, padded_size: Any) -> Array:
    """Grad (N, h, w, C) -> the padded image's gradient (N, *padded_size, C)."""
    given, factors = np.require(grad, SINGLE, ["C", "W"]), _by_place(weight)
    out = np.zeros((len(grad), *padded_size, grad.shape[-1]), SINGLE)
    steps = (*geometry.stride, *geometry.dilation)
    share(len(out), lambda _, a, b: room.depthwise_by_input(given[a:b], factors, out[a:b], *steps))
    return out


def by_weight(room: Any, padded: Array, grad: Array, geometry: Any) -> Array:
    """Padded (N, H, W, C), grad (N, h, w, C) -> (C, 1, kh, kw)."""
    given, steps = np.require(grad, SINGLE, ["C", "W"]), (*geometry.stride, *geometry.dilation)
    totals = np.zeros((count(), *geometry.kernel, grad.shape[-1]), SINGLE)

    def part(number: int, start: int, end: int) -> None:
        room.depthwise_by_weight(padded[start:end], given[start:end], totals[number], *steps)

    share(len(grad), part)
    return np.ascontiguousarray(totals.sum(axis=0).transpose(2, 0, 1)[:, None])


def _by_place(weight: Array) -> Array:
    """(C, 1, kh, kw) as (kh, kw, C)."""
    return np.ascontiguousarray(weight[:, 0].transpose(1, 2, 0), SINGLE)
