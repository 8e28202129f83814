"""Convolutions of few channels, directly, with the batch innermost in memory, and pooling of what they make.

Tensors say N × C × H × W of it all the same, and functions of one number keep the order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import FEW, SINGLE
from core.kernels.threads import share

MOST_CHANNELS = 16
LEAST_IMAGES = 8


def room_for(x: Array, outputs: int, geometry: Any, groups: int) -> Any:
    """The loops, where they pay for a convolution of `x` (N, C, H, W) and can be had; else None."""
    if groups != 1 or len(geometry.kernel) != 2 or {*geometry.stride, *geometry.dilation} != {1}:
        return None
    if x.__class__ is not np.ndarray or x.dtype is not SINGLE or x.size < FEW or len(x) < LEAST_IMAGES:
        return None
    if max(x.shape[1], outputs) > MOST_CHANNELS or max(geometry.kernel) > 11:
        return None
    return loops("planes")


def convolve(room: Any, x: Array, weight: Array, bias: Array | None, padding: Any) -> Array:
    """(N, C, H, W), weight (O, C, kh, kw) -> (N, O, h, w)."""
    inside, images = _planes(room, x, padding), len(x)
    outputs, _, high, wide = weight.shape
    height, width = inside.shape[1] - high + 1, inside.shape[2] - wide + 1
    out, factors = np.empty((outputs, height, width, images), SINGLE), np.ascontiguousarray(weight)
    summand = np.zeros(outputs, SINGLE) if bias is None else np.ascontiguousarray(bias)
    source, made = _joined(inside), _joined(out)
    share(outputs, lambda _, a, b: room.convolve(source, factors[a:b], summand[a:b], made[a:b], images))
    return out.transpose(3, 0, 1, 2)


def by_weight(room: Any, x: Array, grad: Array, geometry: Any) -> Array:
    """(N, C, H, W), (N, O, h, w) -> (O, C, kh, kw)."""
    source = _joined(_planes(room, x, geometry.padding))
    given = _joined(_planes(room, grad, ((0, 0), (0, 0))))
    out = np.empty((grad.shape[1], x.shape[1], *geometry.kernel), SINGLE)
    share(len(out), lambda _, a, b: room.by_weight(source, given[a:b], out[a:b], len(x)))
    return out


def lies_so(x: Array) -> bool:
    """Whether the batch is innermost in memory, and channels outermost."""
    is_inner = x.ndim == 4 and x.shape[0] > 1 and x.strides[0] == x.itemsize
    return is_inner and bool(x.transpose(1, 2, 3, 0).flags.c_contiguous)


def max_pool(x: Array, kernel: Any, stride: Any, count: Any) -> tuple[Array, Array] | None:
    """The greatest of each window of `x` (N, C, H, W), and which place it came from, (C, h, w, N)."""
    if x.__class__ is not np.ndarray or x.dtype is not SINGLE or not lies_so(x) or (room := loops("planes")) is None:
        return None
    source, out = x.transpose(1, 2, 3, 0), np.empty((x.shape[1], *count, len(x)), SINGLE)
    where = np.empty(out.shape, np.uint8)
    share(len(source), lambda _, a, b: room.max_pool(source[a:b], out[a:b], where[a:b], *kernel, *stride))
    return out.transpose(3, 0, 1, 2), where


def max_pool_backward(grad: Array, where: Array, kernel: Any, stride: Any, size: Any) -> Array | None:
    """The gradient (N, C, *size) from that of what `max_pool` gave."""
    room = loops("planes")
    assert room is not None
    given, out = _planes(room, grad, ((0, 0), (0, 0))), np.zeros((len(where), *size, len(grad)), SINGLE)
    share(len(where), lambda _, a, b: room.max_pool_backward(given[a:b], where[a:b], out[a:b], *kernel, *stride))
    return out.transpose(3, 0, 1, 2)


def _planes(room: Any, x: Array, padding: Any) -> Array:
    """(N, C, H, W) as (C, H, W, N) with zeros around."""
    (above, below), (left, right) = padding
    turned = x.transpose(1, 2, 3, 0)
    if not any((above, below, left, right)) and lies_so(x) and x.flags.writeable:
        return turned
    images, channels, height, width = x.shape
    shape = (channels, height + above + below, width + left + right, images)
    out = (np.zeros if any((above, below, left, right)) else np.empty)(shape, SINGLE)
    if x.flags.c_contiguous and x.flags.writeable and x.dtype is SINGLE:
        room.planes(x, out, above, left)
    else:
        out[:, above : above + height, left : left + width] = turned
    return out


def _joined(planes: Array) -> Array:
    """(C, H, W, N) as (C, H, W * N)."""
    return planes.reshape(*planes.shape[:2], -1)
