"""im2col and col2im: windows of an image as columns, and columns added up to an image, each the other's gradient."""

from __future__ import annotations

import math

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation, apply
from core.ops.windows import Geometry, Sizes, channels_last, channels_second, inside, taps, windows


class Unfold(Operation):
    """(N, C, *size) -> (N, C * kernel, windows)."""

    __slots__ = ("geometry", "size")
    title = "Im2Col"

    def __init__(self, geometry: Geometry, size: Sizes) -> None:
        self.geometry = geometry
        self.size = size

    def forward(self, x: Array) -> Array:
        last, count, axes = channels_last(x), self.geometry.count(self.size), len(self.size)
        padded = namespace(x).zeros((len(last), *self.geometry.padded(self.size), last.shape[-1]), x.dtype)
        padded[inside(self.geometry, self.size)] = last
        view = windows(padded, self.geometry, count)
        order = (0, view.ndim - 1, *range(axes + 1, 2 * axes + 1), *range(1, axes + 1))
        rows = last.shape[-1] * math.prod(self.geometry.kernel)
        return view.transpose(order).reshape(len(last), rows, math.prod(count)).copy()

    def backward(self, grad: Array) -> Array:
        return apply(Fold(self.geometry, self.size), grad)


class Fold(Unfold):
    """(N, C * kernel, windows) -> (N, C, *size)."""

    title = "Col2Im"

    def forward(self, x: Array) -> Array:
        geometry, count = self.geometry, self.geometry.count(self.size)
        places = math.prod(geometry.kernel)
        by_place = x.reshape(len(x), x.shape[1] // places, places, *count)
        padded = namespace(x).zeros((len(x), *geometry.padded(self.size), by_place.shape[1]), x.dtype)
        for number, met in enumerate(taps(geometry, count)):
            padded[met] += channels_last(by_place[:, :, number])
        return channels_second(padded[inside(geometry, self.size)])

    def backward(self, grad: Array) -> Array:
        return apply(Unfold(self.geometry, self.size), grad)
