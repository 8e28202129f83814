"""The owner of the runs: which there were, which one is current, how it stands and what it began with."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from app.engine.run import ON, Run, State, trains_alike
from core.design.model import Design
from core.training.messages import ActivationsView, Curves, Diagnosed, Failed, Progress, RunNoted, RunState, Statistics

OfRun: TypeAlias = RunState | Progress | Curves | Diagnosed | Statistics | ActivationsView | RunNoted | Failed
"""Messages that carry the number of the run they are about."""


class Runs(QObject):
    """Takes down what the engine says of its runs, each message at the run whose number it carries.

    Whoever wants to know of a run asks here; nobody else remembers.
    """

    state_changed = Signal(object)
    """The `State` of the current run, also when there is another or none."""
    progressed = Signal(object)
    """The `Progress` of the current run."""
    run_added = Signal(object)
    run_changed = Signal(object)
    curves_grew = Signal(object)
    """A run has new points."""
    diagnosed = Signal()
    """The current run learns better or worse than it was known to."""
    current_changed = Signal()
    weights_changed = Signal()
    """The next run would go on with trained weights and could not before, or the other way round."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: list[Run] = []
        """In the order they began, those of projects that were open before among them."""
        self.current: Run | None = None
        """The run that is on, or else the last one of this project; None before the first."""
        self.goes_on = False
        """Whether there are weights, of an earlier run or of a file, with which the next run goes on."""
        self.is_trained = False
        """Whether steps were made with these, as far as is known."""
        self._has_loaded = False
        self._source: int | None = None
        self._running_since: float | None = None

    # --- what is known ------------------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """How the current run stands."""
        return State.IDLE if self.current is None else self.current.state

    @property
    def is_on(self) -> bool:
        """Whether a run is starting, running or paused."""
        return self.current is not None and self.current.is_on

    @property
    def is_paused(self) -> bool:
        """Whether a run is on and waits."""
        return self.state is State.PAUSED

    @property
    def number(self) -> int:
        """The number of the last run, from 1; 0 before the first."""
        return len(self.all)

    @property
    def design(self) -> Design | None:
        """What the current run began with."""
        return None if self.current is None else self.current.design

    @property
    def source(self) -> int | None:
        """The run of this project whose weights the next one goes on with, if there is one."""
        return self._source if self.goes_on else None

    def is_later(self, what: Callable[[Design], object], drawing: Design) -> bool:
        """Whether a run is on that does not know this of the drawing, which so acts from the next run."""
        return self.current is not None and self.current.is_on and what(self.current.design) != what(drawing)

    def is_behind(self, drawing: Design) -> bool:
        """Whether a run is on, and the drawing has moved on since: it would train otherwise."""
        return self.current is not None and self.current.is_on and not trains_alike(self.current.design, drawing)

    # --- what happens -------------------------------------------------------------------------------------------------

    def begin(self, design: Design, continues: int | None = None) -> Run:
        """A run of this design begins, in place of one that is on."""
        self._end()
        self.current = Run(self.number + 1, design, continues)
        self.all.append(self.current)
        self.run_added.emit(self.current)
        self.current_changed.emit()
        self.state_changed.emit(State.STARTING)
        return self.current

    def forget(self) -> None:
        """Another project was opened: its first run is yet to come."""
        self._has_loaded = False
        self._set_goes_on(False)
        self._source = None
        if self.current is not None:
            self._end()
            self.current = None
            self.current_changed.emit()
            self.state_changed.emit(State.IDLE)

    def note_weights(self, live_on: bool, untrained: bool = False) -> None:
        """The engine made a model: whether weights of an earlier one live on in it, with which no step was made."""
        if self.current is not None and self.current.state is State.STARTING and not live_on:
            self.current.continues = None
            self.run_changed.emit(self.current)
        self._has_loaded = self._has_loaded and live_on
        self._set_goes_on(live_on, live_on and (not untrained or self._has_loaded))

    def note_loaded(self) -> None:
        """Weights were read from a file, where nobody says how many steps they are from."""
        self._source = None
        self._has_loaded = True
        self._set_goes_on(True)

    def note_arrived(self) -> None:
        """The weights that were loaded are those that the current run came to."""
        if self.current is not None:
            self._source, self.current.has_left = self.current.number, False
            self.curves_grew.emit(self.current)

    def note_filled(self) -> None:
        """Weights were filled, or edited by hand."""
        self._source = None
        self._set_goes_on(True, self.is_trained)

    def _set_goes_on(self, goes_on: bool, is_trained: bool | None = None) -> None:
        is_trained = goes_on if is_trained is None else is_trained
        if (goes_on, is_trained) != (self.goes_on, self.is_trained):
            self.goes_on, self.is_trained = goes_on, is_trained
            self.weights_changed.emit()

    def forget_gradients(self) -> None:
        """The weights are no longer those that the current run came to."""
        if self.current is not None:
            self.current.has_left = True
            self.curves_grew.emit(self.current)
            self.diagnosed.emit()

    def change(self, state: State) -> None:
        """The current run stands otherwise now."""
        assert self.current is not None
        if state is not self.current.state:
            self._set(self.current, state)
            self.state_changed.emit(state)

    def take(self, event: OfRun) -> bool:
        """Take down a message at the run it is about; whether that is the current one."""
        run = self._run(event.run)
        if run is None:
            return False
        if run is not self.current:
            self._take_late(run, event)
            return False
        match event:
            case RunState(state=state):
                self.change(State(state))
            case Failed(step=step):
                if step is not None:
                    run.mark(step)
                    self.curves_grew.emit(run)
                self.change(State.FAILED)
            case Progress():
                self._take_progress(run, event)
            case Curves():
                self._take_curves(run, event)
            case RunNoted():
                run.log.append(event)
            case Diagnosed(findings=findings):
                run.findings = findings
                self.diagnosed.emit()
        return True

    def _run(self, number: int) -> Run | None:
        return self.all[number - 1] if 1 <= number <= len(self.all) else None

    def _take_late(self, run: Run, event: OfRun) -> None:
        """What was on its way when the next run began changes nothing but the row and the curves of the former."""
        match event:
            case RunState(state=state) if State(state) not in ON:
                self._set(run, State(state))
            case Failed():
                self._set(run, State.FAILED)
            case Progress():
                run.progress = event
                self.run_changed.emit(run)
            case Curves():
                self._take_curves(run, event)

    def _end(self) -> None:
        """A run in whose place there is another one, or none, is over."""
        if self.current is not None and self.current.is_on:
            self._set(self.current, State.STOPPED)

    def _set(self, run: Run, state: State) -> None:
        if run is self.current:
            self._count_time(run, goes_on=state is State.RUNNING)
        run.state = state
        self.run_changed.emit(run)

    def _count_time(self, run: Run, goes_on: bool) -> None:
        now = time.monotonic()
        if self._running_since is not None:
            run.seconds += now - self._running_since
        self._running_since = now if goes_on else None

    def _take_progress(self, run: Run, progress: Progress) -> None:
        self._count_time(run, goes_on=run.state is State.RUNNING)
        is_other_epoch = progress.epoch != run.epoch
        run.progress = progress
        if progress.step:
            self._source = run.number
            self._set_goes_on(True)
        self.progressed.emit(progress)
        if is_other_epoch or not progress.epoch:
            self.run_changed.emit(run)

    def _take_curves(self, run: Run, curves: Curves) -> None:
        had_left = run.has_left
        run.take(curves)
        self.curves_grew.emit(run)
        if had_left and not run.has_left:
            self.diagnosed.emit()
        if curves.test:
            self.run_changed.emit(run)
