"""Gradients at infinities, numbers that are none and huge ones, with gradients from above that are so too."""

from __future__ import annotations

import itertools
import math
import warnings
from typing import Any

import numpy as np
import pytest

import core

VALUES = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, -3.0, 6.0, 1e-30, -1e30, 1e30]
FROM_ABOVE = [math.inf, -math.inf, math.nan, 1e300, -2.0, 0.0]
ROWS = [
    [math.nan, 1.0, 2.0],
    [math.inf, -math.inf, 1.0],
    [-math.inf, -math.inf, -math.inf],
    [math.inf, math.inf, 0.0],
    [0.0, -0.0, 0.0],
    [2.0, math.nan, math.inf],
    [2.0, 2.0, 2.0],
    [1e300, -1e300, 1.0],
    [3.0, 0.0, -1.0],
    [3.0, 0.0, -1.0],
    [3.0, 1.0, -1.0],
]

# `logit` without the zero below zero and no number: for them PyTorch gives what the processor's vectors make of them.
ONE = """
abs acos acosh angle asin asinh atan atanh ceil clone cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1 floor frac
i0 lgamma log log10 log1p log2 logit(x+0.0) nan_to_num neg positive rad2deg reciprocal relu round rsqrt sigmoid sign sin
sinc sinh sqrt square tan tanh trunc special.entr special.erfcx special.i0e special.i1 special.i1e special.log_ndtr
special.ndtr special.ndtri
F.celu(x[1:]) F.elu(x[1:]) F.gelu F.hardshrink F.hardsigmoid F.hardswish(x[1:]) F.hardtanh F.leaky_relu F.logsigmoid
F.mish F.relu6 F.selu(x[1:])
F.silu F.softplus F.softshrink F.softsign F.tanhshrink
clamp(x,-1,1) clamp(x,min=0.5) clamp(x,max=3) clamp(x,3,1) clamp(x,tensor(-1.0),tensor(3.0).double())
logit(where(isnan(x),0.5,x)+0.0,0.25)
nan_to_num(x,1,2,-2) F.threshold(x,0,-1) F.threshold(x,1,math.inf) F.hardtanh(x,0,0.5) F.elu(x[1:],0.5) F.celu(x[1:],2)
F.gelu(x,approximate='tanh') F.leaky_relu(x,0) F.leaky_relu(x,-1) F.softplus(x,2,1) F.softshrink(x,1) F.hardshrink(x,1)
x**0 x**1 x**2 x**3 x**0.5 x**-1 x**-2.0 2**x 0**x (-1)**x 1/x x/0 x*0 x*math.inf x/math.inf 1-x
remainder(x,2) fmod(x,2) polygamma(1,x) mvlgamma(x.abs()+1,2) masked_fill(x,x>0,1) where(x>0,x,0) where(x>0,1,x)
tril(x[None]) x[x>0] x.round(decimals=1) F.glu(stack([x,x.flip(0)]),0) F.prelu(x,tensor([0.25]).double())
special.xlog1py(x,2) xlogy(x,3) xlogy(2,x) ldexp(x,tensor(2)) lerp(x,x*0,0.25) addcmul(x,x,x) addcdiv(x,x,x)
x.cummax(0)[0] x.float_power(2) F.dropout(x,0.0) F.alpha_dropout(x,0.0)
"""
TWO = """
add atan2 copysign div fmax fmin fmod hypot logaddexp logaddexp2 maximum minimum mul pow remainder sub xlogy
special.xlog1py ldexp
where(x>y,x,y) lerp(x,y,0.75) clamp(x,min=y) clamp(x,max=y) clamp(x,y,y+1) addcmul(x,x,y) addcdiv(x,x,y)
F.prelu(x[None],y[7:8]) F.threshold(x*y,0,-1)
"""
ORDERS = ["0", "0.5", "1", "1.5", "2", "3", "math.inf"]
POINTWISE = (
    "mse_loss l1_loss smooth_l1_loss huber_loss soft_margin_loss binary_cross_entropy_with_logits kl_div".split()
)
ALONG = [
    *(f"{name}(x,1)" for name in "sum mean prod amax amin logsumexp var std norm nansum nanmean cumsum".split()),
    *(f"{name}(x,1)" for name in "cumprod logcumsumexp softmax log_softmax var_mean std_mean cummax cummin".split()),
    *(f"{name}(x,1)" for name in "max min median nanmedian mode sort".split()),
    *(f"{name}(x)" for name in "sum mean prod amax amin max min std var norm median nansum nanmean".split()),
    *(f"norm(x,p={order},dim=1)" for order in [*ORDERS, "-math.inf"]),
    *(f"cdist(x,x.flip(0).detach(),p={order})" for order in ORDERS),
    *(f"F.pdist(x,p={order})" for order in ORDERS),
    *(f"dist(x,x.flip(0),p={order})" for order in ORDERS[1:]),
    *(f"F.{loss}(x,x.detach().flip(1)*0.5,reduction='{how}')" for loss in POINTWISE for how in ("sum", "none")),
    *"""
F.normalize(x) F.cosine_similarity(x,x.flip(1)) F.pairwise_distance(x,x.flip(1)) F.max_pool1d(x,2)
F.max_pool1d(x,2,1,1) F.avg_pool1d(x,2) F.adaptive_max_pool1d(x,2) F.adaptive_avg_pool1d(x,2) F.lp_pool1d(x.abs(),2,2)
F.glu(x[:,:2],1) topk(x,2) F.max_pool2d(x[None],2) F.max_pool2d(x[None],3,2,1) F.softmin(x,1) x.gather(1,x.argsort(1))
quantile(x,0.5,1) kthvalue(x,2) renorm(x,2,0,1) F.pad(x,(1,1)) x.diff() tril(x) triu(x) x.diagonal() x.roll(1) x.flip(1)
x.index_fill(1,tensor([0]),5) F.binary_cross_entropy(x.nan_to_num(0,0,0).clamp(0,1),ones_like(x),reduction='none')
F.cross_entropy(x,t) F.cross_entropy(x,t,reduction='none') F.cross_entropy(x,t*0-100) F.nll_loss(x,t)
F.nll_loss(x,t,reduction='sum') F.nll_loss(x,t*0-100) F.nll_loss(x,t,weight=tensor([1.,0,2]).double())
F.multi_margin_loss(x,t) F.cross_entropy(x,t,label_smoothing=0.1) F.poisson_nll_loss(x,x.detach().flip(1))
F.hinge_embedding_loss(x,ones_like(x)) F.margin_ranking_loss(x,x.flip(1),ones_like(x))
F.triplet_margin_loss(x,x.flip(1),x.roll(1,1)) F.cosine_embedding_loss(x,x.flip(1),t*2-1)
F.gaussian_nll_loss(x,x.detach(),ones_like(x)) F.multilabel_margin_loss(x,tensor([[1,0,-1]]).expand(11,3))
F.multilabel_soft_margin_loss(x,ones_like(x)) F.layer_norm(x,(3,)) F.rms_norm(x,(3,)) F.group_norm(x,1)
F.batch_norm(x,None,None,training=True) F.instance_norm(x[None]) F.local_response_norm(x[None],2)
x.index_add(0,tensor([0]),x[:1]) x.scatter(1,t[:,None],5.0) x.masked_fill(x.isnan(),0)
x.scatter_reduce(1,t[:,None],x[:,:1],'amax') x.scatter_reduce(1,t[:,None],x[:,:1],'prod')
x.scatter_reduce(1,t[:,None],x[:,:1],'mean') F.interpolate(x[None],6) F.interpolate(x[None],2,mode='linear')
F.embedding(t,x) linalg.vector_norm(x,0.5,1) linalg.norm(x) trapezoid(x) logsumexp(x,(0,1)) var(x,1,correction=5)
var(x,1,correction=3)
""".split(),
]

