"""Error functions, gamma and Bessel functions, the normal distribution. Where numpy has none, by what must hold."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

import core as torch
from core import special
from tests.unit.core.cases.case import Case, Numbers, unary

_erfc = np.vectorize(math.erfc, otypes=[float])
_lgamma = np.vectorize(math.lgamma, otypes=[float])


def _bessel(order: int) -> Callable[[Numbers], Numbers]:
    def series(x: Numbers) -> Numbers:
        terms = [(x / 2) ** (2 * k + order) / (math.factorial(k) * math.factorial(k + order)) for k in range(40)]
        return np.sum(terms, axis=0)

    return series


CASES = [
    unary("erfc", _erfc, (-6.0, 20.0)),
    Case("erfcx", special.erfcx, lambda x: np.exp(x * x) * _erfc(x), domain=(-3.0, 5.0)),
    Case("ndtr", special.ndtr, lambda x: _erfc(-x / math.sqrt(2)) / 2),
    Case("log_ndtr", special.log_ndtr, lambda x: np.log(_erfc(-x / math.sqrt(2)) / 2), domain=(-8.0, 4.0)),
    Case("ndtri", lambda x: special.ndtr(special.ndtri(x)), lambda x: x, domain=(0.01, 0.99)),
    unary("lgamma", _lgamma, (-3.0, 30.0)),
    Case("digamma", lambda x: torch.digamma(x + 1) - torch.digamma(x), lambda x: 1 / x, ((3, 4),), domain=(-2.0, 12.0)),
    Case(
        "polygamma",
        lambda x: torch.polygamma(2, x + 1) - torch.polygamma(2, x),
        lambda x: 2 / x**3,
        domain=(0.3, 2.0),
    ),
    Case("trigamma", lambda x: x.polygamma(1) - (x + 1).polygamma(1), lambda x: 1 / x**2, domain=(-2.0, 9.0)),
    Case(
        "mvlgamma",
        lambda x: torch.mvlgamma(x, 2),
        lambda x: _lgamma(x) + _lgamma(x - 0.5) + math.log(math.pi) / 2,
        domain=(1.0, 3.0),
    ),
    unary("i0", np.i0, (-20.0, 20.0)),
    Case("i0e", special.i0e, lambda x: np.i0(x) * np.exp(-np.abs(x)), domain=(-60.0, 60.0)),
    Case("i1", special.i1, _bessel(1), domain=(-15.0, 15.0)),
    Case("i1e", special.i1e, lambda x: _bessel(1)(x) * np.exp(-np.abs(x)), domain=(-15.0, 15.0)),
    Case("entr", special.entr, lambda x: -x * np.log(x), domain=(0.2, 2.0)),
]
