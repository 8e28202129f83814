"""How far gradients get."""

from __future__ import annotations

from math import inf, nan

import pytest

from core.design.gradient_flow import Flow, Kind, flows


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e9])
def test_layers_are_compared_with_the_last_one_however_large_the_norms_are(scale: float) -> None:
    norms = {"a": 0.9e-3, "b": 1.1e-3, "c": 900.0, "d": 1100.0, "e": 1.0}
    found = flows([(node, norm * scale) for node, norm in norms.items()])
    kinds = [Kind.VANISHING, Kind.WELL, Kind.WELL, Kind.EXPLODING, Kind.WELL]
    assert [flow.kind for flow in found.values()] == kinds
    assert [flow.share for flow in found.values()] == pytest.approx(list(norms.values()))


def test_a_gradient_that_is_none_or_no_number_is_nobodys_measure() -> None:
    found = flows([("a", 2.0), ("b", 1.0), ("c", 0.0), ("d", nan), ("e", inf)])
    assert found == {
        "a": Flow(Kind.WELL, 2.0), "b": Flow(Kind.WELL, 1.0), "c": Flow(Kind.NONE, 0.0),
        "d": Flow(Kind.BROKEN), "e": Flow(Kind.BROKEN),
    }  # fmt: skip


def test_where_there_is_no_gradient_there_is_nothing_to_compare() -> None:
    assert flows([]) == {}
    assert flows([("a", 0.0), ("b", 0.0)]) == {"a": Flow(Kind.NONE, 0.0), "b": Flow(Kind.NONE, 0.0)}
