"""The engine as the window sees it: it answers requests, and owns the live parameters, the model and the run."""

from __future__ import annotations

import gc
import shutil
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from core.data.prepare import PreparedData
from core.data.scanning import listening
from core.design.adjusting import adjustments
from core.design.catalog.base import Options
from core.design.json_form import from_json
from core.design.model import CustomLayer, Design
from core.design.settings import DataDescription
from core.design.shapes import ProbeRequest, Report
from core.design.tree import tree_text
from core.design.unfolding import original
from core.endings import ONNX
from core.errors import FileError, NetloomError
from core.limits import limit_process
from core.network import Key, Model
from core.nn import Module
from core.onnx_files.doors import write_onnx
from core.tensors.tensor import Tensor
from core.training.active_run import ActiveRun
from core.training.asking import ANSWERS, Asking
from core.training.budget import Budget
from core.training.by_hand import put_values
from core.training.checkpoint import read_checkpoint, write_checkpoint
from core.training.completing import complete
from core.training.customs import full_report, inspect_custom, probe_custom
from core.training.devices import check_device, list_devices
from core.training.failures import ProblemError, failed
from core.training.filling import draw_values, new_values
from core.training.importing import import_network
from core.training.keeping import Keeper
from core.training.known_data import fits, learnt_by
from core.training.loop import Tested, TrainingRun, make_model
from core.training.messages import (
    Adjust,
    Checkpoint,
    Checkpointed,
    CheckScript,
    Complete,
    DataScanned,
    Describe,
    DrawValues,
    EditNumbers,
    Evaluate,
    Evaluated,
    Event,
    Forget,
    ImportNetwork,
    Initialise,
    Inspect,
    LimitMemory,
    ListDevices,
    ListTensors,
    LoadWeights,
    NetworkWritten,
    NumbersChanged,
    OfData,
    Pause,
    Predict,
    Predicted,
    Prepare,
    Prepared,
    Probe,
    ReadNumbers,
    ReadSamples,
    Reinitialise,
    Request,
    Restore,
    RestoreSnapshot,
    Resume,
    RunNoted,
    RunState,
    SaveWeights,
    ShowAugmented,
    SnapshotTaken,
    Start,
    Step,
    Stop,
    Survey,
    TakeSnapshot,
    TryCustom,
    Watch,
    WriteNetwork,
)
from core.training.numbers import edited, read_numbers
from core.training.open_data import OpenData
from core.training.parameters import LiveParameters
from core.training.prediction import predict
from core.training.pytorch_check import check_script
from core.training.pytorch_files import write_pytorch
from core.training.seeing import Looking
from core.training.snapshots import Snapshots
from core.training.streams import flush_output
from core.training.telemetry import Telemetry
from core.training.tensor_files import list_tensors
from core.training.trying import try_custom
from core.training.weights import learnt_in, load_weights, save_weights

PREDICTIONS = 1000
"""That are sent to be looked at; a file holds all."""
SCAN_EVERY = 0.1
"""Seconds between two reports of how much of the data was looked at."""
CHECKPOINT_EVERY = 3.0
"""Seconds between two checkpoints while a run is on; more where writing one takes long."""


class ScanEndedError(Exception):
    """What was to be read is not wanted any more."""


