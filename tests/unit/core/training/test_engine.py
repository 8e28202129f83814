"""Requests and their answers, in this process."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import core
from core.design import edits
from core.design.json_form import to_json
from core.design.optimisers import OPTIMISERS
from core.design.settings import DataSettings, Settings
from core.files import read_tensors, write_tensors
from core.files.safetensors import read_metadata
from core.training import ledger, reporter
from core.training.loop import RunEvent, Stepped, TrainingRun
from core.training.messages import (
    UNSOUND_WEIGHTS,
    Checkpoint,
    Checkpointed,
    Curves,
    DataDescribed,
    Describe,
    Devices,
    Evaluate,
    Evaluated,
    Failed,
    Forget,
    ListDevices,
    LoadWeights,
    NetworkWritten,
    ParameterView,
    Pause,
    Prepare,
    Prepared,
    Progress,
    Reinitialise,
    Restore,
    RestoreSnapshot,
    Resume,
    RunState,
    SaveWeights,
    SnapshotTaken,
    Start,
    Statistics,
    Step,
    Stop,
    TakeSnapshot,
    Watch,
    WeightsReport,
    WeightsSaved,
    WriteNetwork,
)
from tests.disk import disk_with_room_for
from tests.unit.core.design.drawing import node, stack
from tests.unit.core.training.clock import Clock
from tests.unit.core.training.driving import Driven, custom, iris, mlp, of, states, the


def prepare(engine: Driven, design: object) -> Prepared:
    return the(Prepared, engine.ask(Prepare(to_json(design))))  # type: ignore[arg-type]


def weights_of(engine: Driven, folder: Path) -> dict[str, bytes]:
    path = folder / "weights.safetensors"
    the(WeightsSaved, engine.ask(SaveWeights(str(path))))
    return {name: array.tobytes() for name, array in read_tensors(path)[0].items()}


# --- runs -------------------------------------------------------------------------------------------------------------


def test_a_run_tells_how_it_goes_and_how_it_ends() -> None:
    events = Driven().train(iris(epochs=2))
    assert states(events) == ["running", "finished"]
    last = of(Progress, events)[-1]
    assert (last.step, last.steps, last.epoch, last.epochs) == (8, 8, 2, 2)
    assert last.seconds_left == 0
    tests = [point for curves in of(Curves, events) for point in curves.test]
    assert [step for step, _, _ in tests] == [4, 8]
    trains = [point for curves in of(Curves, events) for point in curves.train]
    assert trains[-1].step == 8
    assert all(math.isfinite(point.loss) and 0 <= (point.accuracy or 0) <= 1 for point in trains)


def test_gradients_and_statistics_come_by_node() -> None:
    design = mlp(epochs=1)
    events = Driven().train(design)
    linear, relu, flatten = (node(design, f"net.{name}").id for name in ("linear", "relu", "flatten"))
    _, norms = of(Curves, [e for e in events if isinstance(e, Curves) and e.gradients])[-1].gradients[-1]
    assert norms[linear] > 0
    assert relu not in norms
    cards = of(Statistics, events)[-1].nodes
    assert sum(cards[linear].histogram.counts) > 1000  # type: ignore[union-attr]
    assert cards[linear].zeros is None
    assert cards[linear].gradient_norm == norms[linear]
    assert 0 < (cards[relu].zeros or 0) < 1
    assert cards[relu].histogram is not None
    assert cards[relu].gradient_norm is None
    assert cards[flatten].histogram is not None


def test_a_paused_run_goes_step_by_step_and_on() -> None:
    engine = Driven()
    engine.ask(Start(to_json(iris(epochs=1)), 1))
    engine.step(2)
    assert states(engine.ask(Pause())) == ["paused"]
    assert not engine.engine.wants_to_step
    engine.ask(Step())
    assert of(Progress, engine.run())[-1].step == 3
    assert not engine.engine.wants_to_step
    assert states(engine.ask(Resume())) == ["running"]
    assert states(engine.run()) == ["finished"]


def test_pausing_changes_nothing_in_the_numbers(tmp_path: Path) -> None:
    straight, halting = Driven(), Driven()
    straight.train(mlp(epochs=1))
    halting.ask(Start(to_json(mlp(epochs=1)), 1))
    for _ in range(5):
        halting.step(3)
        halting.ask(Pause())
        halting.ask(Watch(node(mlp(), "net.linear").id))
        halting.ask(Step())
        halting.run()
        halting.ask(Resume())
    halting.run()
    assert weights_of(straight, tmp_path) == weights_of(halting, tmp_path)


def test_a_stopped_run_is_over() -> None:
    engine = Driven()
    engine.ask(Start(to_json(iris(epochs=100)), 7))
    engine.step(3)
    assert RunState(7, "stopped") in engine.ask(Stop())
    assert not engine.engine.wants_to_step
    assert engine.ask(Stop()) == []


def test_a_run_that_begins_paused_can_be_seen_step_by_step() -> None:
    engine = Driven()
    events = engine.ask(Start(to_json(iris(epochs=100)), 1, paused=True))
    assert [event.state for event in of(RunState, events)] == ["paused"]
    assert not engine.engine.wants_to_step
    for step in (1, 2, 3):
        engine.ask(Step())
        events = engine.run()
        assert {event.step for event in of(Progress, events)} == {step}
        assert [point.step for event in of(Curves, events) for point in event.train] == [step]


def test_a_new_run_takes_the_place_of_one_that_is_on() -> None:
    engine = Driven()
    engine.ask(Start(to_json(iris(epochs=100)), 1))
    engine.step(3)
    events = engine.train(iris(epochs=1), run=2)
    assert [(e.run, e.state) for e in of(RunState, events)] == [(1, "stopped"), (2, "running"), (2, "finished")]


def test_while_a_run_is_on_its_parameters_are_left_alone(tmp_path: Path) -> None:
    engine = Driven()
    engine.ask(Start(to_json(iris(epochs=100)), 1))
    path = str(tmp_path / "file.safetensors")
    engine.step(1)
    engine.ask(SaveWeights(path))
    for request, why in (
        (Prepare(to_json(iris())), "A run is on"),
        (Restore(path), "pause it first"),
        (RestoreSnapshot(str(tmp_path), "x"), "pause it first"),
        (LoadWeights(path, apply=True), "pause it first"),
        (Reinitialise(), "pause it first"),
    ):
        failed = the(Failed, engine.ask(request))
        assert failed.request == type(request).__name__
        assert why in failed.template
    assert engine.engine.wants_to_step


def test_weights_of_a_paused_run_can_be_replaced_and_it_trains_on_with_them(tmp_path: Path) -> None:
    engine, folder, path = Driven(), str(tmp_path / "snapshots"), tmp_path / "other.safetensors"
    write_tensors(path, {"net.linear.weight": np.ones((3, 4), np.float32)})
    engine.ask(Start(to_json(iris(epochs=100)), 1))
    engine.step(5)
    engine.ask(Pause())
    trained = weights_of(engine, tmp_path)
    assert the(SnapshotTaken, engine.ask(TakeSnapshot(folder, "trained"))).gone == 0
    engine.ask(LoadWeights(str(path), apply=True))
    assert weights_of(engine, tmp_path)["net.linear.weight"] == np.ones((3, 4), np.float32).tobytes()
    assert not any(engine.engine._run.training.optimiser.state.values())  # type: ignore[union-attr]
    engine.ask(Reinitialise())
    fresh = weights_of(engine, tmp_path)
    assert fresh not in (trained, {})
    engine.ask(RestoreSnapshot(folder, "trained"))
    assert weights_of(engine, tmp_path) == trained
    engine.ask(Resume())
    assert of(Failed, engine.step(3)) == []
    assert weights_of(engine, tmp_path) != trained


def test_a_snapshot_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    """Optimiser and random state are in it too."""
    straight, other, folder = Driven(), Driven(), str(tmp_path / "snapshots")
    for engine in (straight, other):
        engine.train(mlp(epochs=1))
    other.ask(TakeSnapshot(folder, "then"))
    other.ask(Reinitialise())
    other.train(mlp(epochs=1, seed=5))
    other.ask(RestoreSnapshot(folder, "then"))
    for engine in (straight, other):
        engine.train(mlp(epochs=1))
    assert weights_of(straight, tmp_path) == weights_of(other, tmp_path)


@pytest.mark.parametrize("nodes", ["all", "one"])
def test_what_was_discarded_does_not_come_back_after_a_crash(tmp_path: Path, nodes: str) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    engine, design = Driven(checkpoint), mlp(epochs=1)
    engine.train(design)
    first = node(design, "net.linear").id
    engine.ask(Reinitialise(() if nodes == "all" else (first,)))
    here = weights_of(engine, tmp_path)
    again = Driven(checkpoint)
    if checkpoint.exists():
        again.ask(Restore(str(checkpoint)))
    prepare(again, design)
    assert weights_of(again, tmp_path) == here
    assert checkpoint.exists() is (nodes == "one")


def test_weights_that_cannot_be_kept_are_not_replaced(tmp_path: Path) -> None:
    engine, no_folder, path = Driven(), tmp_path / "a file", tmp_path / "other.safetensors"
    no_folder.touch()
    write_tensors(path, {"net.linear.weight": np.ones((3, 4), np.float32)})
    engine.train(iris(epochs=1))
    before = weights_of(engine, tmp_path)
    for request in (Reinitialise(), LoadWeights(str(path), apply=True), RestoreSnapshot(str(tmp_path), "x")):
        assert "cannot be kept" in the(Failed, engine.ask(TakeSnapshot(str(no_folder), "now"))).template
        assert "could not be kept for Undo" in the(Failed, engine.ask(request)).template
        assert weights_of(engine, tmp_path) == before
    engine.ask(TakeSnapshot(str(tmp_path / "folder"), "now"))
    engine.ask(Reinitialise())
    assert weights_of(engine, tmp_path) != before


def test_another_project_clears_the_snapshots(tmp_path: Path) -> None:
    engine = Driven()
    engine.train(iris(epochs=1))
    engine.ask(TakeSnapshot(str(tmp_path / "snapshots"), "now"))
    engine.ask(Forget(str(tmp_path / "snapshots")))
    assert not (tmp_path / "snapshots").exists()


def test_a_snapshot_that_is_gone_leaves_the_weights_as_they_are(tmp_path: Path) -> None:
    engine = Driven()
    engine.train(iris(epochs=1))
    before = weights_of(engine, tmp_path)
    assert "no longer kept" in the(Failed, engine.ask(RestoreSnapshot(str(tmp_path), "gone"))).template
    assert weights_of(engine, tmp_path) == before


def test_weights_that_are_not_finite_are_told_as_they_are_and_not_trained(tmp_path: Path) -> None:
    engine, design, path = Driven(), iris(), tmp_path / "weights.safetensors"
    prepare(engine, design)
    linear = node(design, "net.linear").id
    write_tensors(path, {"net.linear.weight": np.full((3, 4), np.nan, np.float32)})
    engine.ask(LoadWeights(str(path), apply=True))
    view = the(ParameterView, engine.ask(Watch(linear, "weight")))
    assert view.parameters[0].nonfinite == 12
    assert view.values is not None
    assert (view.values.nonfinite, sum(view.values.counts)) == (12, 0)
    events = engine.train(design)
    assert states(events) == []
    failed = the(Failed, events)
    assert "begin with new weights, or load others" in failed.template
    assert failed.key == UNSOUND_WEIGHTS


# --- parameters that live on ------------------------------------------------------------------------------------------


def test_preparing_draws_the_parameters_a_run_would_begin_with(tmp_path: Path) -> None:
    prepared, straight = Driven(), Driven()
    found = prepare(prepared, mlp())
    assert (found.kept, found.fresh) == (0, 4)
    assert [(info.name, info.shape) for info in found.parameters] == [
        ("weight", (32, 64)), ("bias", (32,)), ("weight", (10, 32)), ("bias", (10,)),
    ]  # fmt: skip
    prepare(prepared, iris())
    prepared.train(mlp(epochs=1))
    straight.train(mlp(epochs=1))
    assert weights_of(prepared, tmp_path) == weights_of(straight, tmp_path)


def test_an_edit_keeps_the_parameters_of_layers_that_fit(tmp_path: Path) -> None:
    engine, design = Driven(), mlp(epochs=1)
    engine.train(design)
    before = weights_of(engine, tmp_path)
    first, last = (found for found in design.walk() if found.type == "Linear")
    wider = edits.set_options(design, [first.id], {"out_features": 48})
    found = prepare(engine, wider)
    assert (found.kept, found.fresh) == (1, 3)  # only the last layer's bias has the same shape
    after = weights_of(engine, tmp_path)
    assert after[f"net.{last.name}.bias"] == before[f"net.{last.name}.bias"]
    found = prepare(engine, design)
    assert (found.kept, found.fresh) == (4, 0)
    assert weights_of(engine, tmp_path) == before


def test_a_layer_that_was_removed_comes_back_with_its_parameters(tmp_path: Path) -> None:
    engine, design = Driven(), mlp(epochs=1)
    engine.train(design)
    before = weights_of(engine, tmp_path)
    first = next(found for found in design.walk() if found.type == "Linear")
    assert prepare(engine, edits.remove(design, [first.id])).kept == 1
    engine.train(edits.remove(design, [first.id]))
    prepare(engine, design)
    after = weights_of(engine, tmp_path)
    assert after[f"net.{first.name}.weight"] == before[f"net.{first.name}.weight"]
    assert after["net.linear1.bias"] != before["net.linear1.bias"]


def test_tied_layers_share_the_parameters_of_the_first_and_keep_them_apart_afterwards(tmp_path: Path) -> None:
    layers = [("Linear", {"out_features": 4}), ("Linear", {"out_features": 4}), ("Linear", {"out_features": 3})]
    engine, design = Driven(), iris(*layers, epochs=1)
    engine.train(design)
    before = weights_of(engine, tmp_path)
    pair = [node(design, f"net.{name}").id for name in ("linear", "linear1")]
    tied = edits.tie(design, pair)
    assert prepare(engine, tied).kept == 4
    shared = weights_of(engine, tmp_path)
    assert shared["net.linear.weight"] == shared["net.linear1.weight"] == before["net.linear.weight"]
    engine.train(tied)
    after = weights_of(engine, tmp_path)
    prepare(engine, edits.untie(tied, pair))
    assert weights_of(engine, tmp_path) == after


def test_renaming_and_wrapping_keep_all_parameters() -> None:
    engine, design = Driven(), mlp(epochs=1)
    engine.train(design)
    first = next(found for found in design.walk() if found.type == "Linear")
    changed = edits.wrap(edits.rename(design, first.id, "renamed"), [first.id], "Sequential", "box")
    assert prepare(engine, changed).kept == 4


def test_reinitialising_goes_back_to_the_seed(tmp_path: Path) -> None:
    engine, design = Driven(), mlp(epochs=1)
    prepare(engine, design)
    fresh = weights_of(engine, tmp_path)
    engine.train(design)
    trained = weights_of(engine, tmp_path)
    first = next(found for found in design.walk() if found.type == "Linear")
    found = the(Prepared, engine.ask(Reinitialise((first.id,))))
    assert (found.kept, found.fresh) == (2, 2)
    mixed = weights_of(engine, tmp_path)
    assert mixed["net.linear.weight"] == fresh["net.linear.weight"]
    assert mixed["net.linear1.weight"] == trained["net.linear1.weight"]
    assert the(Prepared, engine.ask(Reinitialise())).kept == 0
    assert weights_of(engine, tmp_path) == fresh


def test_another_project_inherits_nothing() -> None:
    engine, design = Driven(), mlp(epochs=1)
    engine.train(design)
    assert engine.ask(Forget()) == []
    assert prepare(engine, design).kept == 0


# --- looking at a parameter -------------------------------------------------------------------------------------------


def test_a_watched_parameter_is_shown_at_once_and_with_its_gradient_while_training() -> None:
    engine, design = Driven(), mlp(epochs=1)
    prepare(engine, design)
    linear = node(design, "net.linear").id
    view = the(ParameterView, engine.ask(Watch(linear, "weight")))
    assert [info.name for info in view.parameters] == ["weight", "bias"]
    assert (view.rows, view.columns, view.stride) == (32, 64, (1, 1))
    assert len(view.picture) == 32 * 64 * 4
    assert (view.gradient, view.gradient_picture) == (None, b"")
    assert view.parameters[0].gradient_norm is None
    view = of(ParameterView, engine.train(design))[-1]
    assert view.step == 45
    assert view.gradient is not None
    assert len(view.gradient_picture) == 32 * 64 * 4
    assert (view.parameters[0].gradient_norm or 0) > 0
    values = np.frombuffer(view.picture, "<f4")
    assert view.parameters[0].maximum == pytest.approx(values.max())


def test_a_layer_without_parameters_has_an_empty_view() -> None:
    engine, design = Driven(), mlp()
    prepare(engine, design)
    relu = node(design, "net.relu").id
    assert engine.ask(Watch(relu)) == [ParameterView(relu, 0, ())]
    assert engine.ask(Watch(None)) == []
    assert engine.ask(Watch("gone")) == []


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_checkpoint_goes_on_to_the_bit_in_another_process(tmp_path: Path, optimiser: str) -> None:
    layers = (
        "Flatten",
        ("Linear", {"out_features": 16}),
        "BatchNorm1d",
        "ReLU",
        "Dropout",
        ("Linear", {"out_features": 10}),
    )
    settings = Settings(epochs=2, optimiser=optimiser, optimiser_options={"lr": 0.01, "momentum": 0.9, "amsgrad": True})
    design = replace(stack(*layers), settings=settings)
    half = replace(design, settings=replace(design.settings, epochs=1))
    straight, first, second = Driven(), Driven(), Driven()
    straight.train(design)
    first.train(half)
    path = tmp_path / "checkpoint.safetensors"
    assert engine_wrote(first, path) == 45
    the(Prepared, second.ask(Restore(str(path))))
    assert prepare(second, half).kept == 6
    second.train(half)
    assert weights_of(second, tmp_path) == weights_of(straight, tmp_path)


def engine_wrote(engine: Driven, path: Path) -> int:
    return the(Checkpointed, engine.ask(Checkpoint(str(path)))).step


def test_a_full_disk_is_told_once_and_the_run_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    engine, design = Driven(path), mlp(epochs=100)
    engine.ask(Start(to_json(design), 1))
    engine.step(3)
    engine.ask(Pause())
    before = path.read_bytes()
    with disk_with_room_for(1000):
        events = engine.ask(Resume()) + engine.step(3) + engine.ask(Pause())
        failed = the(Failed, events)
        assert failed.request == "Checkpoint"
        assert str(path) in failed.template.format(**failed.values)
        assert states(events) == ["running", "paused"]
        assert not of(Failed, engine.ask(Resume()) + engine.step() + engine.ask(Pause()))
    assert path.read_bytes() == before
    engine.ask(Resume())
    assert states(engine.ask(Stop())) == ["stopped"]
    assert path.read_bytes() != before


def test_a_run_leaves_a_checkpoint_behind(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    events = Driven(path).train(iris(epochs=1))
    assert the(Checkpointed, events) == Checkpointed(str(path), 4)
    assert path.exists()


@pytest.mark.parametrize(
    ("content", "part_of_the_sentence"),
    [
        (None, "cannot be read"),
        (b"", "damaged"),
        (b"PK\x03\x04 something else", "damaged"),
        (struct.pack("<Q", 2**60) + b"{}", "damaged"),
    ],
)
def test_a_bad_checkpoint_costs_nothing(tmp_path: Path, content: bytes | None, part_of_the_sentence: str) -> None:
    path = tmp_path / "bad.safetensors"
    if content is not None:
        path.write_bytes(content)
    engine, design = Driven(), iris(epochs=1)
    engine.train(design)
    before = weights_of(engine, tmp_path)
    failed = the(Failed, engine.ask(Restore(str(path))))
    assert part_of_the_sentence in failed.template
    assert failed.values["path"] == str(path)
    assert weights_of(engine, tmp_path) == before


def test_weights_are_no_checkpoint(tmp_path: Path) -> None:
    engine = Driven()
    engine.train(iris(epochs=1))
    path = str(tmp_path / "weights.safetensors")
    engine.ask(SaveWeights(path))
    assert "no checkpoint" in the(Failed, engine.ask(Restore(path))).template


def test_a_model_is_written_as_a_script_for_pytorch(tmp_path: Path) -> None:
    engine = Driven()
    engine.train(mlp(epochs=1))
    path = str(tmp_path / "mine.py")
    assert engine.ask(WriteNetwork(path)) == [NetworkWritten(path)]
    assert {file.name for file in tmp_path.iterdir()} == {
        "mine.py", "mine-weights.pt", "mine-data.npz", "mine-requirements.txt"
    }  # fmt: skip
    compile((tmp_path / "mine.py").read_text(), path, "exec")
    wrong = the(Failed, engine.ask(WriteNetwork(str(tmp_path / "mine.txt"))))
    assert "must end in .py" in wrong.template
    assert len(list(tmp_path.iterdir())) == 4


def test_a_model_is_written_as_onnx(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    engine = Driven()
    engine.train(mlp(epochs=1))
    path = str(tmp_path / "mine.ONNX")
    assert engine.ask(WriteNetwork(path)) == [NetworkWritten(path)]
    assert {each.name for each in onnx.load(path).graph.initializer} >= {"net.linear.weight", "net.linear1.bias"}
    assert [file.name for file in tmp_path.iterdir()] == ["mine.ONNX"]


@pytest.mark.parametrize("ending", ["safetensors", "pt", "PTH"])
def test_weights_saved_and_loaded_are_the_same(tmp_path: Path, ending: str) -> None:
    engine, other = Driven(), Driven()
    engine.train(mlp(epochs=1))
    path = str(tmp_path / f"w.{ending}")
    assert engine.ask(SaveWeights(path)) == [WeightsSaved(path, 4)]
    design = mlp(seed=5)
    prepare(other, design)
    names = ("net.linear.weight", "net.linear.bias", "net.linear1.weight", "net.linear1.bias")
    report = the(WeightsReport, other.ask(LoadWeights(path)))
    assert (report.matched, report.missing, report.unexpected) == (names, (), ())
    assert {(each.name, each.shape) for each in report.own} == {(each.name, each.shape) for each in report.file}
    assert weights_of(other, tmp_path) != weights_of(engine, tmp_path)
    assert the(WeightsReport, other.ask(LoadWeights(path, apply=True))).applied
    assert weights_of(other, tmp_path) == weights_of(engine, tmp_path)
    assert prepare(other, design).kept == 4


def test_of_some_layers_alone_the_weights_are_saved_and_fit_by_name(tmp_path: Path) -> None:
    engine, design, path = Driven(), mlp(epochs=1), tmp_path / "w.safetensors"
    prepare(engine, design)
    last = node(design, "net.linear1").id
    assert engine.ask(SaveWeights(str(path), (last,))) == [WeightsSaved(str(path), 2)]
    report = the(WeightsReport, engine.ask(LoadWeights(str(path))))
    assert report.matched == ("net.linear1.weight", "net.linear1.bias")
    assert (report.unexpected, report.missing) == ((), ("net.linear.weight", "net.linear.bias"))
    assert "(linear1): Linear(in_features=32, out_features=10, bias=True)" in read_metadata(path)["design"]
    assert the(WeightsSaved, engine.ask(SaveWeights(str(path), (design.root,)))).tensors == 4
    failed = the(Failed, engine.ask(SaveWeights(str(path), (node(design, "net.relu").id,))))
    assert "have no weights" in failed.template
    assert len(read_tensors(path)[0]) == 4


@pytest.mark.parametrize(("ending", "twice"), [("pt", ()), ("safetensors", ("net.linear1.weight", "net.linear1.bias"))])
def test_what_layers_share_stays_shared_where_the_format_can_and_is_said_where_not(
    tmp_path: Path, ending: str, twice: tuple[str, ...]
) -> None:
    engine, design = Driven(), iris(*[("Linear", {"out_features": 4})] * 2, ("Linear", {"out_features": 3}))
    pair = [node(design, f"net.{name}").id for name in ("linear", "linear1")]
    prepare(engine, edits.tie(design, pair))
    path = str(tmp_path / f"w.{ending}")
    assert the(WeightsSaved, engine.ask(SaveWeights(path))) == WeightsSaved(path, 6, twice)
    if ending == "pt":
        state = core.load(path)
        assert state["net.linear.weight"].data_ptr() == state["net.linear1.weight"].data_ptr()


def test_loaded_weights_are_as_good_as_they_were(tmp_path: Path) -> None:
    engine, other, design = Driven(), Driven(), mlp(epochs=2)
    last = [point for curves in of(Curves, engine.train(design)) for point in curves.test][-1]
    path = str(tmp_path / "w.safetensors")
    engine.ask(SaveWeights(path))
    expected = Evaluated(last[1], last[2], 359)
    assert engine.ask(Evaluate()) == [expected]
    prepare(other, design)
    assert the(Evaluated, other.ask(Evaluate())).accuracy != last[2]
    other.ask(LoadWeights(path, apply=True))
    assert other.ask(Evaluate()) == [expected]


def test_loaded_weights_are_trained_with_a_fresh_optimiser(tmp_path: Path) -> None:
    """What Adam remembers is about the numbers that were there before."""
    design, path = mlp(epochs=1), str(tmp_path / "w.safetensors")
    source, used, fresh = Driven(), Driven(), Driven()
    source.train(mlp(epochs=1, seed=5))
    source.ask(SaveWeights(path))
    used.train(design)
    assert [name for name in checkpointed(used, tmp_path) if name.startswith("optimiser|")]
    prepare(fresh, design)
    for engine in (used, fresh):
        engine.ask(LoadWeights(path, apply=True))
        assert not [name for name in checkpointed(engine, tmp_path) if name.startswith("optimiser|")]


def checkpointed(engine: Driven, folder: Path) -> set[str]:
    """The names of what lives on."""
    path = folder / "checkpoint.safetensors"
    engine.ask(Checkpoint(str(path)))
    return set(read_tensors(path)[0])


def test_without_a_model_there_is_nothing_to_evaluate() -> None:
    assert "no model yet" in the(Failed, Driven().ask(Evaluate())).template


def test_what_does_not_match_is_told_and_the_rest_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    arrays = {
        "net.linear.weight": np.ones((3, 4), np.float32),
        "net.linear.bias": np.ones(5, np.float32),
        "odd": np.ones(2),
    }
    write_tensors(path, arrays)
    engine = Driven()
    prepare(engine, iris(*[("Linear", {"out_features": 3}), ("Linear", {"out_features": 3})]))
    report = the(WeightsReport, engine.ask(LoadWeights(str(path), apply=True)))
    assert report.matched == ("net.linear.weight",)
    assert report.missing == ("net.linear1.weight", "net.linear1.bias")
    assert report.unexpected == ("odd",)
    assert report.mismatched == (("net.linear.bias", (5,), (3,)),)
    assert weights_of(engine, tmp_path)["net.linear.weight"] == arrays["net.linear.weight"].tobytes()


def test_of_several_sets_of_weights_one_is_chosen(tmp_path: Path) -> None:
    engine, path = Driven(), tmp_path / "training.pt"
    prepare(engine, iris(("Linear", {"out_features": 3})))
    model, ema = ({"net.linear.weight": core.full((3, 4), value)} for value in (1.0, 2.0))
    core.save({"model": model, "ema": ema}, path)
    report = the(WeightsReport, engine.ask(LoadWeights(str(path))))
    assert (report.parts, report.part) == (("model", "ema"), "model")
    report = the(WeightsReport, engine.ask(LoadWeights(str(path), apply=True, part="ema")))
    assert report.part == "ema"
    assert weights_of(engine, tmp_path)["net.linear.weight"] == np.full((3, 4), 2, np.float32).tobytes()


@pytest.mark.parametrize(
    ("prefix", "removed", "added"),
    [
        ("net.linear.", "", ""),
        ("module.net.linear.", "module.", ""),
        ("_orig_mod.module.net.linear.", "_orig_mod.module.", ""),
        ("linear.", "", "net."),
        ("model.linear.", "model.", "net."),
    ],
)
def test_what_stands_before_the_names_of_others_is_seen_through(
    tmp_path: Path, prefix: str, removed: str, added: str
) -> None:
    engine, path = Driven(), tmp_path / "w.safetensors"
    prepare(engine, iris(("Linear", {"out_features": 3}), "ReLU"))
    write_tensors(path, {f"{prefix}weight": np.ones((3, 4), np.float32), f"{prefix}bias": np.ones(3, np.float32)})
    report = the(WeightsReport, engine.ask(LoadWeights(str(path), apply=True)))
    assert (report.removed, report.added) == (removed, added)
    assert report.matched == ("net.linear.weight", "net.linear.bias")
    assert report.unexpected == report.missing == ()
    assert weights_of(engine, tmp_path)["net.linear.bias"] == np.ones(3, np.float32).tobytes()


def test_weights_of_other_names_go_where_they_are_told(tmp_path: Path) -> None:
    engine, path = Driven(), tmp_path / "w.safetensors"
    prepare(engine, iris(("Linear", {"out_features": 3})))
    write_tensors(path, {"0.w": np.full((3, 4), 2.0), "0.b": np.ones(3, np.float16)})
    pairs = (("net.linear.weight", "0.w"), ("net.linear.bias", "0.b"))
    report = the(WeightsReport, engine.ask(LoadWeights(str(path))))
    assert (report.matched, [each.dtype for each in report.file]) == ((), ["float16", "float64"])
    assert report.own[0].histogram is not None
    assert sum(report.own[0].histogram.counts) == 12
    report = the(WeightsReport, engine.ask(LoadWeights(str(path), True, pairs=pairs)))
    assert (report.matched, report.missing, report.unexpected) == (tuple(name for name, _ in pairs), (), ())
    assert weights_of(engine, tmp_path)["net.linear.weight"] == np.full((3, 4), 2, np.float32).tobytes()
    for other in ("0.b", "gone"):
        failed = the(Failed, engine.ask(LoadWeights(str(path), True, pairs=(("net.linear.weight", other),))))
        assert "does not go into" in failed.template


def test_weights_that_are_not_finite_are_named_before_they_are_taken(tmp_path: Path) -> None:
    engine, path = Driven(), tmp_path / "w.safetensors"
    prepare(engine, iris(("Linear", {"out_features": 3})))
    for value in (np.nan, np.inf, 1.0):
        bias = np.array([0, value, 0], np.float32)
        write_tensors(path, {"net.linear.weight": np.ones((3, 4), np.float32), "net.linear.bias": bias})
        report = the(WeightsReport, engine.ask(LoadWeights(str(path))))
        assert report.unsound == (() if value == 1 else ("net.linear.bias",))


def test_names_that_fit_no_better_otherwise_stay(tmp_path: Path) -> None:
    engine, path = Driven(), tmp_path / "w.safetensors"
    prepare(engine, iris(("Linear", {"out_features": 3})))
    write_tensors(path, {"module.other.weight": np.ones((3, 4), np.float32)})
    report = the(WeightsReport, engine.ask(LoadWeights(str(path))))
    assert (report.removed, report.added, report.matched) == ("", "", ())
    assert report.unexpected == ("module.other.weight",)


def test_weights_may_lie_beside_other_things_in_a_file_of_pytorchs(tmp_path: Path) -> None:
    engine, path = Driven(), tmp_path / "training.pt"
    prepare(engine, iris(("Linear", {"out_features": 3})))
    state = {"net.linear.weight": core.ones(3, 4), "net.linear.bias": core.ones(3)}
    optimiser = {"state": {0: {"step": core.tensor(1.0), "exp_avg": core.ones(3, 4)}}, "param_groups": []}
    core.save({"epoch": 3, "model": state, "optimiser": optimiser}, path)
    assert the(WeightsReport, engine.ask(LoadWeights(str(path)))).matched == tuple(state)
    for value in ([core.ones(1)], {"a": 1}):
        core.save(value, path)
        failed = the(Failed, engine.ask(LoadWeights(str(path))))
        assert failed.template.startswith("'{path}' holds no weights")
    path.unlink()
    assert "cannot be read" in the(Failed, engine.ask(LoadWeights(str(path)))).template


def test_without_a_model_there_are_no_weights_to_save(tmp_path: Path) -> None:
    failed = the(Failed, Driven().ask(SaveWeights(str(tmp_path / "w.safetensors"))))
    assert "no model yet" in failed.template


# --- questions --------------------------------------------------------------------------------------------------------


def test_data_are_described() -> None:
    found = the(DataDescribed, Driven().ask(Describe(DataSettings("iris")))).description
    assert (found.shape, found.targets, found.train_size + found.test_size) == ((4,), 3, 150)


def test_data_that_are_not_there_are_named() -> None:
    failed = the(Failed, Driven().ask(Describe(DataSettings("/nowhere/data.csv"))))
    assert (failed.request, failed.key) == ("Describe", "/nowhere/data.csv")
    assert "/nowhere/data.csv" in failed.template.format(**failed.values)


def test_the_processor_is_the_first_device() -> None:
    found = the(Devices, Driven().ask(ListDevices()))
    assert found.devices[0].name == "cpu"
    assert found.devices[0].problem == ""
    assert found.devices[0].title
    assert len(found.devices) > 1 or found.reason


def test_a_device_that_is_not_there_fails_the_start() -> None:
    failed = the(Failed, Driven().ask(Start(to_json(iris(device="cuda:7")), 1)))
    assert failed.request == "Start"
    assert "cpu" in failed.template.format(**failed.values)


def test_a_design_with_a_problem_fails_at_its_node() -> None:
    design = iris(("Linear", {"in_features": 7, "out_features": 3}))
    failed = the(Failed, Driven().ask(Start(to_json(design), 1)))
    assert failed.node == node(design, "net.linear").id
    assert "7" in failed.template.format(**failed.values)


def test_a_damaged_design_is_refused() -> None:
    assert the(Failed, Driven().ask(Prepare('{"format": '))).request == "Prepare"


FAILS_LATE = """
from torch import nn


