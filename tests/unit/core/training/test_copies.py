"""Each copy of a repeated container can be looked into, filled, edited and frozen like any other layer."""

from __future__ import annotations

import pytest

from core.design import edits
from core.design.json_form import to_json
from core.design.model import Design
from core.training.messages import (
    ActivationsSeen,
    Adjust,
    Chosen,
    EditNumbers,
    Failed,
    Filling,
    Initialise,
    NumbersChanged,
    ParameterView,
    Place,
    Reinitialise,
    RunNoted,
    SeeActivations,
    Start,
    Watch,
)
from tests.unit.core.design.drawing import node
from tests.unit.core.training.driving import Driven, iris, of, the


@pytest.fixture
def design() -> Design:
    """A block of a Linear and a Sigmoid, three times."""
    drawn = iris(("Linear", {"out_features": 4}), "Sigmoid", ("Linear", {"out_features": 3}), epochs=3)
    drawn = edits.wrap(drawn, [node(drawn, "net.linear").id, node(drawn, "net.sigmoid").id], "Sequential", "block")
    return edits.set_options(drawn, ["block"], {"repeat": 3})


def started(design: Design) -> tuple[Driven, str]:
    """And the id of the second copy's Linear."""
    driven = Driven()
    driven.ask(Start(to_json(design), 1, paused=True))
    return driven, f"{node(design, 'net.sequential.linear').id}#1"


def mean(driven: Driven, copy: str) -> float:
    return the(ParameterView, driven.ask(Watch(copy, "weight"))).parameters[0].mean


def test_what_a_copy_gives_is_seen(design: Design) -> None:
    driven, copy = started(design)
    seen = the(ActivationsSeen, driven.ask(SeeActivations(copy, Chosen())))
    assert (seen.node, seen.shape) == (copy, (4,))


def test_a_copy_is_filled_and_edited_alone(design: Design) -> None:
    driven, copy = started(design)
    first = mean(driven, copy.removesuffix("#1"))
    assert the(NumbersChanged, driven.ask(Initialise(Filling("constant_", {"val": 2.0}, 0), ((copy, "weight"),))))
    assert mean(driven, copy) == 2
    driven.ask(EditNumbers(Place(copy, "weight", (), 0, 0, 4, 4), "add", (1.0,)))
    assert mean(driven, copy) == 3
    assert mean(driven, copy.removesuffix("#1")) == first


def test_new_weights_for_a_layer_are_for_all_its_copies(design: Design) -> None:
    driven, copy = started(design)
    before = [mean(driven, each) for each in (copy.removesuffix("#1"), copy)]
    driven.ask(Reinitialise((copy.removesuffix("#1"),), 99))
    after = [mean(driven, each) for each in (copy.removesuffix("#1"), copy)]
    assert all(new != old for new, old in zip(after, before, strict=True))


def test_settings_change_and_copies_freeze_while_a_run_is_on(design: Design) -> None:
    driven, copy = started(design)
    drawn = copy.removesuffix("#1")
    events = driven.ask(Adjust(to_json(edits.freeze(design, drawn, "weight", True)), 1))
    assert not of(Failed, events)
    assert of(RunNoted, events)
    for each in (drawn, copy, f"{drawn}#2"):
        info = the(ParameterView, driven.ask(Watch(each, "weight"))).parameters[0]
        assert not info.trainable
