"""The engine's processes seen from the window: real processes, real signals."""

from __future__ import annotations

import os
import random
import select
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as altered
from PySide6.QtCore import QProcess, SignalInstance
from pytestqt.qtbot import QtBot

from app.document.document import FIRST_WEIGHTS
from app.engine.process import EngineProcess
from app.engine.run import State
from app.engine.trainer import Trainer
from core.design.model import CustomLayer, Design
from core.design.settings import DataSettings
from core.design.shapes import ProbeRequest
from core.errors import Sentence
from core.files.safetensors import read_tensors
from core.training import family
from core.training.messages import (
    Checkpointed,
    CustomInspected,
    Failed,
    ParameterView,
    Prepare,
    Probed,
    WeightsReport,
    WeightsSaved,
)
from core.training.streams import Output
from tests.gui.conftest import Engine
from tests.unit.core.design.drawing import node
from tests.unit.core.training.driving import custom, iris, mlp

LONG = 100_000
"""Epochs of a run that ends only because it is ended."""
PATIENCE = 20_000

# A layer is tried with two samples before a run begins; these do their harm in the run.
LOOPS = """
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        if len(x) > 2:
            print("looping")
            while True:
                pass
        return x
"""


@pytest.fixture
def trainer(qtbot: QtBot, tmp_path: Path) -> Iterator[Trainer]:
    trainer = Trainer(checkpoint_path=tmp_path / "checkpoint.safetensors", stop_grace=300)
    yield trainer
    trainer.close()


class Heard:
    """What a signal carried, from the time this was made."""

    def __init__(self, signal: SignalInstance) -> None:
        self.all: list[Any] = []
        signal.connect(self.all.append)


def until(qtbot: QtBot, met: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(met()), timeout=PATIENCE)


def reach(qtbot: QtBot, trainer: Trainer, state: State) -> None:
    until(qtbot, lambda: trainer.runs.state is state)


def begin(qtbot: QtBot, trainer: Trainer, design: Design) -> None:
    """Start a run and wait until it has made some steps."""
    progress = Heard(trainer.runs.progressed)
    trainer.start(design)
    until(qtbot, lambda: any(event.step > 0 for event in progress.all))


def said(failed: Failed) -> str:
    return str(Sentence(failed.template, failed.values))


# --- a run ------------------------------------------------------------------------------------------------------------


def test_a_run_from_start_to_end(qtbot: QtBot, trainer: Trainer) -> None:
    states, cards = Heard(trainer.runs.state_changed), Heard(trainer.statistics_changed)
    checkpoints = Heard(trainer.checkpointed)
    assert (trainer.runs.state, trainer.has_model) == (State.IDLE, False)
    trainer.start(mlp(epochs=3))
    assert trainer.runs.state is State.STARTING
    reach(qtbot, trainer, State.FINISHED)
    assert states.all == [State.STARTING, State.RUNNING, State.FINISHED]
    run = trainer.runs.current
    assert run is not None
    assert list(run.test_loss.xs) == list(run.test_accuracy.xs) == [45, 90, 135]
    assert run.test_accuracy.ys[-1] > 0.8
    assert cards.all
    until(qtbot, lambda: checkpoints.all == [Checkpointed(str(trainer.checkpoint_path), 135)])


def test_pause_step_resume_stop(qtbot: QtBot, trainer: Trainer) -> None:
    progress = Heard(trainer.runs.progressed)
    begin(qtbot, trainer, iris(epochs=LONG))
    trainer.pause()
    reach(qtbot, trainer, State.PAUSED)
    before = progress.all[-1].step
    trainer.step()
    until(qtbot, lambda: progress.all[-1].step == before + 1)
    assert trainer.runs.state is State.PAUSED
    trainer.resume()
    reach(qtbot, trainer, State.RUNNING)
    trainer.stop()
    reach(qtbot, trainer, State.STOPPED)
    assert progress.all[-1].step > before + 1


