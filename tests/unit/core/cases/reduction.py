"""Sums, extremes, norms and sorting."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import core as torch
from core.nn import functional as F
from tests.unit.core.cases.case import Case, Numbers


def _softmax(x: Numbers, axis: int = -1) -> Numbers:
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def _norm_reference(x: Numbers, axes: Any) -> Numbers:
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-5)


CASES = [
    Case("sum", torch.sum, np.sum),
    Case("sum dim", lambda x: x.sum(1), lambda x: x.sum(1)),
    Case(
        "sum dims keepdim", lambda x: x.sum((0, -1), keepdim=True), lambda x: x.sum((0, 2), keepdims=True), ((2, 3, 4),)
    ),
    Case("mean", torch.mean, np.mean),
    Case("mean dim", lambda x: x.mean(-1, keepdim=True), lambda x: x.mean(-1, keepdims=True)),
    Case("var", torch.var, lambda x: x.var(ddof=1)),
    Case("var dim", lambda x: x.var(0, correction=0, keepdim=True), lambda x: x.var(0, keepdims=True)),
    Case("std", lambda x: x.std(1), lambda x: x.std(1, ddof=1)),
    Case("prod", torch.prod, np.prod),
    Case("prod dim", lambda x: x.prod(1), lambda x: x.prod(1)),
    Case("prod with zeros", lambda x: (x * (x > 0)).prod(0), lambda x: (x * (x > 0)).prod(0), ((3, 4),)),
    Case("amax", lambda x: x.amax((0, 1)), lambda x: x.max((0, 1)), ((2, 3, 4),)),
    Case("amin", lambda x: x.amin(1), lambda x: x.min(1)),
    Case("max", torch.max, np.max),
    Case("min", torch.min, np.min),
    Case("max dim", lambda x: x.max(1).values, lambda x: x.max(1)),
    Case("min dim", lambda x: x.min(0, keepdim=True)[0], lambda x: x.min(0, keepdims=True)),
    Case("median", torch.median, lambda x: np.sort(x, axis=None)[2]),
    Case("norm", lambda x: x.norm(), np.linalg.norm),
    Case("norm 1", lambda x: x.norm(1, dim=1), lambda x: np.abs(x).sum(1)),
    Case("norm 3", lambda x: x.norm(3, dim=0), lambda x: (np.abs(x) ** 3).sum(0) ** (1 / 3)),
    Case("norm inf", lambda x: x.norm(math.inf), lambda x: np.abs(x).max()),
    Case("logsumexp", lambda x: x.logsumexp(1), lambda x: np.log(np.exp(x).sum(1))),
    Case("cumsum", lambda x: x.cumsum(1), lambda x: x.cumsum(1)),
    Case("softmax", lambda x: x.softmax(-1), _softmax),
    Case("softmax dim 0", lambda x: F.softmax(x, 0), lambda x: _softmax(x, 0)),
    Case("log_softmax", lambda x: x.log_softmax(1), lambda x: np.log(_softmax(x))),
    Case("sort", lambda x: x.sort(1, descending=True).values, lambda x: -np.sort(-x, 1)),
    Case("topk", lambda x: x.topk(2).values, lambda x: -np.sort(-x, -1)[..., :2]),
    Case("layer_norm", lambda x: F.layer_norm(x, (3,)), lambda x: _norm_reference(x, -1)),
    Case(
        "batch_norm", lambda x: F.batch_norm(x, None, None, training=True), lambda x: _norm_reference(x, 0), ((4, 3),)
    ),
    Case("normalize", F.normalize, lambda x: x / np.linalg.norm(x, axis=1, keepdims=True)),
]
