"""What is wrong with how a run learns: said once it has been so for a while, and taken back as late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from core.design import edits
from core.design.diagnosis import Finding, is_chance, unreached
from core.design.model import Design
from core.design.shapes import Facts, Problem, check
from core.training.diagnosis import LOOKS, Doctor
from core.training.messages import Curves, Diagnosed, Event
from resources.examples import make
from tests.unit.core.training.driving import Driven, of

NETWORK = make.vanishing_gradients()
FC1, FC2, OUTPUT = (f"vanishing-gradients.net.{name}" for name in ("fc1", "fc2", "output"))


@pytest.mark.parametrize(
    ("norms", "found"),
    [
        ((1e-5, 0.01, 0.1), "a"),
        ((1e-9, 1e-5, 0.1), "ab"),
        ((0.0, 0.0, 0.1), "ab"),
        ((0.1, 0.1, 1e-9), ""),  # a gradient that grows on its way back vanishes nowhere
        ((0.1, 1e-9, 0.1), "b"),
        ((1e-9, 1e-8, 1e-9), ""),  # all has been learned
        ((0.0, 0.0, 0.0), "abc"),
        ((0.1, 0.1, float("inf")), ""),
        ((), ""),
    ],
)
def test_which_layers_hardly_any_gradient_reaches(norms: Sequence[float], found: str) -> None:
    assert "".join(unreached(list(zip("abc", norms, strict=False)))) == found


def test_what_is_no_better_than_a_guess() -> None:
    assert is_chance(0.10, 0.1, 360)
    assert is_chance(0.13, 0.1, 360)
    assert not is_chance(0.14, 0.1, 360)
    assert not is_chance(1.0, 1.0, 10)  # a test that is passed by all says nothing against the network
    assert not is_chance(1.0, 0.5, 2)


def doctor(norms: Sequence[float] = (), tests: Sequence[float] = ()) -> Doctor:
    """One that was shown gradients of the first layer beside 1 of the last, and accuracies."""
    doctor = Doctor(NETWORK, 0.1, 360)
    for step, norm in enumerate(norms, 1):
        doctor.take_gradients(step, {OUTPUT: 1.0, FC1: norm})
    for step, accuracy in enumerate(tests, 1):
        doctor.take_test(step, accuracy)
    return doctor


def test_a_gradient_that_vanishes_for_a_while_is_told_with_when_it_began() -> None:
    assert doctor([1.0, *[1e-6] * (LOOKS - 1)]).findings == ()
    assert doctor([1.0, *[1e-6] * LOOKS]).findings == (Finding("vanishing", (FC1,), 2, {"factor": 1e6}),)


def test_it_is_told_until_it_has_been_otherwise_for_a_while() -> None:
    assert doctor([1e-6] * LOOKS + [1.0] * (LOOKS - 1)).findings
    assert doctor([1e-6] * LOOKS + [1.0, 1e-6] + [1.0] * (LOOKS - 1)).findings[0].since == 1
    assert doctor([1e-6] * LOOKS + [1.0] * LOOKS).findings == ()


def test_tests_no_better_than_a_guess_are_told() -> None:
    assert doctor(tests=[0.1] * (LOOKS - 1)).findings == ()
    (found,) = doctor(tests=[0.1, 0.11, 0.1]).findings
    assert (found.kind, found.since, found.values) == ("chance", 1, {"accuracy": 0.1, "guess": 0.1})
    assert doctor(tests=[0.1, 0.11, 0.1, 0.3, 0.4, 0.5]).findings == ()


def test_a_number_to_predict_has_no_chance() -> None:
    regression = Doctor(make.diabetes_regression(), None, 80)
    for step in range(9):
        regression.take_test(step, None)
    assert regression.findings == ()


# --- the example, and the cure that is told ---------------------------------------------------------------------------


def seeded(design: Design, seed: int) -> Design:
    return replace(design, settings=replace(design.settings, seed=seed))


def last_findings(events: list[Event]) -> tuple[Finding, ...]:
    told = of(Diagnosed, events)
    return told[-1].findings if told else ()


def told_of(design: Design, findings: tuple[Finding, ...]) -> list[Problem]:
    return [problem for problem in check(design, Facts(findings=findings)).problems if problem.severity == "warning"]


@pytest.mark.parametrize("seed", range(5))
def test_the_cure_that_is_told_lets_the_example_learn(seed: int) -> None:
    """Within its epochs, with the weights that the run that failed has left."""
    design, engine = seeded(NETWORK, seed), Driven()
    ill = told_of(design, last_findings(engine.train(design, 1)))
    assert [problem.node for problem in ill] == [FC1, design.root]
    (cure,) = ill[0].repairs
    assert str(cure.label) == "Replace all Sigmoid by SELU"
    cured = cure.edit(design)
    events = engine.train(cured, 2)
    assert accuracies(events)[-1] > 0.8
    assert last_findings(events) == ()
    assert told_of(cured, last_findings(events)) == []


@pytest.mark.parametrize("seed", range(5))
def test_it_lets_the_example_learn_from_new_weights(seed: int) -> None:
    problems = told_of(NETWORK, (Finding("vanishing", (FC1, FC2), 3, {"factor": 2e6}),))
    assert str(problems[0].sentence).startswith("Hardly any gradient reaches 2 layers, from 'fc1' to 'fc2', since step")
    events = Driven().train(seeded(problems[0].repairs[0].edit(NETWORK), seed))
    assert accuracies(events)[-1] > 0.8


def accuracies(events: list[Event]) -> list[float]:
    return [accuracy for curves in of(Curves, events) for _, _, accuracy in curves.test if accuracy is not None]


def test_what_does_not_learn_is_not_called_well_though_gradients_reach_all_layers() -> None:
    events = Driven().train(edits.replace_all(NETWORK, "Sigmoid", "ReLU"))
    assert [found.kind for found in last_findings(events)] == ["chance"]


@pytest.mark.parametrize("example", [make.digits_mlp, make.diabetes_regression, make.residual])
def test_a_network_that_learns_is_well(example: Callable[[], Design]) -> None:
    assert last_findings(Driven().train(example())) == ()
