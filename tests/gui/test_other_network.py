"""Nothing that was told of one network is shown of another."""

from __future__ import annotations

from array import array
from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

import resources
from app.engine.process import EngineProcess
from app.panels.inspector.inspector import GRADIENTS, PARAMETERS
from app.window.window import FIRST_EXAMPLE, Window
from core.design import edits
from core.training.messages import (
    Curves,
    Event,
    Histogram,
    NodeStatistics,
    ParameterInfo,
    ParameterView,
    Prepared,
    RunState,
    Statistics,
    WeightsReport,
)

HISTOGRAM = Histogram(-1.0, 1.0, (1, 2, 1))


def say(window: Window, *events: Event) -> None:
    process, _ = window.trainer.findChildren(EngineProcess)
    for event in events:
        process.received.emit(event)


def layer(window: Window, kind: str) -> str:
    return next(node.id for node in window.document.design.walk() if node.type == kind)


def tell_everything(window: Window) -> None:
    """All that a run tells of its network's numbers."""
    linear, relu = layer(window, "Linear"), layer(window, "ReLU")
    window.docks.inspector.show()
    window.document.select([linear])
    window.inspector.open_page(PARAMETERS)
    window.trainer.start(window.document.design)
    say(window, RunState(1, "running"))
    shape = window.document.report.parameters[linear]["weight"]
    info = ParameterInfo(linear, "weight", shape, "float32", "cpu", 0.1, 0.2, -1, 1, 0, 0.5)
    picture = array("f", [1, -1, 1, -1]).tobytes()
    for step in (1, 2):
        cards = {linear: NodeStatistics(HISTOGRAM, None, 0.5), relu: NodeStatistics(HISTOGRAM, 0.5, None)}
        say(window, Statistics(1, step, cards), Curves(1, gradients=((step, {linear: 0.5}),)))
        view = (linear, step, (info,), "weight", HISTOGRAM, HISTOGRAM, 2, 2, (1, 1), picture, picture)
        say(window, ParameterView(*view))
    say(window, RunState(1, "finished"), Prepared(2, 0, (info,)))


def told(window: Window) -> dict[str, object]:
    """What is shown of a network's numbers, by where it is."""
    parameters, gradients = window.inspector.parameters, window.inspector.gradients
    return {
        "cards": window.canvas.stage.statistics,
        "colours": window.canvas.stage.flows,
        "bars": window.training.gradients.chart.bars,
        "table": [row.info for row in parameters.table.rows if row.info],
        "values": parameters.values.histogram,
        "gradient": parameters.gradient.histogram,
        "history": len(parameters.history),
        "heat map": not parameters.heat_map.view.is_empty,
        "gradient's histogram": gradients.histogram.histogram,
        "gradient's heat map": not gradients.heat_map.view.is_empty,
        "gradient's norms": gradients.norms.lines,
    }


def open_again(window: Window) -> None:
    """The same project, whose layers have the same ids."""
    window.recovery.note_saved()
    window.files.open_example(resources.folder("examples") / FIRST_EXAMPLE)
    window.files.finish()


@pytest.mark.parametrize(
    "replace",
    [
        pytest.param(lambda window: window.trainer.weights.reinitialise(), id="new weights for all"),
        pytest.param(lambda window: window.trainer.weights.reinitialise([layer(window, "Linear")]), id="for a layer"),
        pytest.param(lambda window: window.trainer.weights.exchange("others"), id="weights of another step"),
        pytest.param(
            lambda window: say(window, WeightsReport("x.pt", True, ("net.fc1.weight",), (), (), ())), id="loaded"
        ),
        pytest.param(open_again, id="opened"),
    ],
)
def test_what_was_told_is_gone(still_window: Window, qtbot: QtBot, replace: Callable[[Window], object]) -> None:
    window = still_window
    cards_before: QImage = window.canvas.grab().toImage()
    tell_everything(window)
    assert all(told(window).values()), told(window)
    assert window.canvas.grab().toImage() != cards_before
    replace(window)
    qtbot.waitUntil(lambda: not window.canvas.stage.statistics)  # files are read beside the window
    window.document.select([layer(window, "Linear")])
    assert not any(told(window).values()), told(window)
    assert "Press Start" in window.training.gradients.verdict.text()
    window.inspector.open_page(GRADIENTS)
    assert "Norm" not in window.inspector.gradients.facts.text()


def test_a_report_of_what_would_be_loaded_changes_nothing(still_window: Window) -> None:
    tell_everything(still_window)
    before = told(still_window)
    say(still_window, WeightsReport("x.pt", False, ("net.fc1.weight",), (), (), ()))
    assert told(still_window) == before


def test_a_layer_of_another_type_shows_nothing_of_the_former(still_window: Window) -> None:
    window = still_window
    tell_everything(window)
    linear, relu = layer(window, "Linear"), layer(window, "ReLU")
    window.document.apply("Replace", edits.replace_all(window.document.design, "ReLU", "SELU"))
    assert window.document.design[relu].type == "SELU"
    assert window.canvas.stage.statistics.keys() == {linear}
