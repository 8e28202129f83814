"""Normalisation over chosen dimensions, a layer's whole work in one operation."""

from __future__ import annotations

import math

import numpy as np

from core.arrays.backend import Array, namespace
from core.kernels import rows as kernels
from core.ops import channel_statistics as statistics
from core.ops.operation import Operation
from core.ops.reduction import average

Shape = tuple[int, ...]


class Affine(Operation):
    """What normalisations share: the last step, `normal * weight + bias`, where each of the two may be None.

    along: the shape in which weight and bias, themselves of shape `sizes`, stand against x. called: what PyTorch calls
    the operation. normal: what `forward` normalised; None where it was not kept.
    """

    __slots__ = ("along", "called", "normal", "sizes")
    saves = ((0, 1), (0,), ())
    replays = True

    def __init__(self, along: Shape, sizes: Shape, called: str) -> None:
        self.along = along
        self.sizes = sizes
        self.called = called

    def affine(self, normal: Array, weight: Array | None, bias: Array | None) -> Array:
        """A new array, since whoever gets it may change it, and `normal` is kept."""
        self.normal = normal
        if weight is None:
            return normal.copy() if bias is None else normal + bias.reshape(self.along)
        out = normal * weight.reshape(self.along)
        if bias is not None:
            out += bias.reshape(self.along)
        return out

    def before_weight(self, grad: Array, weight: Array | None) -> Array:
        """The gradient of the normalised numbers, from that of the output."""
        return grad if weight is None else grad * weight.reshape(self.along)

    def parameter_gradients(self, grad: Array) -> tuple[Array | None, Array | None]:
        """The gradients of weight and bias, None where nobody asks."""
        return (
            self._folded(grad * self.normal) if self.needs(1) else None,
            self._folded(grad) if self.needs(2) else None,
        )

    def _folded(self, grad: Array) -> Array:
        lead = grad.ndim - len(self.along)
        axes = (*range(lead), *(lead + axis for axis, length in enumerate(self.along) if length == 1))
        return grad.sum(axis=axes).reshape(self.sizes)

    def name(self) -> str:
        return f"{self.called}Backward0"


class BatchNorm(Affine):
    """(x - mean) / sqrt(variance + eps) for the channels, dimension 1, then weight and bias.

    Big arrays on the CPU go block by block, and no normalised copy is kept of them. `forward` leaves mean and biased
    variance for whoever keeps running figures.
    """

    __slots__ = ("axes", "eps", "mean", "scale", "variance")

    def __init__(self, ndim: int, channels: int, eps: float) -> None:
        super().__init__((channels, *[1] * (ndim - 2)), (channels,), "NativeBatchNorm")
        self.axes = (0, *range(2, ndim))
        self.eps = eps

    def forward(self, x: Array, weight: Array | None, bias: Array | None) -> Array:
        rows = statistics.big_rows(x)
        if rows is not None:
            self.normal = None
            self.mean, self.variance = statistics.moments(rows)
            self.scale = 1 / np.sqrt(self.variance + self.eps)
            return statistics.unrowed(statistics.scaled(rows, *_line(self.mean, self.scale, weight, bias)), x)
        self.mean = average(x, self.axes, keepdims=True)
        centred = x - self.mean
        self.variance = average(centred * centred, self.axes, keepdims=True)
        self.scale = 1 / namespace(x).sqrt(self.variance + self.eps)
        return self.affine(centred * self.scale, weight, bias)

    def backward(self, grad: Array, x: Array | None, weight: Array | None) -> tuple[Array | None, ...]:
        if self.normal is None and x is not None:
            return self._backward_by_blocks(grad, x, weight)
        parameters = self.parameter_gradients(grad)
        if not self.needs(0):
            return None, *parameters
        inner = self.before_weight(grad, weight)
        level = average(inner, self.axes, keepdims=True)
        tilt = average(inner * self.normal, self.axes, keepdims=True)
        return (inner - level - self.normal * tilt) * self.scale, *parameters

    def _backward_by_blocks(self, grad: Array, x: Array, weight: Array | None) -> tuple[Array | None, ...]:
        rows, grads = statistics.rows_of(x), statistics.rows_of(grad)
        level, tilt = statistics.gradient_sums(grads, rows, self.mean)
        tilt *= self.scale
        if not self.needs(0):
            return None, tilt, level
        grad_scale = self.scale if weight is None else self.scale * weight
        x_scale = -grad_scale * self.scale * tilt / len(rows)
        shift = -grad_scale * level / len(rows) - x_scale * self.mean
        return statistics.unrowed(statistics.combined(grads, rows, grad_scale, x_scale, shift), x), tilt, level


