"""Less common functions of two numbers."""

from __future__ import annotations

import numpy as np

import core as torch
from core.functions.pairwise import xlog1py
from tests.unit.core.cases.case import TWO, Case

CASES = [
    Case("xlogy", torch.xlogy, lambda a, b: a * np.log(b), TWO, domain=(0.2, 2.0)),
    Case("xlog1py", xlog1py, lambda a, b: a * np.log1p(b), TWO, domain=(-0.5, 2.0)),
    Case("logaddexp", torch.logaddexp, np.logaddexp, TWO),
    Case("logaddexp2", torch.logaddexp2, np.logaddexp2, TWO),
    Case("hypot", torch.hypot, np.hypot, TWO),
    Case("copysign", torch.copysign, np.copysign, TWO),
    Case("ldexp", torch.ldexp, lambda a, b: a * 2**b, TWO),
    Case("frexp", lambda x: torch.frexp(x).mantissa, lambda x: np.frexp(x)[0]),
    Case("fmax", torch.fmax, np.fmax, TWO),
    Case("fmin", torch.fmin, np.fmin, TWO),
    Case("float_power", lambda x: torch.float_power(x, 3).to(x.dtype), lambda x: x**3),
]
