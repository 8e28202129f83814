"""Runs: each with the design it began with, its curves, its time; messages are matched by number."""

import math

import pytest
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.engine.run import Run, State
from app.engine.runs import Runs
from core.design import edits
from core.design.graph import layers_in_order
from core.training.messages import Curves, Failed, Progress, RunState, Statistics, TrainPoint
from tests.gui.conftest import Engine, id_of


@pytest.fixture
def runs(engine: Engine) -> Runs:
    return engine.trainer.runs


def test_a_run_keeps_the_design_it_began_with(runs: Runs, document: Document, engine: Engine) -> None:
    began_with = document.design
    engine.trainer.start(began_with)
    document.apply("Rename", edits.rename(began_with, id_of(began_with, "fc1"), "first"))
    assert runs.current is not None
    assert runs.current.design is began_with
    assert runs.current.number == 1


def test_curves_are_taken_down(runs: Runs, document: Document, engine: Engine, qtbot: QtBot) -> None:
    engine.trainer.start(document.design)
    run = runs.current
    assert run is not None
    assert not run.has_curves
    fc1, out = (id_of(document.design, name) for name in ("fc1", "out"))
    with qtbot.waitSignals([runs.curves_grew, runs.run_changed]):
        engine.curves(
            Curves(
                0,
                (TrainPoint(10, 2.3, 0.1), TrainPoint(20, 2.0, 0.3)),
                ((20, 2.1, 0.25),),
                ((20, {out: 0.1, fc1: 0.01}),),
            )
        )
    assert list(run.train_loss.ys) == [2.3, 2.0]
    assert list(run.test_accuracy.ys) == [0.25]
    assert run.last_gradients() == [(fc1, 0.01), (out, 0.1)]
    assert run.has_accuracy


def test_regression_has_no_accuracy(runs: Runs, document: Document, engine: Engine) -> None:
    engine.trainer.start(document.design)
    engine.curves(Curves(0, (TrainPoint(1, 2.3),), ((1, math.nan, None),)))
    assert runs.current is not None
    assert runs.current.has_curves
    assert not runs.current.has_accuracy


def test_state_epoch_and_time(runs: Runs, document: Document, engine: Engine, qtbot: QtBot) -> None:
    engine.trainer.start(document.design)
    run = runs.current
    assert run is not None
    engine.state("running")
    engine.progress(45, 90, 1, 2)
    assert (run.state, run.epoch) == (State.RUNNING, 1)
    qtbot.waitUntil(lambda: engine.progress(46, 90, 1, 2) or run.seconds > 0.01)
    engine.state("paused")
    seconds = run.seconds
    engine.progress(46, 90, 1, 2)
    engine.state("stopped")
    assert (run.state, run.seconds) == (State.STOPPED, seconds)


def test_a_new_run_ends_the_last_one(runs: Runs, document: Document, engine: Engine) -> None:
    engine.trainer.start(document.design)
    engine.state("running")
    engine.state("paused")
    engine.trainer.start(document.design)
    assert [(run.number, run.state) for run in runs.all] == [(1, State.STOPPED), (2, State.STARTING)]


def test_another_project_has_no_current_run(runs: Runs, document: Document, engine: Engine) -> None:
    engine.trainer.start(document.design)
    engine.trainer.forget()
    assert runs.current is None
    assert len(runs.all) == 1


def test_layers_come_in_the_order_they_are_executed(document: Document) -> None:
    design = document.design
    names = [design[layer].name for layer in layers_in_order(design)]
    assert names == ["digits", "flatten", "fc1", "act", "out"]


# --- messages of an old run -------------------------------------------------------------------------------------------


def replaced(document: Document, engine: Engine) -> tuple[Run, Run]:
    """A run, and the one that was started in its place while the first still spoke."""
    engine.trainer.start(document.design)
    engine.state("running")
    first = engine.trainer.runs.current
    engine.trainer.start(document.design)
    second = engine.trainer.runs.current
    assert first is not None
    assert second is not None
    return first, second


def test_a_failure_of_the_old_run_is_not_the_new_ones(runs: Runs, document: Document, engine: Engine) -> None:
    first, second = replaced(document, engine)
    heard: list[Failed] = []
    engine.trainer.failed.connect(heard.append)
    engine.say(Failed("Start", "It failed.", run=first.number))
    assert (first.state, second.state, runs.state) == (State.FAILED, State.STARTING, State.STARTING)
    assert heard == []
    engine.say(Failed("Start", "It failed.", run=second.number))
    assert (runs.state, len(heard)) == (State.FAILED, 1)


def test_states_of_the_old_run_are_not_the_new_ones(runs: Runs, document: Document, engine: Engine) -> None:
    first, second = replaced(document, engine)
    for state in ("paused", "running", "finished"):
        engine.say(RunState(first.number, state))
        assert (second.state, runs.state) == (State.STARTING, State.STARTING)
    assert first.state is State.FINISHED
    assert runs.is_on


def test_figures_of_the_old_run_stay_with_it(runs: Runs, document: Document, engine: Engine, qtbot: QtBot) -> None:
    first, second = replaced(document, engine)
    engine.say(Curves(first.number, (TrainPoint(1, 2.3, 0.1),)))
    with qtbot.assertNotEmitted(runs.progressed), qtbot.assertNotEmitted(engine.trainer.statistics_changed):
        engine.say(Progress(first.number, 5, 10, 3, 5, 0.1, 1.0))
        engine.say(Statistics(first.number, 5, {}))
    assert list(first.train_loss.ys) == [2.3]
    assert not second.has_curves
    assert (second.progress, second.epoch) == (None, 0)


def test_a_run_that_nobody_asked_for_is_not_known(runs: Runs, document: Document, engine: Engine) -> None:
    engine.trainer.start(document.design)
    engine.say(RunState(7, "running"))
    assert runs.state is State.STARTING


# --- the drawing beside the run ---------------------------------------------------------------------------------------


def test_the_drawing_moves_on_from_the_run(runs: Runs, document: Document, engine: Engine) -> None:
    assert not runs.is_behind(document.design)
    engine.trainer.start(document.design)
    document.apply("Rename", edits.rename(document.design, id_of(document.design, "fc1"), "first"))
    assert not runs.is_behind(document.design), "a name changes no number"
    out = id_of(document.design, "out")
    document.apply("Change", edits.set_options(document.design, [out], {"out_features": 9}))
    assert runs.is_behind(document.design)
    document.undo()
    assert not runs.is_behind(document.design)
    document.redo()
    engine.state("stopped")
    assert not runs.is_behind(document.design), "a run that is over keeps nothing"
