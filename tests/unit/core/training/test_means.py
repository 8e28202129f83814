"""Means over steps, beside numpy's."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.training import loop
from core.training.loop import RunEvent, Stepped
from core.training.means import EpochMeans, PointMeans
from core.training.messages import Curves, Progress, TrainPoint
from tests.unit.core.training.driving import Driven, iris, of
from tests.unit.core.training.test_loop import run_of


def test_the_mean_of_an_epoch_is_that_of_its_samples() -> None:
    means, run = EpochMeans(), run_of(iris(epochs=2, batch_size=50))
    steps: list[Stepped] = []
    wholes = []
    for event in run:
        means.take(event)
        if isinstance(event, Stepped):
            steps.append(event)
            sizes = [step.samples for step in steps]
            assert means.loss == pytest.approx(np.average([step.loss for step in steps], weights=sizes))
            assert means.accuracy == pytest.approx(np.average([step.accuracy for step in steps], weights=sizes))
            assert means.is_within
            assert means.whole == (wholes[-1] if wholes else (means.loss, means.accuracy))
        elif isinstance(event, loop.Tested):
            wholes.append(means.whole)
            assert means.whole == (means.loss, means.accuracy)
            assert not means.is_within
            steps.clear()
    assert len(wholes) == 2


def test_regression_has_no_accuracy() -> None:
    means = EpochMeans()
    events: list[RunEvent] = [Stepped(1, 0, 2.0, None, 10), loop.Tested(1, 1, 3.0, None)]
    for event in events:
        means.take(event)
    assert means.whole == (2.0, None)


def test_a_point_keeps_the_extremes_of_its_steps() -> None:
    losses = np.random.RandomState(0).rand(333)
    losses[100] = 1000
    means = PointMeans()
    for number, loss in enumerate(losses, 1):
        means.add(Stepped(number, 0, float(loss), number / 333, 32))
    assert means.point() == TrainPoint(
        333, pytest.approx(losses.mean()), pytest.approx(np.mean(np.arange(1, 334) / 333)),
        (losses.min(), 1000.0), (1 / 333, 1.0),
    )  # fmt: skip
    assert len(means) == 0


def test_a_point_counts_what_is_not_finite_and_leaves_it_out() -> None:
    means = PointMeans()
    for number, loss in enumerate((1.0, math.nan, math.inf, 3.0), 1):
        means.add(Stepped(number, 0, loss, None, 32))
    assert means.point() == TrainPoint(4, 2.0, None, (1.0, 3.0), None, 2)
    means.add(Stepped(5, 0, math.nan, None, 32))
    found = means.point()
    assert math.isnan(found.loss)
    assert (found.losses, found.nonfinite) == (None, 1)


def test_no_step_of_a_run_is_lost_on_the_way_to_the_window() -> None:
    design = iris(epochs=600)
    straight = [event for event in run_of(design) if isinstance(event, Stepped)]
    events = Driven().train(design)
    points = [point for curves in of(Curves, events) for point in curves.train]
    assert len(points) < len(straight) / 1.5
    assert min(point.losses[0] for point in points if point.losses) == min(step.loss for step in straight)
    assert max(point.losses[1] for point in points if point.losses) == max(step.loss for step in straight)
    last = straight[-4:]
    told = of(Progress, events)[-1]
    sizes = [step.samples for step in last]
    assert told.loss == pytest.approx(np.average([step.loss for step in last], weights=sizes))
    assert told.accuracy == pytest.approx(np.average([step.accuracy or 0 for step in last], weights=sizes))
