"""What the window hears of a run: often enough to look alive, seldom enough to cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from core.design.diagnosis import Finding
from core.design.model import NodeId
from core.training.allowance import Allowance
from core.training.devices import memory_in_use
from core.training.diagnosis import Doctor
from core.training.ledger import Ledger
from core.training.loop import Noted, RunEvent, Stepped, Tested, TrainingRun, Waiting
from core.training.means import EpochMeans, PointMeans
from core.training.messages import Curves, Diagnosed, Event, Progress, RunNoted, TrainPoint, Watch
from core.training.telemetry import Telemetry

NEWS_EVERY = 0.15
LOOK_EVERY = 0.2
"""Seconds between two reports of how it goes, and between two looks inside: about 20 messages a second together."""
NEWS_AT_LEAST = 1.0
"""Seconds after which the window hears of a run, whatever that takes."""
MEMORY_EVERY = 1.0
"""Seconds between two questions how much memory is in use."""

POINTS = 1000
"""Points of a run's curves: however long it is, it can be drawn, and looked at closely."""

POINTS_OF_START = 20
"""The first so many steps have a point each, and then ever fewer, as most happens at the beginning."""


TELEMETRY = 0.02
CLOSELY = 0.1
"""Of the run's time may go into telling of it; more while somebody looks at the numbers of a layer."""
PARTS, PARTS_CLOSELY = (0.6, 0.15, 0.15), (0.4, 0.05, 0.05)
"""How that is divided: into looks inside, gradients' norms in between, and reports."""
ASKED = 0.04
"""Of the time may go into what is asked about the network again and again: the rest of what looking closely may take.
A little is left everywhere for what no clock sees, that steps find other numbers in the cache."""


