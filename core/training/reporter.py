"""What the window hears of a run: often enough to look alive, seldom enough to cost nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from core.design.diagnosis import Finding
from core.design.model import NodeId
from core.training.budget import Budget
from core.training.devices import memory_in_use
from core.training.diagnosis import Doctor
from core.training.loop import Noted, RunEvent, Stepped, Tested, TrainingRun, Waiting
from core.training.means import EpochMeans, PointMeans
from core.training.messages import Curves, Diagnosed, Event, Progress, RunNoted, TrainPoint, Watch
from core.training.telemetry import Telemetry

NEWS_EVERY = 0.15
LOOK_EVERY = 0.2
"""Seconds between two reports of how it goes, and between two looks inside: about 20 messages a second together."""

POINTS = 1000
"""Points of a run's curves: however long it is, it can be drawn, and looked at closely."""

POINTS_OF_START = 20
"""The first so many steps have a point each, and then ever fewer, as most happens at the beginning."""


TELEMETRY = 0.02
CLOSELY = 0.1
"""Of the run's time may go into telling of it; more while somebody looks at the numbers of a layer."""
OF_LOOKS, OF_NORMS, OF_NEWS = 0.6, 0.2, 0.2
"""How that is divided."""


class Reporter:
    """Watches each step of a run from outside, and sends progress, curves and statistics when they are due."""

    def __init__(self, number: int, run: TrainingRun, watched: Watch, send: Callable[[Event], None]) -> None:
        self.watched = watched
        self._number = number
        self._run = run
        self._send = send
        self._telemetry = Telemetry(run.model)
        self._news = Budget(NEWS_EVERY)
        self._looks = Budget(LOOK_EVERY)
        self._looking = False
        self._norm_budget = Budget(0.0)
        self._share_out()
        self._elapsed = self._stepping = self._testing = 0.0
        """Seconds of what was just done, of all steps, and of all tests."""
        self._window = (0.0, 0.0)
        """Seconds of all that was done, and of waiting for data among them, when it was last worked out how much."""
        self._waiting = 0.0
        self._grain = max(1, run.steps // POINTS)
        self._means = EpochMeans()
        self._gathered = PointMeans()
        self._points: list[TrainPoint] = []
        self._tests: list[tuple[int, float, float | None]] = []
        self._norms: list[tuple[int, dict[NodeId, float]]] = []
        self._flow: dict[NodeId, tuple[float, float]] = {}
        self._updates: list[tuple[int, dict[NodeId, float]]] = []
        self._stepping_before = 0.0
        self._doctor = Doctor(run.design, run.guess, run.size_of(run.watched))
        self._findings: tuple[Finding, ...] = ()

    def _share_out(self) -> None:
        share = TELEMETRY if self.watched.node is None else CLOSELY
        for budget, part in ((self._looks, OF_LOOKS), (self._norm_budget, OF_NORMS), (self._news, OF_NEWS)):
            budget.share = share * part

    @property
    def cost(self) -> float:
        """Which share of the run's time goes into telling of it."""
        spent = sum(budget.spent for budget in (self._looks, self._norm_budget, self._news))
        whole = self._stepping + self._testing + spent
        return spent / whole if whole else 0.0

    @contextmanager
    def watch(self, closely: bool = False) -> Iterator[None]:
        """Around everything the run does: its time counts, and if it is time to look, activations are remembered."""
        is_last = self._run.step + 1 == self._run.steps  # what stands on the cards after a run is of its end
        self._looking = closely or is_last or self._looks.is_due()
        if self._looking:
            with self._looks.prepare():
                self._telemetry.keep_weights()
        start = time.perf_counter()
        if self._looking and self.watched.cards:
            with self._telemetry.watch_activations():
                yield
        else:
            yield
        self._elapsed += time.perf_counter() - start

    def take(self, event: RunEvent) -> None:
        """Count what the run has just done, and tell of it what is due."""
        self._means.take(event)
        if isinstance(event, Stepped):
            self._stepping += self._elapsed
        elif not isinstance(event, Waiting):
            self._testing += self._elapsed
        if not isinstance(event, Waiting):
            self._elapsed = 0.0
        match event:
            case Stepped():
                self._gathered.add(event)
                if len(self._gathered) >= min(self._grain, 1 + self._run.step // POINTS_OF_START):
                    self._add_point()
                if self._looking:
                    self.look()
            case Tested(step, _, loss, accuracy, _, _):
                self._tests.append((step, loss, accuracy))
                self._doctor.take_test(step, accuracy)
            case Noted(sentence):
                self._send(RunNoted(self._number, self._run.step, sentence.template, sentence.values))
        if self._news.is_due():
            self._send_news()

    def adjust(self) -> None:
        """Parameters may be frozen or thawed since."""
        self._telemetry = Telemetry(self._run.model)

    def tell(self) -> None:
        """Send progress and all new points of the curves, also that of the steps since the last one."""
        if len(self._gathered):
            self._add_point()
        self._send_news()

    def _send_news(self) -> None:
        with self._news.spend():
            if self._points or self._tests or self._norms:
                points, tests, norms = tuple(self._points), tuple(self._tests), tuple(self._norms)
                updates, unreached = tuple(self._updates), self._telemetry.unreached
                part = self._run.watched
                self._send(Curves(self._number, points, tests, norms, self._flow, updates, unreached, part))
            self._points, self._tests, self._norms, self._updates, self._flow = [], [], [], [], {}
            self._send(self._progress())
            self._send_findings()

    def _send_findings(self) -> None:
        """When they are others than before: that figures in them move is no news."""
        found = self._doctor.findings
        if [(finding.kind, finding.nodes) for finding in found] != [
            (finding.kind, finding.nodes) for finding in self._findings
        ]:
            self._findings = found
            self._send(Diagnosed(self._number, found))

    def _add_point(self) -> None:
        """What the steps since the last point came to and, where they cost little, the gradients' norms."""
        count = len(self._gathered)
        seconds, self._stepping_before = (self._stepping - self._stepping_before) / count, self._stepping
        facts = {"rate": self._run.rate, "seconds": seconds, "memory": memory_in_use(self._run.device)}
        self._points.append(msgspec.structs.replace(self._gathered.point(), **facts))
        if self._norm_budget.is_due():
            with self._norm_budget.spend():
                self._add_norms(self._telemetry.gradient_norms())

    def _add_norms(self, norms: dict[NodeId, float]) -> None:
        if norms and (not self._norms or self._norms[-1][0] < self._run.step):
            self._norms.append((self._run.step, norms))
            self._doctor.take_gradients(self._run.step, norms)

    def _progress(self) -> Progress:
        run = self._run
        made, tested = run.step - run.before[0], run.epoch - run.before[1]
        pace = self._stepping / max(1, made)
        left = pace * (run.steps - run.step)
        if tested > 0:  # what a test takes is not known before the first
            left += self._testing / tested * (run.settings.epochs - run.epoch)
        memory = memory_in_use(run.device)
        means = self._means.whole
        epochs, waiting = run.settings.epochs, self._share_of_waiting()
        far = run.step, run.steps, run.epoch, epochs
        return Progress(self._number, *far, pace, left, memory, *means, waiting, self.cost)

    def _share_of_waiting(self) -> float:
        """Of the last second, or of the one before where it is not over."""
        done, waited = self._stepping + self._testing + self._elapsed, self._run.waited
        if done - self._window[0] >= 1:
            self._waiting = (waited - self._window[1]) / (done - self._window[0])
            self._window = done, waited
        return min(self._waiting, 1.0)

    def look(self) -> None:
        """Send gradient norms, statistics of all layers, and the watched parameter."""
        with self._looks.spend():
            norms = self._telemetry.gradient_norms()
            self._add_norms(norms)
            self._flow = self._telemetry.flow()
            if updates := self._telemetry.updates():
                self._updates.append((self._run.step, updates))
            if self.watched.cards:
                self._send(self._telemetry.statistics(self._number, self._run.step, norms))
            self.view()

    def look_at(self, request: Watch) -> None:
        """Look at another parameter from now on, and once at once."""
        self.watched = request
        self._share_out()
        self.view()

    def view(self) -> None:
        """Send the watched parameter."""
        if self.watched.node is not None:
            view = self._telemetry.view(self.watched.node, self.watched.parameter, self._run.step)
            if view is not None:
                self._send(view)
