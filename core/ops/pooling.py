"""The greatest and the mean of windows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.arrays.backend import Array, namespace
from core.kernels import planes
from core.kernels import pooling as kernels
from core.ops.masks import kept
from core.ops.operation import Operation
from core.ops.windows import Geometry, Sizes, channels_last, channels_second, inside, taps


class Pooling(Operation):
    """What both share: (N, C, *size) -> (N, C, *count)."""

    __slots__ = ("count", "geometry", "lies_last", "size_before")

    def __init__(self, geometry: Geometry) -> None:
        self.geometry = geometry

    def name(self) -> str:
        return f"{self.title}{len(self.geometry.kernel)}DBackward0"

    def padded(self, x: Array, value: float) -> Array:
        """`x` as (N, *size, C) with `value` around it, and notes of its shape."""
        self.size_before, self.lies_last = x.shape, x.strides[1] == x.itemsize
        size = tuple(x.shape[2:])
        self.count, last = self.geometry.count(size), channels_last(x)
        if not any(map(any, self.geometry.padding)):
            return last
        shape = (len(last), *self.geometry.padded(size), last.shape[-1])
        whole = self._in_order(namespace(x).empty, shape, x.dtype)
        whole[...] = value
        whole[inside(self.geometry, size)] = last
        return whole

    def scattered(self, grad: Array, parts: Any) -> Array:
        """Adds `parts`, one for each place of the kernel, where the windows have that place."""
        batch, channels, *size = self.size_before
        geometry, once = self.geometry, _windows_part(self.geometry)
        whole = self._in_order(namespace(grad).zeros, (batch, *geometry.padded(tuple(size)), channels), grad.dtype)
        for met, part in zip(taps(geometry, self.count), parts, strict=True):
            whole[met] = part if once else whole[met] + part
        return channels_second(whole[inside(geometry, tuple(size))])

    def _in_order(self, create: Any, shape: Sizes, dtype: Any) -> Array:
        """An array (N, *size, C) whose order in memory is that of the input."""
        if self.lies_last:
            return create(shape, dtype)
        return channels_last(create((shape[0], shape[-1], *shape[1:-1]), dtype))


class MaxPool(Pooling):
    """The greatest of each window, of equal ones the first.

    keeps: whether `forward` notes in `where`, for a gradient or for `indices`, which place of the kernel it came from.
    """

    __slots__ = ("batch_last", "keeps", "where")
    title = "MaxPool"

    where: Array

    def __init__(self, geometry: Geometry, keeps: bool) -> None:
        super().__init__(geometry)
        self.keeps = keeps

    def name(self) -> str:
        return f"MaxPool{len(self.geometry.kernel)}DWithIndicesBackward0"

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        if self._is_plain() and len(x.shape) == 4:
            self.size_before, self.lies_last, self.count = x.shape, False, self.geometry.count(tuple(x.shape[2:]))
            found = planes.max_pool(x, self.geometry.kernel, self.geometry.stride, self.count)
            if found is not None:
                self.where, self.batch_last = found[1], True
                return found[0]
        self.batch_last = False
        lowest = -math.inf if x.dtype.kind == "f" else xp.iinfo(x.dtype).min
        padded = self.padded(x, lowest)
        if self._is_plain() and (
            made := kernels.max_pool(padded, self.geometry.kernel, self.geometry.stride, self.count)
        ):
            best, self.where = made
            return channels_second(best)
        first, *others = taps(self.geometry, self.count)
        best = padded[first].copy(order="K")
        count = np.uint8 if len(others) < 255 else np.int32
        self.where = where = xp.zeros_like(best, dtype=count) if self.keeps else None
        for number, met in enumerate(others, 1):
            if where is not None:
                xp.maximum(where, (padded[met] > best) * count(number), out=where)
            xp.maximum(best, padded[met], out=best)
        if where is not None and best.size:
            if x.dtype.kind == "f" and best.max() != best.max():
                self._find_no_numbers(padded)
            if padded.shape[1:-1] != x.shape[2:] and (least := best == lowest).any():
                self._point_inside(x, least)
        return channels_second(best)

    def _is_plain(self) -> bool:
        """Whether nothing lies around the image and windows have no gaps."""
        return set(self.geometry.dilation) == {1} and not any(map(any, self.geometry.padding))

    def _find_no_numbers(self, padded: Array) -> None:
        """What is no number is the greatest, the last of several, as PyTorch has it."""
        for number, met in enumerate(taps(self.geometry, self.count)):
            self.where[padded[met] != padded[met]] = number

    def _point_inside(self, x: Array, least: Array) -> None:
        """Windows of nothing but the least number there is came from the picture, not from what lies around it."""
        real = self.padded(namespace(x).ones_like(x, dtype=bool), False)
        for number, met in reversed([*enumerate(taps(self.geometry, self.count))]):
            self.where[least & real[met]] = number

    def backward(self, grad: Array) -> Array:
        if self.batch_last and grad.__class__ is np.ndarray:
            geometry = self.geometry
            return planes.max_pool_backward(grad, self.where, geometry.kernel, geometry.stride, self.size_before[2:])
        if self._is_plain() and self.lies_last:
            geometry, size = self.geometry, tuple(self.size_before[2:])
            made = kernels.max_pool_backward(channels_last(grad), self.where, geometry.kernel, geometry.stride, size)
            if made is not None:
                return channels_second(made)
        last, places, where = channels_last(grad), range(math.prod(self.geometry.kernel)), self._where_last()
        return self.scattered(grad, (kept(last, where == number) for number in places))

    def _where_last(self) -> Array:
        """`where` as (N, *count, C)."""
        return self.where.transpose(3, 1, 2, 0) if self.batch_last else self.where

    def indices(self) -> Array:
        """For each window the place of its greatest number in the image, rows joined end to end."""
        where, geometry, size = self._where_last(), self.geometry, self.size_before[2:]
        xp = namespace(where)
        flat = xp.zeros(where.shape, xp.int64)
        left = where.astype(xp.int64)
        steps = [math.prod(size[axis + 1 :]) for axis in range(len(size))]
        for axis in reversed(range(len(size))):
            first = xp.arange(self.count[axis]) * geometry.stride[axis] - geometry.padding[axis][0]
            along = first.reshape(-1, *[1] * (len(size) - axis))
            flat += (along + left % geometry.kernel[axis] * geometry.dilation[axis]) * steps[axis]
            left //= geometry.kernel[axis]
        return channels_second(flat)


class AvgPool(Pooling):
    """The sum of each window divided by a number, or by the product of one for each of its places along the axes."""

    __slots__ = ("divisor",)
    title = "AvgPool"

    def __init__(self, geometry: Geometry, divisor: int | Sequence[Sequence[int]]) -> None:
        super().__init__(geometry)
        self.divisor: Any = divisor

    def forward(self, x: Array) -> Array:
        padded = self.padded(x, 0)
        first, *others = taps(self.geometry, self.count)
        total = padded[first].copy(order="K")
        for met in others:
            total += padded[met]
        if isinstance(self.divisor, list):
            self.divisor = _product(namespace(x), self.divisor, x.dtype)
        mean = total / self.divisor
        return channels_second(mean if x.dtype.kind == "f" else namespace(x).trunc(mean).astype(x.dtype))

    def backward(self, grad: Array) -> Array:
        share = channels_last(grad) / self.divisor
        return self.scattered(grad, [share] * math.prod(self.geometry.kernel))


def _product(xp: Any, lengths: Sequence[Sequence[int]], dtype: Any) -> Array:
    """(*count, 1): the product of what stands at each place of each axis."""
    total = xp.ones((1,) * (len(lengths) + 1), dtype)
    for axis, along in enumerate(lengths):
        total = total * xp.asarray(along, dtype=dtype).reshape(-1, *[1] * (len(lengths) - axis))
    return total


def _windows_part(geometry: Geometry) -> bool:
    """Whether no two windows share a place."""
    return all(step >= span for step, span in zip(geometry.stride, geometry.spans(), strict=True))
