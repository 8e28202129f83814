"""Losses, each in one step, since a loss made of small operations costs more than the layers of a small network."""

from __future__ import annotations

from core.backend import Array, namespace
from core.ops.activation import sigmoid
from core.ops.operation import Operation
from core.ops.reduction import average
from core.ops.softmax import log_softmax


class CrossEntropy(Operation):
    """The mean over rows of minus the logarithm of softmax at the target class. Logits: (N, C), classes: (N,)."""

    __slots__ = ("classes", "rows", "soft")
    title = "NllLoss"
    saves = ((0,),)
    replays = True

    def __init__(self, classes: Array) -> None:
        self.classes = classes

    def forward(self, logits: Array) -> Array:
        self.soft = log_softmax(logits, 1)
        self.rows = namespace(logits).arange(len(logits))
        return self.soft[self.rows, self.classes].sum() / -len(logits)

    def backward(self, grad: Array, logits: Array) -> Array:
        out = namespace(logits).exp(self.soft)
        out[self.rows, self.classes] -= 1
        out *= grad / len(out)
        return out


class NllLoss(Operation):
    """Minus the value at the target class for each row, times the row's weight. x: (N, C) -> (N,)."""

    __slots__ = ("classes", "shape_before", "weights")

    def __init__(self, classes: Array, weights: Array) -> None:
        self.classes = classes
        self.weights = weights

    def forward(self, x: Array) -> Array:
        self.shape_before = x.shape
        return -x[namespace(x).arange(len(x)), self.classes] * self.weights

    def backward(self, grad: Array) -> Array:
        xp = namespace(grad)
        whole = xp.zeros(self.shape_before, grad.dtype)
        whole[xp.arange(len(whole)), self.classes] = 0 - grad * self.weights
        return whole


class MseLoss(Operation):
    """The mean of the squared differences."""

    saves = ((0, 1), (0, 1))

    def forward(self, x: Array, target: Array) -> Array:
        difference = x - target
        return average(difference * difference, None)

    def backward(self, grad: Array, x: Array, target: Array) -> tuple[Array | None, Array | None]:
        difference = x - target
        by_x = difference * (grad * grad.dtype.type(2 / max(difference.size, 1)))
        return by_x, -by_x if self.needs(1) else None


class BinaryCrossEntropyWithLogits(Operation):
    """For each element -(t * log(s) + (1 - t) * log(1 - s)) with s = sigmoid(x), in the form that never overflows."""

    title = "BinaryCrossEntropyWithLogits"
    saves = ((0, 1), (0,))

    def forward(self, x: Array, target: Array) -> Array:
        xp = namespace(x)
        return xp.maximum(x, 0) - x * target + xp.log1p(xp.exp(-abs(x)))

    def backward(self, grad: Array, x: Array, target: Array | None) -> tuple[Array | None, Array | None]:
        return None if target is None else grad * (sigmoid(x) - target), -grad * x if self.needs(1) else None