class Mine(nn.Module):
    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        if self.training and self.calls > 7:
            raise ValueError("enough")
        return x
"""


def test_a_run_that_fails_tells_how_far_it_came() -> None:
    events = Driven().train(custom(FAILS_LATE, epochs=20))
    failed = events.index(the(Failed, events))
    told = [point.step for curves in of(Curves, events[:failed]) for point in curves.train]
    assert told[-1] >= 5
    assert of(Progress, events[:failed])[-1].step == told[-1]


def test_a_failure_carries_the_number_of_its_run() -> None:
    failures = [the(Failed, Driven().train(custom(source, epochs=20), run=7)) for source in (FAILS_LATE, "class Mine")]
    assert [failed.run for failed in failures] == [7, 7]
    assert the(Failed, Driven().ask(Prepare("{"))).run == 0


def test_the_beginning_of_a_long_run_is_told_step_by_step() -> None:
    driven = Driven()
    driven.ask(Start(to_json(iris(epochs=10_000)), 1))
    events = driven.step(30) + driven.ask(Pause())
    steps = [point.step for curves in of(Curves, events) for point in curves.train]
    assert steps[:20] == list(range(1, 21))


def test_what_stands_on_the_cards_after_a_run_is_of_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter, "LOOK_EVERY", math.inf)
    design = mlp(epochs=2)
    looks = of(Statistics, Driven().train(design))
    relu = node(design, "net.relu").id
    assert looks[-1].nodes[relu].zeros != looks[0].nodes[relu].zeros


USES_DATA = """
class Mine(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(4))
        self.shift = nn.Parameter(torch.zeros(4))
    def forward(self, x):
        return x * self.scale.data + self.shift
