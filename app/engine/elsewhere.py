"""A run that PyTorch makes, in processes of its own, here or on other machines: what it writes is followed live."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from msgspec import structs
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from app.document.file_work import FileWork
from app.engine.launch_plan import Plan
from app.engine.run import State
from app.engine.runs import Runs
from core.design.model import Design, new_id
from core.design.pytorch.figures import Figures, Read, norms_by_layer, read_figures
from core.errors import Sentence
from core.training import family
from core.training.messages import Curves, Failed, NetworkWritten, Progress, RunState, TrainPoint, WeightsReport
from core.training.streams import Output

LOOK = 200
"""Milliseconds between two looks at the file of figures."""
LAST_WORDS = 4_000
"""Characters of what the processes print that are kept, to say why they failed."""

_ERROR = re.compile(r"^(?:\[rank\d+\]:\s*)?([A-Za-z_][\w.]*(?:Error|Exception)\b.*)$", re.MULTILINE)
"""The last line of a traceback, as torchrun shows it."""


class Elsewhere(QObject):
    """Starts the processes, follows the figures as those of the current run, and says when its weights are there."""

    failed = Signal(object)
    """A `Failed` of the run."""
    printed = Signal(object)
    """An `Output` of the processes."""
    finished = Signal(Path)
    """The weights that the run came to."""

    def __init__(self, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._expected: tuple[Design, Plan] | None = None
        self._plan: Plan | None = None
        self._design: Design | None = None
        self._number = 0
        self._process: QProcess | None = None
        self._dying: set[QProcess] = set()
        self._mark = ""
        self._end = 0
        self._words = ""
        self._began: tuple[float, int] | None = None
        """When the first step was told of, and which it was."""
        self._is_stopped = False
        self._work = FileWork(self)
        self._look = QTimer(self, interval=LOOK)
        self._look.timeout.connect(self._read)
        runs.current_changed.connect(self._leave)

    @property
    def is_on(self) -> bool:
        """Whether the current run is made elsewhere, and not over."""
        return self._plan is not None and self._runs.is_on and self._runs.number == self._number

    @property
    def weights(self) -> Path | None:
        """What the last run of this kind came to, or will."""
        return None if self._plan is None else self._plan.weights

    def expect(self, design: Design, plan: Plan) -> None:
        """A run of this design begins once its script is written."""
        self._expected = design, plan

    def take_written(self, written: NetworkWritten) -> None:
        """A script is there."""
        if self._expected is not None and written.path == str(self._expected[1].script):
            expected, self._expected = self._expected, None
            self.begin(*expected)

    def take_loaded(self, report: WeightsReport) -> None:
        """Weights of a file are in the network."""
        if report.applied and report.path == str(self.weights):
            self._runs.note_arrived()

    def begin(self, design: Design, plan: Plan) -> None:
        """A run of this design begins; its script is written already."""
        self._abandon()
        self._design = design
        run = self._runs.begin(design, self._runs.source if plan.goes_on else None)
        self._plan, self._number = plan, run.number
        self._end, self._words, self._began, self._is_stopped = 0, "", None, False
        self._work.do(None, partial(_clear, plan), lambda _: self._start(plan))

    def stop(self) -> None:
        """Have it end after its step, with its weights; a second time, end its processes at once."""
        assert self._plan is not None
        if self._is_stopped:
            self._kill()
            self._over(State.STOPPED)
            return
        self._is_stopped = True
        self._work.do(None, self._plan.stop.touch)

    def close(self) -> None:
        """The window is gone, and with it the processes that it started."""
        self._abandon()
        for dying in list(self._dying):
            dying.waitForFinished(1000)
        self._work.finish()

    # --- the processes ------------------------------------------------------------------------------------------------

    def _start(self, plan: Plan) -> None:
        if plan is not self._plan:
            return
        self._look.start()
        if plan.machines > 1:
            return
        program, *arguments = plan.launch()
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        self._mark = new_id()
        environment.insert(family.MARK, self._mark)
        process.setProcessEnvironment(environment)
        process.setWorkingDirectory(str(plan.script.parent))
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        process.readyRead.connect(self._take_words)
        process.finished.connect(self._take_end)
        process.errorOccurred.connect(self._fail_to_start)
        self._process = process
        process.start(program, arguments)

    def _take_words(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAll().data()).decode("utf-8", "replace")
            self._words = (self._words + text)[-LAST_WORDS:]
            self.printed.emit(Output(text))

    def _fail_to_start(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None and self._plan is not None:
            reason = self._process.errorString()
            self._forget_process()
            template = self.tr("'{program}' could not be started: {reason}")
            self._fail(Sentence(template, {"program": self._plan.python, "reason": reason}))

    def _take_end(self, code: int, status: QProcess.ExitStatus) -> None:
        self._take_words()
        self._forget_process()
        if code == 0 and status == QProcess.ExitStatus.NormalExit:
            self._read(then=self._arrive)
        else:
            found = [line for line in _ERROR.findall(self._words) if "ChildFailedError" not in line]
            said = found[0] if found else (self._words.strip().splitlines() or [f"exit status {code}"])[-1]
            how = Sentence(self.tr("The run failed in PyTorch: {reason}"), {"reason": said[:500]})
            self._read(then=lambda: self._fail(how))

    def _forget_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()

    def _kill(self) -> None:
        """End all that was started, wherever it went."""
        process, self._process = self._process, None
        if process is None:
            return
        for signal in (process.readyRead, process.finished, process.errorOccurred):
            signal.disconnect()
        family.end(self._mark, process.processId())
        self._dying.add(process)
        process.finished.connect(lambda: self._bury(process))
        process.kill()

    def _bury(self, process: QProcess) -> None:
        self._dying.discard(process)
        process.deleteLater()

    def _abandon(self) -> None:
        """What was on is of no interest any more."""
        self._plan = None
        self._look.stop()
        self._kill()

    def _leave(self) -> None:
        """Another run, or another project, is in its place."""
        if self._plan is not None and (self._runs.current is None or self._runs.number != self._number):
            self._abandon()

    # --- the figures --------------------------------------------------------------------------------------------------

    def _read(self, then: Callable[[], object] | None = None) -> None:
        """Take what is written by now; `then`: once that is all there will be."""
        plan = self._plan
        if plan is None or (then is None and self._work.is_busy):
            return

        def take(read: Read) -> None:
            if plan is self._plan:
                self._end = read.end
                for line in read.lines:
                    self._take(line)
                if then is not None:
                    self._read(then) if read.lines else then()

        self._work.do(None, lambda: read_figures(plan.figures, self._end), take, self._fail)

    def _take(self, line: Figures) -> None:
        assert self._design is not None
        number = self._number
        if self._runs.state is State.STARTING:
            self._runs.take(RunState(number, "running"))
        if line.weights:
            self._arrive()
            return
        if line.steps:
            self._tell_step(line, self._design.as_it_runs)
        if line.test_loss is not None:
            self._runs.take(Curves(number, test=((line.step, line.test_loss, line.test_accuracy),)))
        if line.train_loss is not None:
            self._tell_epoch(line)

    def _tell_step(self, line: Figures, design: Design) -> None:
        lost = line.loss is None
        point = TrainPoint(line.step, math.nan if line.loss is None else line.loss, nonfinite=int(lost))
        norms = norms_by_layer(line.gradients, ((node.id, design.path(node.id)) for node in design.walk()))
        self._runs.take(Curves(self._number, (point,), gradients=((line.step, norms),) if norms else ()))
        self._tell_progress(line)

    def _tell_progress(self, line: Figures) -> None:
        now, before = time.monotonic(), self._progress
        began, first = self._began = self._began or (now, line.step)
        pace = (now - began) / (line.step - first) if line.step > first else 0.0
        left = max(0, line.steps - line.step) * pace
        loss = before.loss if before is not None else None
        self._runs.take(Progress(self._number, line.step, line.steps, line.epoch, line.epochs, pace, left, loss=loss))

    def _tell_epoch(self, line: Figures) -> None:
        """An epoch is over: its mean loss is known."""
        epochs = self._design.settings.epochs if self._design is not None else line.epoch
        steps = line.step * epochs // max(1, line.epoch)
        before = self._progress or Progress(self._number, line.step, steps, 0, epochs, 0.0, 0.0)
        self._runs.take(structs.replace(before, step=line.step, epoch=line.epoch, loss=line.train_loss))

    @property
    def _progress(self) -> Progress | None:
        return None if self._runs.current is None else self._runs.current.progress

    def _arrive(self) -> None:
        """It is over, and well."""
        if self.is_on and self._plan is not None:
            weights = self._plan.weights
            self._over(State.STOPPED if self._is_stopped else State.FINISHED)
            self.finished.emit(weights)

    def _fail(self, how: Sentence) -> None:
        if self.is_on:
            self._look.stop()
            failed = Failed("Start", how.template, how.values, run=self._number)
            self._kill()
            self._runs.take(failed)
            self.failed.emit(failed)

    def _over(self, state: State) -> None:
        self._look.stop()
        self._runs.take(RunState(self._number, state.value))


def _clear(plan: Plan) -> None:
    """Take away what an earlier run left there."""
    for left in (plan.figures, plan.stop, plan.weights):
        with suppress(OSError):
            left.unlink()