class RowNorm(Affine):
    """(x - mean) / sqrt(variance + eps) for each row of `width` numbers that lie together, then weight and bias.

    seen: the shape of x in which weight and bias apply. Products with ones sum a row quicker than a sum does.
    `forward` leaves mean and biased variance of the rows for whoever keeps running figures.
    """

    __slots__ = ("eps", "mean", "ones", "scale", "seen", "variance", "width")

    def __init__(self, seen: Shape, width: int, along: Shape, sizes: Shape, eps: float, called: str) -> None:
        super().__init__(along, sizes, called)
        self.seen = seen
        self.width = width
        self.eps = eps

    def forward(self, x: Array, weight: Array | None, bias: Array | None) -> Array:
        xp, count = namespace(x), max(self.width, 1)
        rows = x.reshape(self._rows(x.size))
        self.ones = xp.ones(self.width, x.dtype)
        self.mean = rows @ self.ones / count
        centred = rows - self.mean[:, None]
        self.variance = (centred * centred) @ self.ones / count
        self.scale = (1 / xp.sqrt(self.variance + self.eps))[:, None]
        return self.affine((centred * self.scale).reshape(self.seen), weight, bias).reshape(x.shape)

    def backward(self, grad: Array, x: Array | None, weight: Array | None) -> tuple[Array | None, ...]:
        seen = grad.reshape(self.seen)
        parameters = self.parameter_gradients(seen)
        if not self.needs(0):
            return None, *parameters
        inner = self.before_weight(seen, weight).reshape(self._rows(grad.size))
        tilts = (inner * self.normal.reshape(inner.shape)) @ self.ones
        return self.straightened(inner, inner @ self.ones, tilts).reshape(grad.shape), *parameters

    def straightened(self, inner: Array, levels: Array, tilts: Array) -> Array:
        """The gradient of the rows, from that before weight and bias and what it sums up to, plain and weighted."""
        count = max(self.width, 1)
        straight = inner - (levels / count)[:, None]
        straight -= self.normal.reshape(inner.shape) * (tilts / count)[:, None]
        straight *= self.scale
        return straight

    def _rows(self, size: int) -> Shape:
        return (size // self.width, self.width) if self.width else (math.prod(self.seen[:-1]), 0)


class LayerNorm(RowNorm):
    """RowNorm for the last dimensions, of shape `sizes`."""

    __slots__ = ()

    def __init__(self, shape: Shape, sizes: Shape, eps: float) -> None:
        width = math.prod(sizes)
        seen = (math.prod(shape[: -len(sizes)]), width)
        super().__init__(seen, width, (width,), sizes, eps, "NativeLayerNorm")

    def forward(self, x: Array, weight: Array | None, bias: Array | None) -> Array:
        """Where a compiled loop does it, no normalised copy is kept."""
        made = kernels.layer_norm(x.reshape(self.seen), weight, bias, self.eps) if self.width else None
        if made is None:
            return super().forward(x, weight, bias)
        self.normal, (out, self.mean, self.scale) = None, made
        return out.reshape(x.shape)

    def backward(self, grad: Array, x: Array | None, weight: Array | None) -> tuple[Array | None, ...]:
        if self.normal is None and x is not None:
            by_x, *others = kernels.layer_norm_backward(grad, x, weight, self.mean, self.scale)
            return by_x, *[each.reshape(self.sizes) for each in others]
        if self.normal is None:
            return None, None, self._folded(grad.reshape(self.seen))
        return self._by_products(grad, weight)

    def _by_products(self, grad: Array, weight: Array | None) -> tuple[Array | None, ...]:
        """One product of gradient and normalised rows serves the weight and, once weighted, the rows."""
        rows = grad.reshape(self.seen)
        product = rows * self.normal
        lines = namespace(grad).ones(len(rows), grad.dtype)
        parameters = [(lines @ value).reshape(self.sizes) for value in (product, rows)]
        if not self.needs(0):
            return None, *parameters
        factors = self.ones if weight is None else weight.reshape(self.along)
        return self.straightened(rows * factors, rows @ factors, product @ factors).reshape(grad.shape), *parameters


class RmsNorm(Affine):
    """x / sqrt(mean of squares over the last dimensions + eps), then weight."""

    __slots__ = ("axes", "eps", "scale")

    def __init__(self, ndim: int, sizes: Shape, eps: float) -> None:
        super().__init__(sizes, sizes, "Mul")
        self.axes = tuple(range(ndim - len(sizes), ndim))
        self.eps = eps

    def forward(self, x: Array, weight: Array | None, bias: Array | None) -> Array:
        self.scale = 1 / namespace(x).sqrt(average(x * x, self.axes, keepdims=True) + self.eps)
        return self.affine(x * self.scale, weight, bias)

    def backward(self, grad: Array, x: Array, weight: Array | None) -> tuple[Array | None, ...]:
        parameters = self.parameter_gradients(grad)
        if not self.needs(0):
            return None, *parameters
        inner = self.before_weight(grad, weight)
        tilt = average(inner * self.normal, self.axes, keepdims=True)
        return (inner - self.normal * tilt) * self.scale, *parameters


class Standardize(Affine):
    """(x - mean) * scale with given mean and scale of the channels, then weight and bias."""

    __slots__ = ("mean", "scale")

    def __init__(self, ndim: int, mean: Array, variance: Array, eps: float) -> None:
        super().__init__((len(mean), *[1] * (ndim - 2)), mean.shape, "NativeBatchNorm")
        self.mean = mean
        self.scale = 1 / namespace(variance).sqrt(variance + eps)

    def forward(self, x: Array, weight: Array | None, bias: Array | None) -> Array:
        rows = statistics.big_rows(x)
        if rows is None:
            normal = (x - self.mean.reshape(self.along)) * self.scale.reshape(self.along)
            return self.affine(normal, weight, bias)
        self.normal = None
        return statistics.unrowed(statistics.scaled(rows, *_line(self.mean, self.scale, weight, bias)), x)

    def backward(self, grad: Array, x: Array, weight: Array | None) -> tuple[Array | None, ...]:
        if self.normal is None and self.needs(1):
            self.normal = (x - self.mean.reshape(self.along)) * self.scale.reshape(self.along)
        inner = self.before_weight(grad, weight) * self.scale.reshape(self.along) if self.needs(0) else None
        return inner, *self.parameter_gradients(grad)


def _line(mean: Array, scale: Array, weight: Array | None, bias: Array | None) -> tuple[Array, Array]:
    """Normalisation, weight and bias of a channel as one factor and one summand."""
    factor = scale if weight is None else scale * weight
    return factor, -mean * factor if bias is None else bias - mean * factor


class ChannelWindow(Operation):
    """Each channel (dimension 1) plus the `before` ones in front of it and the `after` ones behind it."""

    __slots__ = ("after", "before")
    title = "AvgPool2D"

    def __init__(self, before: int, after: int) -> None:
        self.before = before
        self.after = after

    def forward(self, x: Array) -> Array:
        return _window(x, self.before, self.after)

    def backward(self, grad: Array) -> Array:
        return _window(grad, self.after, self.before)


def _window(x: Array, before: int, after: int) -> Array:
    channels = x.shape[1]
    total = x
    for step in range(1, min(before, channels - 1) + 1):
        total = total + _moved(x, step)
    for step in range(1, min(after, channels - 1) + 1):
        total = total + _moved(x, -step)
    return total


def _moved(x: Array, step: int) -> Array:
    """The channels moved by `step`, with zeros where none came from."""
    kept = x[:, :-step] if step > 0 else x[:, -step:]
    zeros = namespace(x).zeros((x.shape[0], abs(step), *x.shape[2:]), x.dtype)
    return namespace(x).concatenate([zeros, kept] if step > 0 else [kept, zeros], axis=1)