class Engine:
    """Answers requests one after another. Events, also those that answer, go to `send`."""

    def __init__(
        self,
        send: Callable[[Event], None],
        checkpoint: Path | None = None,
        wants_end: Callable[[], bool] = lambda: False,
        sent: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`checkpoint`: where to write what would otherwise be lost with this process. `wants_end`: whether a request
        waits that ends what is being done. `sent`: seconds that sending took so far beside all this.
        """
        self._send, self._sent = send, sent
        self._wants_end = wants_end
        self._scans = Budget(SCAN_EVERY)
        self._checkpoint_path = checkpoint
        self._checkpoints = Budget(CHECKPOINT_EVERY)
        self._fits: tuple[Design, PreparedData] | None = None
        self._live = LiveParameters()
        self._made: tuple[Design, Report] | None = None
        self._model: Model | None = None
        self._run: ActiveRun | None = None
        self._keeper: Keeper | None = None
        self._watched = Watch(None)
        self._asking = Asking(self._looking, send)
        self._data = OpenData(send)
        self._is_unkept = False
        """Whether the weights are about to be replaced and could not be kept."""
        self._ran_out = False
        """Whether memory did, and what took it may be waiting to be collected."""
        self._has_told = False
        """Whether the window knows that checkpoints cannot be written."""
        self._answers: Mapping[type, Callable[[Any], None]] = {
            Prepare: self._prepare,
            Start: self._start,
            Pause: self._pause,
            Resume: self._resume,
            Step: self._step,
            Stop: self._stop,
            Adjust: self._adjust,
            Evaluate: self._evaluate,
            Predict: self._predict,
            Watch: self._watch,
            Checkpoint: self._checkpoint,
            Restore: self._restore,
            TakeSnapshot: self._take_snapshot,
            RestoreSnapshot: self._restore_snapshot,
            SaveWeights: self._save_weights,
            WriteNetwork: self._write_network,
            CheckScript: self._check_script,
            LoadWeights: self._load_weights,
            Reinitialise: self._reinitialise,
            DrawValues: lambda request: send(draw_values(request)),
            Initialise: self._initialise,
            ReadNumbers: lambda request: send(read_numbers(self._present_model(), request.place)),
            EditNumbers: self._edit_numbers,
            Forget: self._forget,
            Describe: self._data.describe,
            Survey: self._data.survey,
            ReadSamples: self._data.read_samples,
            ShowAugmented: self._data.show_augmented,
            ListTensors: lambda request: send(list_tensors(Path(request.path), request.pictured)),
            ImportNetwork: lambda request: send(import_network(Path(request.path), Path(request.target))),
            Inspect: self._inspect,
            Probe: self._probe,
            **dict.fromkeys(ANSWERS, lambda request: self._asking.ask(request, self._run)),
            TryCustom: lambda request: send(try_custom(request)),
            Complete: lambda request: send(complete(request)),
            LimitMemory: lambda request: limit_process(request.size),
            ListDevices: lambda _: send(list_devices()),
        }

    @property
    def wants_to_step(self) -> bool:
        """Whether there is a run that is not paused: `advance` should be called."""
        return self._run is not None and self._run.wants_to_step

    def answer(self, request: Request) -> None:
        """Do what is asked. Whatever goes wrong, in the user's code too, is sent as `Failed`."""
        self._scans.postpone()
        if self._ran_out:
            self._ran_out = False
            gc.collect()
        try:
            with listening(self._tell_scan):
                self._answers[type(request)](request)
        except ScanEndedError:
            if isinstance(request, Start):
                self._send(RunState(request.run, "stopped"))
        except BaseException as error:
            self._fail(request, error)

    def _tell_scan(self, done: int, total: int) -> None:
        """Readers have come so far. Raises ScanEndedError where nobody waits for them any more."""
        if self._wants_end():
            raise ScanEndedError
        if self._scans.is_due():
            with self._scans.spend():
                self._send(DataScanned(done, total))

    def advance(self) -> None:
        """Make the next step of the run, or test on the next samples."""
        run = self._run
        assert run is not None
        try:
            if not run.advance():
                self._finish("finished")
            else:
                self._keep_of_run(lambda keeper, training: keeper.keep_step(training))
                if self._checkpoints.is_due():
                    self._keep()
        except BaseException as error:
            self._break_off(run, error)
        self._catch_up()

    def _catch_up(self) -> None:
        """Answer what waits and may be answered now."""
        while (request := self._asking.next(self._run)) is not None:
            self.answer(request)

    def _break_off(self, run: ActiveRun, error: BaseException) -> None:
        """A run failed. What its code has broken may make this fail, too, which is the same failure."""
        for still in (self._end_run, run.tell):
            with suppress(BaseException):
                still()
        self._fail(Start("", run.number), error)
        self._keep()

    def _keep_of_run(self, keep: Callable[[Keeper, TrainingRun], None]) -> None:
        """What cannot be kept is told once, and then no more is."""
        if self._keeper is not None and self._run is not None:
            try:
                keep(self._keeper, self._run.training)
            except FileError as error:
                self._keeper = None
                self._fail(Checkpoint(""), error)

    def close(self) -> None:
        """The window is gone: keep what was learnt."""
        if self._run is not None:
            self._end_run()
            self._keep()

    def _fail(self, request: Request, error: BaseException) -> None:
        key = getattr(request, "key", "") or getattr(request, "name", "")
        if isinstance(request, OfData):
            key = request.settings.source
        design = self._made[0] if self._made is not None else None
        parts = self._model.parts if self._model is not None else None
        flush_output()  # what a layer printed comes before what is said of its failure
        self._send(failed(type(request).__name__, error, design, parts, key, getattr(request, "run", 0)))
        for each in filter(None, (error, error.__cause__)):
            traceback.clear_frames(each.__traceback__)  # what they hold may be all the memory there was
            self._ran_out = self._ran_out or isinstance(each, MemoryError)

    # --- the run ------------------------------------------------------------------------------------------------------

    def _prepare(self, request: Prepare) -> None:
        self._refuse_while_running()
        design = from_json(request.design)
        self._make(design, _sound_report(design))

    def _make(self, design: Design, report: Report, seed: int | None = None) -> None:
        """Make the model of a design, with what lives on now; the rest comes from `seed`, by default the design's."""
        self._model, (kept, fresh) = make_model(design, report, self._live, seed)
        self._made = design, report
        self._tell_prepared(kept, fresh, self._model)
        self._watch(self._watched)

    def _tell_prepared(self, kept: int, fresh: int, model: Model | None = None) -> None:
        infos = Telemetry(model).parameter_infos() if model is not None else ()
        self._send(Prepared(kept, fresh, infos, untrained=not self._live.steps))

    def _make_again(self, seed: int | None = None) -> None:
        """What lives on has changed. Without a model yet, it waits for one."""
        if self._run is not None:
            self._run.training.take_over(self._live, seed)
            self._tell_prepared(len(self._live.tensors), 0, self._run.training.model)
        elif self._made is not None:
            self._make(*self._made, seed)
        else:
            self._tell_prepared(len(self._live.tensors), 0)

    def _replace(self, live: LiveParameters, seed: int | None = None) -> None:
        """Go on with other parameters: what was kept of the former must not come back after a crash."""
        self._live = live
        self._make_again(seed)
        if self._checkpoint_path is not None and not live.tensors:
            self._checkpoint_path.unlink(missing_ok=True)
        else:
            self._keep()

    def _start(self, request: Start) -> None:
        if self._run is not None:
            self._finish("stopped")
        design = from_json(request.design)
        data = self._data.prepared(design.settings.data)
        report = _sound_report(design, data.description)
        training = TrainingRun(design, report, data, self._live, request.goes_on)
        self._keeper = Keeper(Path(request.folder)) if request.folder else None
        self._made, self._model = (design, report), training.model
        self._run = ActiveRun(request.run, training, self._watched, self._send, self._sent)
        self._checkpoints.postpone()
        self._tell_prepared(training.kept, training.fresh, training.model)
        self._run.paused = request.paused
        self._send(RunState(request.run, "paused" if request.paused else "running"))

    def _pause(self, _request: Pause) -> None:
        if self._run is not None and not self._run.paused:
            self._run.paused = True
            self._run.report()
            self._send(RunState(self._run.number, "paused"))
            self._keep()
            self._catch_up()

    def _resume(self, _request: Resume) -> None:
        if self._run is not None and self._run.paused:
            self._run.paused = False
            self._send(RunState(self._run.number, "running"))

    def _step(self, _request: Step) -> None:
        if self._run is not None and self._run.paused:
            self._run.single = True

    def _stop(self, _request: Stop) -> None:
        if self._run is not None:
            self._finish("stopped")
            self._catch_up()

    def _adjust(self, request: Adjust) -> None:
        run = self._run
        if run is None or run.number != request.run:
            return  # it has ended meanwhile
        before, design = run.training.design, from_json(request.design)
        run.adjust(design)
        if self._made is not None:
            self._made = design, self._made[1]
        for sentence in adjustments(before, design):
            self._send(RunNoted(run.number, run.training.step, sentence.template, sentence.values))
        self._tell_prepared(len(self._live.tensors), 0, run.training.model)

    def _evaluate(self, _request: Evaluate) -> None:
        self._refuse_while_running()
        if self._made is None:
            raise NetloomError("There is no model yet: the design must be sound first.")
        design, report = self._made
        run = TrainingRun(design, report, self._data.prepared(design.settings.data), self._live)
        try:
            *_, result = run.test()
        finally:
            run.close()
        assert isinstance(result, Tested)
        self._send(Evaluated(result.loss, result.accuracy, run.size_of("test")))

    def _predict(self, request: Predict) -> None:
        model, made = self._present_model(), self._made
        assert made is not None
        settings = made[0].settings
        learnt = learnt_by(self._live)
        if learnt is None or not fits(learnt, made[1]):
            learnt = self._fitting_data(made[0]).learnt
        found = predict(model, settings.loss, learnt, request.source, check_device(settings.device))
        if request.output:
            found.write(Path(request.output))
        rows = tuple(tuple(found.row(index)) for index in range(min(len(found.places), PREDICTIONS)))
        titles, total = tuple(found.titles()), len(found.places)
        self._send(Predicted(request.source, titles, rows, total, request.output, found.remarks))

    def _finish(self, state: str) -> None:
        run = self._end_run()
        run.report()
        self._send(RunState(run.number, state))
        self._keep()

    def _end_run(self) -> ActiveRun:
        assert self._run is not None
        self._keep_of_run(lambda keeper, training: keeper.keep_end(training))
        run, self._run = self._run, None
        try:
            run.training.save()
        finally:
            run.training.close()
        return run

    # --- looking, keeping, files --------------------------------------------------------------------------------------

    def _watch(self, request: Watch) -> None:
        self._watched = request
        if self._run is not None:
            self._run.watch(request)
        elif self._model is not None and request.node is not None:
            view = Telemetry(self._model).view(request.node, request.parameter, self._live.steps)
            if view is not None:
                self._send(view)

    def _keep(self) -> None:
        """Write a checkpoint to where the window looks after this process is lost."""
        if self._checkpoint_path is not None and (self._live.tensors or self._run is not None):
            request = Checkpoint(str(self._checkpoint_path))
            try:
                with self._checkpoints.spend():
                    self._checkpoint(request)
                self._has_told = False
            except Exception as error:  # also of a layer that is asked for its state
                if not self._has_told:
                    self._fail(request, error)
                self._has_told = True

    def _checkpoint(self, request: Checkpoint) -> None:
        if self._run is not None:
            self._run.training.save()
        write_checkpoint(Path(request.path), self._live, self._model)
        self._send(Checkpointed(request.path, self._live.steps))

    def _restore(self, request: Restore) -> None:
        self._refuse_unless_paused()
        live = read_checkpoint(Path(request.path))
        if Path(request.path) != self._checkpoint_path:
            self._replace(live)
        else:
            self._live = live
            self._make_again()

    def _take_snapshot(self, request: TakeSnapshot) -> None:
        self._is_unkept = True
        if self._run is not None:
            self._run.training.save()
        gone = Snapshots(Path(request.folder)).take(request.name, self._live)
        self._is_unkept = False
        self._send(SnapshotTaken(request.name, len(gone)))

    def _restore_snapshot(self, request: RestoreSnapshot) -> None:
        self._refuse_unless_paused()
        self._replace(Snapshots(Path(request.folder)).read(request.name), request.seed)

    def _reinitialise(self, request: Reinitialise) -> None:
        self._refuse_unless_paused()
        if self._run is not None:
            self._run.training.save()
        if request.nodes and self._made is not None:
            design = self._made[0]
            if self._model is not None:
                self._live.take(self._model)  # layers that are not meant keep what they have, also before any training
            inside = {each.id for node in request.nodes if node in design for each in design.walk(node)}
            self._live.drop({each.id for each in design.as_it_runs.walk() if original(each.id) in inside} | inside)
            self._replace(self._live, request.seed)
        else:
            self._replace(LiveParameters(), request.seed)

    def _initialise(self, request: Initialise) -> None:
        model = self._present_model()
        self._refuse_unless_paused()
        design = self._made[0].as_it_runs if self._made is not None else None
        names = {node: design.path(node) for node in model.parts} if design is not None else {}
        self._put(new_values(request, model, names), filled=True)

    def _edit_numbers(self, request: EditNumbers) -> None:
        self._refuse_unless_paused()
        self._put(edited(self._present_model(), request), filled=False)

    def _put(self, values: Mapping[Key, Tensor], filled: bool) -> None:
        model, run = self._present_model(), None if self._run is None else self._run.training
        put_values(values, model, self._live, run, afresh=filled)
        self._keep()
        self._send(NumbersChanged(len(values), filled))
        self._tell_prepared(len(values), 0, model)
        self._watch(self._watched)

    def _save_weights(self, request: SaveWeights) -> None:
        module, made = self._present_model().module, self._made
        assert made is not None
        design, report = made
        inside = [design.as_it_runs.path(node) for node in request.nodes if node in design.as_it_runs]
        chosen = inside if request.nodes and design.root not in request.nodes else None
        text = tree_text(design, report)
        self._send(save_weights(Path(request.path), module, self._live.learnt, text, chosen))

    def _write_network(self, request: WriteNetwork) -> None:
        model, made, path = self._present_model(), self._made, Path(request.path)
        assert made is not None
        if path.suffix.lower() in ONNX:
            write_onnx(path, *made, model.module)
        else:
            self._write_pytorch(path, made[0], model.module, request.engine)
        self._send(NetworkWritten(request.path))

    def _write_pytorch(self, path: Path, design: Design, module: Module, engine: str) -> None:
        data = self._data.prepared(design.settings.data)
        write_pytorch(path, design, _sound_report(design, data.description), data, module, engine)

    def _check_script(self, request: CheckScript) -> None:
        self._refuse_while_running()
        self._present_model()
        assert self._made is not None
        design, report = self._made
        data = self._data.prepared(design.settings.data)
        report = _sound_report(design, data.description)
        self._send(check_script(design, report, data, self._live, request.python))

    def _load_weights(self, request: LoadWeights) -> None:
        model = self._present_model()
        if request.apply:
            self._refuse_unless_paused()
        report = load_weights(Path(request.path), model.module, request.apply, request.part, request.pairs)
        if request.apply:
            self._live.take(model)
            self._live.learnt = learnt_in(Path(request.path), report)
            self._live.optimiser.clear()  # it was about other numbers, as were the gradients
            self._live.place = None
            model.module.zero_grad()
            if self._run is not None:
                self._run.training.go_on_from_here()
            self._keep()
        self._send(report)
        self._watch(self._watched)

    def _present_model(self) -> Model:
        if self._model is None:
            raise NetloomError("There is no model yet: the design must be sound first.")
        return self._model

    def _looking(self) -> Looking:
        """The model as it is now, with the data."""
        model, made = self._present_model(), self._made
        assert made is not None
        return Looking(made[0], model, self._fitting_data(made[0]))

    def _fitting_data(self, design: Design) -> PreparedData:
        """The data of a design. Raises ProblemError where its network, made before they were known, does not fit."""
        data = self._data.prepared(design.settings.data)
        if self._fits is None or self._fits[0] is not design or self._fits[1] is not data:
            _sound_report(design, data.description)
            self._fits = design, data
        return data

    def _refuse_while_running(self) -> None:
        if self._run is not None:
            raise NetloomError("A run is on, and owns the parameters: stop it first.")

    def _refuse_unless_paused(self) -> None:
        if self._run is not None and not self._run.paused:
            raise NetloomError("The run changes the weights while it goes on: pause it first.")
        unkept, self._is_unkept = self._is_unkept, False
        if unkept:
            raise NetloomError("The weights stay as they are, for they could not be kept for Undo.")

    def _forget(self, request: Forget) -> None:
        if request.snapshots:
            shutil.rmtree(request.snapshots, ignore_errors=True)
        if self._run is not None:
            self._run.training.close()
        self._run = self._model = self._made = None
        self._live = LiveParameters()

    # --- questions ----------------------------------------------------------------------------------------------------

    def _inspect(self, request: Inspect) -> None:
        self._send(inspect_custom(CustomLayer(request.name, request.source)))

    def _probe(self, request: Probe) -> None:
        options = cast(Options, request.options)
        question = ProbeRequest(request.key, "", request.name, request.source, options, request.inputs)
        self._send(probe_custom(question))


def _sound_report(design: Design, data: DataDescription | None = None) -> Report:
    """The check of a design that can be built. Raises ProblemError with the first problem that stands in the way."""
    report = full_report(design, data)
    for problem in report.problems:
        if problem.blocks:
            raise ProblemError(problem)
    return report
