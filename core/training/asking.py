"""What is asked about the network with samples: answered at once, or, asked again during a run, when that allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

from core.training.activations import see_activations
from core.training.active_run import ActiveRun
from core.training.messages import Assess, Event, Request, SeeActivations, SeeSample, SeeSurface
from core.training.seeing import Looking, assess, see_sample, see_surface

ANSWERS: Mapping[type, Callable[[Looking, Any], Event]] = {
    Assess: lambda looking, request: assess(looking, request.part),
    SeeSample: lambda looking, request: see_sample(looking, request.sample),
    SeeActivations: see_activations,
    SeeSurface: lambda looking, request: see_surface(looking, request.size),
}


class Asking:
    """One question of a kind waits at most: the latest."""

    def __init__(self, looking: Callable[[], Looking], send: Callable[[Event], None]) -> None:
        self._looking, self._send = looking, send
        self._answered: dict[type, Request] = {}
        self._waiting: dict[type, Request] = {}

    def ask(self, request: Request, run: ActiveRun | None) -> None:
        """Answer at once what is new. What was asked before waits while the run does not allow it."""
        kind = type(request)
        if run is not None and not run.may_answer and self._answered.get(kind) == request:
            self._waiting[kind] = request
        else:
            self._answer(request, run)

    def next(self, run: ActiveRun | None) -> Request | None:
        """What waits and may be answered now, by asking it again."""
        if not self._waiting or not (run is None or run.may_answer):
            return None
        kind = next(iter(self._waiting))
        self._answered.pop(kind, None)
        return self._waiting.pop(kind)

    def _answer(self, request: Request, run: ActiveRun | None) -> None:
        self._waiting.pop(type(request), None)
        self._answered[type(request)] = request
        start = perf_counter()
        try:
            self._send(ANSWERS[type(request)](self._looking(), request))
        finally:
            if run is not None:
                run.take_answer(perf_counter() - start)
