"""The colour of a gradient."""

from __future__ import annotations

from itertools import combinations

import pytest

from app.look.gradient_color import gradient_color
from app.look.theme import DARK, LIGHT, Theme
from core.design.gradient_flow import Flow, Kind


@pytest.mark.parametrize("shown", [DARK, LIGHT])
def test_vanishing_healthy_and_exploding_differ_clearly(shown: Theme) -> None:
    flows = [Flow(Kind.VANISHING, 1e-4), Flow(Kind.WELL, 1.1e-3), Flow(Kind.WELL, 900.0), Flow(Kind.EXPLODING, 2e3)]
    for one, other in combinations(flows, 2):
        if one.kind is not other.kind:
            colors = (gradient_color(flow, shown).getRgb() for flow in (one, other))
            assert sum(abs(a - b) for a, b in zip(*colors, strict=True)) > 100


def test_no_gradient_at_all_looks_vanished_and_no_number_looks_like_a_problem() -> None:
    assert gradient_color(Flow(Kind.NONE, 0.0), DARK) == gradient_color(Flow(Kind.VANISHING, 1e-9), DARK)
    assert gradient_color(Flow(Kind.BROKEN), DARK) == DARK.problem
