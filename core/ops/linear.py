"""The linear layer."""

from __future__ import annotations

import math

from core.arrays.backend import Array
from core.ops.operation import Operation


class Linear(Operation):
    """x @ weight.T + bias. x: (..., in), weight: (out, in), bias: (out,) or absent.

    Leading dimensions are made one: numpy multiplies stacks of matrices one by one, which is slower.
    """

    title = "Addmm"
    saves = ((1,), (0,), ())

    def forward(self, x: Array, weight: Array, *bias: Array) -> Array:
        out = (x if x.ndim == 2 else _rows(x)) @ weight.T
        if bias:
            out += bias[0]
        return out if x.ndim == 2 else out.reshape(*x.shape[:-1], out.shape[1])

    def backward(self, grad: Array, x: Array | None, weight: Array | None) -> tuple[Array | None, ...]:
        flat = grad if grad.ndim == 2 else _rows(grad)
        by_x = None if weight is None else flat @ weight
        if by_x is not None and grad.ndim != 2:
            by_x = by_x.reshape(*grad.shape[:-1], by_x.shape[1])
        by_weight = None if x is None else flat.T @ _rows(x)
        if len(self.inputs) == 2:
            return by_x, by_weight
        return by_x, by_weight, flat.sum(axis=0) if self.needs(2) else None

    def name(self) -> str:
        if len(self.shape) > 2:
            return "ViewBackward0" if len(self.inputs) == 3 else "UnsafeViewBackward0"
        if len(self.shape) < 2:
            return "ViewBackward0" if len(self.inputs) == 3 else "SqueezeBackward4"
        return "AddmmBackward0" if len(self.inputs) == 3 else "MmBackward0"


def _rows(x: Array) -> Array:
    """All but the last dimension made one."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
