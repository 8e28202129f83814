"""Layers of single numbers, of vectors, of shapes."""

from __future__ import annotations

import numpy as np

from tests.unit.core.layer_cases.layer import LayerCase, Numbers, as_function

WORDS = [[0, 2, 1], [1, 1, 3]]


def _softmax(x: Numbers, axis: int) -> Numbers:
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def _linear(x: Numbers, weight: Numbers, bias: Numbers | float = 0.0) -> Numbers:
    return x @ weight.T + bias


LAYERS = [
    LayerCase("Identity()", lambda x: x),
    LayerCase("Linear(3, 4)", _linear),
    LayerCase("Linear(3, 4, bias=False)", _linear),
    LayerCase("LazyLinear(4)", _linear),
    LayerCase("Bilinear(3, 4, 5)", lambda a, b, w, c: np.einsum("ni,oij,nj->no", a, w, b) + c, ((2, 3), (2, 4))),
    LayerCase("Flatten()", lambda x: x.reshape(2, -1), ((2, 3, 4),)),
    LayerCase("Flatten(0, 1)", lambda x: x.reshape(6, 4), ((2, 3, 4),)),
    LayerCase("Unflatten(1, (2, -1))", lambda x: x.reshape(2, 2, 3), ((2, 6),)),
    LayerCase("Embedding(4, 3)", lambda table: table[WORDS], (), more=(WORDS,)),
    LayerCase("EmbeddingBag(4, 3)", lambda table: table[WORDS].mean(1), (), more=(WORDS,)),
    LayerCase("EmbeddingBag(4, 3, mode='sum')", lambda table: table[WORDS].sum(1), (), more=(WORDS,)),
    as_function("ReLU()"),
    as_function("ReLU6()"),
    as_function("LeakyReLU(0.1)", "leaky_relu"),
    LayerCase("RReLU(0.25, 0.25)", lambda x: np.where(x > 0, x, x / 4)),
    LayerCase("PReLU(3)", lambda x, w: np.where(x > 0, x, w * x)),
    as_function("ELU(1.5)"),
    as_function("CELU(0.7)"),
    as_function("SELU()"),
    as_function("GELU()"),
    as_function("GELU('tanh')", "gelu tanh"),
    as_function("SiLU()"),
    as_function("Mish()"),
    as_function("Softplus(2.0)"),
    as_function("Softsign()"),
    as_function("Tanh()"),
    as_function("Tanhshrink()"),
    as_function("Sigmoid()"),
    as_function("LogSigmoid()"),
    as_function("Hardsigmoid()"),
    as_function("Hardswish()"),
    as_function("Hardtanh(-0.7, 0.8)"),
    as_function("Hardshrink()"),
    as_function("Softshrink()"),
    as_function("Threshold(0.3, -7.0)"),
    as_function("GLU()"),
    LayerCase("Softmax(1)", lambda x: _softmax(x, 1)),
    LayerCase("Softmax2d()", lambda x: _softmax(x, -3), ((2, 3, 2, 2),)),
    LayerCase("Softmin(0)", lambda x: _softmax(-x, 0)),
    LayerCase("LogSoftmax(1)", lambda x: np.log(_softmax(x, 1))),
    as_function("CosineSimilarity()", "cosine_similarity"),
    as_function("PairwiseDistance(3.0, 0.0)", "pairwise_distance"),
    *[LayerCase(f"{name}(0.0)", lambda x: x) for name in ("Dropout", "AlphaDropout")],
    *[
        LayerCase(f"{name}(1.0)", lambda x: 0 * x, shapes)
        for name, shapes in (
            ("Dropout", ((2, 3),)),
            ("Dropout1d", ((2, 3, 4),)),
            ("Dropout2d", ((2, 3, 2, 2),)),
            ("Dropout3d", ((2, 3, 2, 2, 2),)),
        )
    ],
    *[
        LayerCase(f"{name}(0.5).eval()", lambda x: x, ((2, 3, 4),))
        for name in ("Dropout1d", "AlphaDropout", "FeatureAlphaDropout")
    ],
]