"""


def test_a_parameter_that_never_gets_a_gradient_is_named() -> None:
    design = custom(USES_DATA, epochs=1)
    mine = node(design, "net.mine").id
    last = of(Curves, Driven().train(design))[-1]
    assert last.unreached == ((mine, "scale"),)
    assert last.gradients[-1][1][mine] > 0
    silent = custom(USES_DATA.replace("self.shift\n", "self.shift.data\n"), epochs=1)
    mine = node(silent, "net.mine").id
    last = of(Curves, Driven().train(silent))[-1]
    assert last.unreached == ((mine, "scale"), (mine, "shift"))
    assert last.gradients[-1][1][mine] == 0
    frozen = edits.freeze(silent, mine, "scale", True)
    assert of(Curves, Driven().train(frozen))[-1].unreached == ((mine, "shift"),)


def test_loaded_weights_have_no_gradient_of_those_before(tmp_path: Path) -> None:
    engine, path = Driven(), str(tmp_path / "weights.pt")
    design = mlp(epochs=1)
    engine.train(design)
    engine.ask(SaveWeights(path))
    engine.ask(Watch(node(design, "net.linear").id, "weight"))
    view = the(ParameterView, engine.ask(LoadWeights(path, apply=True)))
    assert view.gradient is None
    assert view.parameters[0].gradient_norm is None


def test_the_time_that_is_left_has_steps_and_tests_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step takes 2 seconds, each of the two parts of a test 5."""
    clock, engine = Clock(), Driven()
    as_ever = TrainingRun.__iter__

    def slowly(run: TrainingRun) -> Iterator[RunEvent]:
        for event in as_ever(run):
            clock.now += 2.0 if isinstance(event, Stepped) else 5.0
            yield event

    monkeypatch.setattr(ledger, "time", clock)
    monkeypatch.setattr(TrainingRun, "__iter__", slowly)
    engine.ask(Start(to_json(iris(epochs=3)), 1))
    told = []
    for _ in range(3 * 6):  # 4 steps and a test of two parts
        engine.step()
        told.append(the(Progress, engine.ask(Pause())))
        engine.ask(Resume())
    assert {progress.seconds_per_step for progress in told} == {2.0}
    assert told[3].seconds_left == 2.0 * 8
    assert told[5].seconds_left == 2.0 * 8 + 10.0 * 2
    assert told[9].seconds_left == 2.0 * 4 + 10.0 * 2
    assert told[-1].seconds_left == 0
