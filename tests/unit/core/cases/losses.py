"""Losses and distances."""

from __future__ import annotations

import numpy as np

from core.nn import functional as F
from tests.unit.core.cases.case import TWO, Case, Numbers, on

INSIDE = (0.1, 0.9)
LABELS = [[1, 0, -1], [2, -1, 0]]


def _softmax(x: Numbers, axis: int = -1) -> Numbers:
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def _sigmoid(x: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-x)))


def _entropy(p: Numbers, t: Numbers) -> Numbers:
    return np.asarray(-(t * np.log(p) + (1 - t) * np.log(1 - p)))


def _huber(a: Numbers, b: Numbers, width: float) -> Numbers:
    size = np.abs(a - b)
    return np.asarray(np.where(size < width, size**2 / 2, width * (size - width / 2)))


def _cosine(a: Numbers, b: Numbers) -> Numbers:
    return np.asarray((a * b).sum(-1) / np.sqrt(((a * a).sum(-1) + 1e-12) * ((b * b).sum(-1) + 1e-12)))


def _directions(x: Numbers) -> Numbers:
    return np.asarray(x / np.linalg.norm(x, axis=-1, keepdims=True))


def _multi_margin(x: Numbers) -> Numbers:
    """By hand, for classes 2 and 0."""
    hinge = np.maximum(0, 1 - x[[0, 1], [2, 0]][:, None] + x)
    hinge[[0, 1], [2, 0]] = 0
    return np.asarray(hinge.sum(1).mean() / 3)


def _multi_label_margin(x: Numbers) -> Numbers:
    """By hand, for the right classes 1 and 0 of the first row, 2 of the second."""
    first = sum(max(0.0, 1 - x[0, right] + x[0, 2]) for right in (0, 1))
    second = sum(max(0.0, 1 - x[1, 2] + x[1, wrong]) for wrong in (0, 1))
    return np.array([first, second]) / 3


def _ctc(x: Numbers) -> Numbers:
    """All ways to read the label 1 from three times: the probabilities of the texts that hold it in one piece."""
    p = _softmax(x[:, 0])
    ways = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1), (1, 1, 1)]
    return -np.log(np.array([sum(p[0, a] * p[1, b] * p[2, c] for a, b, c in ways)]))


