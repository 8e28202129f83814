"""The engine's process seen from the window: what one can ask of it, and what it says, as signals."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTemporaryDir, QTimer, Signal

from app.document.reading import ReadingProcess
from app.engine.elsewhere import Elsewhere
from app.engine.launch_plan import Plan
from app.engine.live_weights import LiveWeights
from app.engine.long_reading import LongReading
from app.engine.process import EngineProcess
from app.engine.questions import Questions
from app.engine.run import State
from app.engine.run_process import RunProcess
from app.engine.runs import OfRun, Runs
from core.design import json_form
from core.design.model import Design, NodeId
from core.design.own_code import own_code
from core.design.pytorch.script import PYTORCH
from core.errors import Sentence
from core.training.messages import (
    ActivationsSeen,
    ActivationsView,
    Adjust,
    Assessed,
    Checkpoint,
    Checkpointed,
    CheckScript,
    CustomInspected,
    DataDescribed,
    DataScanned,
    Devices,
    Evaluate,
    Evaluated,
    Event,
    Failed,
    Forget,
    NetworkWritten,
    NumbersChanged,
    NumbersRead,
    ParameterView,
    Pause,
    Predict,
    Predicted,
    Prepare,
    Prepared,
    Probed,
    Ready,
    Request,
    Resume,
    RunNoted,
    RunState,
    SampleSeen,
    ScriptChecked,
    SnapshotTaken,
    Start,
    Statistics,
    Step,
    Stop,
    SurfaceSeen,
    Watch,
    WeightsReport,
    WeightsSaved,
    WriteNetwork,
)

STOP_GRACE = 2_000
"""Milliseconds a run has to obey `stop` before the user is told that it does not."""
PREPARE_PATIENCE = 30_000
"""Milliseconds making a model may take."""


class Trainer(QObject):
    """Owns two processes of the engine: that of the run with the live parameters, and one that answers questions.

    Nothing waits for them. Whatever they do, up to crashing, arrives as a signal; a run that was lost goes on from the
    last checkpoint at the next `start`. What they say of a run is taken down in `runs`.
    """

    prepared = Signal(object)
    evaluated = Signal(object)
    predicted = Signal(object)
    statistics_changed = Signal(object)
    parameter_viewed = Signal(object)
    activations_viewed = Signal(object)
    checkpointed = Signal(object)
    weights_saved = Signal(object)
    network_written = Signal(object)
    script_checked = Signal(object)
    weights_reported = Signal(object)
    numbers_changed = Signal(object)
    numbers_read = Signal(object)
    looked = Signal(object)
    """What was found in the network with samples: `Assessed`, `SampleSeen`, `ActivationsSeen`, `SurfaceSeen`."""
    output_written = Signal(object)
    failed = Signal(object)
    run_noted = Signal(object)
    """A `RunNoted`: a line of the current run's log."""
    noticed = Signal(object)
    """A `Sentence` about what was done or can be done, which is no failure."""
    forgotten = Signal()
    """Another project was opened: what was said of the former one is past."""
    devices_found = Signal(object)
    data_described = Signal(object)
    data_scanned = Signal(object)
    """`DataScanned`: how far the reading of a run's data has come."""
    custom_inspected = Signal(object)
    probed = Signal(object)

    def __init__(
        self, parent: QObject | None = None, checkpoint_path: Path | None = None, stop_grace: int = STOP_GRACE
    ) -> None:
        """`checkpoint_path`: where the last checkpoint is kept; by default in a folder that goes away with `close`."""
        super().__init__(parent)
        self.runs = Runs(self)
        self.runs_folder: Path | None = None
        """Where each run keeps its checkpoints, in a folder of its key; None: nowhere."""
        self._folder = QTemporaryDir()
        self._has_model = False
        self._has_own_code = False
        """Whether the process ran code of the project's own, which may have changed anything in it."""
        self._overdue = False
        self._stop_timer = QTimer(self, singleShot=True, interval=stop_grace)
        self._stop_timer.timeout.connect(self._tell_overdue)
        self._prepare_timer = QTimer(self, singleShot=True, interval=PREPARE_PATIENCE)
        self._prepare_timer.timeout.connect(self._give_up_preparing)
        by_default = Path(self._folder.filePath("checkpoint.safetensors"))
        self._process = RunProcess(checkpoint_path or by_default, self)
        self.weights = LiveWeights(self._process, self.runs, self)
        self.weights.refused.connect(self.failed)
        self._process.received.connect(self._take)
        self._process.printed.connect(self.output_written)
        self._process.ended.connect(self._take_end)
        self.long_reading = LongReading(self._process, self.runs, self)
        self.long_reading.failed.connect(self.failed)
        self.reading = ReadingProcess()
        """What others wrote is read there, by threads that can wait."""
        self._second_process = EngineProcess(parent=self)
        self._second_process.printed.connect(self.output_written)
        self.questions = Questions(self._second_process, self)
        self.questions.answered.connect(self._take)
        self.elsewhere = Elsewhere(self.runs, self)
        self.elsewhere.failed.connect(self.failed)
        self.elsewhere.printed.connect(self.output_written)
        self.elsewhere.finished.connect(lambda path: self.weights.load(path, apply=True))
        self.network_written.connect(self.elsewhere.take_written)
        self.weights_reported.connect(self.elsewhere.take_loaded)
        self._signals = {
            Prepared: self.prepared,
            Evaluated: self.evaluated,
            Predicted: self.predicted,
            Statistics: self.statistics_changed,
            ParameterView: self.parameter_viewed,
            ActivationsView: self.activations_viewed,
            Checkpointed: self.checkpointed,
            WeightsSaved: self.weights_saved,
            NetworkWritten: self.network_written,
            ScriptChecked: self.script_checked,
            WeightsReport: self.weights_reported,
            NumbersChanged: self.numbers_changed,
            NumbersRead: self.numbers_read,
            **dict.fromkeys((Assessed, SampleSeen, ActivationsSeen, SurfaceSeen), self.looked),
            Failed: self.failed,
            DataScanned: self.data_scanned,
            RunNoted: self.run_noted,
            Devices: self.devices_found,
            CustomInspected: self.custom_inspected,
            Probed: self.probed,
        }

    # --- what is known ------------------------------------------------------------------------------------------------

    @property
    def has_model(self) -> bool:
        """Whether there are live parameters, which could be written to a file."""
        return self._has_model

    @property
    def process_id(self) -> int:
        """The system's number of the run's process; 0 if there is none."""
        return self._process.process_id

    @property
    def checkpoint_path(self) -> Path:
        """Where the run keeps its last checkpoint. A new path counts from the next start of a process."""
        return self._process.checkpoint_path

    @checkpoint_path.setter
    def checkpoint_path(self, path: Path) -> None:
        self._process.checkpoint_path = path
        self._folder.remove()  # nothing is in it, and nobody would take it away if the program were ended

    def limit_memory(self, size: int) -> None:
        """Let no process of the engine take more memory than so many bytes; 0: as much as there is."""
        for process in (self._process, self._second_process):
            process.limit_memory(size)

    # --- the run ------------------------------------------------------------------------------------------------------

    def start(self, design: Design, single: bool = False, goes_on: bool = False) -> None:
        """Train this design, in place of a run that is on; with `single` only its first step, after which it waits.
        `goes_on`: as if the run that the weights are from had never stopped.
        """
        self._note_design(design)
        self._stop_timer.stop()
        self._overdue = False
        run = self.runs.begin(design, self.runs.source)
        folder = "" if self.runs_folder is None else str(self.runs_folder / run.key)
        self._process.ask(Start(self._process.design, run.number, single, goes_on, folder))
        if single:
            self._process.ask(Step())

    def pause(self) -> None:
        """Have the run wait after the step it is in."""
        if self.runs.state in (State.STARTING, State.RUNNING) and not self.elsewhere.is_on:
            self._process.ask(Pause())

    def resume(self) -> None:
        """Have a paused run go on."""
        if self.runs.is_paused:
            self._process.ask(Resume())

    def step(self) -> None:
        """One step of a paused run."""
        if self.runs.is_paused:
            self._process.ask(Step())

    def stop(self) -> None:
        """End the run after the step it is in. If that takes long, `noticed` says so, and a second call ends it."""
        if not self.runs.is_on or self._stop_timer.isActive():
            return
        if self.elsewhere.is_on:
            self.elsewhere.stop()
            return
        if self._overdue:
            self._process.kill(Sentence(self.tr("The run was ended in the middle of a step.")))
        else:
            self._process.ask(Stop())
            self._stop_timer.start()

    def adjust(self, design: Design) -> None:
        """Let the run that is on go on with the settings and frozen parameters of this design, of the same network."""
        if self.runs.current is not None and self.runs.is_on and not self.elsewhere.is_on:
            self.runs.current.design = design
            self._process.ask(Adjust(json_form.to_json(design), self.runs.number))
            self.runs.run_changed.emit(self.runs.current)
            self.runs.state_changed.emit(self.runs.state)

    def prepare(self, design: Design) -> None:
        """Make the model of an edited design; not while a run is on."""
        if not self.runs.is_on:
            self._note_design(design)
            if self._process.runs:  # else the time counts from the moment the process is up
                self._prepare_timer.start()
            self._process.ask(Prepare(self._process.design))

    def _note_design(self, design: Design) -> None:
        self._process.design = json_form.to_json(design)
        self._has_own_code = self._has_own_code or bool(own_code(design))

    def evaluate(self) -> None:
        """Have `evaluated` say how good the parameters are on the test samples; not while a run is on."""
        if not self.runs.is_on:
            self._process.ask(Evaluate())

    def predict(self, source: str, output: str = "") -> None:
        """Have `predicted` say what the network gives for these data, and all of it written to `output`, if named."""
        self._process.ask(Predict(source, output))

    def look(self, look: Request) -> bool:
        """Have `looked` tell something of the network as it is now; whether it can be asked for."""
        if self._process.runs and self._process.design:
            self._process.send(look)
            return True
        return False

    def watch(self, node: NodeId | None, parameter: str | None = None) -> None:
        """Have `parameter_viewed` say what this node's parameters, and the one in full, are like."""
        self._watch(msgspec.structs.replace(self._process.watched, node=node, parameter=parameter))

    def watch_activations(self, node: NodeId | None) -> None:
        """Have `activations_viewed` say, while a run is on, what this node gives for the batches of its steps."""
        if node != self._process.watched.activations:
            self._watch(msgspec.structs.replace(self._process.watched, activations=node))

    @property
    def shows_statistics(self) -> bool:
        """Whether runs tell what the cards on the canvas show."""
        return self._process.watched.cards

    def show_statistics(self, on: bool) -> None:
        """Have runs tell it, or save them the time; the cards then show nothing of a run."""
        self._watch(msgspec.structs.replace(self._process.watched, cards=on))
        if not on:
            self.statistics_changed.emit(Statistics(self.runs.number, 0, {}))

    def _watch(self, watched: Watch) -> None:
        self._process.watched = watched
        if self._process.runs:
            self._process.send(watched)

    def forget(self) -> None:
        """Another project was opened: no parameters live on, and a run that is on ends without a word.

        Where code came with the former project, the next one has a process that this code never ran in.
        """
        self._process.design = ""
        self._has_model = False
        self._process.watched = Watch(None, None, self.shows_statistics)
        must_end, self._has_own_code = self.runs.is_on or self._has_own_code, False
        self.runs.forget()
        if must_end:
            self._process.kill(Sentence(""))
            self.questions.renew()
        elif self._process.runs:
            self._process.ask(Forget(str(self.weights.snapshots)))
        self.weights.forget()
        self.forgotten.emit()

    # --- files --------------------------------------------------------------------------------------------------------

    def checkpoint(self, path: Path | str) -> None:
        """Have weights, optimiser and random state written, by node; `checkpointed` says when."""
        self._process.ask(Checkpoint(str(path)))

    @property
    def folder(self) -> Path:
        """Where this session's processes keep what they need; it is gone with them."""
        return self._process.checkpoint_path.parent

    def write_network(self, path: Path | str, engine: str = PYTORCH) -> None:
        """Write the network as a script for an engine, with weights and samples beside it, or as ONNX;
        `network_written` follows."""
        self._process.ask(WriteNetwork(str(path), engine))

    def train_elsewhere(self, design: Design, plan: Plan) -> None:
        """Write the script of this design, and have PyTorch train it: a run among the others."""
        self.elsewhere.expect(design, plan)
        self.write_network(plan.script)

    def check_script(self, python: str) -> None:
        """Have the script that would be exported compared with ours in PyTorch; `script_checked` says what came."""
        self._process.ask(CheckScript(python))

    def close(self) -> None:
        """End both processes. Waits for them, but not for long."""
        self._stop_timer.stop()
        self._prepare_timer.stop()
        self.elsewhere.close()
        self.reading.close()
        self._second_process.close(timeout=200)
        self._process.close()
        self._folder.remove()

    # --- what comes back ----------------------------------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        if (isinstance(event, OfRun) and event.run) and not self.runs.take(event):
            return
        match event:
            case Ready() if self._process.design and not self.runs.is_on:
                self._prepare_timer.start()
            case RunState():
                self._stop_timer.stop()
                self._overdue = False
            case Prepared():
                self._prepare_timer.stop()
                self._has_model = self._has_model or bool(event.parameters or event.kept)
                self.runs.note_weights(event.kept > 0, event.untrained)
            case WeightsReport(applied=True):
                self.runs.note_loaded()
                self.weights.take_loaded()
            case NumbersChanged(filled=filled):
                self.runs.note_filled()
                self.weights.take_changed(filled)
            case SnapshotTaken(gone=gone) if gone:
                template = self.tr(
                    "Weights of {count} older steps went to make room: those steps cannot bring them back."
                )
                self.noticed.emit(Sentence(template, {"count": gone}))
            case Failed(request="Prepare"):
                self._prepare_timer.stop()
            case Failed(request="RestoreSnapshot" | "Reinitialise"):
                self.weights.stay()
            case DataDescribed(description):
                self.data_described.emit(description)
        if (signal := self._signals.get(type(event))) is not None:
            signal.emit(event)

    def _take_end(self, how: Sentence) -> None:
        self._prepare_timer.stop()
        self._stop_timer.stop()
        stopped, self._overdue = self._overdue, False
        is_here = not self.elsewhere.is_on
        was_on, had_begun = self.runs.is_on and is_here, is_here and self.runs.state in (State.RUNNING, State.PAUSED)
        if self.runs.state is State.STARTING and is_here:
            self._process.design = ""  # making its model is what ended the process
        self._has_model = self._has_model and self._process.checkpoint_path.exists()
        if was_on:
            self.runs.change(State.STOPPED if stopped else State.FAILED)
        if stopped:
            self.noticed.emit(self._with_checkpoint(how))
        elif how.template:
            how = self._with_checkpoint(how) if had_begun else how
            run = self.runs.number if was_on else 0
            self.failed.emit(Failed("Start" if was_on else "Prepare", how.template, how.values, run=run))
        if had_begun:
            self._process.revive()

    def _with_checkpoint(self, how: Sentence) -> Sentence:
        if not self._has_model:
            return how
        return Sentence(self.tr("{how} The weights are those of the last checkpoint."), {"how": how})

    def _tell_overdue(self) -> None:
        self._overdue = True
        self.noticed.emit(Sentence(self.tr("The run is still in a step. Press Stop again to end it at once.")))

    def _give_up_preparing(self) -> None:
        self._process.design = ""
        template = self.tr("Making the model took longer than {seconds} s and was ended. Is there an endless loop?")
        self._process.kill(Sentence(template, {"seconds": f"{self._prepare_timer.interval() / 1000:g}"}))
