"""The losses of classification."""

from __future__ import annotations

import numpy as np

from core.arrays.backend import Array, namespace
from core.kernels import dense
from core.ops.loss import reduced
from core.ops.masks import kept
from core.ops.operation import Operation
from core.ops.softmax import log_softmax


class CrossEntropy(Operation):
    """The mean over rows of minus the logarithm of softmax at the target class. Logits: (N, C), classes: (N,)."""

    __slots__ = ("classes", "room", "rows", "soft")
    title = "NllLoss"
    saves = ((0,),)
    replays = True

    def __init__(self, classes: Array) -> None:
        self.classes = classes

    def forward(self, logits: Array) -> Array:
        self.room = dense.room_for(logits, self.classes)
        if self.room is not None:
            self.soft = np.empty_like(logits)
            total = self.room.cross_entropy(logits, self.classes, self.soft)
            return np.asarray(total / len(logits), logits.dtype)
        self.soft = log_softmax(logits, 1)
        self.rows = namespace(logits).arange(len(logits))
        return self.soft[self.rows, self.classes].sum() / -len(logits)

    def backward(self, grad: Array, logits: Array) -> Array:
        if self.room is not None and grad.__class__ is np.ndarray:
            out = np.empty_like(self.soft)
            self.room.cross_entropy_back(self.soft, self.classes, float(grad) / len(out), out)
            return out
        out = namespace(logits).exp(self.soft)
        out[self.rows, self.classes] -= 1
        out *= grad / len(out)
        return out


class NllLoss(Operation):
    """Minus the value at the target class times the class's weight, summed, averaged by weight, or left as it is.

    x: (N, C, ...). classes: (N, ...) integers. weights: of their shape, 0 where a class is passed over. passed: where.
    """

    __slots__ = ("classes", "count", "passed", "reduction", "weights")

    def __init__(self, classes: Array, weights: Array, reduction: str, passed: Array) -> None:
        self.passed = passed
        self.classes = classes
        self.weights = weights
        self.reduction = reduction

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        self.count = x.shape[1]
        picked = xp.take_along_axis(x, xp.expand_dims(self.classes, 1), 1).reshape(self.classes.shape)
        losses = xp.where(self.passed, 0, -picked) * self.weights
        if self.reduction == "mean":
            return (reduced(losses, "sum") / reduced(self.weights, "sum")).astype(x.dtype)
        return reduced(losses, self.reduction)

    def backward(self, grad: Array) -> Array:
        xp = namespace(self.classes)
        if self.reduction == "mean":
            grad = grad / reduced(self.weights, "sum")
        every = xp.arange(self.count).reshape((-1,) + (1,) * (self.classes.ndim - 1))
        share = -grad * self.weights
        met = (xp.expand_dims(self.classes, 1) == every) & xp.expand_dims(~self.passed, 1)
        return kept(namespace(share).expand_dims(share, 1), met)

    def name(self) -> str:
        return "NllLossBackward0" if self.classes.ndim == 1 else "NllLoss2DBackward0"
