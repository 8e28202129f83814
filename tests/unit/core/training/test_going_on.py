"""A run that stopped goes on as if it had not: every number afterwards is the same to the bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.data.prepare import prepare
from core.design.json_form import to_json
from core.design.model import Design
from core.design.optimisers import OPTIMISERS
from core.design.settings import Course, Settings
from core.errors import DesignError
from core.files import read_tensors
from core.training import keeping, loop
from core.training.checkpoint import read_checkpoint, write_checkpoint
from core.training.customs import full_report
from core.training.keeping import BEST, LAST, Keeper, step_name
from core.training.loop import Noted, Stepped, TrainingRun
from core.training.messages import Failed, Pause, Prepared, Restore, Start
from core.training.parameters import LiveParameters
from tests.unit.core.design.drawing import stack
from tests.unit.core.training.driving import Driven, of, states, the
from tests.unit.core.training.test_engine import weights_of
from tests.unit.core.training.test_loop import run_of, weights

LAYERS = (
    "Flatten", ("Linear", {"out_features": 16}), "BatchNorm1d", "ReLU", "Dropout", ("Linear", {"out_features": 10}),
)  # fmt: skip


def design_of(optimiser: str = "SGD", course: Course = Course(), epochs: int = 3, **settings: object) -> Design:  # noqa: B008
    options = {"lr": 0.02, **({"momentum": 0.9} if optimiser == "SGD" else {})}
    return replace(
        stack(*LAYERS),
        settings=Settings(
            epochs=epochs, batch_size=64, optimiser=optimiser, optimiser_options=options, course=course, **settings  # type: ignore[arg-type]
        ),
    )  # fmt: skip


def told(run: TrainingRun) -> list[object]:
    """All that is left of a run: losses of its steps and tests, and what its log says."""
    try:
        return [event for event in run if isinstance(event, Stepped | loop.Tested | Noted)]
    finally:
        run.close()


def stopped(design: Design, after: int, path: Path) -> tuple[LiveParameters, list[object]]:
    """What a file has of a run that was left after so many events, and what it had told."""
    run = run_of(design)
    found: list[object] = []
    for event in run:
        if isinstance(event, Stepped | loop.Tested | Noted):
            found.append(event)
        if isinstance(event, Stepped) and event.step == after:
            break
    run.save()
    run.close()
    write_checkpoint(path, run.live, run.model)
    return read_checkpoint(path), found


def goes_on(design: Design, live: LiveParameters) -> TrainingRun:
    data = prepare(design.settings.data)
    return TrainingRun(design, full_report(design, data.description), data, live, goes_on=True)


COURSES = {
    "plain": Course(),
    "cosine": Course("CosineAnnealingLR", {"floor": 0.01}, clip_norm=1.0),
    "one cycle": Course("OneCycleLR"),
    "plateau": Course("ReduceLROnPlateau", {"patience": 0, "gamma": 0.5}, test_every=5),
    "best": Course(keep_best="loss", patience=4, test_every=4),
}


@pytest.mark.parametrize("after", [1, 20, 23, 24, 46])
@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_it_goes_on_to_the_bit_from_any_step(course: Course, after: int, tmp_path: Path) -> None:
    """An epoch has 23 steps: 23 is between its last step and its test, 20 between a step and a test within it."""
    design = design_of(course=course)
    straight = run_of(design)
    wanted = told(straight)
    live, first = stopped(design, after, tmp_path / "checkpoint.safetensors")
    rest = goes_on(design, live)
    assert (rest.step, rest.steps) == (after, straight.step if not course.patience else rest.steps)
    assert first + told(rest) == wanted
    assert weights(rest) == weights(straight)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_every_optimiser_goes_on_to_the_bit(optimiser: str, tmp_path: Path) -> None:
    design = design_of(optimiser, epochs=2)
    straight = run_of(design)
    wanted = told(straight)
    live, first = stopped(design, 30, tmp_path / "checkpoint.safetensors")
    rest = goes_on(design, live)
    assert first + told(rest) == wanted
    assert weights(rest) == weights(straight)


def test_what_is_balanced_goes_on_to_the_bit(tmp_path: Path) -> None:
    design = design_of()
    data = replace(design.settings.data, balance="sampling")
    design = replace(design, settings=replace(design.settings, data=data))
    straight = run_of(design)
    wanted = told(straight)
    live, first = stopped(design, 30, tmp_path / "checkpoint.safetensors")
    assert first + told(goes_on(design, live)) == wanted


def test_what_is_augmented_goes_on_to_the_bit(tmp_path: Path) -> None:
    design = design_of()
    data = replace(design.settings.data, shift=0.2, noise=0.1)
    design = replace(design, settings=replace(design.settings, data=data))
    straight = run_of(design)
    wanted = told(straight)
    live, first = stopped(design, 30, tmp_path / "checkpoint.safetensors")
    assert first + told(goes_on(design, live)) == wanted


def test_a_run_at_its_end_and_weights_of_no_run_do_not_go_on(tmp_path: Path) -> None:
    design = design_of(epochs=1)
    run = run_of(design)
    assert told(run)
    run.save()
    with pytest.raises(DesignError, match="come to its end"):
        goes_on(design, run.live)
    longer = replace(design, settings=replace(design.settings, epochs=2))
    assert weights(goes_on(longer, run.live)) == weights(run)
    with pytest.raises(DesignError, match="no run to go on with"):
        goes_on(design, LiveParameters())
    run.live.drop(set(design.nodes))
    with pytest.raises(DesignError, match="no run to go on with"):
        goes_on(design, run.live)


def test_a_checkpoint_is_kept_every_so_many_steps_and_the_best_and_the_last_weights(tmp_path: Path) -> None:
    design = design_of(course=Course(keep_best="loss", test_every=4, checkpoint_every=10))
    restless = replace(design.settings, optimiser_options={"lr": 3.0, "momentum": 0.9})
    design = replace(design, settings=restless)
    engine = Driven()
    engine.ask(Start(to_json(design), 1, folder=str(tmp_path / "kept")))
    engine.run()
    names = sorted(path.name for path in (tmp_path / "kept").iterdir())
    run = run_of(design)
    snapshots: dict[int, dict[str, bytes]] = {}
    tests: dict[int, float] = {}
    for event in run:
        if isinstance(event, Stepped):
            last = event.step
            snapshots[last] = _tensors(run)
        elif isinstance(event, loop.Tested):
            tests[event.step] = event.loss
    best = min(tests, key=tests.__getitem__)
    assert best != last
    wanted = [BEST, LAST, *(step_name(step) for step in range(10, last + 1, 10))]
    assert names == sorted(wanted)
    for step in range(10, last + 1, 10):
        assert _model(tmp_path / "kept" / step_name(step)) == snapshots[step]
    assert _model(tmp_path / "kept" / BEST) == snapshots[best] == _tensors(run)
    assert _model(tmp_path / "kept" / LAST) == snapshots[last]


def _tensors(run: TrainingRun) -> dict[str, bytes]:
    return {f"{key.node}|{key.name}": t.detach().numpy().tobytes() for key, t in run.model.tensors().items()}


def _model(path: Path) -> dict[str, bytes]:
    arrays, _ = read_tensors(path)
    return {name[6:]: array.tobytes() for name, array in arrays.items() if name.startswith("model|")}


def test_where_there_would_be_many_every_second_one_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 4)
    run = run_of(design_of(epochs=1, course=Course(checkpoint_every=1)))
    keeper = Keeper(tmp_path)
    for event in run:
        if isinstance(event, Stepped):
            keeper.keep_step(run)
    steps = [int(path.stem.removeprefix("step-")) for path in sorted(tmp_path.iterdir())]
    assert steps == [8, 16]
    assert len(list(tmp_path.iterdir())) <= 4


def test_a_folder_that_cannot_be_is_told_once_and_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    engine = Driven()
    design = design_of(epochs=1, course=Course(checkpoint_every=2))
    events = engine.ask(Start(to_json(design), 1, folder=str(tmp_path / "file"))) + engine.run()
    (failed,) = of(Failed, events)
    assert "cannot be kept" in failed.template
    assert states(events)[-1] == "finished"


def test_the_engine_goes_on_where_a_run_was_paused_and_lost(tmp_path: Path) -> None:
    design = design_of(epochs=2)
    path = tmp_path / "checkpoint.safetensors"
    first = Driven(path)
    first.ask(Start(to_json(design), 1))
    first.step(30)
    first.ask(Pause())
    second = Driven(path)
    straight = Driven()
    straight.train(design)
    the(Prepared, second.ask(Restore(str(path))))
    assert states(second.ask(Start(to_json(design), 1, goes_on=True)) + second.run()) == ["running", "finished"]
    assert weights_of(second, tmp_path) == weights_of(straight, tmp_path)
