"""Convolution, and the two functions that its gradients are: each of the three is a gradient of the others."""

from __future__ import annotations

import math

import numpy as np

from core.arrays.backend import Array, namespace
from core.kernels import depthwise, layout, planes, winograd
from core.ops.im2col import Im2col, lying_last
from core.ops.operation import Operation, apply
from core.ops.windows import (
    Geometry,
    Sizes,
    channels_last,
    channels_second,
    inside,
    parts,
    taps,
)

FEW_CHANNELS = 16
"""Up to so many, adding up the places of the kernel one by one is quicker than a convolution with a turned weight."""


class ConvolutionBase(Operation):
    """What convolution and its gradients share. `groups` parts of the channels do not see one another."""

    __slots__ = ("geometry", "groups", "size")

    def __init__(self, geometry: Geometry, groups: int = 1) -> None:
        self.geometry = geometry
        self.groups = groups

    def name(self) -> str:
        return "ConvolutionBackward0"


class Convolution(ConvolutionBase):
    """(N, C, *size), weight (O, C / groups, *kernel), bias (O,) or absent -> (N, O, *count)."""

    saves = ((1,), (0,), ())

    def forward(self, x: Array, weight: Array, *bias: Array) -> Array:
        self.size = tuple(x.shape[2:])
        return convolve(x, weight, self.geometry, self.groups, *bias)

    def backward(self, grad: Array, x: Array | None, weight: Array | None) -> tuple[Array | None, ...]:
        spread = TransposedConvolution(self.geometry, self.groups, self.size)
        if grad.__class__ is np.ndarray and grad.shape[1] > FEW_CHANNELS:
            grad = channels_second(lying_last(grad))  # once for all three
        by_x = None if weight is None else apply(spread, grad, weight)
        by_weight = None if x is None else apply(ByWeight(self.geometry, self.groups), x, grad)
        return (by_x, by_weight, _by_bias(self, grad))[: len(self.inputs)]


class TransposedConvolution(ConvolutionBase):
    """Gradient of a convolution by its input: (N, O, *count), weight (O, C / groups, *kernel) -> (N, C, *size).

    met, reach: the geometry that ends with the last of the windows, and how much of the size they reach.
    """

    __slots__ = ("met", "reach")
    saves = ((1,), (0,), ())

    def __init__(self, geometry: Geometry, groups: int, size: Sizes) -> None:
        super().__init__(geometry, groups)
        self.size = size

    def forward(self, x: Array, weight: Array, *bias: Array) -> Array:
        self.met, self.reach = self.geometry.ending(tuple(x.shape[2:]), self.size)
        out = convolve_transposed(x, weight, self.geometry, self.groups, self.size)
        if bias:
            channels_last(out)[...] += bias[0]
        return out

    def backward(self, grad: Array, x: Array | None, weight: Array | None) -> tuple[Array | None, ...]:
        part = grad if self.reach == self.size else grad[(..., *map(slice, self.reach))]
        by_x = None if weight is None else apply(Convolution(self.met, self.groups), part, weight)
        by_weight = None if x is None else apply(ByWeight(self.met, self.groups), part, x)
        return (by_x, by_weight, _by_bias(self, grad))[: len(self.inputs)]


class ByWeight(ConvolutionBase):
    """Gradient of a convolution by its weight: (N, C, *size), (N, O, *count) -> (O, C / groups, *kernel)."""

    saves = ((1,), (0,))

    def forward(self, x: Array, grad: Array) -> Array:
        self.size = tuple(x.shape[2:])
        return correlate(x, grad, self.geometry, self.groups)

    def backward(self, grad: Array, x: Array | None, out: Array | None) -> tuple[Array | None, ...]:
        spread = TransposedConvolution(self.geometry, self.groups, self.size)
        by_x = None if out is None else apply(spread, out, grad)
        by_out = None if x is None else apply(Convolution(self.geometry, self.groups), x, grad)
        return by_x, by_out


def _by_bias(op: Operation, grad: Array) -> Array | None:
    if len(op.inputs) < 3 or not op.needs(2):
        return None
    # A product with ones is several times as fast as numpy's sum of columns.
    if grad.__class__ is np.ndarray and planes.lies_so(grad):
        lines = grad.transpose(1, 2, 3, 0).reshape(grad.shape[1], -1)
        return lines @ np.ones(lines.shape[1], grad.dtype)
    rows = lying_last(grad).reshape(-1, grad.shape[1])
    return namespace(grad).ones(len(rows), grad.dtype) @ rows


def convolve(x: Array, weight: Array, geometry: Geometry, groups: int = 1, bias: Array | None = None) -> Array:
    """The sum of each window times the weight, for each output channel."""
    made = _compiled(x, weight, geometry, groups, bias)
    if made is not None:
        return made
    by_place = _by_place(weight, groups)
    matrix = by_place.reshape(groups, by_place.shape[1], -1).swapaxes(1, 2)
    return _multiplied(x, matrix, geometry, bias)


def convolve_transposed(x: Array, weight: Array, geometry: Geometry, groups: int, size: Sizes) -> Array:
    """Adds to each window the weight times the number that the convolution made of it, over the output channels."""
    turned = _turned(geometry)
    if (room := depthwise.room_for(x, weight.shape, groups)) is not None:
        whole = depthwise.by_input(room, layout.channels_last(x), weight, geometry, geometry.padded(size))
        return channels_second(whole[inside(geometry, size)])
    if turned is not None and groups == 1:
        flipped = np.flip(weight, tuple(range(2, weight.ndim))) if weight.__class__ is np.ndarray else weight
        made = _compiled(x, flipped.swapaxes(0, 1), turned, 1, None)
        if made is not None:
            return made
    by_place = _by_place(weight, groups)
    if turned is None or weight.shape[1] * groups <= FEW_CHANNELS:
        return _scatter(x, by_place, geometry, size)
    around = by_place[:, :, ::-1].swapaxes(1, 2)
    return _multiplied(x, around.reshape(groups, -1, weight.shape[1]), turned)


