"""Every operation once: how to call it, on what, and what numpy says it should give."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import core as torch
from core import Tensor
from core.nn import functional as F

Numbers = np.ndarray[Any, Any]
_erf = np.vectorize(math.erf, otypes=[float])


@dataclass(frozen=True)
class Case:
    """name: shown by pytest. shapes: of the inputs. domain: from where their numbers are drawn.

    is_view: whether the output shares its input's memory. smooth: whether it has a gradient to check.
    """

    name: str
    call: Callable[..., Tensor]
    reference: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...] = ((2, 3),)
    domain: tuple[float, float] = (-2.0, 2.0)
    is_view: bool = False
    smooth: bool = True

    def numbers(self) -> list[Numbers]:
        """Different numbers on either side of zero, none of them near a multiple of a half, where functions bend."""
        source = np.random.default_rng(len(self.name))
        low, high = self.domain
        drawn = []
        for shape in self.shapes:
            values = source.uniform(low, high, shape)
            drawn.append(np.asarray(np.where(np.abs(values * 2 - np.round(values * 2)) < 0.1, values + 0.11, values)))
        return drawn


def unary(name: str, reference: Callable[..., Any], domain: tuple[float, float] = (-2.0, 2.0), **more: Any) -> Case:
    return Case(name, getattr(torch, name), reference, domain=domain, **more)


def _softmax(x: Numbers, axis: int = -1) -> Numbers:
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def _norm_reference(x: Numbers, axes: Any) -> Numbers:
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-5)


INDEX = np.array([[0, 2, 1], [1, 1, 0]])
TWO = ((2, 3), (2, 3))

ELEMENTWISE = [
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

BINARY = [
    Case("add", torch.add, np.add, TWO),
    Case("add alpha", lambda a, b: torch.add(a, b, alpha=3), lambda a, b: a + 3 * b, TWO),
    Case("sub", torch.sub, np.subtract, TWO),
    Case("mul", torch.mul, np.multiply, TWO),
    Case("div", torch.div, np.divide, TWO, domain=(0.3, 2.0)),
    Case("floor_divide", torch.floor_divide, np.floor_divide, TWO, domain=(0.3, 2.0), smooth=False),
    Case(
        "div trunc",
        lambda a, b: torch.div(a, b, rounding_mode="trunc"),
        lambda a, b: np.trunc(a / b),
        TWO,
        domain=(0.3, 2.0),
        smooth=False,
    ),
    Case("remainder", torch.remainder, np.remainder, TWO, domain=(0.6, 2.4)),
    Case("fmod", torch.fmod, np.fmod, TWO, domain=(0.6, 2.4)),
    Case("pow", torch.pow, np.power, TWO, domain=(0.3, 2.0)),
    Case("maximum", torch.maximum, np.maximum, TWO),
    Case("minimum", torch.minimum, np.minimum, TWO),
    Case("atan2", torch.atan2, np.arctan2, TWO),
    Case("where", lambda a, b: torch.where(a > b, a, b), lambda a, b: np.where(a > b, a, b), TWO),
    Case("lerp", lambda a, b: torch.lerp(a, b, 0.3), lambda a, b: a + 0.3 * (b - a), TWO),
    Case("lerp tensor", torch.lerp, lambda a, b, w: a + w * (b - a), ((2, 3), (2, 3), (2, 3))),
    Case("addcmul", torch.addcmul, lambda a, b, c: a + b * c, ((2, 3), (2, 3), (2, 3))),
    Case("addcdiv", torch.addcdiv, lambda a, b, c: a + b / c, ((2, 3), (2, 3), (2, 3)), domain=(0.3, 2.0)),
]

REDUCTION = [
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

SHAPE = [
    Case("reshape", lambda x: x.reshape(3, -1), lambda x: x.reshape(3, -1), is_view=True),
    Case("reshape copy", lambda x: x.t().reshape(6), lambda x: x.T.reshape(6)),
    Case("view", lambda x: x.view(6), lambda x: x.reshape(6), is_view=True),
    Case("flatten", lambda x: x.flatten(1), lambda x: x.reshape(2, 12), ((2, 3, 4),), is_view=True),
    Case("unflatten", lambda x: x.unflatten(1, (3, -1)), lambda x: x.reshape(2, 3, 4), ((2, 12),), is_view=True),
    Case("squeeze", lambda x: x.squeeze(), np.squeeze, ((1, 2, 1, 3),), is_view=True),
    Case("squeeze dim", lambda x: x.squeeze(0), lambda x: x.squeeze(0), ((1, 2, 1, 3),), is_view=True),
    Case("unsqueeze", lambda x: x.unsqueeze(-1), lambda x: x[..., None], is_view=True),
    Case("permute", lambda x: x.permute(2, 0, 1), lambda x: x.transpose(2, 0, 1), ((2, 3, 4),), is_view=True),
    Case("transpose", lambda x: x.transpose(0, -1), lambda x: x.swapaxes(0, 2), ((2, 3, 4),), is_view=True),
    Case("t", lambda x: x.t(), np.transpose, is_view=True),
    Case("T", lambda x: x.T, np.transpose, is_view=True),
    Case("mT", lambda x: x.mT, lambda x: x.swapaxes(1, 2), ((2, 3, 4),), is_view=True),
    Case("movedim", lambda x: x.movedim(0, 2), lambda x: np.moveaxis(x, 0, 2), ((2, 3, 4),), is_view=True),
    Case("expand", lambda x: x.expand(4, -1, 3), lambda x: np.broadcast_to(x, (4, 2, 3)), ((2, 1),), is_view=True),
    Case("select", lambda x: x[1], lambda x: x[1], is_view=True),
    Case("slice", lambda x: x[:, 1:], lambda x: x[:, 1:], is_view=True),
    Case("slice step", lambda x: x[..., ::2], lambda x: x[..., ::2], is_view=True),
    Case("none", lambda x: x[None, :, 0], lambda x: x[None, :, 0], is_view=True),
    Case("narrow", lambda x: x.narrow(1, 1, 2), lambda x: x[:, 1:3], is_view=True),
    Case("unbind", lambda x: x.unbind(1)[2], lambda x: x[:, 2], is_view=True),
    Case("split", lambda x: x.split(2, 1)[1], lambda x: x[:, 2:], is_view=True),
    Case("chunk", lambda x: x.chunk(2, 1)[0], lambda x: x[:, :2], is_view=True),
    Case("diagonal", lambda x: x.diagonal(1), lambda x: x.diagonal(1), is_view=True),
    Case(
        "diagonal of a stack",
        lambda x: x.diagonal(-1, 1, 2),
        lambda x: x.diagonal(-1, 1, 2),
        ((2, 3, 4),),
        is_view=True,
    ),
    Case("cat", lambda a, b: torch.cat([a, b], 1), lambda a, b: np.concatenate([a, b], 1), ((2, 3), (2, 1))),
    Case("stack", lambda a, b: torch.stack([a, b], -1), lambda a, b: np.stack([a, b], -1), TWO),
    Case("repeat", lambda x: x.repeat(2, 1, 3), lambda x: np.tile(x, (2, 1, 3))),
    Case("tile", lambda x: x.tile(2), lambda x: np.tile(x, 2)),
    Case("repeat_interleave", lambda x: x.repeat_interleave(2, 1), lambda x: x.repeat(2, 1)),
    Case("flip", lambda x: x.flip(0, 1), lambda x: x[::-1, ::-1]),
    Case("roll", lambda x: x.roll(1, 0), lambda x: np.roll(x, 1, 0)),
    Case("roll flat", lambda x: x.roll(2), lambda x: np.roll(x, 2)),
    Case("tril", lambda x: x.tril(-1), lambda x: np.tril(x, -1), ((3, 3),)),
    Case("triu", lambda x: x.triu(), np.triu, ((3, 3),)),
    Case("contiguous", lambda x: x.t().contiguous(), np.transpose),
]

INDEXING = [
    Case("index list", lambda x: x[[0, 1, 0]], lambda x: x[[0, 1, 0]]),
    Case("index mask", lambda x: x[x > 0], lambda x: x[x > 0]),
    Case("index pair", lambda x: x[:, [2, 0]], lambda x: x[:, [2, 0]]),
    Case("index_select", lambda x: x.index_select(1, _on(x, [2, 2])), lambda x: x[:, [2, 2]]),
    Case("gather", lambda x: x.gather(1, _on(x, INDEX)), lambda x: np.take_along_axis(x, INDEX, 1)),
    Case("masked_fill", lambda x: x.masked_fill(x > 0, 7.0), lambda x: np.where(x > 0, 7.0, x)),
    Case("masked_select", lambda x: x.masked_select(x < 0), lambda x: x[x < 0]),
    Case(
        "scatter",
        lambda x, s: x.scatter(1, _on(x, [[0], [2]]), s),
        lambda x, s: _scattered(x, s, False),
        ((2, 3), (2, 1)),
    ),
    Case(
        "scatter_add",
        lambda x, s: x.scatter_add(1, _on(x, [[0], [2]]), s),
        lambda x, s: _scattered(x, s, True),
        ((2, 3), (2, 1)),
    ),
    Case(
        "index_add",
        lambda x, s: x.index_add(0, _on(x, [1, 1]), s),
        lambda x, s: x + np.array([[0], [1]]) * s.sum(0),
        TWO,
    ),
]

PRODUCTS = [
    Case("mm", torch.mm, np.matmul, ((2, 3), (3, 4))),
    Case("matmul stacks", torch.matmul, np.matmul, ((2, 1, 2, 3), (4, 3, 2))),
    Case("matmul vector", torch.matmul, np.matmul, ((3,), (2, 3, 4))),
    Case("matmul by vector", torch.matmul, np.matmul, ((2, 3, 4), (4,))),
    Case("bmm", torch.bmm, np.matmul, ((2, 2, 3), (2, 3, 2))),
    Case("mv", torch.mv, np.matmul, ((2, 3), (3,))),
    Case("dot", torch.dot, np.dot, ((3,), (3,))),
    Case("outer", torch.outer, np.outer, ((3,), (2,))),
    Case("addmm", torch.addmm, lambda c, a, b: c + a @ b, ((4,), (2, 3), (3, 4))),
    Case(
        "addmm scaled",
        lambda c, a, b: torch.addmm(c, a, b, beta=0.5, alpha=2),
        lambda c, a, b: 0.5 * c + 2 * a @ b,
        ((2, 4), (2, 3), (3, 4)),
    ),
    Case("linear", F.linear, lambda x, w, b: x @ w.T + b, ((2, 3), (4, 3), (4,))),
    Case("linear 1-D", F.linear, lambda x, w, b: x @ w.T + b, ((3,), (4, 3), (4,))),
    Case("linear 3-D", F.linear, lambda x, w: x @ w.T, ((2, 2, 3), (4, 3))),
    Case("einsum", lambda a, b: torch.einsum("ij,jk->ik", a, b), np.matmul, ((2, 3), (3, 4))),
    Case(
        "einsum sum",
        lambda a, b: torch.einsum("bij,b->j", a, b),
        lambda a, b: np.einsum("bij,b->j", a, b),
        ((2, 3, 4), (2,)),
    ),
]

LOSSES = [
    Case("mse_loss", F.mse_loss, lambda a, b: ((a - b) ** 2).mean(), TWO),
    Case("mse_loss sum", lambda a, b: F.mse_loss(a, b, "sum"), lambda a, b: ((a - b) ** 2).sum(), TWO),
    Case("l1_loss", F.l1_loss, lambda a, b: np.abs(a - b).mean(), TWO),
    Case(
        "binary_cross_entropy_with_logits",
        F.binary_cross_entropy_with_logits,
        lambda x, t: (np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0) - x * t).mean(),
        TWO,
        domain=(0.1, 0.9),
    ),
    Case(
        "cross_entropy",
        lambda x: F.cross_entropy(x, _on(x, [2, 0])),
        lambda x: -np.log(_softmax(x))[[0, 1], [2, 0]].mean(),
    ),
    Case(
        "cross_entropy none",
        lambda x: F.cross_entropy(x, _on(x, [2, 0]), reduction="none"),
        lambda x: -np.log(_softmax(x))[[0, 1], [2, 0]],
    ),
    Case("nll_loss", lambda x: F.nll_loss(x, _on(x, [1, 1])), lambda x: -x[:, 1].mean()),
]

CASES = [*ELEMENTWISE, *BINARY, *REDUCTION, *SHAPE, *INDEXING, *PRODUCTS, *LOSSES]


def _on(like: Tensor, data: Any) -> Tensor:
    return torch.tensor(data, device=like.device)


def _scattered(x: Numbers, source: Numbers, accumulate: bool) -> Numbers:
    out = x.copy()
    for row, column in ((0, 0), (1, 2)):
        out[row, column] = source[row, 0] + (out[row, column] if accumulate else 0)
    return out
