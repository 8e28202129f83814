"""Losses that compare number by number, each in one step: one made of small operations costs more than a small network.

Summing or averaging is part of the step, so that the gradient of a mean is made in one pass.
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from core.arrays.backend import Array, namespace
from core.ops.activation import sigmoid
from core.ops.elementwise import signs
from core.ops.operation import Operation
from core.ops.rectifier import negative_part, positive_part
from core.ops.reduction import average


class PointwiseLoss(Operation):
    """A loss for each number and its target, summed, averaged or left as it is (`reduction`).

    A subclass gives `losses`, and `slopes`: their gradients by the numbers and, if asked for, by the targets.
    """

    __slots__ = ("reduction",)
    saves = ((0, 1), (0, 1))

    def __init__(self, reduction: str) -> None:
        self.reduction = reduction

    def losses(self, x: Array, target: Array) -> Array:
        """The loss of each number."""
        raise NotImplementedError

    def slopes(self, x: Array, target: Array) -> tuple[Array, Array | None]:
        """The gradients of the losses by the numbers and by the targets, None where nobody asks for the latter."""
        raise NotImplementedError

    def forward(self, x: Array, target: Array) -> Array:
        return reduced(self.losses(x, target), self.reduction)

    def backward(self, grad: Array, x: Array, target: Array) -> tuple[Array, Array | None]:
        if self.reduction == "mean":
            grad = grad / _count(x, target)
        by_x, by_target = self.slopes(x, target)
        return by_x * grad, None if by_target is None else by_target * grad


class DifferenceLoss(PointwiseLoss):
    """A loss of the difference alone. A subclass gives its curve, and its slope divided by `factor`."""

    factor: ClassVar[float] = 1

    def curve(self, difference: Array) -> Array:
        """The loss of each difference, number minus target."""
        raise NotImplementedError

    def slope(self, difference: Array) -> Array:
        """The derivative of `curve`, divided by `factor`."""
        raise NotImplementedError

    def losses(self, x: Array, target: Array) -> Array:
        return self.curve(x - target)

    def backward(self, grad: Array, x: Array, target: Array) -> tuple[Array, Array | None]:
        factor = self.factor / _count(x, target) if self.reduction == "mean" else self.factor
        by_x = self.slope(x - target) * (grad * factor)
        return by_x, -by_x if self.needs(1) else None


class MseLoss(DifferenceLoss):
    """The squared differences."""

    factor = 2

    def curve(self, difference: Array) -> Array:
        return difference * difference

    def slope(self, difference: Array) -> Array:
        return difference


class L1Loss(DifferenceLoss):
    """The absolute differences."""

    def curve(self, difference: Array) -> Array:
        return abs(difference)

    def slope(self, difference: Array) -> Array:
        return signs(difference)


class HuberLoss(DifferenceLoss):
    """Half the squared differences up to `width`, beyond it straight on with the slope reached."""

    __slots__ = ("width",)

    def __init__(self, reduction: str, width: float) -> None:
        super().__init__(reduction)
        self.width = width

    def curve(self, difference: Array) -> Array:
        size = abs(difference)
        bent = size.clip(0.0, self.width)
        return bent * (size - bent * 0.5)

    def slope(self, difference: Array) -> Array:
        return difference.clip(-self.width, self.width)


class SmoothL1Loss(HuberLoss):
    """The Huber loss divided by its width, so that it ends in the absolute differences' slope."""

    def curve(self, difference: Array) -> Array:
        return super().curve(difference) / self.width

    def slope(self, difference: Array) -> Array:
        return super().slope(difference) / self.width


class BinaryCrossEntropy(PointwiseLoss):
    """-(t * log(x) + (1 - t) * log(1 - x)) with logarithms no smaller than -100."""

    def losses(self, x: Array, target: Array) -> Array:
        xp = namespace(x)
        return (target - 1) * xp.maximum(xp.log1p(-x), -100) - target * xp.maximum(xp.log(x), -100)

    def slopes(self, x: Array, target: Array) -> tuple[Array, Array | None]:
        xp = namespace(x)
        by_x = (x - target) / xp.maximum(x * (1 - x), 1e-12)
        return by_x, xp.log1p(-x) - xp.log(x) if self.needs(1) else None


class BinaryCrossEntropyWithLogits(PointwiseLoss):
    """-(t * log(s) + (1 - t) * log(1 - s)) with s = sigmoid(x), in the form that never overflows."""

    def losses(self, x: Array, target: Array) -> Array:
        xp = namespace(x)
        return positive_part(x) - x * target + xp.log1p(xp.exp(-abs(x)))

    def slopes(self, x: Array, target: Array) -> tuple[Array, Array | None]:
        return sigmoid(x) - target, -x if self.needs(1) else None


class SoftMarginLoss(PointwiseLoss):
    """log(1 + exp(-t * x)), in the form that never overflows."""

    def losses(self, x: Array, target: Array) -> Array:
        xp = namespace(x)
        product = x * target
        return xp.log1p(xp.exp(-abs(product))) - negative_part(product)

    def slopes(self, x: Array, target: Array) -> tuple[Array, Array | None]:
        slope = -sigmoid(-x * target)
        return slope * target, slope * x if self.needs(1) else None


class KlDiv(PointwiseLoss):
    """t * (log(t) - x), which is 0 where t is."""

    def losses(self, x: Array, target: Array) -> Array:
        return target * (_log_or_zero(target) - x)

    def slopes(self, x: Array, target: Array) -> tuple[Array, Array | None]:
        return -target, _log_or_zero(target) + 1 - x if self.needs(1) else None


class KlDivOfLogs(PointwiseLoss):
    """exp(t) * (t - x)."""

    title = "KlDiv"

    def losses(self, x: Array, target: Array) -> Array:
        return namespace(target).exp(target) * (target - x)

    def slopes(self, x: Array, target: Array) -> tuple[Array, Array | None]:
        power = namespace(target).exp(target)
        return -power, power * (target - x + 1) if self.needs(1) else None


def reduced(losses: Array, reduction: str) -> Array:
    """The losses' mean, sum, or themselves. Halves are summed in single precision."""
    if reduction == "mean":
        return average(losses, None)
    if reduction == "none":
        return losses
    return losses.sum(dtype="float32").astype(losses.dtype) if losses.dtype.itemsize < 4 else losses.sum()


def _count(x: Array, target: Array) -> int:
    return (x.size if x.shape == target.shape else math.prod(np.broadcast_shapes(x.shape, target.shape))) or 1


def _log_or_zero(target: Array) -> Array:
    return namespace(target).log(target + (target == 0))
