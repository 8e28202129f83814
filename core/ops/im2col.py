"""im2col: what windows hold as rows of matrices, a bounded part at a time, so that a convolution is a product."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from core.arrays.backend import Array, namespace
from core.kernels import layout
from core.ops.windows import Geometry, Part, Sizes, channels_last, inside, parts, windows


class Im2col:
    """The windows of `x` (N, C, *size) as rows of matrices, a part at a time, all in one workspace."""

    def __init__(self, x: Array, geometry: Geometry, groups: int = 1) -> None:
        self.size = tuple(x.shape[2:])
        self.geometry = geometry
        self.groups = groups
        self.count = geometry.count(self.size)
        channels = x.shape[1] // groups
        # Runs of few numbers copy slowly: then the windows are the columns, and a run is a row of the image.
        self.flat = channels * (geometry.kernel[-1] if geometry.dilation[-1] == 1 else 1) < 16
        self.x = channels_last(x) if self.flat else lying_last(x)
        straight = self.x.strides[-2 if self.flat else -1] == x.itemsize
        self.buffer: Array | None = None
        self.as_it_is = straight and not any(map(any, geometry.padding))
        self.space: Array | None = None
        self.views: dict[tuple[int, int, int], tuple[Array, Array, Array]] = {}

    def __iter__(self) -> Iterator[tuple[Part, Array]]:
        """Parts, and (groups, windows, kernel * C / groups), which the next part overwrites."""
        images, channels = len(self.x), self.x.shape[-1]
        if self.geometry.is_pointwise() and self.groups == 1:
            yield (slice(0, images), slice(0, self.count[0])), self.x.reshape(1, -1, channels)
            return
        held: slice | None = None
        for some, rows in parts(self.x, self.count, math.prod(self.geometry.kernel) * channels * self.x.itemsize):
            if held != some:
                held, padded = some, self._padded(some)
            yield (some, rows), self._matrix(padded, rows)

    def _padded(self, images: slice) -> Array:
        """Some images (n, *size, C) with zeros around them."""
        part = self.x[images]
        if self.as_it_is:
            return part
        if self.buffer is None:
            self.buffer = _zeros(part, self.geometry.padded(self.size), self.flat)
        padded = self.buffer[: len(part)]
        padded[inside(self.geometry, self.size)] = part
        return padded

    def _matrix(self, padded: Array, rows: slice) -> Array:
        """Copies the windows of these rows into the workspace. In the same buffer they lie as they did before."""
        place = len(padded), rows.start, rows.stop
        if self.as_it_is or place not in self.views:
            self.views[place] = self._views(padded, rows)
        source, target, matrix = self.views[place]
        target[...] = source
        return matrix

    def _views(self, padded: Array, rows: slice) -> tuple[Array, Array, Array]:
        """The windows, where they go in the workspace, and the workspace as matrices."""
        geometry, kernel, several = self.geometry, self.geometry.kernel, len(padded)
        count, within = (rows.stop - rows.start, *self.count[1:]), self.x.shape[-1] // self.groups
        height, width = several * math.prod(count), math.prod(kernel) * within
        if self.space is None:
            self.space = namespace(self.x).empty(self.groups * height * width, self.x.dtype)
        space = self.space[: self.groups * height * width]
        found = windows(padded[:, rows.start * geometry.stride[0] :], geometry, count)
        source = namespace(found).moveaxis(found.reshape(*found.shape[:-1], self.groups, within), -2, 0)
        if not self.flat:
            return source, space.reshape(source.shape), space.reshape(self.groups, height, width)
        behind = 1 + len(kernel) + 1
        order = (0, *range(behind, source.ndim), *range(1, behind))
        target = space.reshape(self.groups, *kernel, within, several, *count).transpose(order)
        return source, target, space.reshape(self.groups, width, height).swapaxes(1, 2)


def lying_last(x: Array) -> Array:
    """(N, C, *size) as (N, *size, C), on the CPU in memory too, so that it can be multiplied as it is."""
    return layout.channels_last(x) if x.__class__ is np.ndarray else channels_last(x)


def _zeros(part: Array, size: Sizes, flat: bool) -> Array:
    """Zeros (n, *size, C) of the number of images, channels and type of `part`; in memory channels first if `flat`."""
    xp, images, channels = namespace(part), len(part), part.shape[-1]
    if not flat:
        return xp.zeros((images, *size, channels), part.dtype)
    return xp.moveaxis(xp.zeros((channels, images, *size), part.dtype), 0, -1)