def test_runs_are_numbered_and_the_last_one_counts(qtbot: QtBot, trainer: Trainer) -> None:
    progress = Heard(trainer.runs.progressed)
    begin(qtbot, trainer, iris(epochs=LONG))
    trainer.start(iris(epochs=1))
    assert trainer.runs.number == 2
    reach(qtbot, trainer, State.FINISHED)
    assert progress.all[-1].run == 2


def test_parameters_live_on_from_run_to_run_and_can_be_looked_at(qtbot: QtBot, trainer: Trainer) -> None:
    prepared, views = Heard(trainer.prepared), Heard(trainer.parameter_viewed)
    design = mlp(epochs=1)
    linear = node(design, "net.linear").id
    trainer.watch(linear, "weight")
    trainer.prepare(design)
    until(qtbot, lambda: views.all)
    assert (prepared.all[-1].kept, prepared.all[-1].fresh) == (0, 4)
    assert trainer.has_model
    assert isinstance(views.all[-1], ParameterView)
    trainer.start(design)
    reach(qtbot, trainer, State.FINISHED)
    trainer.prepare(design)
    until(qtbot, lambda: len(prepared.all) == 3)
    assert (prepared.all[-1].kept, prepared.all[-1].fresh) == (4, 0)


def test_replaced_parameters_can_be_had_again_by_their_name(qtbot: QtBot, trainer: Trainer, tmp_path: Path) -> None:
    def weights(name: str) -> dict[str, bytes]:
        with qtbot.waitSignal(trainer.weights_saved, timeout=PATIENCE):
            trainer.weights.save(tmp_path / f"{name}.safetensors")
        return {key: array.tobytes() for key, array in read_tensors(tmp_path / f"{name}.safetensors")[0].items()}

    named: list[str] = []
    trainer.weights.changed.connect(lambda _, name: named.append(name))
    trainer.start(iris(epochs=1))
    reach(qtbot, trainer, State.FINISHED)
    trained = weights("trained")
    trainer.weights.reinitialise()
    fresh = weights("fresh")
    assert fresh != trained
    trainer.weights.exchange(FIRST_WEIGHTS)
    assert weights("again") == trained
    trainer.weights.exchange(named[0])
    assert weights("fresh again") == fresh


def test_weights_are_saved_and_compared(qtbot: QtBot, trainer: Trainer, tmp_path: Path) -> None:
    saved, reported = Heard(trainer.weights_saved), Heard(trainer.weights_reported)
    path = tmp_path / "weights.safetensors"
    trainer.start(iris(epochs=1))
    trainer.weights.save(path)
    until(qtbot, lambda: saved.all)
    assert saved.all == [WeightsSaved(str(path), 2)]
    trainer.weights.load(path)
    until(qtbot, lambda: reported.all)
    assert isinstance(reported.all[0], WeightsReport)
    assert reported.all[0].matched == ("net.linear.weight", "net.linear.bias")


def test_what_a_layer_prints_arrives(qtbot: QtBot, trainer: Trainer) -> None:
    source = """
import os
import sys
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        print("from Python")
        os.write(1, b"from below\\n")
        print("from elsewhere", file=sys.stderr)
        return x
"""
    output = Heard(trainer.output_written)
    trainer.start(custom(source, epochs=1))
    reach(qtbot, trainer, State.FINISHED)
    until(qtbot, lambda: "from Python\n" in text_of(output) and "from below\n" in text_of(output))
    errors = [line for event in output.all if event.is_error for line in event.text.splitlines()]
    assert set(errors) == {"from elsewhere"}


def text_of(output: Heard) -> str:
    assert all(isinstance(event, Output) for event in output.all)
    return "".join(event.text for event in output.all)


# --- runs that go wrong -----------------------------------------------------------------------------------------------


