"""Activations."""

from __future__ import annotations

import math

import numpy as np

from core.nn import functional as F
from tests.unit.core.cases.case import Case, Numbers

_erf = np.vectorize(math.erf, otypes=[float])


def _elu(x: Numbers, alpha: float = 1.0, rate: float = 1.0) -> Numbers:
    return np.asarray(np.where(x > 0, x, alpha * np.expm1(x * rate)))


def _sigmoid(x: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-x)))


def _gelu_tanh(x: Numbers) -> Numbers:
    return np.asarray(0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))))


ELEMENTWISE = [
    Case("relu6", F.relu6, lambda x: np.clip(x, 0, 6), domain=(-4.0, 9.0)),
    Case("leaky_relu", lambda x: F.leaky_relu(x, 0.1), lambda x: np.where(x > 0, x, 0.1 * x)),
    Case("leaky_relu steep", lambda x: F.leaky_relu(x, -2.5), lambda x: np.where(x > 0, x, -2.5 * x)),
    Case("rrelu", F.rrelu, lambda x: np.where(x > 0, x, 11 / 48 * x)),
    Case("elu", lambda x: F.elu(x, 1.5), lambda x: _elu(x, 1.5)),
    Case("elu upside down", lambda x: F.elu(x, -1.5), lambda x: _elu(x, -1.5)),
    Case("celu", lambda x: F.celu(x, 0.7), lambda x: _elu(x, 0.7, 1 / 0.7)),
    Case("selu", F.selu, lambda x: 1.0507009873554805 * _elu(x, 1.6732632423543772)),
    Case("hardtanh", lambda x: F.hardtanh(x, -0.7, 0.8), lambda x: np.clip(x, -0.7, 0.8)),
    Case("hardsigmoid", F.hardsigmoid, lambda x: np.clip(x / 6 + 0.5, 0, 1), domain=(-5.0, 5.0)),
    Case("hardswish", F.hardswish, lambda x: x * np.clip(x / 6 + 0.5, 0, 1), domain=(-5.0, 5.0)),
    Case("hardshrink", F.hardshrink, lambda x: np.where(np.abs(x) > 0.5, x, 0)),
    Case("softshrink", F.softshrink, lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0)),
    Case("threshold", lambda x: F.threshold(x, 0.3, -7.0), lambda x: np.where(x > 0.3, x, -7.0)),
    Case("gelu", F.gelu, lambda x: x * 0.5 * (1 + _erf(x / math.sqrt(2)))),
    Case("gelu tanh", lambda x: F.gelu(x, approximate="tanh"), _gelu_tanh),
    Case("silu", F.silu, lambda x: x * _sigmoid(x)),
    Case("mish", F.mish, lambda x: x * np.tanh(np.log1p(np.exp(x)))),
    Case("softplus", lambda x: F.softplus(x, 2.0), lambda x: np.log1p(np.exp(2 * x)) / 2),
    Case(
        "softplus bent", lambda x: F.softplus(x, 3.0, 0.9), lambda x: np.where(x > 0.3, x, np.log1p(np.exp(3 * x)) / 3)
    ),
    Case("logsigmoid", F.logsigmoid, lambda x: np.log(_sigmoid(x))),
    Case("softsign", F.softsign, lambda x: x / (1 + np.abs(x))),
    Case("tanhshrink", F.tanhshrink, lambda x: x - np.tanh(x)),
]

CASES = [
    *ELEMENTWISE,
    Case("glu", F.glu, lambda x: x[:, :2] * _sigmoid(x[:, 2:]), ((3, 4),)),
    Case("prelu", F.prelu, lambda x, w: np.where(x > 0, x, w * x), ((2, 3), (3,))),
    Case("prelu 4-D", F.prelu, lambda x, w: np.where(x > 0, x, w[:, None, None] * x), ((2, 3, 2, 2), (3,))),
    Case("prelu shared", F.prelu, lambda x, w: np.where(x > 0, x, w * x), ((3,), (1,))),
    Case("softmin", lambda x: F.softmin(x, 1), lambda x: np.exp(-x) / np.exp(-x).sum(1, keepdims=True)),
]
