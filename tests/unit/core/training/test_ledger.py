"""What telling of a run costs is counted, all of it, and held to its share."""

from __future__ import annotations

import pytest

from core.training import allowance, ledger
from core.training.allowance import Allowance
from core.training.ledger import PRESENT, Ledger
from tests.unit.core.training.clock import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(ledger, "time", clock)
    monkeypatch.setattr(allowance, "time", clock)
    return clock


def step(books: Ledger, clock: Clock, takes: float, before: float = 0.0, after: float = 0.0) -> None:
    """A step, looked into where there is something to do before it."""
    books.open()
    clock.now += before
    if before:
        books.start()
    clock.now += takes
    books.end()
    books.count_look() if before else books.count_step()
    clock.now += after
    books.close()


def test_all_but_the_step_is_telling(clock: Clock) -> None:
    books = Ledger()
    for _ in range(4):
        step(books, clock, 1.0, after=0.25)
    assert (books.now, books.told, books.stepping, books.cost) == (5.0, 1.0, 4.0, 0.2)


def test_by_how_much_longer_a_step_takes_that_is_looked_into_is_telling(clock: Clock) -> None:
    books = Ledger()
    for _ in range(3):
        step(books, clock, 1.0)
    step(books, clock, 1.5, before=0.25, after=0.25)
    assert (books.now, books.told, books.stepping) == (5.0, 1.0, 4.0)
    step(books, clock, 9.0, before=0.5)  # with no step since to compare it with
    assert (books.told, books.stepping) == (1.5, 13.0)


def test_waiting_for_data_is_part_of_the_step(clock: Clock) -> None:
    books = Ledger()
    books.open()
    clock.now += 3.0
    books.end()
    books.close()
    step(books, clock, 1.0)
    assert (books.stepping, books.told, books.done) == (4.0, 0.0, 4.0)


def test_the_cost_is_that_of_the_last_seconds_with_what_is_done_beside_the_run(clock: Clock) -> None:
    books = Ledger()
    step(books, clock, 0.0, before=1.0)
    books.report(beside=0.0)
    assert books.cost == 1.0
    for _ in range(int(PRESENT) + 2):
        step(books, clock, 1.0)
        books.report(beside=0.1)
    assert books.cost == pytest.approx(0.1)


def test_what_costs_much_waits_until_its_share_is_earned(clock: Clock) -> None:
    looks = Allowance(0.2, share=0.01)
    with looks.spend():
        clock.now += 0.001
    looks.wait(10.0)
    assert looks.due == pytest.approx(10.2)
    looks.charge(0.05)
    looks.wait(20.0)
    assert looks.due == pytest.approx(25.0)
    often = Allowance(0.2, share=0.01, most=1.0)
    often.charge(0.05)
    often.wait(20.0)
    assert often.due == pytest.approx(21.0)
    looks.charge(0.05)
    looks.wait(21.0, is_asked_for=True)
    assert looks.due == pytest.approx(21.2)