def test_an_exception_in_a_layer_names_layer_line_and_text(qtbot: QtBot, trainer: Trainer) -> None:
    source = """
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        if len(x) > 2:
            raise ValueError("no more")
        return x
"""
    design = custom(source)
    failures = Heard(trainer.failed)
    trainer.start(design)
    reach(qtbot, trainer, State.FAILED)
    (failed,) = failures.all
    assert failed.request == "Start"
    assert failed.node == node(design, "net.mine").id
    assert said(failed) == "'mine' (line 7) failed with ValueError: no more"
    assert 'raise ValueError("no more")' in failed.details
    assert "core/training" not in failed.details


def test_what_a_layer_printed_last_comes_before_its_failure(qtbot: QtBot, trainer: Trainer) -> None:
    source = """
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        print("called with", len(x))
        if len(x) > 2:
            print("the last words", end="")
            raise ValueError("no more")
        return x
"""
    heard: list[Output | Failed] = []
    trainer.output_written.connect(heard.append)
    trainer.failed.connect(heard.append)
    trainer.start(custom(source))
    reach(qtbot, trainer, State.FAILED)
    *printed, failed = heard
    assert isinstance(failed, Failed)
    assert "".join(event.text for event in printed).endswith("the last words")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("raise SystemExit(3)", "asked the program to end"),
        ("return self(x)", "calls itself again and again"),
        ("raise MemoryError", "Memory ran out"),
    ],
)
def test_other_ways_to_fail_are_told_and_the_process_lives(
    qtbot: QtBot, trainer: Trainer, line: str, sentence: str
) -> None:
    source = f"""
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        if len(x) > 2:
            {line}
        return x
"""
    failures = Heard(trainer.failed)
    trainer.start(custom(source))
    reach(qtbot, trainer, State.FAILED)
    assert sentence in said(failures.all[0])
    process = trainer.process_id
    trainer.start(iris(epochs=1))
    reach(qtbot, trainer, State.FINISHED)
    assert trainer.process_id == process


def test_an_endless_loop_is_ended_by_a_second_stop(qtbot: QtBot, trainer: Trainer) -> None:
    notices, output, failures = Heard(trainer.noticed), Heard(trainer.output_written), Heard(trainer.failed)
    trainer.start(custom(LOOPS))
    until(qtbot, lambda: "looping" in text_of(output))
    trainer.stop()
    until(qtbot, lambda: notices.all)
    assert "Press Stop again" in str(notices.all[0])
    assert trainer.runs.state is State.RUNNING
    trainer.stop()
    reach(qtbot, trainer, State.STOPPED)
    assert "in the middle of a step" in str(notices.all[-1])
    assert failures.all == []


def test_a_killed_process_is_told_and_the_next_run_goes_on_from_the_last_checkpoint(
    qtbot: QtBot, trainer: Trainer
) -> None:
    """Those that changed its pictures end with it, and the data are as they were."""
    failures, prepared = Heard(trainer.failed), Heard(trainer.prepared)
    plain = mlp(epochs=LONG)
    long = replace(plain, settings=replace(plain.settings, data=replace(plain.settings.data, rotate=5.0)))
    short = replace(long, settings=replace(long.settings, epochs=1))
    trainer.start(short)
    until(qtbot, lambda: trainer.checkpoint_path.exists())
    begin(qtbot, trainer, long)
    prepared.all.clear()
    readers = [os.pidfd_open(each) for each in family.members("", trainer.process_id)] if Path("/proc").exists() else []
    assert len(readers) >= 2 or not Path("/proc").exists(), "one that changes pictures, and Python's own for such"
    os.kill(trainer.process_id, signal.SIGKILL)
    reach(qtbot, trainer, State.FAILED)
    for reader in readers:
        assert select.select([reader], [], [], 20)[0], "it lives on"
        os.close(reader)
    assert [failed.request for failed in failures.all] == ["Start"]
    assert "was killed" in said(failures.all[0])
    assert said(failures.all[0]).endswith(" The weights are those of the last checkpoint.")
    assert trainer.has_model
    until(qtbot, lambda: prepared.all and prepared.all[-1].parameters)
    assert (prepared.all[-1].kept, prepared.all[-1].fresh) == (4, 0)
    trainer.start(short)
    reach(qtbot, trainer, State.FINISHED)
    assert len(failures.all) == 1


