"""How a run goes on: rates, clipping, testing within an epoch, patience, the best weights, and changes on the way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.design.model import Design
from core.design.settings import Course
from core.nn.utils.clip_grad import clip_grad_norm_
from core.training import loop
from core.training.loop import Noted, Stepped, TrainingRun
from tests.unit.core.training.driving import iris
from tests.unit.core.training.test_loop import run_of


def going(design: Design, **course: object) -> Design:
    return replace(design, settings=replace(design.settings, course=Course(**course)))  # type: ignore[arg-type]


def rates(run: TrainingRun) -> list[float]:
    """The rate that each step was made with."""
    return [float(run.optimiser.param_groups[0]["lr"]) for event in run if isinstance(event, Stepped)]


def test_each_step_has_the_rate_of_the_schedule() -> None:
    run = run_of(going(iris(epochs=4), schedule="ExponentialLR", schedule_options={"gamma": 0.5}))
    of_epoch, made = run.steps_per_epoch, rates(run)
    assert made[::of_epoch] == pytest.approx([made[0] / 2**epoch for epoch in range(4)])
    assert len(set(made)) == 4


def test_the_norm_of_the_gradients_is_held_below_its_limit() -> None:
    run = run_of(going(iris(epochs=2), clip_norm=1e-3))
    for event in run:
        if isinstance(event, Stepped):
            assert clip_grad_norm_(run.model.module.parameters(), 1e9).item() <= 1e-3 * 1.001
    free = run_of(iris(epochs=1))
    next(iter(free))
    assert clip_grad_norm_(free.model.module.parameters(), 1e9).item() > 1e-2


def test_numbers_of_the_gradients_are_held_below_theirs() -> None:
    run = run_of(going(iris(epochs=1), clip_value=1e-4))
    for event in run:
        if isinstance(event, Stepped):
            largest = max(
                float(np.abs(p.grad.numpy()).max()) for p in run.model.module.parameters() if p.grad is not None
            )
            assert largest <= np.float32(1e-4)


def test_it_is_tested_within_an_epoch_and_learns_the_same() -> None:
    plain, often = run_of(iris(epochs=3)), run_of(going(iris(epochs=3), test_every=2))
    losses = [[event.loss for event in run if isinstance(event, Stepped)] for run in (plain, often)]
    assert losses[0] == losses[1]
    often = run_of(going(iris(epochs=3), test_every=2))
    tests = [(event.step, event.within) for event in often if isinstance(event, loop.Tested)]
    of_epoch = often.steps_per_epoch
    assert [step for step, within in tests if not within] == [of_epoch, 2 * of_epoch, 3 * of_epoch]
    assert [step for step, within in tests if within] == [step for step in range(2, 3 * of_epoch, 2) if step % of_epoch]


def test_it_ends_when_patience_does_and_gives_the_best_weights_back() -> None:
    design = iris(epochs=200)
    options = {**design.settings.optimiser_options, "lr": 0.5}
    design = replace(design, settings=replace(design.settings, optimiser_options=options))
    run = run_of(going(design, patience=3, keep_best="loss"))
    events = list(run)
    tests = [event for event in events if isinstance(event, loop.Tested)]
    assert run.step < run.steps_per_epoch * 200
    best = min(tests, key=lambda test: test.loss)
    assert len(tests) - tests.index(best) - 1 == 3
    notes = [str(event.sentence) for event in events if isinstance(event, Noted)]
    assert notes[0].startswith(f"Ended after step {tests[-1].step}: 3 tests in a row")
    assert f"those of step {best.step}" in notes[1]
    *_, again = run.test(run.watched)
    assert isinstance(again, loop.Tested)
    assert again.loss == pytest.approx(best.loss, rel=1e-6)


def test_the_rate_falls_when_tests_are_no_better() -> None:
    design = iris(epochs=30)
    options = {**design.settings.optimiser_options, "lr": 0.3}
    design = replace(design, settings=replace(design.settings, optimiser_options=options))
    run = run_of(going(design, schedule="ReduceLROnPlateau", schedule_options={"gamma": 0.1, "patience": 0}))
    made = rates(run)
    assert made[-1] < made[0] / 5


def test_rate_batch_size_and_frozen_parameters_act_from_the_next_step() -> None:
    run = run_of(iris(epochs=3))
    events = iter(run)
    sizes = [event.samples for event in (next(events), next(events)) if isinstance(event, Stepped)]
    assert sizes == [run.settings.batch_size] * 2
    design = run.design
    layer = next(node for node in design.walk() if node.type == "Linear")
    frozen = replace(design, nodes={**design.nodes, layer.id: replace(layer, frozen=frozenset({"weight"}))})
    settings = replace(frozen.settings, batch_size=5, optimiser_options={"lr": 1e-3, "weight_decay": 0.1})
    run.adjust(replace(frozen, settings=settings))
    before = run.model.parts[layer.id].weight.detach().numpy().copy()
    moved = run.model.parts[layer.id].bias.detach().numpy().copy()
    step = next(events)
    assert isinstance(step, Stepped)
    assert step.samples == 5
    assert run.optimiser.param_groups[0]["lr"] == 1e-3
    assert run.optimiser.param_groups[0]["weight_decay"] == 0.1
    assert np.array_equal(run.model.parts[layer.id].weight.detach().numpy(), before)
    assert not np.array_equal(run.model.parts[layer.id].bias.detach().numpy(), moved)
    run.adjust(replace(design, settings=settings))
    next(events)
    assert not np.array_equal(run.model.parts[layer.id].weight.detach().numpy(), before)
    steps = run.steps
    assert sum(isinstance(event, Stepped) for event in events) == steps - 4
    assert run.step == steps
