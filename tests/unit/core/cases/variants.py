"""Functions that say again, under another name or for other dimensions, what the families have in their tables."""

from __future__ import annotations

import numpy as np

import core as torch
from core import Tensor
from core.nn import functional as F
from tests.unit.core.cases.attention import PROJECTIONS, WIDTH
from tests.unit.core.cases.attention import _heads_reference as heads_reference
from tests.unit.core.cases.case import Case, Numbers, on

ROWS = ((1, 2, 6),)
BLOCKS = ((1, 2, 4, 4, 4),)


def _blocks(x: Numbers) -> Numbers:
    """(N, C, 2, 2, 2, 8): the blocks of two places along each of three dimensions."""
    n, c = x.shape[:2]
    return x.reshape(n, c, 2, 2, 2, 2, 2, 2).transpose(0, 1, 2, 4, 6, 3, 5, 7).reshape(n, c, 2, 2, 2, 8)


def _halves(x: Numbers) -> Numbers:
    return x.reshape(1, 2, 3, 2)


def _left(x: Numbers) -> Numbers:
    """Numbers that were the greatest of their pair."""
    return np.where(x == _halves(x).max(-1).repeat(2, -1), x, 0)


def _left_in_blocks(x: Numbers) -> Numbers:
    return np.where(np.isin(x, _blocks(x).max(-1)), x, 0)


def _left_in_squares(x: Numbers) -> Numbers:
    greatest = x.reshape(1, 2, 2, 2, 2, 2).max((3, 5))
    return np.where(np.isin(x, greatest), x, 0)


def _heads(x: Tensor, *weights: Tensor) -> Tensor:
    in_weight, in_bias, *out = weights
    return F.multi_head_attention_forward(
        x, x, x, WIDTH, 2, in_weight, in_bias, None, None, False, 0.0, *out, need_weights=False
    )[0]


def _heads_reference(x: Numbers, *weights: Numbers) -> Numbers:
    found: Numbers = heads_reference(x.swapaxes(0, 1), *weights)
    return found.swapaxes(0, 1)


CASES = [
    Case("positive", lambda x: torch.positive(x) * 2, lambda x: 2 * x),
    Case("clamp_max", lambda x: torch.clamp_max(x, 0.7), lambda x: np.minimum(x, 0.7)),
    Case("clamp_min", lambda x: torch.clamp_min(x, 0.7), lambda x: np.maximum(x, 0.7)),
    Case("broadcast_to", lambda x: torch.broadcast_to(x, (2, 2, 3)), lambda x: np.stack([x, x]), is_view=True),
    Case("narrow_copy", lambda x: torch.narrow_copy(x, 1, 1, 2), lambda x: x[:, 1:]),
    Case("split_with_sizes", lambda x: torch.split_with_sizes(x, [1, 2], 1)[1], lambda x: x[:, 1:], is_view=True),
    Case(
        "take_along_dim",
        lambda x: torch.take_along_dim(x, on(x, [[2, 0], [1, 1]]), 1),
        lambda x: np.take_along_axis(x, np.array([[2, 0], [1, 1]]), 1),
    ),
    Case(
        "linalg.diagonal", torch.linalg.diagonal, lambda x: np.diagonal(x, axis1=1, axis2=2), ((2, 3, 3),), is_view=True
    ),
    Case("torch.vander", torch.vander, np.vander, ((3,),)),
    Case("torch.cholesky", lambda x: torch.cholesky(x @ x.mT), lambda x: np.linalg.cholesky(x @ x.T), ((2, 2),)),
    Case("pinverse", lambda x: torch.pinverse(x, 0.0), np.linalg.pinv, ((3, 2),)),
    Case("torch.qr", lambda x: torch.qr(x)[0] @ torch.qr(x)[1], lambda x: x, ((3, 2),)),
    Case("torch.svd", lambda x: torch.svd(x)[1], lambda x: np.linalg.svd(x)[1], ((3, 2),)),
    Case(
        "conv_transpose1d",
        F.conv_transpose1d,
        lambda x, w: np.stack([np.convolve(x[0, 0], kernel) for kernel in w[0]])[None],
        ((1, 1, 4), (1, 2, 3)),
    ),
    Case(
        "conv_transpose3d",
        lambda x, w: F.conv_transpose3d(x, w, stride=2),
        lambda x, w: np.kron(x[0, 0], w[0, 0])[None, None],
        ((1, 1, 2, 2, 2), (1, 1, 2, 2, 2)),
    ),
    Case("max_pool1d", lambda x: F.max_pool1d(x, 2), lambda x: _halves(x).max(-1), ROWS),
    Case("max_pool3d", lambda x: F.max_pool3d(x, 2), lambda x: _blocks(x).max(-1), BLOCKS),
    Case("avg_pool3d", lambda x: F.avg_pool3d(x, 2), lambda x: _blocks(x).mean(-1), BLOCKS),
    Case("lp_pool1d", lambda x: F.lp_pool1d(x, 2, 2), lambda x: np.linalg.norm(_halves(x), axis=-1), ROWS),
    Case("lp_pool3d", lambda x: F.lp_pool3d(x, 2, 2), lambda x: np.linalg.norm(_blocks(x), axis=-1), BLOCKS),
    Case("adaptive_avg_pool3d", lambda x: F.adaptive_avg_pool3d(x, 2), lambda x: _blocks(x).mean(-1), BLOCKS),
    Case("adaptive_max_pool3d", lambda x: F.adaptive_max_pool3d(x, 2), lambda x: _blocks(x).max(-1), BLOCKS),
    Case(
        "adaptive_max_pool2d",
        lambda x: F.adaptive_max_pool2d(x, 1),
        lambda x: x.max((2, 3), keepdims=True),
        ((1, 2, 3, 2),),
    ),
    Case("max_unpool1d", lambda x: F.max_unpool1d(*F.max_pool1d_with_indices(x, 2), 2), _left, ROWS),
    Case(
        "max_unpool2d", lambda x: F.max_unpool2d(*F.max_pool2d_with_indices(x, 2), 2), _left_in_squares, ((1, 2, 4, 4),)
    ),
    Case("max_unpool3d", lambda x: F.max_unpool3d(*F.max_pool3d_with_indices(x, 2), 2), _left_in_blocks, BLOCKS),
    Case("upsample", lambda x: F.upsample(x, scale_factor=2), lambda x: x.repeat(2, -1), ROWS),
    Case(
        "functional.log_softmax", lambda x: F.log_softmax(x, 1), lambda x: x - np.log(np.exp(x).sum(1, keepdims=True))
    ),
    Case(
        "linear_cross_entropy",
        lambda x, w: F.linear_cross_entropy(x, w, on(x, [2, 0])),
        lambda x, w: (np.log(np.exp(x @ w.T).sum(1)) - (x @ w.T)[[0, 1], [2, 0]]).mean(),
        ((2, 3), (4, 3)),
    ),
    Case("heads forward", _heads, _heads_reference, ((3, 2, WIDTH), *PROJECTIONS)),
    Case(
        "triplet_margin_with_distance_loss",
        lambda a, p, n: F.triplet_margin_with_distance_loss(
            a, p, n, distance_function=lambda x, y: (x - y).abs().sum(1)
        ),
        lambda a, p, n: np.maximum(0, np.abs(a - p).sum(1) - np.abs(a - n).sum(1) + 1).mean(),
        ((2, 3), (2, 3), (2, 3)),
    ),
]
