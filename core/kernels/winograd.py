"""Convolutions with windows of three by three, of channels that are not few, by Winograd's method.

A part of the images at a time, so that what is multiplied stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import SINGLE
from core.kernels.threads import count, share

LEAST_CHANNELS = 16
TILES = 256
"""Tiles of four by four numbers that are worked on at a time, about."""


class Winograd:
    """The method for images (N, H, W, C), channels last, with so much around them: ((above, below), (left, right))."""

    def __init__(self, room: Any, x: Array, padding: Any) -> None:
        (above, below), (left, right) = padding
        self.room, self.x, self.before = room, x, (above, left)
        self.height, self.width = x.shape[1] + above + below - 2, x.shape[2] + left + right - 2
        self.lines: int
        self.across: int
        self.lines, self.across = -(-self.height // 2), -(-self.width // 2)

    def convolved(self, weight: Array, bias: Array | None) -> Array:
        """Weight (3, 3, C, O) -> (N, h, w, O)."""
        outputs = weight.shape[3]
        turned = np.empty((16, *weight.shape[2:]), SINGLE)
        self.room.weights(np.ascontiguousarray(weight), turned)
        summand = np.zeros(outputs, SINGLE) if bias is None else np.ascontiguousarray(bias)
        out = np.empty((len(self.x), self.height, self.width, outputs), SINGLE)

        def part(_: int, start: int, end: int) -> None:
            work = _Work(self, outputs)
            for images, first, last in self._parts(start, end):
                tiles = self._gather(work, images, first, last)
                np.matmul(work.gathered[:, :tiles], turned, out=work.made[:, :tiles])
                for number, image in enumerate(images):
                    self._write(work, summand, out[image], number, first, last)

        share(len(self.x), part)
        return out

    def by_weight(self, grad: Array) -> Array:
        """Grad (N, h, w, O) -> (3, 3, C, O)."""
        channels, outputs = self.x.shape[-1], grad.shape[-1]
        totals = np.zeros((count(), 16, channels, outputs), SINGLE)

        def part(number: int, start: int, end: int) -> None:
            work, total = _Work(self, outputs), totals[number]
            product = np.empty_like(total)
            for images, first, last in self._parts(start, end):
                tiles = self._gather(work, images, first, last)
                for place, image in enumerate(images):
                    given = self._even(grad[image], first, last, work)
                    at = place * (last - first) * self.across
                    self.room.output_back(given, work.made, last - first, at)
                np.matmul(work.gathered[:, :tiles].transpose(0, 2, 1), work.made[:, :tiles], out=product)
                np.add(total, product, out=total)

        share(len(self.x), part)
        weight = np.empty((3, 3, channels, outputs), SINGLE)
        self.room.weights_back(np.ascontiguousarray(totals.sum(axis=0)), weight)
        return weight

    def _parts(self, start: int, end: int) -> Iterator[tuple[range, int, int]]:
        """Some images and, of a large one, some lines of tiles."""
        several = TILES // (self.lines * self.across)
        if several >= 1:
            for image in range(start, end, several):
                yield range(image, min(image + several, end)), 0, self.lines
            return
        lines = max(TILES // self.across, 1)
        for image in range(start, end):
            for first in range(0, self.lines, lines):
                yield range(image, image + 1), first, min(first + lines, self.lines)

    def _gather(self, work: _Work, images: range, first: int, last: int) -> int:
        """Returns how many tiles there are."""
        each: int = (last - first) * self.across
        above, left = self.before
        for number, image in enumerate(images):
            if first == 0:
                work.padded[above : above + self.x.shape[1], left : left + self.x.shape[2]] = self.x[image]
            self.room.gather(work.padded[2 * first : 2 * last + 2], work.gathered, last - first, number * each)
        return each * len(images)

    def _write(self, work: _Work, bias: Array, out: Array, number: int, first: int, last: int) -> None:
        at = number * (last - first) * self.across
        rows, is_even = min(2 * last, self.height), self.width % 2 == 0 and 2 * last <= self.height
        target = out[2 * first : rows] if is_even else work.even[: 2 * (last - first)]
        self.room.output(work.made, bias, target, last - first, at)
        if not is_even:
            out[2 * first : rows] = target[: rows - 2 * first, : self.width]

    def _even(self, grad: Array, first: int, last: int, work: _Work) -> Array:
        """Rows of the gradient, with zeros at the end where their number or length is odd."""
        rows = min(2 * last, self.height)
        if self.width % 2 == 0 and 2 * last <= self.height:
            return grad[2 * first : rows]
        target = work.even[: 2 * (last - first)]
        target[...] = 0
        target[: rows - 2 * first, : self.width] = grad[2 * first : rows]
        return target


class _Work:
    """Space that one thread works in."""

    def __init__(self, of: Winograd, outputs: int) -> None:
        channels, each = of.x.shape[-1], of.lines * of.across
        tiles = max(TILES // each, 1) * each if each <= TILES else max(TILES // of.across, 1) * of.across
        self.padded = np.zeros((2 * of.lines + 2, 2 * of.across + 2, channels), SINGLE)
        self.gathered = np.empty((16, tiles, channels), SINGLE)
        self.made = np.empty((16, tiles, outputs), SINGLE)
        self._shape = (2 * of.lines, 2 * of.across, outputs)

    @cached_property
    def even(self) -> Array:
        """As many rows as there are lines of tiles, where the image has an odd number or length of them."""
        return np.empty(self._shape, SINGLE)


def method(x: Array, outputs: int, geometry: Any, padding: Any) -> Winograd | None:
    """The method for `x` (N, H, W, C) where it pays and its loops can be had; else None."""
    if geometry.kernel != (3, 3) or set(geometry.stride) != {1} or set(geometry.dilation) != {1}:
        return None
    if min(x.shape[-1], outputs) < LEAST_CHANNELS or x.__class__ is not np.ndarray or x.dtype is not SINGLE:
        return None
    if min(map(min, padding)) < 0 or min(x.shape[1:3]) < 4 or not len(x):
        return None
    room = loops("winograd")
    return None if room is None else Winograd(room, x, padding)
