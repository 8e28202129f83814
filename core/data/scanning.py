"""How far the reading of much data has come: readers tell, and whoever had them read listens, or ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_listener: ContextVar[Callable[[int, int], None] | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Callable[[int, int], None]) -> Iterator[None]:
    """What is read in here tells `listener` how many things of how many it has looked at.

    An exception that the listener raises ends the reading.
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(done: int, total: int) -> None:
    """So many of so many were looked at."""
    listener = _listener.get()
    if listener is not None:
        listener(done, total)
