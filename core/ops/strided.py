"""Views of memory by steps: windows along a dimension, and any shape and strides."""

from __future__ import annotations

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation


class Unfold(Operation):
    """Windows of `size` along `axis`, `step` apart, their contents in a new last dimension."""

    __slots__ = ("axis", "shape_before", "size", "step")
    is_view = True

    def __init__(self, axis: int, size: int, step: int) -> None:
        self.axis = axis
        self.size = size
        self.step = step

    def forward(self, x: Array) -> Array:
        self.shape_before = x.shape
        count = (x.shape[self.axis] - self.size) // self.step + 1
        shape = (*x.shape[: self.axis], count, *x.shape[self.axis + 1 :], self.size)
        stride = x.strides[self.axis]
        strides = (*x.strides[: self.axis], stride * self.step, *x.strides[self.axis + 1 :], stride)
        return namespace(x).lib.stride_tricks.as_strided(x, shape, strides)

    def backward(self, grad: Array) -> Array:
        whole = namespace(grad).zeros(self.shape_before, grad.dtype)
        reach = grad.shape[self.axis] * self.step
        for place in range(self.size):
            slot = slice(place, place + reach - self.step + 1, self.step)
            whole[(slice(None),) * self.axis + (slot,)] += grad[..., place]
        return whole


class AsStrided(Operation):
    """Any shape and strides, counted in elements, on the memory of an input that lies in order."""

    __slots__ = ("offset", "shape_after", "shape_before", "steps")
    is_view = True

    def __init__(self, shape: tuple[int, ...], steps: tuple[int, ...], offset: int) -> None:
        self.shape_after = shape
        self.steps = steps
        self.offset = offset

    def forward(self, x: Array) -> Array:
        self.shape_before = x.shape
        start = x.reshape(-1)[self.offset :]
        strides = tuple([step * x.itemsize for step in self.steps])
        return namespace(x).lib.stride_tricks.as_strided(start, self.shape_after, strides)

    def backward(self, grad: Array) -> Array:
        xp = namespace(grad)
        place = self.offset
        for axis, (length, step) in enumerate(zip(self.shape_after, self.steps, strict=True)):
            place = place + (xp.arange(length) * step).reshape((-1,) + (1,) * (grad.ndim - axis - 1))
        count = 1
        for length in self.shape_before:
            count *= length
        whole = xp.zeros((count,), grad.dtype)
        xp.add.at(whole, place, grad)
        return whole.reshape(self.shape_before)
