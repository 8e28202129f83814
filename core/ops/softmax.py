"""Softmax and its logarithm: scores along one dimension as probabilities."""

from __future__ import annotations

from core.backend import Array, namespace
from core.ops.operation import OUTPUT, Operation


class Softmax(Operation):
    """exp(x) divided by its sum along one dimension."""

    __slots__ = ("axis",)
    saves = ((OUTPUT,),)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        if not x.ndim:
            return namespace(x).exp(x - x)
        powers = namespace(x).exp(x - x.max(axis=self.axis, keepdims=True)) if x.size else x.copy()
        powers /= powers.sum(axis=self.axis, keepdims=True)
        return powers

    def backward(self, grad: Array, out: Array) -> Array:
        weighted = grad * out
        return weighted - out * (weighted.sum(axis=self.axis, keepdims=True) if out.ndim else weighted)


class LogSoftmax(Operation):
    """The logarithm of softmax."""

    __slots__ = ("axis",)
    saves = ((OUTPUT,),)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        return log_softmax(x, self.axis) if x.ndim else x - x

    def backward(self, grad: Array, out: Array) -> Array:
        total = grad.sum(axis=self.axis, keepdims=True) if out.ndim else grad
        return grad - namespace(out).exp(out) * total


def log_softmax(x: Array, axis: int) -> Array:
    if not x.size:
        return x.copy()
    shifted = x - x.max(axis=axis, keepdims=True)
    shifted -= namespace(x).log(namespace(x).exp(shifted).sum(axis=axis, keepdims=True))
    return shifted