class Reporter:
    """Watches each step of a run from outside, and sends progress, curves and statistics when they are due.

    Around all that the run does there is `begin`, `end` and, with what came of it, `take`.
    """

    def __init__(
        self,
        number: int,
        run: TrainingRun,
        watched: Watch,
        send: Callable[[Event], None],
        sent: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`sent`: how many seconds of the processor's sending took so far that is done beside the run."""
        self.watched = watched
        self._number = number
        self._run = run
        self._send = send
        self._sent, self._sent_before = sent, sent()
        self._telemetry = Telemetry(run.model)
        self._ledger = Ledger()
        self._looks = Allowance(LOOK_EVERY)
        self._norm_looks = Allowance()
        self._news = Allowance(NEWS_EVERY, most=NEWS_AT_LEAST)
        self._asked = Allowance(share=ASKED)
        self._share_out()
        self._is_looking = self._is_single = False
        self._watching = ExitStack()
        self._last_step = run.steps
        self._window = (0.0, 0.0)
        """Seconds of all that was done, and of waiting for data among them, when it was last worked out how much."""
        self._waiting = 0.0
        self._memory, self._memory_due = 0, 0.0
        self._grain = max(1, run.steps // POINTS)
        self._steps: list[Stepped] = []
        """Those that are in no mean yet."""
        self._room = 1
        """How many fit into the next point."""
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
        share, parts = (CLOSELY, PARTS_CLOSELY) if self.watched.is_close else (TELEMETRY, PARTS)
        for each, part in zip((self._looks, self._norm_looks, self._news), parts, strict=True):
            each.share = share * part

    def begin(self, closely: bool = False) -> None:
        """The run is about to do something. If it is time to look, or `closely`, what leaves layers is remembered."""
        ledger = self._ledger
        ledger.open()
        self._is_single = closely
        # What stands on the cards after a run is of its end.
        self._is_looking = closely or ledger.now >= self._looks.due or self._run.step + 1 == self._last_step
        if self._is_looking:
            self._telemetry.keep_weights()
            watched = self.watched
            if watched.cards or watched.activations:
                self._watching.enter_context(self._telemetry.watch_activations(watched.cards, watched.activations))
            ledger.start()

    def end(self) -> None:
        """It is done, or failed."""
        self._ledger.end()
        if self._is_looking:
            self._watching.close()

    def take(self, event: RunEvent) -> None:
        """Count what the run has just done, and tell of it what is due."""
        ledger = self._ledger
        match event:
            case Stepped():
                self._steps.append(event)
                ledger.count_look() if self._is_looking else ledger.count_step()
                if self._is_looking or len(self._steps) >= self._room:
                    self._take_steps()
            case Waiting():
                pass
            case _:
                ledger.count_test()
                self._take_other(event)
        if ledger.now >= self._news.due:
            self._send_news()
        ledger.close()
        if self._is_looking and isinstance(event, Stepped):
            self._looks.charged = ledger.told - sum(o.charged for o in (self._news, self._norm_looks, self._asked))
            is_first = not self._looks.due  # the first look takes long once, and cards are to live from the start
            self._looks.wait(ledger.now, is_asked_for=self._is_single or is_first)

    def _take_steps(self) -> None:
        """Of many together, since what computes them is then in the processor's cache."""
        self._add_steps()
        if len(self._gathered) >= min(self._grain, 1 + self._run.step // POINTS_OF_START):
            self._add_point()
        if self._is_looking:
            self.look()

    def _add_steps(self) -> None:
        for step in self._steps:
            self._means.take(step)
            self._gathered.add(step)
        self._steps = []
        self._room = min(self._grain, 1 + self._run.step // POINTS_OF_START) - len(self._gathered)

    def _take_other(self, event: RunEvent) -> None:
        self._add_steps()
        self._means.take(event)
        if isinstance(event, Tested):
            self._tests.append((event.step, event.loss, event.accuracy))
            self._doctor.take_test(event.step, event.accuracy)
        elif isinstance(event, Noted):
            self._send(RunNoted(self._number, self._run.step, event.sentence.template, event.sentence.values))

    @property
    def may_answer(self) -> bool:
        """Whether what is asked about the network again and again may be answered now."""
        return self._ledger.now >= self._asked.due

    def take_answer(self, seconds: float) -> None:
        """So long the run stood still, since something was asked about the network."""
        self._ledger.stand_still(seconds)
        self._asked.charge(seconds)
        self._asked.wait(self._ledger.now)

    def adjust(self) -> None:
        """Parameters may be frozen or thawed since, and steps be more or fewer."""
        self._telemetry = Telemetry(self._run.model)
        self._last_step = self._run.steps

    def tell(self) -> None:
        """Send progress and all new points of the curves, also that of the steps since the last one."""
        self._add_steps()
        if len(self._gathered):
            self._add_point()
        self._send_news()

    def _send_news(self) -> None:
        now = self._ledger.now
        with self._news.spend():
            self._add_steps()
            if now >= self._memory_due:  # the system takes half a millisecond to say it
                self._memory, self._memory_due = memory_in_use(self._run.device), now + MEMORY_EVERY
            if self._points or self._tests or self._norms:
                points, tests, norms = tuple(self._points), tuple(self._tests), tuple(self._norms)
                updates, unreached = tuple(self._updates), self._telemetry.unreached
                part = self._run.watched
                self._send(Curves(self._number, points, tests, norms, self._flow, updates, unreached, part))
            self._points, self._tests, self._norms, self._updates, self._flow = [], [], [], [], {}
            self._send(self._progress())
            self._send_findings()
        sent = self._sent()
        self._ledger.report(beside=sent - self._sent_before)
        self._sent_before = sent
        self._news.wait(now)

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
        stepping = self._ledger.stepping
        seconds, self._stepping_before = (stepping - self._stepping_before) / count, stepping
        self._points.append(self._gathered.point(self._run.rate, seconds, self._memory))
        self._room = min(self._grain, 1 + self._run.step // POINTS_OF_START)
        if (now := self._ledger.now) >= self._norm_looks.due and not self._is_looking:
            with self._norm_looks.spend():
                self._add_norms(self._telemetry.gradient_norms())
            self._norm_looks.wait(now)

    def _add_norms(self, norms: dict[NodeId, float]) -> None:
        if norms and (not self._norms or self._norms[-1][0] < self._run.step):
            self._norms.append((self._run.step, norms))
            self._doctor.take_gradients(self._run.step, norms)

    def _progress(self) -> Progress:
        run = self._run
        ledger, tested = self._ledger, run.epoch - run.before[1]
        pace = ledger.stepping / max(1, ledger.steps)
        left = pace * (run.steps - run.step)
        if tested > 0:  # what a test takes is not known before the first
            left += ledger.testing / tested * (run.settings.epochs - run.epoch)
        means = self._means.whole
        epochs, waiting = run.settings.epochs, self._share_of_waiting()
        far = run.step, run.steps, run.epoch, epochs
        return Progress(self._number, *far, pace, left, self._memory, *means, waiting, ledger.cost)

    def _share_of_waiting(self) -> float:
        """Of the last second, or of the one before where it is not over."""
        done, waited = self._ledger.done, self._run.waited
        if done - self._window[0] >= 1:
            self._waiting = (waited - self._window[1]) / (done - self._window[0])
            self._window = done, waited
        return min(self._waiting, 1.0)

    def look(self) -> None:
        """Send gradient norms, statistics of all layers, and what is watched."""
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
        """Send the watched parameter, and what the watched layer gave."""
        if self.watched.node is not None:
            view = self._telemetry.view(self.watched.node, self.watched.parameter, self._run.step)
            if view is not None:
                self._send(view)
        if self.watched.activations is not None:
            given = self._telemetry.activations(self._number, self._run.step, self.watched.activations)
            if given is not None:
                self._send(given)
