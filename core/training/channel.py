"""The engine's side of the pipes to the window: requests come in on one thread, events go out on another.

Training never waits for the window: events are handed over and written by a thread. What a slow window has not taken
yet is brought up to date instead of piling up: of progress and statistics the latest wins, new points of the curves
join those that wait.
"""

from __future__ import annotations

import errno
import os
import queue
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import BinaryIO

from core.errors import text_of
from core.training import family
from core.training.frames import Decoder, FrameError, encode
from core.training.messages import (
    ActivationsView,
    Curves,
    DataScanned,
    Event,
    Failed,
    Forget,
    ParameterView,
    Progress,
    Request,
    Statistics,
    Stop,
)
from core.training.streams import mark_standard_error

_LATEST_WINS = (DataScanned, Progress, Statistics, ParameterView, ActivationsView)
_PIECE = 1 << 16
_ENDS = (Stop, Forget)


def take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The real standard input and output, for frames. Whatever else reads gets nothing, and prints to standard error.

    By file descriptor, so that it holds for C libraries and child processes too. Both come by one pipe, in order.
    """
    source = os.fdopen(os.dup(0), "rb", buffering=0)
    sink = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    mark_standard_error()
    return source, sink


def write(sink: BinaryIO, content: bytes) -> None:
    """Write all of it, in as many pieces as the system takes."""
    rest = memoryview(content)
    while rest:
        rest = rest[sink.write(rest) :]


def end_at_once() -> None:
    """End this process, and, where it leads a group, all that it started."""
    family.end(os.environ.get(family.MARK, ""), os.getpid())
    if hasattr(os, "getpgrp") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


class Inbox:
    """The requests that came. `None` is the last of them: the window has closed the pipe, or is gone."""

    def __init__(self, source: BinaryIO, grace: float) -> None:
        """`grace`: seconds the process has left after the pipe was closed, before it ends whatever it is doing."""
        self._source = source
        self._grace = grace
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._ends = 0
        """How many requests wait that end what is being done."""
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def wait(self) -> Request | None:
        """The next request, waited for; None when there will be no more."""
        request = self._requests.get()
        self._ends -= isinstance(request, _ENDS)
        return request

    @property
    def wants_end(self) -> bool:
        """Whether a request waits that ends what is being done."""
        return self._ends > 0

    def __bool__(self) -> bool:
        """Whether a request waits."""
        return not self._requests.empty()

    def _read(self) -> None:
        decoder = Decoder()
        try:
            while piece := self._source.read(_PIECE):
                for request in decoder.feed(piece):
                    self._ends += isinstance(request, _ENDS)
                    self._requests.put(request)  # type: ignore[arg-type]  # the window sends requests only
        except (OSError, FrameError) as error:
            print(error, file=sys.stderr)
        finally:  # whatever happened, nothing more comes in
            self._requests.put(None)
            time.sleep(self._grace)
            end_at_once()  # a layer that never comes back must not outlive the window


class Outbox:
    """Sends events in order, without ever making the sender wait."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self.spent = 0.0
        """Seconds of the processor's that went into encoding and writing."""
        self._waiting: list[Event] = []
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._write, name="events", daemon=True)
        self._thread.start()

    def send(self, event: Event) -> None:
        """Puts `event` behind what waits, joined with it where only the latest counts."""
        with self._changed:
            join(self._waiting, event)
            self._changed.notify()

    def close(self, timeout: float = 2.0) -> None:
        """Write what waits, but no longer than `timeout` seconds."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout)

    def _write(self) -> None:
        try:
            while events := self._take():
                write(self._sink, b"".join(map(_frame, events)))
                self.spent = time.thread_time()
        except BaseException as error:
            if isinstance(error, OSError) and error.errno != errno.EBADF:
                return  # nobody listens any more; the inbox learns it too and ends the process
            with suppress(BaseException):
                sys.excepthook(type(error), error, error.__traceback__)
            os._exit(1)  # code of the user's closed the pipe or broke this: the window must not wait for nothing

    def _take(self) -> list[Event]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            taken, self._waiting = self._waiting, []
            return taken


def _frame(event: Event) -> bytes:
    """The frame of an event, or of a short failure where that cannot be sent: what a layer gave may be anything."""
    try:
        return encode(event)
    except Exception as error:
        name = event.request if isinstance(event, Failed) else type(event).__name__
        run = getattr(event, "run", 0)
        values = {"name": type(event).__name__, "reason": text_of(error)}
        return encode(Failed(name, "What there is to tell ({name}) cannot be sent: {reason}", values, run=run))


def join(waiting: list[Event], event: Event) -> None:
    """Add an event to those that wait, in place of what it makes out of date."""
    if isinstance(event, _LATEST_WINS):
        waiting[:] = [other for other in waiting if type(other) is not type(event)]
    elif isinstance(event, Curves):
        for other in waiting:
            if isinstance(other, Curves) and other.run == event.run:
                waiting.remove(other)
                event = _joined(other, event)
                break
    waiting.append(event)


def _joined(first: Curves, second: Curves) -> Curves:
    return Curves(
        first.run,
        first.train + second.train,
        first.test + second.test,
        first.gradients + second.gradients,
        second.flow or first.flow,
        first.updates + second.updates,
        second.unreached,
        second.part,
    )