def correlate(x: Array, grad: Array, geometry: Geometry, groups: int = 1) -> Array:
    """The sum over all windows of what is in them times the gradient of what was made of them."""
    if (made := _compiled_by_weight(x, grad, geometry, groups)) is not None:
        return made
    xp, outputs, within = namespace(x), grad.shape[1], x.shape[1] // groups
    last, places = lying_last(grad), math.prod(geometry.kernel)
    total = xp.zeros((groups, outputs // groups, places * within), x.dtype)
    for part, rows in Im2col(x, geometry, groups):
        total += xp.matmul(_by_group(last[part], groups).swapaxes(1, 2), rows)
    weight = xp.empty((outputs, within, *geometry.kernel), x.dtype)
    weight.reshape(outputs, within, places)[...] = total.reshape(outputs, places, within).swapaxes(1, 2)
    return weight


def _compiled(x: Array, weight: Array, geometry: Geometry, groups: int, bias: Array | None) -> Array | None:
    """`convolve` by compiled loops, where there are some for it."""
    if x.ndim != 4 or weight.__class__ is not np.ndarray or weight.dtype != x.dtype:
        return None
    if (room := planes.room_for(x, len(weight), geometry, groups)) is not None:
        return planes.convolve(room, x, weight, bias, geometry.padding)
    if (room := depthwise.room_for(x, weight.shape, groups)) is not None:
        out = depthwise.convolve(
            room, layout.channels_last(x, geometry.padding), weight, bias, geometry, geometry.count(x.shape[2:])
        )
        return channels_second(out)
    if groups == 1:
        method = winograd.method(layout.channels_last(x), len(weight), geometry, geometry.padding)
        if method is not None:
            return channels_second(method.convolved(weight.transpose(2, 3, 1, 0), bias))
    return None


def _compiled_by_weight(x: Array, grad: Array, geometry: Geometry, groups: int) -> Array | None:
    """`correlate` by compiled loops, where there are some for it."""
    if x.ndim != 4 or grad.__class__ is not np.ndarray or grad.dtype != x.dtype:
        return None
    if (room := planes.room_for(x, grad.shape[1], geometry, groups)) is not None:
        return planes.by_weight(room, x, grad, geometry)
    if (room := depthwise.room_for(x, grad.shape[1:2], groups)) is not None:
        return depthwise.by_weight(
            room, layout.channels_last(x, geometry.padding), layout.channels_last(grad), geometry
        )
    if groups == 1:
        method = winograd.method(layout.channels_last(x), grad.shape[1], geometry, geometry.padding)
        if method is not None:
            made = method.by_weight(layout.channels_last(grad))
            return np.ascontiguousarray(made.transpose(3, 2, 0, 1))
    return None


def _multiplied(x: Array, matrix: Array, geometry: Geometry, bias: Array | None = None) -> Array:
    """Each window of `x` as a row, times (groups, kernel * C / groups, O / groups): one product for each part."""
    xp, groups = namespace(x), len(matrix)
    matrices = Im2col(x, geometry, groups)
    out = xp.empty((len(x), *matrices.count, groups * matrix.shape[2]), x.dtype)
    for part, rows in matrices:
        xp.matmul(rows, matrix, out=_by_group(out[part], groups))
        if bias is not None:
            out[part] += bias
    return channels_second(out)


def _scatter(x: Array, by_place: Array, geometry: Geometry, size: Sizes) -> Array:
    """For each place of the kernel makes what it has in all windows of some images, and adds it where it lies."""
    xp, last, (groups, _, places, within) = namespace(x), lying_last(x), by_place.shape
    count = tuple(x.shape[2:])
    out = xp.empty((len(x), *size, groups * within), x.dtype)
    for images, _ in parts(x, (1,), math.prod(count) * places * groups * within * x.itemsize):
        rows = _by_group(last[images], groups)
        made = xp.empty((groups, rows.shape[1], within), x.dtype)
        padded = xp.zeros((len(last[images]), *geometry.padded(size), groups, within), x.dtype)
        by_window = xp.moveaxis(made.reshape(groups, len(padded), *count, within), 0, -2)
        for place, met in enumerate(taps(geometry, count)):
            xp.matmul(rows, by_place[:, :, place], out=made)
            padded[met] += by_window
        out[images] = padded[inside(geometry, size)].reshape(-1, *size, groups * within)
    return channels_second(out)


def _by_group(last: Array, groups: int) -> Array:
    """(n, *count, O) as (groups, windows, O / groups)."""
    return last.reshape(-1, groups, last.shape[-1] // groups).swapaxes(0, 1)


def _by_place(weight: Array, groups: int) -> Array:
    """(O, C / groups, *kernel) as (groups, O / groups, kernel, C / groups), in this order in memory.

    Each output's own part is turned by itself, which stays in the cache however many there are.
    """
    outputs, within, *kernel = weight.shape
    return weight.reshape(groups, outputs // groups, within, math.prod(kernel)).swapaxes(2, 3).copy()


def _turned(geometry: Geometry) -> Geometry | None:
    """The convolution with the flipped weight that gives the gradient by the input, if one does without gaps."""
    spans = zip(geometry.spans(), geometry.padding, strict=True)
    padding = tuple([(span - 1 - before, span - 1 - behind) for span, (before, behind) in spans])
    if set(geometry.stride) != {1} or min(map(min, padding)) < 0:
        return None
    return Geometry(geometry.kernel, geometry.stride, padding, geometry.dilation)
