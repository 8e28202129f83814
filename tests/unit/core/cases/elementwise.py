"""Functions of one number."""

from __future__ import annotations

import math

import numpy as np

import core as torch
from tests.unit.core.cases.case import Case, Numbers, unary

_erf = np.vectorize(math.erf, otypes=[float])


def _logit(x: Numbers) -> Numbers:
    return np.log(x / (1 - x))


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
    unary("asinh", np.arcsinh),
    unary("acosh", np.arccosh, (1.2, 3.0)),
    unary("atanh", np.arctanh, (-0.8, 0.8)),
    unary("sinc", np.sinc),
    unary("deg2rad", np.deg2rad),
    unary("rad2deg", np.rad2deg),
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
    unary("frac", lambda x: x - np.trunc(x)),
    Case("round decimals", lambda x: torch.round(x, decimals=1), lambda x: np.round(x, 1)),
    unary("logit", lambda x: np.log(x / (1 - x)), (0.1, 0.9)),
    Case("logit eps", lambda x: torch.logit(x, 0.3), lambda x: _logit(np.clip(x, 0.3, 0.7)), domain=(0.05, 0.95)),
    unary("angle", np.angle),
    unary("nan_to_num", np.nan_to_num),
    Case("clamp", lambda x: x.clamp(-0.7, 0.8), lambda x: np.clip(x, -0.7, 0.8)),
    Case("clamp min", lambda x: x.clamp(min=0.3), lambda x: np.maximum(x, 0.3)),
    Case("clone", lambda x: x.clone(), lambda x: x),
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
