"""What is asked about the network during a run again and again waits until it may cost time; what is new never does."""

from __future__ import annotations

import pytest

from core.design import edits
from core.design.json_form import to_json
from core.training import reporter
from core.training.messages import Assess, Assessed, Chosen, Failed, Pause, Prepare, SampleSeen, SeeSample, Start
from tests.unit.core.training.driving import Driven, iris, of


@pytest.fixture
def driven(monkeypatch: pytest.MonkeyPatch) -> Driven:
    """A run whose time is never enough for another answer."""
    monkeypatch.setattr(reporter, "ASKED", 1e-9)
    driven = Driven()
    driven.ask(Start(to_json(iris(epochs=3)), 1))
    driven.step(2)
    return driven


def test_what_is_asked_again_is_answered_when_the_run_waits(driven: Driven) -> None:
    first = of(Assessed, driven.ask(Assess("test")))
    assert len(first) == 1
    assert not of(Assessed, driven.ask(Assess("test")))
    assert not of(Assessed, driven.step())
    (again,) = of(Assessed, driven.ask(Pause()))
    assert again.loss != first[0].loss  # of the weights as they are by then


def test_what_is_asked_again_is_answered_when_the_run_is_over(driven: Driven) -> None:
    driven.ask(Assess("test"))
    driven.ask(Assess("test"))
    assert len(of(Assessed, driven.run())) == 1


def test_another_sample_is_seen_at_once(driven: Driven) -> None:
    for index in (0, 1, 0):
        assert of(SampleSeen, driven.ask(SeeSample(Chosen("test", index))))
    assert not of(SampleSeen, driven.ask(SeeSample(Chosen("test", 0))))


def test_what_cannot_be_answered_is_told_once_it_could_be(driven: Driven) -> None:
    wrong = SeeSample(Chosen("test", 10_000))
    assert of(Failed, driven.ask(wrong))
    assert not of(Failed, driven.ask(wrong))
    assert of(Failed, driven.ask(Pause()))


def test_a_network_that_was_made_before_its_data_were_known_is_not_looked_into_with_others() -> None:
    driven, design = Driven(), iris()
    wide = edits.set_options(design, [list(design.walk())[-1].id], {"out_features": 7})
    driven.ask(Prepare(to_json(wide)))
    for request in (SeeSample(Chosen("test", 0)), Assess("test")):
        (failed,) = of(Failed, driven.ask(request))
        assert "gives" in failed.template
        assert failed.values["needed"] == "N × 3"
    driven.ask(Prepare(to_json(design)))
    assert of(SampleSeen, driven.ask(SeeSample(Chosen("test", 0))))
