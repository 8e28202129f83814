"""What goes out to the window: in order, brought up to date while it waits, and never in the sender's way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.training.channel import Outbox, join
from core.training.frames import Decoder
from core.training.messages import Curves, Event, Failed, Progress, RunState, Statistics, TrainPoint


def progress(step: int) -> Progress:
    return Progress(1, step, 100, 0, 1, 0.1, 1.0)


def joined(*events: Event) -> list[Event]:
    waiting: list[Event] = []
    for event in events:
        join(waiting, event)
    return waiting


def test_of_progress_and_statistics_the_latest_wins() -> None:
    assert joined(progress(1), Statistics(1, 1, {}), progress(2), Statistics(1, 2, {}), progress(3)) == [
        Statistics(1, 2, {}),
        progress(3),
    ]


def test_points_of_one_run_are_put_together() -> None:
    first = Curves(1, train=(TrainPoint(1, 0.5),), gradients=((1, {"a": 1.0}),))
    second = Curves(1, train=(TrainPoint(2, 0.4),), test=((2, 0.3, None),))
    other = Curves(2, train=(TrainPoint(1, 0.9),))
    assert joined(first, second, other) == [
        Curves(1, (TrainPoint(1, 0.5), TrainPoint(2, 0.4)), ((2, 0.3, None),), ((1, {"a": 1.0}),)),
        other,
    ]


def test_everything_else_stays_in_order() -> None:
    events = (RunState(1, "running"), Failed("Save", "a"), RunState(1, "paused"), Failed("Save", "b"))
    assert joined(*events) == list(events)


def test_a_window_that_does_not_read_holds_nobody_up() -> None:
    source, sink = os.pipe()
    with os.fdopen(source, "rb") as reader, os.fdopen(sink, "wb", buffering=0) as writer:
        outbox = Outbox(writer)
        text = "x" * 100_000  # more than a pipe holds
        outbox.send(Failed("Save", text))
        for step in range(1000):
            outbox.send(progress(step))
        outbox.send(RunState(1, "finished"))
        decoder, came = Decoder(), list[object]()
        while RunState(1, "finished") not in came:
            came.extend(decoder.feed(reader.read1()))
        outbox.close()
        assert came[0] == Failed("Save", text)
        assert progress(999) in came
        assert len(came) < 10


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that refuses to be written")
def test_a_window_that_is_gone_is_no_error() -> None:
    with Path("/dev/full").open("wb", buffering=0) as writer:
        outbox = Outbox(writer)
        outbox.send(Failed("Save", "into nowhere"))
        outbox.close()


class Unsayable:
    """A value from a layer that MessagePack does not know, and that has no text."""

    def __str__(self) -> str:
        raise KeyError("no text")


def received(*events: Event) -> list[object]:
    """What the window gets of these."""
    read, write = os.pipe()
    with os.fdopen(read, "rb") as source, os.fdopen(write, "wb", buffering=0) as sink:
        outbox = Outbox(sink)
        for event in events:
            outbox.send(event)
        outbox.close()
        sink.close()
        return list(Decoder().feed(source.read()))


def test_what_cannot_be_sent_becomes_a_short_failure_and_more_is_sent() -> None:
    endless: dict[str, object] = {}
    endless["itself"] = endless
    values: list[object] = [Unsayable(), endless, "x" * 70_000_000]
    for value in values:
        failure, state = received(Failed("Start", "{error}", {"error": value}, run=3), RunState(3, "failed"))
        assert isinstance(failure, Failed)
        assert (failure.request, failure.run) == ("Start", 3)
        assert "cannot be sent" in failure.template
        assert state == RunState(3, "failed")
