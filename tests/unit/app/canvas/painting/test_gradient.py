"""The colour of a gradient."""

from __future__ import annotations

from itertools import pairwise
from math import inf, nan

import pytest

from app.canvas.painting.gradient import gradient_color
from app.look.theme import DARK, LIGHT, Theme


@pytest.mark.parametrize("shown", [DARK, LIGHT])
def test_vanishing_healthy_and_exploding_differ_clearly(shown: Theme) -> None:
    colors = [gradient_color(norm, shown) for norm in (1e-9, 1e-2, 1e4)]
    for one, other in pairwise(colors):
        assert sum(abs(a - b) for a, b in zip(one.getRgb(), other.getRgb(), strict=True)) > 120


def test_no_gradient_at_all_looks_vanished_and_no_number_looks_like_a_problem() -> None:
    assert gradient_color(0.0, DARK) == gradient_color(1e-12, DARK)
    assert gradient_color(nan, DARK) == gradient_color(inf, DARK) == DARK.problem