def test_kills_at_any_moment_are_told_and_survived(qtbot: QtBot, trainer: Trainer) -> None:
    """While it starts, trains, is paused or asked: each ends in a sentence, and the next run is whole."""
    moments = random.Random(8)
    asks: list[Callable[[], object]] = [trainer.pause, trainer.resume, trainer.stop, lambda: trainer.prepare(iris())]
    failures = Heard(trainer.failed)
    for _ in range(6):
        failures.all.clear()
        trainer.start(iris(epochs=LONG))
        for ask in moments.sample(asks, moments.randrange(3)):
            ask()
        qtbot.wait(moments.randrange(400))
        was_on, process = trainer.runs.is_on, trainer.process_id
        if process:
            os.kill(process, signal.SIGKILL)
        until(qtbot, lambda was_on=was_on: failures.all if was_on else not trainer.runs.is_on)
        assert not trainer.runs.is_on
        assert all("was killed" in said(failed) for failed in failures.all)
    trainer.start(iris(epochs=1))
    reach(qtbot, trainer, State.FINISHED)


def test_a_layer_that_ends_the_process_is_told(qtbot: QtBot, trainer: Trainer) -> None:
    source = """
import os
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        if len(x) > 2:
            print("last words")
            os._exit(7)
        return x
"""
    failures, output = Heard(trainer.failed), Heard(trainer.output_written)
    trainer.start(custom(source))
    reach(qtbot, trainer, State.FAILED)
    assert said(failures.all[0]).endswith("ended itself with code 7, as os._exit does.")
    assert "last words\n" in text_of(output)


