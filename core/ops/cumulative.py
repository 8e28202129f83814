"""Running sums, products and extremes along one dimension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.arrays.backend import Array, StandIn, namespace
from core.ops.operation import OUTPUT, Operation


def _running(function: Callable[..., Array], x: Array, axis: int) -> Array:
    """numpy's running sums or products in the type of x; of single precision in double precision, as in PyTorch."""
    if isinstance(x, StandIn):
        return function(x, axis=axis)
    if x.dtype != "float32":
        return function(x, axis=axis, dtype=x.dtype)
    wide = x.astype("float64")
    return function(wide, axis=axis, out=wide).astype(x.dtype)


class Cumsum(Operation):
    """At each place the sum of what stands up to it along one axis."""

    __slots__ = ("axis",)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        return _running(namespace(x).cumsum, x, self.axis) if x.ndim else x.copy()

    def backward(self, grad: Array) -> Array:
        return _summed_backwards(grad, self.axis) if grad.ndim else grad


class Cumprod(Operation):
    """At each place the product of what stands up to it along one axis."""

    __slots__ = ("axis",)
    saves = ((0, OUTPUT),)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        return _running(namespace(x).cumprod, x, self.axis) if x.ndim else x.copy()

    def backward(self, grad: Array, x: Array, out: Array) -> Array:
        if not x.ndim:
            return grad
        if (x != 0).all():
            return _summed_backwards(grad * out, self.axis) / x
        return _with_zeros(grad, x, self.axis)


class Logcumsumexp(Operation):
    """log(cumsum(exp(x))) without overflow."""

    __slots__ = ("axis",)
    saves = ((0, OUTPUT),)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        return scan(namespace(x).logaddexp, x, self.axis) if x.ndim else x.copy()

    def backward(self, grad: Array, x: Array, out: Array) -> Array:
        """exp(x[i] - out[i]) s[i], where s[i] = grad[i] + exp(out[i] - out[i + 1]) s[i + 1]: no power exceeds 1."""
        if not x.ndim:
            return grad
        xp, axis = namespace(grad), self.axis
        lead = (slice(None),) * axis
        out = xp.flip(out, axis)
        rise = out[(*lead, slice(1, None))] - out[(*lead, slice(-1))]
        factor = xp.exp(xp.where(xp.isnan(rise), 0, rise))
        factor = xp.concatenate([xp.zeros_like(out[(*lead, slice(1))]), factor], axis=axis)
        total = _recurrence(factor, xp.flip(grad, axis), axis)
        return xp.flip(total, axis) * xp.exp(x - xp.flip(out, axis))


def scan(function: Callable[[Array, Array], Array], x: Array, axis: int) -> Array:
    """The associative `function` of all elements so far, in log2(n) steps (W. Hillis and G. Steele, 1986)."""
    xp = namespace(x)
    out, reach, length = x.copy(), 1, x.shape[axis]
    lead: Any = (slice(None),) * axis
    while reach < length:
        joined = function(out[(*lead, slice(length - reach))], out[(*lead, slice(reach, None))])
        out = xp.concatenate([out[(*lead, slice(reach))], joined], axis=axis)
        reach *= 2
    return out


def _recurrence(factor: Array, x: Array, axis: int) -> Array:
    """s[i] = x[i] + factor[i] s[i - 1], with factor[0] = 0, in log2(n) steps."""
    xp, reach = namespace(x), 1
    lead: Any = (slice(None),) * axis
    while reach < x.shape[axis]:
        front, behind, before = slice(reach), slice(reach, None), slice(x.shape[axis] - reach)
        later = x[(*lead, behind)] + factor[(*lead, behind)] * x[(*lead, before)]
        joint = factor[(*lead, behind)] * factor[(*lead, before)]
        x = xp.concatenate([x[(*lead, front)], later], axis=axis)
        factor = xp.concatenate([factor[(*lead, front)], joint], axis=axis)
        reach *= 2
    return x


def place_of_extreme(function: str, x: Array, axis: int) -> Array:
    """Where the greatest (`max`) or least (`min`) element so far stands, the last of equal ones; nan beats all."""
    xp = namespace(x)
    index = xp.arange(x.shape[axis]).reshape([-1 if place == axis else 1 for place in range(x.ndim)])
    index = xp.broadcast_to(index, x.shape)

    def later(first: Array, second: Array) -> Array:
        a, b = (xp.take_along_axis(x, places, axis=axis) for places in (first, second))
        better = (b >= a) if function == "max" else (b <= a)
        return xp.where((b != b) | better, second, first)

    return scan(later, index, axis)


def _summed_backwards(x: Array, axis: int) -> Array:
    xp = namespace(x)
    return xp.flip(_running(xp.cumsum, xp.flip(x, axis), axis), axis)


def _with_zeros(grad: Array, x: Array, axis: int) -> Array:
    """Sums over i of grad[i] times the product of x up to i without x[k], for each k."""
    xp = namespace(grad)
    last, weights = xp.moveaxis(x, axis, -1), xp.moveaxis(grad, axis, -1)
    count = last.shape[-1]
    rows, columns = xp.arange(count)[:, None], xp.arange(count)[None, :]
    without = xp.cumprod(xp.where(rows == columns, 1, last[..., None, :]), axis=-1)
    return xp.moveaxis(xp.where(columns >= rows, without * weights[..., None, :], 0).sum(axis=-1), -1, axis)
