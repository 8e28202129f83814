"""Looking costs no more than its share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from core.training.budget import Budget
from tests.unit.core.training.clock import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr("core.training.budget.time", clock)
    return clock


def test_what_costs_little_is_due_at_every_interval(clock: Clock) -> None:
    budget = Budget(interval=0.2, share=0.05)
    assert budget.is_due()
    with budget.spend():
        clock.now += 0.001
    clock.now += 0.198
    assert not budget.is_due()
    clock.now += 0.002
    assert budget.is_due()


def test_what_costs_much_is_due_when_its_share_allows(clock: Clock) -> None:
    budget = Budget(interval=0.2, share=0.05)
    with budget.spend():
        clock.now += 1.0
    clock.now += 18.9
    assert not budget.is_due()
    clock.now += 0.2
    assert budget.is_due()


def test_one_interruption_is_not_taken_for_a_cost(clock: Clock) -> None:
    budget = Budget(interval=0.0, share=0.05)
    for seconds in (0.001, 1.0):
        with budget.spend():
            clock.now += seconds
    clock.now += 0.02
    assert budget.is_due()


def test_what_fails_has_cost_its_time_too(clock: Clock) -> None:
    budget = Budget(interval=0.2, share=0.05)
    with contextlib.suppress(ZeroDivisionError), budget.spend():
        clock.now += 1.0
        raise ZeroDivisionError
    assert not budget.is_due()


def test_it_can_be_put_off(clock: Clock) -> None:
    budget = Budget(interval=3.0)
    budget.postpone()
    assert not budget.is_due()
    clock.now += 3.0
    assert budget.is_due()
