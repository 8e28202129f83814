"""A constant around images."""

from __future__ import annotations

import numpy as np

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation, apply
from core.ops.windows import Sizes


class Pad(Operation):
    """A constant around the last axes; a negative width cuts off. widths: in front and behind, for each axis."""

    __slots__ = ("value", "widths")
    title = "ConstantPadNd"

    def __init__(self, widths: tuple[tuple[int, int], ...], value: float) -> None:
        self.widths = widths
        self.value = value

    def forward(self, x: Array) -> Array:
        kept = x[(..., *[slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in self._axes(x.shape)])]
        lead = x.shape[: x.ndim - len(self.widths)]
        shape = (*lead, *[a + n + b for (a, b), n in self._axes(x.shape)])
        out = _in_order_of(x, shape)
        out[...] = self.value
        places = zip(self.widths, kept.shape[len(lead) :], strict=True)
        out[(..., *[slice(max(a, 0), max(a, 0) + n) for (a, _), n in places])] = kept
        return out

    def backward(self, grad: Array) -> Array:
        return apply(Pad(tuple([(-a, -b) for a, b in self.widths]), 0), grad)

    def _axes(self, shape: Sizes) -> list[tuple[tuple[int, int], int]]:
        return list(zip(self.widths, shape[len(shape) - len(self.widths) :], strict=True))


def _in_order_of(x: Array, shape: Sizes) -> Array:
    """An array whose axes lie in memory in the order of those of `x`."""
    order = sorted(range(x.ndim), key=lambda axis: -x.strides[axis])
    made = namespace(x).empty(tuple([shape[axis] for axis in order]), x.dtype)
    return made.transpose(np.argsort(order).tolist())
