"""Functions at nan, infinities, zeros of both signs and numbers that are very great or very small."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import core

VALUES = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 1e-30, -1e30, 1e30]
ONE = (
    "abs acos acosh angle asin asinh atan atanh ceil cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1 floor "
    "frac i0 isfinite isinf isnan isneginf isposinf lgamma log log10 log1p log2 logit nan_to_num neg rad2deg "
    "reciprocal relu round rsqrt sigmoid sign signbit sin sinc sinh sqrt square tan tanh trunc "
    "special.entr special.erfcx special.i0e special.i1 special.i1e special.log_ndtr special.ndtr special.ndtri"
).split()
TWO = (
    "add atan2 copysign div eq floor_divide fmax fmin fmod ge gt heaviside hypot le logaddexp logaddexp2 logical_and "
    "lt maximum minimum mul ne nextafter pow remainder sub xlogy special.xlog1py"
).split()
FOLDS = "sum mean prod amax amin max min argmax argmin logsumexp var std norm median nansum nanmean nanmedian".split()
RUNNING = "cumsum cumprod cummax cummin logcumsumexp sort argsort softmax log_softmax".split()
ROWS = [
    [math.nan, 1.0, 2.0],
    [math.inf, -math.inf, 1.0],
    [-math.inf, -math.inf, -math.inf],
    [math.inf, math.inf, 0.0],
    [0.0, -0.0, 0.0],
    [2.0, math.nan, math.inf],
]


def found(library: Any, name: str) -> Any:
    for part in name.split("."):
        library = getattr(library, part)
    return library


def same(ours: Any, theirs: Any) -> None:
    if isinstance(theirs, tuple):
        for mine, other in zip(ours, theirs, strict=True):
            same(mine, other)
        return
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", ONE)
def test_of_one(torch: Any, name: str) -> None:
    same(*(found(each, name)(each.tensor(VALUES, dtype=each.float64)) for each in (core, torch)))


@pytest.mark.parametrize("name", TWO)
def test_of_two(torch: Any, name: str) -> None:
    results = []
    for library in (core, torch):
        x = library.tensor(VALUES, dtype=library.float64)
        results.append(found(library, name)(x[:, None], x))
    same(*results)


@pytest.mark.parametrize("name", FOLDS + RUNNING)
def test_along_a_row(torch: Any, name: str) -> None:
    same(*(found(each, name)(each.tensor(ROWS, dtype=each.float64), dim=1) for each in (core, torch)))


@pytest.mark.parametrize(
    "name", ["sqrt", "rsqrt", "abs", "relu", "log", "pow", "norm", "logsumexp", "amax", "sinc", "xlogy"]
)
def test_gradients(torch: Any, name: str) -> None:
    grads = []
    for library in (core, torch):
        x = library.tensor([0.0, -0.0, 1.0, math.inf], dtype=library.float64, requires_grad=True)
        more = {"pow": (library.tensor([0.0, 2.0, 0.5, -1.0]),), "xlogy": (x.detach(),), "logsumexp": (0,)}.get(
            name, ()
        )
        found(library, name)(x, *more).sum().backward()
        grads.append(x.grad)
    same(*grads)
