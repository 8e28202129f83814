"""Layers of sequences of channels, pictures and volumes: one reference for one, two and three dimensions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.unit.core.layer_cases.layer import LayerCase, Numbers, as_function

SPACES = {1: (2, 4, 5), 2: (2, 4, 5, 4), 3: (1, 4, 4, 5, 4)}


def _windows(x: Numbers, kernel: int, stride: int) -> Numbers:
    """(N, C, *places, *window)."""
    count = x.ndim - 2
    found = sliding_window_view(x, (kernel,) * count, tuple(range(2, x.ndim)))
    return found[(slice(None), slice(None), *[slice(None, None, stride)] * count)]


def _padded(x: Numbers, width: int, **options: Any) -> Numbers:
    return np.pad(x, [(0, 0), (0, 0), *[(width, width)] * (x.ndim - 2)], **options)


def _pooled(fold: Callable[..., Any], kernel: int, stride: int) -> Callable[[Numbers], Numbers]:
    return lambda x: np.asarray(fold(_windows(x, kernel, stride), axis=tuple(range(2 - x.ndim, 0))))


def _conv(x: Numbers, weight: Numbers, bias: Numbers | float = 0.0) -> Numbers:
    """Stride 2, padding 1, two groups."""
    windows = _windows(_padded(x, 1), weight.shape[2], 2)
    axes = list(range(2 - x.ndim, 0))
    pairs = zip(np.split(windows, 2, 1), np.split(weight, 2), strict=True)
    found = [np.tensordot(window, kernel, ([1, *axes], [1, *axes])) for window, kernel in pairs]
    return np.moveaxis(np.concatenate(found, -1) + bias, -1, 1)


def _conv_transposed(x: Numbers, weight: Numbers, bias: Numbers | float = 0.0) -> Numbers:
    """Stride 2: every number spreads over a window."""
    kernel = weight.shape[2]
    out = np.zeros((*[2 * (n - 1) + kernel for n in x.shape[2:]], len(x), weight.shape[1]))
    for at in product(range(kernel), repeat=x.ndim - 2):
        places = tuple(slice(i, i + 2 * n, 2) for i, n in zip(at, x.shape[2:], strict=True))
        out[places] += np.moveaxis(x, (0, 1), (-2, -1)) @ weight[(slice(None), slice(None), *at)]
    return np.moveaxis(out + bias, (-2, -1), (0, 1))


def _adaptive(fold: Callable[..., Any]) -> Callable[[Numbers], Numbers]:
    """To two places a dimension: its first and its last half, which share the middle of an odd length."""

    def reference(x: Numbers) -> Numbers:
        out = np.empty((*x.shape[:2], *[2] * (x.ndim - 2)))
        for at in product(range(2), repeat=x.ndim - 2):
            halves = [slice(i * (n // 2), n if i else -(-n // 2)) for i, n in zip(at, x.shape[2:], strict=True)]
            out[(..., *at)] = fold(x[(slice(None), slice(None), *halves)], axis=tuple(range(2, x.ndim)))
        return out

    return reference


def _power(x: Numbers) -> Numbers:
    return np.asarray(_pooled(np.sum, 2, 2)(np.abs(x) ** 3) ** (1 / 3))


def _unpooled(x: Numbers) -> Numbers:
    """Only the greatest of each window is left; where windows do not reach there was nothing to begin with."""
    return np.where(np.isin(x, _pooled(np.max, 2, 2)(x)), x, 0)


def _normal(axes: Callable[[int], tuple[int, ...]]) -> Callable[..., Numbers]:
    def reference(x: Numbers, weight: Numbers | None = None, bias: Numbers | None = None) -> Numbers:
        over = axes(x.ndim)
        found = (x - x.mean(over, keepdims=True)) / np.sqrt(x.var(over, keepdims=True) + 1e-5)
        if weight is None or bias is None:
            return np.asarray(found)
        ones = [1] * (x.ndim - 2)
        return np.asarray(found * weight.reshape(-1, *ones) + bias.reshape(-1, *ones))

    return reference


_batch = _normal(lambda ndim: (0, *range(2, ndim)))
_instance = _normal(lambda ndim: tuple(range(2, ndim)))


def _layers(d: int) -> list[LayerCase]:
    space = (SPACES[d],)
    even = ((1, 2, *[4] * d),)
    return [
        LayerCase(f"Conv{d}d(4, 6, 3, 2, 1, groups=2)", _conv, space),
        LayerCase(f"LazyConv{d}d(6, 3, 2, 1, groups=2, bias=False)", _conv, space),
        LayerCase(f"ConvTranspose{d}d(4, 3, 2, 2)", _conv_transposed, space),
        LayerCase(f"LazyConvTranspose{d}d(3, 3, 2)", _conv_transposed, ((1, 2, *[3] * d),)),
        LayerCase(f"MaxPool{d}d(3, 1)", _pooled(np.max, 3, 1), space),
        LayerCase(f"AvgPool{d}d(2)", _pooled(np.mean, 2, 2), space),
        LayerCase(f"LPPool{d}d(3, 2)", _power, space, (0.1, 2.0)),
        LayerCase(f"AdaptiveAvgPool{d}d(2)", _adaptive(np.mean), space),
        LayerCase(f"AdaptiveMaxPool{d}d(2)", _adaptive(np.max), space),
        LayerCase(
            f"MaxPool{d}d(2, return_indices=True)",
            _pooled(np.max, 2, 2),
            space,
            call=lambda layer, x: layer(x)[0],
        ),
        LayerCase(
            f"ModuleList([nn.MaxPool{d}d(2, return_indices=True), nn.MaxUnpool{d}d(2)])",
            _unpooled,
            even,
            call=lambda both, x: both[1](*both[0](x)),
        ),
        LayerCase(f"ZeroPad{d}d(1)", lambda x: _padded(x, 1), space),
        LayerCase(f"ConstantPad{d}d(1, 2.5)", lambda x: _padded(x, 1, constant_values=2.5), space),
        LayerCase(f"ReflectionPad{d}d(2)", lambda x: _padded(x, 2, mode="reflect"), space),
        LayerCase(f"ReplicationPad{d}d(2)", lambda x: _padded(x, 2, mode="edge"), space),
        LayerCase(f"CircularPad{d}d(2)", lambda x: _padded(x, 2, mode="wrap"), space),
        LayerCase(f"BatchNorm{d}d(4)", _batch, space),
        LayerCase(f"LazyBatchNorm{d}d()", _batch, space),
        LayerCase(f"InstanceNorm{d}d(4)", _instance, space),
        LayerCase(f"LazyInstanceNorm{d}d(affine=True)", _instance, space),
    ]


LAYERS = [
    *[case for d in SPACES for case in _layers(d)],
    LayerCase("LayerNorm(5)", lambda x, w, b: _normal(lambda _: (-1,))(x) * w + b, (SPACES[1],)),
    LayerCase(
        "GroupNorm(2, 4)",
        lambda x, w, b: (
            _normal(lambda _: (-1,))(x.reshape(2, 2, -1)).reshape(x.shape) * w[:, None, None] + b[:, None, None]
        ),
        (SPACES[2],),
    ),
    LayerCase("RMSNorm(5, 1e-5)", lambda x, w: x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * w, (SPACES[1],)),
    as_function("LocalResponseNorm(3, 0.5, 0.75, 2.0)", "local_response_norm"),
    as_function("Unfold(2)"),
    LayerCase("Fold((2, 6), (2, 3), stride=(2, 3))", lambda x: _folded(x), ((2, 6, 2),)),
    as_function("PixelShuffle(2)", "pixel_shuffle"),
    LayerCase(
        "PixelUnshuffle(2)",
        lambda x: x.reshape(1, 2, 2, 2, 3, 2).transpose(0, 1, 3, 5, 2, 4).reshape(1, 8, 2, 3),
        ((1, 2, 4, 6),),
    ),
    as_function("ChannelShuffle(2)", "channel_shuffle"),
    as_function("Upsample(scale_factor=2)", "interpolate nearest"),
    as_function("Upsample(5, mode='linear', align_corners=True)", "interpolate linear"),
    as_function("UpsamplingNearest2d(scale_factor=2)", "interpolate nearest"),
    LayerCase("UpsamplingBilinear2d((3, 3))", lambda x: _between(_between(x, 2), 3), ((1, 2, 2, 2),)),
]


def _folded(x: Numbers) -> Numbers:
    """Two blocks of 2 x 3, side by side."""
    return x.reshape(2, 1, 2, 3, 2).transpose(0, 1, 2, 4, 3).reshape(2, 1, 2, 6)


def _between(x: Numbers, axis: int) -> Numbers:
    """A third one in the middle of two."""
    first, last = np.split(x, 2, axis)
    return np.concatenate([first, (first + last) / 2, last], axis)
