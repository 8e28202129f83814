"""Windows that slide over an array: their geometry, and how many of them are worked on at a time.

Arrays are (N, C, *size) for whoever looks at them and lie in memory as (N, *size, C): what a window holds of one row
is then one run of memory, and a product of matrices gives outputs that lie the same way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from core.arrays.backend import Array, is_on_gpu, namespace

Sizes = tuple[int, ...]
WORKSPACE = 3 << 20
"""Bytes of windows that are copied at a time: such a part stays in the processor's cache until its product is done."""
GPU_WORKSPACE = 256 << 20
"""As much on a GPU, which wants few and large products."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """kernel, stride, dilation: a number for each axis. padding: how much in front and behind, for each axis."""

    kernel: Sizes
    stride: Sizes
    padding: tuple[tuple[int, int], ...]
    dilation: Sizes

    def spans(self) -> Sizes:
        """How far a window reaches along each axis."""
        return tuple([d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True)])

    def padded(self, size: Sizes) -> Sizes:
        """The size of an image of `size` with its padding."""
        return tuple([n + before + behind for n, (before, behind) in zip(size, self.padding, strict=True)])

    def count(self, size: Sizes) -> Sizes:
        """How many windows fit along each axis."""
        steps = zip(self.padded(size), self.spans(), self.stride, strict=True)
        return tuple([(n - span) // step + 1 for n, span, step in steps])

    def ending(self, count: Sizes, size: Sizes) -> tuple[Geometry, Sizes]:
        """The same with `count` windows of an image of `size`, where more would fit; and how much of it they reach."""
        if self.count(size) == count:
            return self, size
        steps = zip(count, self.stride, self.spans(), self.padding, strict=True)
        ends = [(n - 1) * step + span - front for n, step, span, (front, _) in steps]
        behind = [max(end - n, 0) for end, n in zip(ends, size, strict=True)]
        padding = tuple([(front, more) for (front, _), more in zip(self.padding, behind, strict=True)])
        return replace(self, padding=padding), tuple(map(min, ends, size))

    def is_pointwise(self) -> bool:
        """Whether each window is one place, and each place a window."""
        return math.prod(self.kernel) == math.prod(self.stride) == 1 and not any(map(any, self.padding))


Part = tuple[slice, slice]
"""Some of the windows: which images, and which of the windows along the first axis."""


def channels_last(array: Array) -> Array:
    """(N, C, *size) as (N, *size, C), the same memory."""
    return array.transpose(0, *range(2, array.ndim), 1)


def channels_second(array: Array) -> Array:
    """(N, *size, C) as (N, C, *size), the same memory."""
    return array.transpose(0, array.ndim - 1, *range(1, array.ndim - 1))


def parts(x: Array, count: Sizes, bytes_each: int) -> Iterator[Part]:
    """All windows of the images `x`, in parts that fill the workspace: some images, or rows of one if it is large.

    bytes_each: memory that one window takes.
    """
    images, space = len(x), GPU_WORKSPACE if is_on_gpu(x) else WORKSPACE
    an_image = max(math.prod(count) * bytes_each, 1)
    if an_image <= 2 * space:
        several = max(space // an_image, 1)
        for start in range(0, images, several):
            yield slice(start, min(start + several, images)), slice(0, count[0])
        return
    rows = max(space // (an_image // count[0]), 1)
    for image in range(images):
        for start in range(0, count[0], rows):
            yield slice(image, image + 1), slice(start, min(start + rows, count[0]))


def windows(padded: Array, geometry: Geometry, count: Sizes) -> Array:
    """(n, *count, *kernel, C), a view of `padded` (n, *size, C)."""
    first, *along, last = padded.strides
    steps = [stride * step for stride, step in zip(along, geometry.stride, strict=True)]
    within = [stride * gap for stride, gap in zip(along, geometry.dilation, strict=True)]
    shape = (padded.shape[0], *count, *geometry.kernel, padded.shape[-1])
    return namespace(padded).lib.stride_tricks.as_strided(padded, shape, (first, *steps, *within, last))


def inside(geometry: Geometry, size: Sizes) -> tuple[slice, ...]:
    """Where in the padded array (n, *size, C) the array itself lies."""
    return (slice(None), *[slice(before, before + n) for n, (before, _) in zip(size, geometry.padding, strict=True)])


def taps(geometry: Geometry, count: Sizes) -> Iterator[tuple[slice, ...]]:
    """For each place of the kernel: what of a padded array (n, *size, ...) it meets in all windows."""
    for place in product(*map(range, geometry.kernel)):
        along = zip(place, geometry.dilation, geometry.stride, count, strict=True)
        yield (
            slice(None),
            *[slice(at * gap, at * gap + step * (n - 1) + 1, step) for at, gap, step, n in along],
        )
