"""Metrics against their textbook definitions, in one batch and in several."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import core as torch
from core import metrics
from core.metrics import Metric
from tests.unit.core.gpu import stand_in

SOURCE = np.random.default_rng(5)
SCORES = SOURCE.normal(size=(60, 4)).astype(np.float32)
TARGET = SOURCE.integers(0, 4, 60)
TAKEN = SCORES.argmax(1)
WANTED = SOURCE.normal(10, 3, (60, 2))
GIVEN = WANTED + SOURCE.normal(0, 1, (60, 2))

IS_TAKEN = TAKEN[:, None] == np.arange(4)
IS_THERE = TARGET[:, None] == np.arange(4)
PRECISION = (IS_TAKEN & IS_THERE).sum(0) / IS_TAKEN.sum(0)
RECALL = (IS_TAKEN & IS_THERE).sum(0) / IS_THERE.sum(0)
F1 = 2 * PRECISION * RECALL / (PRECISION + RECALL)
RIGHT = (TAKEN == TARGET).mean()

CLASSES: list[tuple[Callable[[], Metric], Any]] = [
    (metrics.Accuracy, RIGHT),
    (
        lambda: metrics.Accuracy(top_k=2),
        np.mean([t in np.argsort(s)[-2:] for s, t in zip(SCORES, TARGET, strict=True)]),
    ),
    (lambda: metrics.ConfusionMatrix(4), IS_THERE.T.astype(int) @ IS_TAKEN),
    (lambda: metrics.Precision(4), PRECISION.mean()),
    (lambda: metrics.Precision(4, None), PRECISION),
    (lambda: metrics.Precision(4, "micro"), RIGHT),
    (lambda: metrics.Recall(4), RECALL.mean()),
    (lambda: metrics.Recall(4, None), RECALL),
    (lambda: metrics.F1Score(4), F1.mean()),
    (lambda: metrics.F1Score(4, "micro"), RIGHT),
    (lambda: metrics.F1Score(9), F1.mean()),
]
NUMBERS: list[tuple[Callable[[], Metric], Any]] = [
    (metrics.MeanAbsoluteError, np.abs(GIVEN - WANTED).mean()),
    (metrics.MeanSquaredError, ((GIVEN - WANTED) ** 2).mean()),
    (lambda: metrics.MeanSquaredError(squared=False), math.sqrt(((GIVEN - WANTED) ** 2).mean())),
    (metrics.R2Score, (1 - ((GIVEN - WANTED) ** 2).sum(0) / ((WANTED - WANTED.mean(0)) ** 2).sum(0)).mean()),
]
EVERY = [(make, SCORES, TARGET, expected) for make, expected in CLASSES] + [
    (make, GIVEN, WANTED, expected) for make, expected in NUMBERS
]


@pytest.mark.parametrize("size", [60, 7])
@pytest.mark.parametrize(("make", "preds", "target", "expected"), EVERY)
def test_batches_make_the_whole(make: Callable[[], Metric], preds: Any, target: Any, expected: Any, size: int) -> None:
    metric = make()
    metric.update(torch.tensor(preds[:3]), torch.tensor(target[:3]))
    metric.reset()
    for start in range(0, 60, size):
        metric.update(torch.tensor(preds[start : start + size]), torch.tensor(target[start : start + size]))
    np.testing.assert_allclose(metric.compute().numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize(("make", "preds", "target", "expected"), EVERY)
def test_a_call_tells_the_figure_of_its_batch(
    make: Callable[[], Metric], preds: Any, target: Any, expected: Any
) -> None:
    metric = make()
    first = metric(torch.tensor(preds[:20]), torch.tensor(target[:20]))
    np.testing.assert_array_equal(first.numpy(), metric.compute().numpy())
    alone = make()
    alone.update(torch.tensor(preds[20:]), torch.tensor(target[20:]))
    second = metric(torch.tensor(preds[20:]), torch.tensor(target[20:]))
    np.testing.assert_array_equal(second.numpy(), alone.compute().numpy())
    np.testing.assert_allclose(metric.compute().numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize(("make", "preds", "target", "expected"), EVERY)
def test_on_a_gpu(make: Callable[[], Metric], preds: Any, target: Any, expected: Any) -> None:
    with stand_in():
        metric = make()
        metric.update(torch.tensor(preds, device="cuda"), torch.tensor(target, device="cuda"))
        np.testing.assert_allclose(metric.compute().cpu().numpy(), expected, rtol=1e-6)


def test_pictures_are_judged_place_by_place() -> None:
    scores = torch.tensor(SOURCE.normal(size=(2, 3, 4, 5)))
    target = torch.tensor(SOURCE.integers(0, 3, (2, 4, 5)))
    expected = (scores.numpy().argmax(1) == target.numpy()).mean()
    for preds in (scores, scores.argmax(1)):
        metric = metrics.Accuracy()
        metric.update(preds, target)
        assert metric.compute().item() == pytest.approx(expected)


def test_a_mean_weighs_its_numbers() -> None:
    mean = metrics.Mean()
    mean.update(2.0, 3)
    mean.update(torch.tensor([1.0, 5.0], requires_grad=True))
    assert mean.compute().item() == pytest.approx((6 + 6) / 5)
    assert not mean.compute().requires_grad


@pytest.mark.parametrize(
    "make",
    [metrics.Mean, metrics.Accuracy, lambda: metrics.F1Score(3), metrics.MeanAbsoluteError, metrics.R2Score],
)
def test_nothing_seen_is_not_a_number(make: Callable[[], Metric]) -> None:
    assert math.isnan(make().compute().item())


def test_r2_keeps_its_digits_far_from_zero() -> None:
    metric = metrics.R2Score()
    wanted = np.arange(1000.0) * 1e-3 + 1e6
    for start in range(0, 1000, 100):
        part = wanted[start : start + 100]
        metric.update(torch.tensor(part + 1e-2), torch.tensor(part))
    assert metric.compute().item() == pytest.approx(1 - 1000 * 1e-4 / ((wanted - wanted.mean()) ** 2).sum(), rel=1e-6)


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (lambda: metrics.Accuracy()(torch.zeros(3, 2), torch.zeros(4)), r"but got \[3, 2\] for \[4\]"),
        (lambda: metrics.Accuracy(2)(torch.zeros(3), torch.zeros(3)), r"one more dimension than target"),
        (lambda: metrics.ConfusionMatrix(2)(torch.tensor([0, 1]), torch.tensor([0, 2])), "target must .* found 2"),
        (lambda: metrics.Precision(2, "weighted"), "average must be"),
        (lambda: metrics.R2Score()(torch.zeros(3), torch.zeros(3, 1)), r"have \[3\] and \[3, 1\]"),
    ],
)
def test_misfits_are_told(action: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        action()
