"""What is not asked for is not measured, and what telling costs is told."""

from __future__ import annotations

from core.design.json_form import to_json
from core.training.messages import Curves, ParameterView, Progress, Start, Statistics, Watch
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
