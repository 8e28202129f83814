"""Softmax and its logarithm: scores along one dimension as probabilities."""

from __future__ import annotations

import numpy as np

from core.arrays.backend import Array, namespace
from core.kernels import rows as kernels
from core.ops.operation import OUTPUT, Operation
from core.ops.rows import greatest, product_sum, total

_SAFE_SUMS = (1e-3, 1e30)
"""Where exp(x) sums up to something in between, it may be used as it is: nothing that counts was lost."""


class Softmax(Operation):
    """exp(x) divided by its sum along one dimension."""

    __slots__ = ("axis",)
    saves = ((OUTPUT,),)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        if not x.ndim:
            return namespace(x).exp(x - x)
        if not x.size:
            return x.copy()
        if (made := kernels.made("softmax", self.axis, x)) is not None:
            return made
        powers, sums = _powers(x, self.axis)
        powers /= sums
        return powers

    def backward(self, grad: Array, out: Array) -> Array:
        if (made := kernels.made("softmax_backward", self.axis, grad, out)) is not None:
            return made
        slopes = grad - (product_sum(grad, out, self.axis) if out.ndim else grad * out)
        slopes *= out
        return slopes


class LogSoftmax(Operation):
    """The logarithm of softmax."""

    __slots__ = ("axis",)
    saves = ((OUTPUT,),)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        return log_softmax(x, self.axis) if x.ndim else x - x

    def backward(self, grad: Array, out: Array) -> Array:
        if (made := kernels.made("log_softmax_backward", self.axis, grad, out)) is not None:
            return made
        # All in one array: another one, of some megabytes, costs the system more than a pass.
        slopes = namespace(out).exp(out) * -1
        slopes *= total(grad, self.axis) if out.ndim else grad
        slopes += grad
        return slopes


def log_softmax(x: Array, axis: int) -> Array:
    """For this the greatest number is always taken off: a logarithm near 0 has no digits to lose."""
    if not x.size:
        return x.copy()
    if (made := kernels.made("log_softmax", axis, x)) is not None:
        return made
    shifted = x - greatest(x, axis)
    shifted -= namespace(x).log(total(namespace(x).exp(shifted), axis))
    return shifted


def _powers(x: Array, axis: int) -> tuple[Array, Array]:
    """exp(x) and its sums, without the greatest number taken off where it can be done: that costs as much as exp."""
    if x.__class__ is np.ndarray:
        powers = np.exp(x)
        sums = total(powers, axis)
        if sums.min() > _SAFE_SUMS[0] and sums.max() < _SAFE_SUMS[1]:
            return powers, sums
    powers = namespace(x).exp(x - greatest(x, axis))
    return powers, total(powers, axis)
