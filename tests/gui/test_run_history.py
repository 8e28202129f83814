"""RunHistory: each run with the design it began with, its curves, its time."""

import math

import pytest
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.engine.run_history import RunHistory, layers_in_order
from app.engine.trainer import State
from core.design import edits
from core.training.messages import Curves
from tests.gui.conftest import Engine, id_of


@pytest.fixture
def history(document: Document, engine: Engine) -> RunHistory:
    return RunHistory(document, engine.trainer, document)


def test_a_run_keeps_the_design_it_began_with(history: RunHistory, document: Document, engine: Engine) -> None:
    began_with = document.design
    engine.trainer.start(began_with)
    document.apply("Rename", edits.rename(began_with, id_of(began_with, "fc1"), "first"))
    assert history.current is not None
    assert history.current.design is began_with
    assert history.current.number == 1


def test_curves_are_taken_down(history: RunHistory, document: Document, engine: Engine, qtbot: QtBot) -> None:
    engine.trainer.start(document.design)
    run = history.current
    assert run is not None
    assert not run.has_curves
    fc1, out = (id_of(document.design, name) for name in ("fc1", "out"))
    with qtbot.waitSignals([history.curves_grew, history.run_changed]):
        engine.curves(Curves(0, ((10, 2.3, 0.1), (20, 2.0, 0.3)), ((20, 2.1, 0.25),), ((20, {out: 0.1, fc1: 0.01}),)))
    assert list(run.train_loss.ys) == [2.3, 2.0]
    assert list(run.test_accuracy.ys) == [0.25]
    assert run.last_gradients() == [(fc1, 0.01), (out, 0.1)]
    assert run.has_accuracy


def test_regression_has_no_accuracy(history: RunHistory, document: Document, engine: Engine) -> None:
    engine.trainer.start(document.design)
    engine.curves(Curves(0, ((1, 2.3, None),), ((1, math.nan, None),)))
    assert history.current is not None
    assert history.current.has_curves
    assert not history.current.has_accuracy


def test_state_epoch_and_time(history: RunHistory, document: Document, engine: Engine, qtbot: QtBot) -> None:
    engine.trainer.start(document.design)
    run = history.current
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


def test_a_new_run_ends_the_last_one(history: RunHistory, document: Document, engine: Engine) -> None:
    engine.trainer.start(document.design)
    engine.state("running")
    engine.state("paused")
    engine.trainer.start(document.design)
    assert [(run.number, run.state) for run in history.runs] == [(1, State.STOPPED), (2, State.STARTING)]


def test_another_project_has_no_current_run(history: RunHistory, document: Document, engine: Engine) -> None:
    engine.trainer.start(document.design)
    engine.trainer.forget()
    assert history.current is None
    assert len(history.runs) == 1


def test_layers_come_in_the_order_they_are_executed(document: Document) -> None:
    design = document.design
    names = [design[layer].name for layer in layers_in_order(design)]
    assert names == ["digits", "flatten", "fc1", "act", "out"]