HUGE, ALL = (1e300,), tuple(FROM_ABOVE)
ENDLESS = tuple(FROM_ABOVE[:3])
APART: dict[str, tuple[tuple[float, ...], str]] = {
    **dict.fromkeys(("digamma", "polygamma(1,x)"), (ALL, "PyTorch's slopes at the poles are those of rounded angles")),
    "special.log_ndtr": (ALL, "PyTorch's slope far below zero underflows"),
    "mvlgamma(x.abs()+1,2)": (ENDLESS, "the slopes are added before or after the product"),
    "addcdiv(x,x,x)": (ALL, "one less one, of numbers that are rounded in another order"),
    "mode(x,1)": (ALL, "where no number stands twice and one is none"),
    "cumprod(x,1)": (ALL, "rows without zeros are divided by their numbers, if no row has a zero"),
    "logcumsumexp(x,1)": (ALL, "made without powers that overflow"),
    "median(x)": (ALL, "the first of several that are no number, where PyTorch shares"),
    "kthvalue(x,2)": (ALL, "the first of equal ones"),
    "renorm(x,2,0,1)": (ALL, "rows that are no number have no length"),
    "F.cross_entropy(x,t)": (ENDLESS, "made in one step, without infinity less infinity"),
    "F.nll_loss(x,t,weight=tensor([1.,0,2]).double())": (ENDLESS, "a class without weight has no gradient"),
    "F.multi_margin_loss(x,t)": (ALL, "classes apart from the target are summed in another order"),
    "F.multilabel_margin_loss(x,tensor([[1,0,-1]]).expand(11,3))": (ALL, "pairs are summed in another order"),
    **dict.fromkeys(
        (f"{name},p={p})" for name in ("cdist(x,x.flip(0).detach()", "F.pdist(x") for p in ("1", "math.inf")),
        (ALL, "the sign of no number is 0 here"),
    ),
    **dict.fromkeys(
        "F.layer_norm(x,(3,)) F.rms_norm(x,(3,)) F.instance_norm(x[None]) F.group_norm(x,1)".split(),
        (HUGE, "the order in which numbers are multiplied that overflow together"),
    ),
    **dict.fromkeys(
        ("F.glu(stack([x,x.flip(0)]),0)", "F.glu(x[:,:2],1)"), (HUGE, "the order of factors that overflow together")
    ),
    "x.scatter_reduce(1,t[:,None],x[:,:1],'amax')": (ALL, "PyTorch divides by a count of none"),
    "x.scatter_reduce(1,t[:,None],x[:,:1],'prod')": (HUGE, "the order of factors that overflow together"),
    "trapezoid(x)": (ENDLESS, "neighbours are added, where PyTorch subtracts the ends from twice the sum"),
}


