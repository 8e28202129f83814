"""The bilinear layer."""

from __future__ import annotations

import numpy as np

from core.nn import functional as F
from tests.unit.core.cases.case import Case

CASES = [
    Case(
        "bilinear",
        F.bilinear,
        lambda a, b, w, c: np.einsum("ni,oij,nj->no", a, w, b) + c,
        ((2, 3), (2, 4), (5, 3, 4), (5,)),
    ),
    Case(
        "bilinear of stacks",
        F.bilinear,
        lambda a, b, w: np.einsum("nmi,oij,nmj->nmo", a, w, b),
        ((2, 2, 3), (2, 2, 1), (2, 3, 1)),
    ),
]