CASES = [
    Case("mse_loss", F.mse_loss, lambda a, b: ((a - b) ** 2).mean(), TWO),
    Case("mse_loss sum", lambda a, b: F.mse_loss(a, b, reduction="sum"), lambda a, b: ((a - b) ** 2).sum(), TWO),
    Case("mse_loss none", lambda a, b: F.mse_loss(a, b, reduction="none"), lambda a, b: (a - b) ** 2, TWO),
    Case("l1_loss", F.l1_loss, lambda a, b: np.abs(a - b).mean(), TWO),
    Case("huber_loss", lambda a, b: F.huber_loss(a, b, delta=0.7), lambda a, b: _huber(a, b, 0.7).mean(), TWO),
    Case(
        "smooth_l1_loss",
        lambda a, b: F.smooth_l1_loss(a, b, beta=0.7, reduction="sum"),
        lambda a, b: _huber(a, b, 0.7).sum() / 0.7,
        TWO,
    ),
    Case("binary_cross_entropy", F.binary_cross_entropy, lambda p, t: _entropy(p, t).mean(), TWO, domain=INSIDE),
    Case(
        "binary_cross_entropy_with_logits",
        F.binary_cross_entropy_with_logits,
        lambda x, t: _entropy(_sigmoid(x), t).mean(),
        TWO,
        domain=INSIDE,
    ),
    Case("soft_margin_loss", F.soft_margin_loss, lambda x, t: np.log1p(np.exp(-x * t)).mean(), TWO),
    Case(
        "kl_div",
        lambda x, t: F.kl_div(x, t, reduction="sum"),
        lambda x, t: (t * (np.log(t) - x)).sum(),
        TWO,
        domain=INSIDE,
    ),
    Case(
        "kl_div of logarithms",
        lambda x, t: F.kl_div(x, t, reduction="batchmean", log_target=True),
        lambda x, t: (np.exp(t) * (t - x)).sum() / 2,
        TWO,
    ),
    Case("poisson_nll_loss", F.poisson_nll_loss, lambda x, t: (np.exp(x) - t * x).mean(), TWO),
    Case(
        "gaussian_nll_loss",
        F.gaussian_nll_loss,
        lambda x, t, v: ((np.log(v) + (x - t) ** 2 / v) / 2).mean(),
        ((2, 3), (2, 3), (2, 3)),
        domain=INSIDE,
    ),
    Case(
        "cross_entropy",
        lambda x: F.cross_entropy(x, on(x, [2, 0])),
        lambda x: -np.log(_softmax(x))[[0, 1], [2, 0]].mean(),
    ),
    Case(
        "cross_entropy none",
        lambda x: F.cross_entropy(x, on(x, [2, 0]), reduction="none"),
        lambda x: -np.log(_softmax(x))[[0, 1], [2, 0]],
    ),
    Case(
        "cross_entropy of probabilities",
        lambda x: F.cross_entropy(x, on(x, [[0.25, 0.25, 0.5], [0.0, 1.0, 0.0]]).to(x.dtype)),
        lambda x: -(np.log(_softmax(x)) * [[0.25, 0.25, 0.5], [0.0, 1.0, 0.0]]).sum() / 2,
    ),
    Case(
        "cross_entropy of pictures",
        lambda x: F.cross_entropy(x, on(x, [[0, 2, 1]]), ignore_index=1, label_smoothing=0.3),
        lambda x: (
            -0.7 * np.log(_softmax(x, 1))[0, [0, 2], [0, 1]].mean() - 0.3 * np.log(_softmax(x, 1))[0, :, :2].mean()
        ),
        ((1, 3, 3),),
    ),
    Case("nll_loss", lambda x: F.nll_loss(x, on(x, [1, 1])), lambda x: -x[:, 1].mean()),
    Case(
        "nll_loss weighted",
        lambda x, w: F.nll_loss(x, on(x, [1, 2]), w.detach()),
        lambda x, w: -(x[0, 1] * w[1] + x[1, 2] * w[2]) / (w[1] + w[2]),
        ((2, 3), (3,)),
        domain=INSIDE,
        smooth=False,
    ),
    Case(
        "margin_ranking_loss",
        lambda a, b: F.margin_ranking_loss(a, b, on(a, [[1.0, -1, 1]] * 2).to(a.dtype), 0.2),
        lambda a, b: np.maximum(0, -np.array([1.0, -1, 1]) * (a - b) + 0.2).mean(),
        TWO,
    ),
    Case(
        "hinge_embedding_loss",
        lambda x: F.hinge_embedding_loss(x, on(x, [[1, -1, 1], [-1, -1, 1]])),
        lambda x: np.where([[1, 0, 1], [0, 0, 1]], x, np.maximum(0, 1 - x)).mean(),
        domain=(0.1, 2.0),
    ),
    Case(
        "cosine_embedding_loss",
        lambda a, b: F.cosine_embedding_loss(a, b, on(a, [1, -1]), 0.1, reduction="none"),
        lambda a, b: np.array([1 - _cosine(a, b)[0], max(0, _cosine(a, b)[1] - 0.1)]),
        TWO,
        domain=(0.2, 2.0),
    ),
    Case("multi_margin_loss", lambda x: F.multi_margin_loss(x, on(x, [2, 0])), _multi_margin),
    Case(
        "multilabel_margin_loss",
        lambda x: F.multilabel_margin_loss(x, on(x, LABELS), reduction="none"),
        _multi_label_margin,
    ),
    Case(
        "multilabel_soft_margin_loss",
        lambda x, t: F.multilabel_soft_margin_loss(x, t, reduction="none"),
        lambda x, t: _entropy(_sigmoid(x), t).mean(-1),
        TWO,
        domain=INSIDE,
    ),
    Case(
        "triplet_margin_loss",
        lambda a, p, n: F.triplet_margin_loss(a, p, n, eps=0.0),
        lambda a, p, n: np.maximum(0, np.linalg.norm(a - p, axis=1) - np.linalg.norm(a - n, axis=1) + 1).mean(),
        ((2, 3), (2, 3), (2, 3)),
    ),
    Case(
        "ctc_loss",
        lambda x: F.ctc_loss(x.log_softmax(2), on(x, [[1]]), (3,), (1,), reduction="none"),
        _ctc,
        ((3, 1, 3),),
    ),
    Case("cosine_similarity", F.cosine_similarity, lambda a, b: (_directions(a) * _directions(b)).sum(-1), TWO),
    Case(
        "pairwise_distance",
        lambda a, b: F.pairwise_distance(a, b, 3.0, 0.0),
        lambda a, b: (np.abs(a - b) ** 3).sum(-1) ** (1 / 3),
        TWO,
    ),
    Case(
        "pdist",
        F.pdist,
        lambda x: np.array([np.linalg.norm(x[i] - x[j]) for i, j in ((0, 1), (0, 2), (1, 2))]),
        ((3, 4),),
    ),
]