def gradients(library: Any, expression: str, arrays: list[Any], above: float) -> list[Any]:
    """What comes to each of the arrays when each number of the result gets `above`."""
    given = [library.tensor(each, dtype=library.float64, requires_grad=True) for each in arrays]
    names = {"torch": library, "F": library.nn.functional, "math": math, **dict(zip("xy", given, strict=False))}
    names |= {name: getattr(library, name) for name in dir(core) if name.islower() and hasattr(library, name)}
    names["t"] = library.tensor([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1])
    called = expression if set("()*/-[") & set(expression) else f"{expression}({','.join('xy'[: len(given)])})"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out = eval(called, names)
    out = out[0] if isinstance(out, tuple) else out
    out.backward(library.full(out.shape, above, dtype=out.dtype))
    return [np.zeros(each.shape) if each.grad is None else each.grad.numpy() for each in given]


def compare(torch: Any, expression: str, arrays: list[Any], above: float) -> None:
    ours, theirs = (gradients(library, expression, arrays, above) for library in (core, torch))
    tolerance = 1e-13 * abs(above) if math.isfinite(above) else 0.0
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-6, atol=max(tolerance, 1e-15))


def compare_all(torch: Any, expression: str, arrays: list[Any]) -> None:
    apart = APART.get(expression, ((), ""))[0]
    for above in [each for each in FROM_ABOVE if each not in apart]:
        compare(torch, expression, arrays, above)


@pytest.mark.parametrize("expression", ONE.split())
def test_of_one(torch: Any, expression: str) -> None:
    compare_all(torch, expression, [VALUES])


@pytest.mark.parametrize("expression", TWO.split())
def test_of_two(torch: Any, expression: str) -> None:
    pairs = np.array(list(itertools.product(VALUES, VALUES)))
    compare_all(torch, expression, [pairs[:, 0], pairs[:, 1]])


@pytest.mark.parametrize("expression", ALONG)
def test_along(torch: Any, expression: str) -> None:
    compare_all(torch, expression, [ROWS])


def test_many_numbers(torch: Any) -> None:
    """Masks of many numbers are applied to their bits; PyTorch itself is of two minds about what is no number."""
    random = np.random.default_rng(0)
    x = np.where(random.random(5000) < 0.1, random.choice(VALUES[1:], 5000), random.normal(size=5000))
    for expression in "relu F.hardtanh F.leaky_relu F.elu F.hardswish where(x>0,x,x*2) maximum(x,-x)".split():
        compare_all(torch, expression, [x])
