"""Functions of two numbers, which broadcast."""

from __future__ import annotations

import numpy as np

import core as torch
from tests.unit.core.cases.case import TWO, Case

CASES = [
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