def test_a_model_that_is_never_made_is_given_up(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
from torch import nn

class Mine(nn.Module):
    def __init__(self):
        super().__init__()
        while True:
            pass

    def forward(self, x):
        return x
"""
    monkeypatch.setattr("app.engine.trainer.PREPARE_PATIENCE", 1500)
    trainer = Trainer()
    failures, prepared = Heard(trainer.failed), Heard(trainer.prepared)
    trainer.prepare(custom(source))
    until(qtbot, lambda: failures.all)
    assert failures.all[0].request == "Prepare"
    assert "took longer than 1.5 s" in said(failures.all[0])
    trainer.prepare(iris())
    until(qtbot, lambda: prepared.all)
    trainer.close()


def test_a_model_that_could_not_be_made_is_not_made_again_for_something_else(engine: Engine) -> None:
    trainer, design = engine.trainer, iris()
    process = trainer.findChildren(EngineProcess)[0]
    trainer.start(design)
    process.ended.emit(Sentence("It was ended."))
    assert trainer.runs.state is State.FAILED
    trainer.weights.save("weights")
    assert engine.asked(Prepare) == []
    trainer.prepare(design)
    trainer._prepare_timer.timeout.emit()
    trainer.weights.save("weights")
    assert len(engine.asked(Prepare)) == 1


def test_a_crash_in_native_code_is_told_with_its_traceback(qtbot: QtBot, trainer: Trainer) -> None:
    source = """
import ctypes
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        if len(x) > 2:
            ctypes.string_at(0)
        return x
"""
    failures, output = Heard(trainer.failed), Heard(trainer.output_written)
    trainer.start(custom(source))
    reach(qtbot, trainer, State.FAILED)
    assert "native code" in said(failures.all[0])
    assert "Segmentation fault" in text_of(output)


def test_of_a_flood_of_output_the_end_arrives(qtbot: QtBot, trainer: Trainer) -> None:
    source = """
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        if len(x) > 2:
            print("x" * 3_000_000)
            print("the end")
        return x
"""
    output = Heard(trainer.output_written)
    trainer.start(custom(source, epochs=1, batch_size=1000))
    until(qtbot, lambda: text_of(output).endswith("the end\n"))
    assert "characters left out …" in text_of(output)
    assert len(text_of(output)) < 3_000_000


def test_an_engine_that_cannot_be_started_is_told(
    qtbot: QtBot, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = Heard(trainer.failed)
    with monkeypatch.context() as context:
        context.setattr("sys.executable", "/nowhere/python")
        trainer.start(iris())
        reach(qtbot, trainer, State.FAILED)
    assert "could not be started (/nowhere/python)" in said(failures.all[0])
    trainer.start(iris(epochs=1))
    reach(qtbot, trainer, State.FINISHED)


def test_garbage_in_the_pipe_ends_the_run_with_a_sentence(qtbot: QtBot, trainer: Trainer) -> None:
    source = """
import os
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        if len(x) > 2:
            for descriptor in range(3, 20):
                try:
                    os.write(descriptor, b"not a frame at all")
                except OSError:
                    pass
        return x
"""
    failures = Heard(trainer.failed)
    trainer.start(custom(source, epochs=LONG))
    reach(qtbot, trainer, State.FAILED)
    assert "something else wrote into the pipe" in said(failures.all[0])


def test_a_device_that_is_not_there_fails_the_start(qtbot: QtBot, trainer: Trainer) -> None:
    failures = Heard(trainer.failed)
    trainer.start(iris(device="cuda:7"))
    reach(qtbot, trainer, State.FAILED)
    assert "cuda:7" in said(failures.all[0])
    assert "Choose one of: cpu" in said(failures.all[0])


def test_forgetting_ends_a_run_without_a_word(qtbot: QtBot, trainer: Trainer) -> None:
    failures, prepared = Heard(trainer.failed), Heard(trainer.prepared)
    begin(qtbot, trainer, iris(epochs=LONG))
    trainer.forget()
    assert (trainer.runs.state, trainer.has_model) == (State.IDLE, False)
    trainer.checkpoint_path.unlink(missing_ok=True)
    trainer.prepare(iris())
    until(qtbot, lambda: prepared.all)
    assert prepared.all[0].kept == 0
    assert failures.all == []


SPOILS = """
import torch
from torch import nn

def refuse(self, *arguments, **more):
    raise RuntimeError("spoilt")

class Mine(nn.Module):
    def forward(self, x):
        torch.Tensor.backward = refuse
        return x
"""


def test_what_code_of_one_project_did_is_past_in_the_next(qtbot: QtBot, trainer: Trainer) -> None:
    failures = Heard(trainer.failed)
    trainer.start(custom(SPOILS))
    reach(qtbot, trainer, State.FAILED)
    assert "spoilt" in said(failures.all[0])
    trainer.forget()
    trainer.checkpoint_path.unlink(missing_ok=True)
    trainer.start(iris(epochs=1))
    reach(qtbot, trainer, State.FINISHED)


# --- questions --------------------------------------------------------------------------------------------------------


def test_data_and_devices_are_found(qtbot: QtBot, trainer: Trainer) -> None:
    data, devices = Heard(trainer.data_described), Heard(trainer.devices_found)
    trainer.questions.describe(DataSettings("iris"))
    trainer.questions.list_devices()
    until(qtbot, lambda: devices.all)
    assert data.all[0].classes == ("setosa", "versicolor", "virginica")
    assert devices.all[0].devices[0].name == "cpu"


SOUND = """
from torch import nn

class Mine(nn.Module):
    \"\"\"Scales what flows through.\"\"\"

    def __init__(self, size: int, factor: float = 2.0):
        super().__init__()
        self.fc = nn.Linear(4, size)
        self.factor = factor

    def forward(self, x):
        return self.fc(x) * self.factor
"""


def request_for(source: str, **options: Any) -> ProbeRequest:
    return ProbeRequest("key", "node", "Mine", source, options, (((None, 4), "float32"),))


def test_a_sound_layer_is_inspected_and_probed(qtbot: QtBot, trainer: Trainer) -> None:
    inspected, probed = Heard(trainer.custom_inspected), Heard(trainer.probed)
    trainer.questions.inspect(CustomLayer("Mine", SOUND))
    trainer.questions.probe(request_for(SOUND, size=3))
    until(qtbot, lambda: probed.all)
    (found,) = inspected.all
    assert isinstance(found, CustomInspected)
    assert [(o.name, o.kind, o.default, o.required) for o in found.options] == [
        ("size", "int", None, True),
        ("factor", "float", 2.0, False),
    ]
    assert (found.inputs, found.summary) == (1, "Scales what flows through.")
    parameters = (("fc.weight", (3, 4)), ("fc.bias", (3,)))
    (found,) = probed.all
    assert altered(found, text="") == Probed("key", (None, 3), "float32", parameters)
    assert "(fc): Linear(in_features=4, out_features=3, bias=True)" in found.text


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("class Mine(\n", "Line 1"),
        ("x = 1\n", "Mine"),
        ("raise ValueError('at once')\n", "at once"),
        ("import os\nos._exit(5)\n", "ended itself with code 5"),
    ],
    ids=["syntax error", "no such class", "exception", "os._exit"],
)
def test_a_layer_that_cannot_be_made_is_told(qtbot: QtBot, trainer: Trainer, source: str, sentence: str) -> None:
    failures = Heard(trainer.failed)
    trainer.questions.inspect(CustomLayer("Mine", source))
    until(qtbot, lambda: failures.all)
    assert (failures.all[0].request, failures.all[0].key) == ("Inspect", "Mine")
    assert sentence in said(failures.all[0])


def test_a_layer_that_loops_costs_only_its_own_process(qtbot: QtBot, trainer: Trainer) -> None:
    failures, probed = Heard(trainer.failed), Heard(trainer.probed)
    trainer.questions.patience = dict.fromkeys(trainer.questions.patience, 700)
    begin(qtbot, trainer, iris(epochs=LONG))
    trainer.questions.probe(request_for(LOOPS.replace("len(x) > 2", "True")))
    trainer.questions.probe(request_for(SOUND, size=3))
    until(qtbot, lambda: probed.all)
    (failed,) = failures.all
    assert (failed.request, failed.key) == ("Probe", "key")
    assert said(failed) == "'Mine' did not come back within 0.7 s. Is there an endless loop?"
    assert trainer.runs.state is State.RUNNING


def test_the_same_question_is_asked_once(qtbot: QtBot, trainer: Trainer) -> None:
    data, devices = Heard(trainer.data_described), Heard(trainer.devices_found)
    for _ in range(5):
        trainer.questions.describe(DataSettings("iris"))
    trainer.questions.list_devices()
    until(qtbot, lambda: devices.all)
    assert len(data.all) == 1


# --- the end ----------------------------------------------------------------------------------------------------------


def test_closing_in_the_middle_of_a_run_keeps_what_was_learnt(qtbot: QtBot, trainer: Trainer) -> None:
    failures = Heard(trainer.failed)
    begin(qtbot, trainer, iris(epochs=LONG))
    process = trainer.process_id
    trainer.close()
    assert trainer.process_id == 0
    assert failures.all == []
    assert trainer.checkpoint_path.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_closing_ends_a_layer_that_loops(qtbot: QtBot, trainer: Trainer) -> None:
    output = Heard(trainer.output_written)
    trainer.start(custom(LOOPS))
    until(qtbot, lambda: "looping" in text_of(output))
    process = trainer.process_id
    trainer.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_what_is_asked_after_closing_starts_nothing(qtbot: QtBot) -> None:
    trainer = Trainer()
    trainer.close()
    trainer.prepare(iris())
    trainer.questions.describe(DataSettings("iris"))
    assert trainer.findChildren(QProcess) == []
