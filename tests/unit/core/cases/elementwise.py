"""Functions of one number."""

from __future__ import annotations

import math

import numpy as np

import core as torch
from core.nn import functional as F
from tests.unit.core.cases.case import Case, unary

_erf = np.vectorize(math.erf, otypes=[float])

CASES = [
    unary("neg", np.negative),
    unary("abs", np.abs),
    unary("exp", np.exp),
    unary("exp2", np.exp2),
    unary("expm1", np.expm1),
    unary("log", np.log, (0.2, 3.0)),
    unary("log2", np.log2, (0.2, 3.0)),
    unary("log10", np.log10, (0.2, 3.0)),
    unary("log1p", np.log1p, (-0.5, 3.0)),
    unary("sqrt", np.sqrt, (0.2, 3.0)),
    unary("rsqrt", lambda x: 1 / np.sqrt(x), (0.2, 3.0)),
    unary("square", np.square),
    unary("reciprocal", np.reciprocal, (0.2, 3.0)),
    unary("sin", np.sin),
    unary("cos", np.cos),
    unary("tan", np.tan, (-1.0, 1.0)),
    unary("asin", np.arcsin, (-0.8, 0.8)),
    unary("acos", np.arccos, (-0.8, 0.8)),
    unary("atan", np.arctan),
    unary("sinh", np.sinh),
    unary("cosh", np.cosh),
    unary("tanh", np.tanh),
    unary("sigmoid", lambda x: 1 / (1 + np.exp(-x))),
    unary("relu", lambda x: np.maximum(x, 0)),
    unary("erf", _erf),
    Case("erf wide", torch.erf, _erf, domain=(-7.0, 7.0), shapes=((5, 9),)),
    Case("erfinv", lambda x: torch.erf(torch.erfinv(x)), lambda x: x, domain=(-0.95, 0.95)),
    unary("floor", np.floor),
    unary("ceil", np.ceil),
    unary("trunc", np.trunc),
    unary("round", np.rint),
    unary("sign", np.sign),
    Case("clamp", lambda x: x.clamp(-0.7, 0.8), lambda x: np.clip(x, -0.7, 0.8)),
    Case("clamp min", lambda x: x.clamp(min=0.3), lambda x: np.maximum(x, 0.3)),
    Case("clone", lambda x: x.clone(), lambda x: x),
    Case("leaky_relu", lambda x: F.leaky_relu(x, 0.1), lambda x: np.where(x > 0, x, 0.1 * x)),
    Case("elu", lambda x: F.elu(x, 1.5), lambda x: np.where(x > 0, x, 1.5 * np.expm1(x))),
    Case("silu", F.silu, lambda x: x / (1 + np.exp(-x))),
    Case("gelu", F.gelu, lambda x: x * 0.5 * (1 + _erf(x / math.sqrt(2)))),
    Case(
        "gelu tanh",
        lambda x: F.gelu(x, "tanh"),
        lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    ),
    Case("softplus", lambda x: F.softplus(x, 2.0), lambda x: np.log1p(np.exp(2 * x)) / 2),
    Case("add number", lambda x: 1.5 + x, lambda x: x + 1.5),
    Case("sub number", lambda x: x - 1.5, lambda x: x - 1.5),
    Case("rsub", lambda x: 1.5 - x, lambda x: 1.5 - x),
    Case("mul number", lambda x: x * 2, lambda x: x * 2),
    Case("div number", lambda x: x / 2, lambda x: x / 2),
    Case("number div", lambda x: 2 / x, lambda x: 2 / x, domain=(0.3, 2.0)),
    Case("square by pow", lambda x: x**2, lambda x: x**2),
    Case("pow number", lambda x: x**3.5, lambda x: x**3.5, domain=(0.2, 2.0)),
    Case("number pow", lambda x: 2.0**x, lambda x: 2.0**x),
]
