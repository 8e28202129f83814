"""Operations that fold dimensions away: sum, mean, variance, product, extremes."""

from __future__ import annotations

from typing import Any

from core.arrays.backend import Array, StandIn, namespace
from core.ops.masks import kept, zeros
from core.ops.operation import OUTPUT, Operation

Axes = tuple[int, ...] | None


class Reduction(Operation):
    """Folds the dimensions `axes` (None: all). `keepdims` leaves them with length one."""

    __slots__ = ("axes", "keepdims", "size")

    def __init__(self, axes: Axes = None, keepdims: bool = False) -> None:
        self.axes = axes
        self.keepdims = keepdims

    def name(self) -> str:
        return f"{self.title}Backward{0 if self.axes is None else 1}"

    def spread(self, folded: Array) -> Array:
        """Puts the folded dimensions back with length one, so that `folded` broadcasts against the input."""
        if self.axes is None or self.keepdims:
            return folded
        return namespace(folded).expand_dims(folded, self.axes)


class Sum(Reduction):
    """The sum over the axes."""

    def forward(self, x: Array) -> Array:
        self.size = x.shape
        return x.sum(axis=self.axes, keepdims=self.keepdims, dtype=x.dtype)

    def backward(self, grad: Array) -> Array:
        return namespace(grad).broadcast_to(self.spread(grad), self.size)


class Mean(Reduction):
    """The mean over the axes."""

    def forward(self, x: Array) -> Array:
        self.size = x.shape
        return average(x, self.axes, self.keepdims)

    def backward(self, grad: Array) -> Array:
        return namespace(grad).broadcast_to(self.spread(grad) / _count(self.size, self.axes), self.size)


class _Corrected(Reduction):
    """A reduction with `correction` taken off the count of numbers."""

    __slots__ = ("correction",)

    def __init__(self, axes: Axes, keepdims: bool, correction: float) -> None:
        super().__init__(axes, keepdims)
        self.correction = correction


