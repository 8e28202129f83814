"""Convolution, pooling, padding and resampling, with references that spell each window out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from core.nn import functional as F
from tests.unit.core.cases.case import Case, Numbers, on

IMAGES = ((2, 4, 6, 5),)


def _windows(x: Numbers, kernel: int, stride: int, dilation: int = 1) -> Iterator[tuple[tuple[int, int], Numbers]]:
    """Where each window (N, C, kernel, kernel) goes, and the window."""
    span = dilation * (kernel - 1) + 1
    counts = [(n - span) // stride + 1 for n in x.shape[2:]]
    for row, column in product(*map(range, counts)):
        top, left = row * stride, column * stride
        yield (row, column), x[:, :, top : top + span : dilation, left : left + span : dilation]


def _placed(found: dict[tuple[int, int], Numbers]) -> Numbers:
    """(N, C) for each place as (N, C, rows, columns)."""
    rows, columns = max(found)
    return np.stack(
        [np.stack([found[row, column] for column in range(columns + 1)], -1) for row in range(rows + 1)], -2
    )


def _pooled(fold: Callable[..., Any], kernel: int, stride: int) -> Callable[[Numbers], Numbers]:
    def reference(x: Numbers) -> Numbers:
        found = {place: fold(window, (2, 3)) for place, window in _windows(x, kernel, stride)}
        return _placed(found)

    return reference


def _conv(stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1) -> Callable[..., Numbers]:
    def reference(x: Numbers, weight: Numbers, bias: Numbers | float = 0.0) -> Numbers:
        padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
        parts = np.split(padded, groups, 1)
        weights = np.split(weight, groups, 0)
        outs = []
        for part, kernels in zip(parts, weights, strict=True):
            found = {
                place: np.einsum("nchw,ochw->no", window, kernels)
                for place, window in _windows(part, weight.shape[2], stride, dilation)
            }
            outs.append(_placed(found))
        return np.concatenate(outs, 1) + np.reshape(bias, (-1, 1, 1))

    return reference


def _conv_transposed(x: Numbers, weight: Numbers) -> Numbers:
    """Stride 2, no padding: each number spreads over a window."""
    kernel = weight.shape[2]
    out = np.zeros((len(x), weight.shape[1], *[(n - 1) * 2 + kernel for n in x.shape[2:]]))
    for row, column in product(*map(range, x.shape[2:])):
        spread = np.einsum("nc,cohw->nohw", x[:, :, row, column], weight)
        out[:, :, 2 * row : 2 * row + kernel, 2 * column : 2 * column + kernel] += spread
    return out


def _columns(x: Numbers) -> Numbers:
    found = [window.reshape(len(x), -1) for _, window in _windows(x, 2, 1)]
    return np.stack(found, -1)


CASES = [
    Case("conv2d", F.conv2d, _conv(), (*IMAGES, (3, 4, 3, 3), (3,))),
    Case("conv2d few channels", lambda x, w: F.conv2d(x, w, padding=1), _conv(padding=1), ((2, 1, 5, 5), (2, 1, 3, 3))),
    Case(
        "conv2d many channels",
        lambda x, w: F.conv2d(x, w, padding=1),
        _conv(padding=1),
        ((1, 18, 3, 3), (2, 18, 3, 3)),
    ),
    Case("conv2d of single places", F.conv2d, _conv(), (*IMAGES, (3, 4, 1, 1), (3,))),
    Case(
        "conv2d all options",
        lambda x, w: F.conv2d(x, w, stride=2, padding=2, dilation=2, groups=2),
        _conv(2, 2, 2, 2),
        (*IMAGES, (6, 2, 2, 2)),
    ),
    Case(
        "conv1d",
        lambda x, w: F.conv1d(x, w, padding=1),
        lambda x, w: np.stack(
            [np.einsum("nck,ock->no", np.pad(x, ((0, 0), (0, 0), (1, 1)))[..., i : i + 3], w) for i in range(5)], -1
        ),
        ((2, 3, 5), (2, 3, 3)),
    ),
    Case(
        "conv3d",
        F.conv3d,
        lambda x, w: np.stack([np.einsum("ncdhw,ocdhw->no", x[:, :, i : i + 2], w) for i in range(2)], -1)[
            ..., None, None
        ],
        ((2, 2, 3, 2, 2), (2, 2, 2, 2, 2)),
    ),
    Case(
        "conv_transpose2d",
        lambda x, w: F.conv_transpose2d(x, w, stride=2),
        _conv_transposed,
        ((2, 3, 3, 2), (3, 2, 3, 3)),
    ),
    Case("unfold", lambda x: F.unfold(x, 2), _columns, IMAGES),
    Case("fold", lambda x: F.fold(F.unfold(x, 2, stride=2), (6, 4), 2, stride=2), lambda x: x, ((2, 4, 6, 4),)),
    Case("max_pool2d", lambda x: F.max_pool2d(x, 2), _pooled(np.max, 2, 2), IMAGES),
    Case("max_pool2d overlapping", lambda x: F.max_pool2d(x, 3, 1), _pooled(np.max, 3, 1), IMAGES),
    Case("avg_pool2d", lambda x: F.avg_pool2d(x, 2), _pooled(np.mean, 2, 2), IMAGES),
    Case("avg_pool2d overlapping", lambda x: F.avg_pool2d(x, 3, 2), _pooled(np.mean, 3, 2), IMAGES),
    Case(
        "avg_pool1d padded",
        lambda x: F.avg_pool1d(x, 2, padding=1, count_include_pad=False),
        lambda x: np.stack([x[..., 0], x[..., 1:3].mean(-1), x[..., 3]], -1),
        ((2, 3, 4),),
    ),
    Case(
        "lp_pool2d",
        lambda x: F.lp_pool2d(x, 2, 2),
        lambda x: _pooled(np.sum, 2, 2)(x * x) ** 0.5,
        IMAGES,
    ),
    Case(
        "adaptive_avg_pool2d to one",
        lambda x: F.adaptive_avg_pool2d(x, 1),
        lambda x: x.mean((2, 3), keepdims=True),
        IMAGES,
    ),
    Case(
        "adaptive_avg_pool1d",
        lambda x: F.adaptive_avg_pool1d(x, 3),
        lambda x: np.stack([x[..., :2].mean(-1), x[..., 1:4].mean(-1), x[..., 3:].mean(-1)], -1),
        ((2, 3, 5),),
    ),
    Case(
        "adaptive_max_pool1d",
        lambda x: F.adaptive_max_pool1d(x, 3),
        lambda x: np.stack([x[..., :2].max(-1), x[..., 1:4].max(-1), x[..., 3:].max(-1)], -1),
        ((2, 3, 5),),
    ),
    Case(
        "pad",
        lambda x: F.pad(x, (1, -1, 0, 2), value=3.0),
        lambda x: np.pad(x, ((0, 2), (1, 0)), constant_values=3)[:, :-1],
    ),
    Case("pad reflect", lambda x: F.pad(x, (2, 1), "reflect"), lambda x: np.pad(x, ((0, 0), (2, 1)), "reflect")),
    Case("pad replicate", lambda x: F.pad(x, (2, 1), "replicate"), lambda x: np.pad(x, ((0, 0), (2, 1)), "edge")),
    Case("pad circular", lambda x: F.pad(x, (2, 1), "circular"), lambda x: np.pad(x, ((0, 0), (2, 1)), "wrap")),
    Case(
        "interpolate nearest",
        lambda x: F.interpolate(x, scale_factor=2),
        lambda x: x.repeat(2, 2).repeat(2, 3),
        ((1, 2, 2, 3),),
    ),
    Case(
        "interpolate linear",
        lambda x: F.interpolate(x, 5, mode="linear", align_corners=True),
        lambda x: np.stack([x[..., 0], x[..., :2].mean(-1), x[..., 1], x[..., 1:].mean(-1), x[..., 2]], -1),
        ((1, 2, 3),),
    ),
    Case(
        "pixel_shuffle",
        lambda x: F.pixel_shuffle(x, 2),
        lambda x: x.reshape(1, 2, 2, 2, 3, 2).transpose(0, 1, 4, 2, 5, 3).reshape(1, 2, 6, 4),
        ((1, 8, 3, 2),),
    ),
    Case("pixel_unshuffle", lambda x: F.pixel_shuffle(F.pixel_unshuffle(x, 2), 2), lambda x: x, ((1, 2, 4, 6),)),
    Case(
        "grid_sample",
        lambda x: F.grid_sample(x, on(x, [[[[-0.5, 1.0], [0.0, 0.0]]]]).to(x.dtype), align_corners=True),
        lambda x: np.stack([x[:, :, 1, :2].mean(-1), x[:, :, :, 1].mean(-1)], -1)[:, :, None],
        ((1, 2, 2, 3),),
    ),
    Case(
        "affine_grid",
        lambda t: F.affine_grid(t, (1, 1, 2, 1), align_corners=False),
        lambda t: np.stack([t @ [0, -0.5, 1], t @ [0, 0.5, 1]], 1)[:, :, None],
        ((1, 2, 3),),
    ),
    Case("channel_shuffle", lambda x: F.channel_shuffle(x, 2), lambda x: x[:, [0, 2, 1, 3]], IMAGES),
]
