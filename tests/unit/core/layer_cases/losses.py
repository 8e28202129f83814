"""Losses, most of which say what the function of their name says."""

from __future__ import annotations

import numpy as np

from tests.unit.core.layer_cases.layer import LayerCase, Numbers, as_function

INSIDE = (0.1, 0.9)
SIGNS = [[1, -1, 1], [-1, -1, 1]]


def _logarithms(x: Numbers) -> Numbers:
    return np.asarray(x - np.log(np.exp(x).sum(-1, keepdims=True)))


def _triplet(a: Numbers, p: Numbers, n: Numbers) -> Numbers:
    """With p-norms, whose eps stands inside."""
    near, far = (np.linalg.norm(a - each + 1e-6, axis=1) for each in (p, n))
    return np.asarray(np.maximum(0, near - far + 1).mean())


def _ctc(x: Numbers) -> Numbers:
    """The label 1 read from three times: the texts that hold it in one piece."""
    p = np.exp(_logarithms(x[:, 0]))
    ways = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1), (1, 1, 1)]
    return np.asarray(-np.log(sum(p[0, a] * p[1, b] * p[2, c] for a, b, c in ways)))


def _adaptive(x: Numbers, head: Numbers, down: Numbers, up: Numbers) -> Numbers:
    """Class 0 stands in the head; class 3 is the second of its cluster, the last row of the head."""
    top, cluster = _logarithms(x @ head.T), _logarithms(x @ down.T @ up.T)
    return np.asarray(-(top[0, 0] + top[1, 2] + cluster[1, 1]) / 2)


LAYERS = [
    as_function("MSELoss()", "mse_loss"),
    as_function("MSELoss(reduction='none')", "mse_loss none"),
    as_function("L1Loss()", "l1_loss"),
    as_function("HuberLoss(delta=0.7)", "huber_loss"),
    as_function("SmoothL1Loss(reduction='sum', beta=0.7)", "smooth_l1_loss"),
    as_function("BCELoss()", "binary_cross_entropy"),
    as_function("BCEWithLogitsLoss()", "binary_cross_entropy_with_logits"),
    as_function("SoftMarginLoss()", "soft_margin_loss"),
    as_function("KLDivLoss(reduction='sum')", "kl_div"),
    as_function("PoissonNLLLoss()", "poisson_nll_loss"),
    as_function("GaussianNLLLoss()", "gaussian_nll_loss"),
    LayerCase("CrossEntropyLoss()", lambda x: -_logarithms(x)[[0, 1], [2, 0]].mean(), more=([2, 0],)),
    LayerCase("NLLLoss()", lambda x: -x[[0, 1], [2, 0]].mean(), more=([2, 0],)),
    LayerCase("MultiMarginLoss()", as_function("MultiMarginLoss()", "multi_margin_loss").reference, more=([2, 0],)),
    LayerCase(
        "MultiLabelMarginLoss(reduction='none')",
        as_function("", "multilabel_margin_loss").reference,
        more=([[1, 0, -1], [2, -1, 0]],),
    ),
    as_function("MultiLabelSoftMarginLoss(reduction='none')", "multilabel_soft_margin_loss"),
    LayerCase(
        "MarginRankingLoss(0.2)",
        lambda a, b: np.maximum(0, -np.array(SIGNS) * (a - b) + 0.2).mean(),
        ((2, 3), (2, 3)),
        more=(SIGNS,),
    ),
    LayerCase(
        "HingeEmbeddingLoss()",
        lambda x: np.where(np.array(SIGNS) == 1, x, np.maximum(0, 1 - x)).mean(),
        domain=(0.1, 2.0),
        more=(SIGNS,),
    ),
    LayerCase(
        "CosineEmbeddingLoss(0.1, reduction='none')",
        as_function("", "cosine_embedding_loss").reference,
        ((2, 3), (2, 3)),
        (0.2, 2.0),
        more=([1, -1],),
    ),
    LayerCase("TripletMarginLoss()", _triplet, ((2, 3),) * 3),
    LayerCase("TripletMarginWithDistanceLoss()", _triplet, ((2, 3),) * 3),
    LayerCase(
        "CTCLoss(reduction='sum')",
        _ctc,
        ((3, 1, 3),),
        more=([[1]], [3], [1]),
        call=lambda layer, x, *targets: layer(x.log_softmax(2), *targets),
    ),
    LayerCase(
        "AdaptiveLogSoftmaxWithLoss(4, 4, [2], div_value=2.0)",
        _adaptive,
        ((2, 4),),
        more=([0, 3],),
        call=lambda layer, *inputs: layer(*inputs).loss,
    ),
    LayerCase(
        "LinearCrossEntropyLoss(3, 4)",
        lambda x, w: -_logarithms(x @ w.T)[[0, 1], [2, 0]].mean(),
        more=([2, 0],),
    ),
]
