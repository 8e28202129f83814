"""Sums, extremes, norms and sorting."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import core as torch
from core.nn import functional as F
from tests.unit.core.cases.case import TWO, Case, Numbers, on


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
    Case("nansum", lambda x: torch.nansum(x, 0), lambda x: x.sum(0)),
    Case("nanmean", lambda x: x.nanmean(1), lambda x: x.mean(1)),
    Case("var_mean", lambda x: sum(torch.var_mean(x, 1)), lambda x: x.var(1, ddof=1) + x.mean(1)),
    Case("std_mean", lambda x: sum(torch.std_mean(x)), lambda x: x.std(ddof=1) + x.mean()),
    Case("aminmax", lambda x: sum(torch.aminmax(x, dim=0)), lambda x: x.min(0) + x.max(0)),
    Case("cumprod", lambda x: x.cumprod(1), lambda x: x.cumprod(1), ((2, 5),)),
    Case("cumprod with zeros", lambda x: (x * (x > 0)).cumprod(0), lambda x: (x * (x > 0)).cumprod(0), ((4, 3),)),
    Case("cummax", lambda x: x.cummax(1).values, lambda x: np.maximum.accumulate(x, 1), ((2, 7),)),
    Case("cummin", lambda x: x.cummin(0).values, lambda x: np.minimum.accumulate(x, 0), ((7, 2),)),
    Case("logcumsumexp", lambda x: x.logcumsumexp(1), lambda x: np.logaddexp.accumulate(x, 1), ((2, 7),)),
    Case("diff", lambda x: x.diff(n=2, dim=0), lambda x: np.diff(x, 2, 0), ((4, 3),)),
    Case("diff prepend", lambda a, b: a.diff(prepend=b), lambda a, b: np.diff(a, prepend=b), TWO),
    Case("gradient", lambda x: sum(torch.gradient(x, spacing=0.5)), lambda x: sum(np.gradient(x, 0.5)), ((3, 4),)),
    Case(
        "gradient at coordinates",
        lambda x: torch.gradient(x, spacing=[on(x, [0.0, 1.0, 3.0, 4.5]).to(x.dtype)], dim=1, edge_order=2)[0],
        lambda x: np.gradient(x, [0.0, 1.0, 3.0, 4.5], axis=1, edge_order=2),
        ((2, 4),),
    ),
    Case("trapezoid", lambda y, x: torch.trapezoid(y, x), lambda y, x: np.trapezoid(y, x), TWO),
    Case(
        "cumulative_trapezoid",
        lambda y: torch.cumulative_trapezoid(y, dx=2.0),
        lambda y: np.cumsum(y[:, 1:] + y[:, :-1], 1),
    ),
    Case("softmax", lambda x: x.softmax(-1), _softmax),
    Case("softmax dim 0", lambda x: F.softmax(x, 0), lambda x: _softmax(x, 0)),
    Case("log_softmax", lambda x: x.log_softmax(1), lambda x: np.log(_softmax(x))),
    Case("sort", lambda x: x.sort(1, descending=True).values, lambda x: -np.sort(-x, 1)),
    Case("topk", lambda x: x.topk(2).values, lambda x: -np.sort(-x, -1)[..., :2]),
    Case("kthvalue", lambda x: x.kthvalue(2, keepdim=True).values, lambda x: np.sort(x)[:, 1:2]),
    Case("median dim", lambda x: x.median(0).values, lambda x: np.sort(x, 0)[1], ((4, 3),)),
    Case("nanmedian", torch.nanmedian, lambda x: np.sort(x, None)[2]),
    Case("mode", lambda x: torch.cat([x, x[:, 1:2]], 1).mode().values, lambda x: x[:, 1]),
    Case("quantile", lambda x: x.quantile(0.3, dim=1), lambda x: np.quantile(x, 0.3, 1), ((2, 5),)),
    Case(
        "quantile several",
        lambda x: x.quantile(on(x, [0.1, 0.7]).to(x.dtype), dim=0, keepdim=True, interpolation="higher"),
        lambda x: np.quantile(x, [0.1, 0.7], 0, keepdims=True, method="higher"),
        ((5, 2),),
    ),
    Case("nanquantile", lambda x: torch.nanquantile(x, 0.5), lambda x: np.quantile(x, 0.5)),
    Case("msort", torch.msort, lambda x: np.sort(x, 0)),
    Case("layer_norm", lambda x: F.layer_norm(x, (3,)), lambda x: _norm_reference(x, -1)),
    Case(
        "batch_norm", lambda x: F.batch_norm(x, None, None, training=True), lambda x: _norm_reference(x, 0), ((4, 3),)
    ),
    Case("normalize", F.normalize, lambda x: x / np.linalg.norm(x, axis=1, keepdims=True)),
]
