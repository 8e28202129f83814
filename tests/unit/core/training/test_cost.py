"""What is not asked for is not measured, and what telling costs is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core import nn
from core.design.json_form import to_json
from core.training import reporter
from core.training.messages import ActivationsView, Curves, ParameterView, Progress, Start, Statistics, Watch
from tests.unit.core.design.drawing import node
from tests.unit.core.training.driving import Driven, iris, of


def test_without_cards_there_are_no_statistics_but_curves_and_the_watched_parameter() -> None:
    design = iris(epochs=30)
    layer = next(node.id for node in design.walk() if node.type == "Linear")
    driven = Driven()
    driven.ask(Watch(layer, "weight", cards=False))
    events = driven.ask(Start(to_json(design), 1)) + driven.run()
    assert not of(Statistics, events)
    assert of(ParameterView, events)
    assert any(curves.gradients for curves in of(Curves, events))
    assert any(curves.updates for curves in of(Curves, events))
    assert any(curves.flow for curves in of(Curves, events))


def test_the_cost_is_told_as_a_share() -> None:
    events = Driven().train(iris(epochs=30))
    assert of(Statistics, events)
    assert 0 < of(Progress, events)[-1].cost < 1


def test_what_a_layer_gives_in_a_step_is_told_while_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter, "LOOK_EVERY", 0.0)
    design = iris(("Linear", {"out_features": 6}), "Sigmoid", ("Linear", {"out_features": 3}), epochs=2)
    given: list[NDArray[np.float32]] = []
    as_ever = nn.Linear.forward

    def noting(layer: nn.Linear, x: Any) -> Any:
        out = as_ever(layer, x)
        if layer.training and layer.out_features == 6:
            given.append(out.detach().numpy().copy())
        return out

    monkeypatch.setattr(nn.Linear, "forward", noting)
    driven, layer = Driven(), node(design, "net.linear").id
    driven.ask(Watch(None, cards=False, activations=layer))
    driven.ask(Start(to_json(design), 1))
    (view,) = of(ActivationsView, driven.step())
    assert (view.run, view.step, view.node) == (1, 1, layer)
    counts, ends = np.histogram(given[0], len(view.histogram.counts))
    assert view.histogram.counts == tuple(counts)
    assert (view.histogram.low, view.histogram.high) == pytest.approx((ends[0], ends[-1]))
    assert view.zeros == 0
    driven.ask(Watch(None, cards=False))
    assert not of(ActivationsView, driven.run())