class Var(_Corrected):
    """The mean square distance from the mean."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return _variance(x, self.axes, self.keepdims, self.correction)

    def backward(self, grad: Array, x: Array) -> Array:
        return self.spread(grad) * _variance_slope(x, self.axes, self.correction)

    def name(self) -> str:
        return "VarBackward0"


class Std(_Corrected):
    """The square root of the variance; its gradient is 0 where the deviation is."""

    saves = ((0, OUTPUT),)

    def forward(self, x: Array) -> Array:
        return namespace(x).sqrt(_variance(x, self.axes, self.keepdims, self.correction))

    def backward(self, grad: Array, x: Array, out: Array) -> Array:
        share = namespace(out).where(out == 0, 0, grad / (2 * out))
        return self.spread(share) * _variance_slope(x, self.axes, self.correction)

    def name(self) -> str:
        return "StdBackward0"


class Prod(Reduction):
    """The product over the axes; its gradient is right for zeros too."""

    saves = ((0, OUTPUT),)

    def forward(self, x: Array) -> Array:
        return x.prod(axis=self.axes, keepdims=self.keepdims, dtype=x.dtype)

    def backward(self, grad: Array, x: Array, out: Array) -> Array:
        some = x != 0
        if some.all():
            return self.spread(grad * out) / x
        if self.axes is None and not isinstance(x, StandIn) and int((~some).sum()) > 1:
            return zeros(x)
        return self.spread(grad) * _product_of_others(x, self.axes)


class Extreme(Reduction):
    """The greatest (or least) value; equal ones share the gradient evenly."""

    __slots__ = ("function",)
    saves = ((0, OUTPUT),)

    def __init__(self, function: str, axes: Axes = None, keepdims: bool = False) -> None:
        super().__init__(axes, keepdims)
        self.function = function

    def forward(self, x: Array) -> Array:
        return getattr(namespace(x), self.function)(x, axis=self.axes, keepdims=self.keepdims)

    def backward(self, grad: Array, x: Array, out: Array) -> Array:
        best = x == self.spread(out)
        if self.axes is None:
            best = best if best.any() else x != x
            return kept(namespace(grad).broadcast_to(grad / best.sum(), x.shape), best)
        return best * self.spread(grad) / best.sum(axis=self.axes, keepdims=True)

    def name(self) -> str:
        title = self.function.capitalize()
        return f"{title}Backward1" if self.axes is None else f"A{title.lower()}Backward0"


class Middle(Extreme):
    """The number at one place of a row, which is in the middle of all; equal ones share the gradient evenly."""

    __slots__ = ("place",)

    def __init__(self, function: str, place: int) -> None:
        super().__init__(function)
        self.place = place

    def forward(self, x: Array) -> Array:
        return x[self.place]

    def name(self) -> str:
        return f"{self.function.capitalize()}Backward0"


class Logsumexp(Reduction):
    """log(sum(exp(x))) over the axes, without overflow."""

    saves = ((0, OUTPUT),)

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        peak = x.max(axis=self.axes, keepdims=True) if x.size else xp.zeros((), x.dtype)
        peak = xp.where(xp.isfinite(peak), peak, 0)
        total = xp.log(xp.exp(x - peak).sum(axis=self.axes, keepdims=True)) + peak
        return total if self.keepdims else total.reshape(_without(x.shape, self.axes))

    def backward(self, grad: Array, x: Array, out: Array) -> Array:
        return self.spread(grad) * namespace(x).exp(x - self.spread(out))

    def name(self) -> str:
        return "LogsumexpBackward0"


def average(x: Array, axes: Axes, keepdims: bool = False) -> Array:
    """The mean; numpy's own warns where there is nothing to average. Halves are summed in single precision."""
    xp = namespace(x)
    total = x.sum(axis=axes, keepdims=keepdims, dtype=xp.float32 if x.dtype.itemsize < 4 else x.dtype)
    mean = xp.true_divide(total, _count(x.shape, axes))
    return mean if mean.dtype == x.dtype else mean.astype(x.dtype)


def _count(shape: tuple[int, ...], axes: Axes) -> int:
    count = 1
    for axis, length in enumerate(shape):
        count *= length if axes is None or axis in axes else 1
    return count


def _without(shape: tuple[int, ...], axes: Axes) -> tuple[int, ...]:
    return tuple(length for axis, length in enumerate(shape) if axes is not None and axis not in axes)


def _variance(x: Array, axes: Axes, keepdims: bool, correction: float) -> Array:
    xp = namespace(x)
    distance = x - average(x, axes, keepdims=True)
    count = _count(x.shape, axes) - correction
    total = (distance * distance).sum(axis=axes, keepdims=keepdims)
    return total / x.dtype.type(count) if count > 0 else xp.full_like(total, xp.nan)


def _variance_slope(x: Array, axes: Axes, correction: float) -> Array:
    count = _count(x.shape, axes) - correction
    return (x - average(x, axes, keepdims=True)) * (2 / count if count else float("inf"))


def _product_of_others(x: Array, axes: Axes) -> Array:
    """For each element the product of all others, which stays right where some are zero."""
    xp = namespace(x)
    folded = tuple(range(x.ndim)) if axes is None else axes
    last = tuple(range(x.ndim - len(folded), x.ndim))
    moved = xp.moveaxis(x, folded, last)
    flat = moved.reshape(*moved.shape[: x.ndim - len(folded)], -1)
    one = xp.ones_like(flat[..., :1])
    before = xp.cumprod(xp.concatenate([one, flat[..., :-1]], axis=-1), axis=-1)
    after = xp.flip(xp.cumprod(xp.concatenate([one, xp.flip(flat, -1)[..., :-1]], axis=-1), axis=-1), -1)
    others: Any = (before * after).reshape(moved.shape)
    return xp.moveaxis(others, last, folded)
