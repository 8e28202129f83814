"""The dock of training: its tabs, and what they tell one another."""

import pytest
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.engine.seeing import Seeing
from app.panels.training_dock import TrainingDock
from core.design import edits
from core.training.messages import Curves, TrainPoint
from tests.gui.conftest import Engine, id_of


@pytest.fixture
def dock(document: Document, engine: Engine, qtbot: QtBot) -> TrainingDock:
    dock = TrainingDock(document, engine.trainer, Seeing(engine.trainer))
    qtbot.addWidget(dock)
    dock.resize(834, 264)
    dock.show()
    qtbot.waitExposed(dock)
    return dock


def titles(dock: TrainingDock) -> list[str]:
    return [dock.tabText(index) for index in range(dock.count())]


def test_the_tab_of_problems_counts_them(dock: TrainingDock, document: Document) -> None:
    named = ["Training", "Schedule", "Loss and accuracy", "Gradients", "Predictions", "Runs", "Problems", "Console"]
    assert titles(dock) == named
    out = id_of(document.design, "out")
    document.apply("Features", edits.set_options(document.design, [out], {"in_features": 99}))
    assert titles(dock)[6] == "Problems 1"
    document.undo()
    assert titles(dock)[6] == "Problems"


def test_panels_are_brought_to_the_front(dock: TrainingDock) -> None:
    dock.show_problems()
    assert dock.problems.isVisible()
    dock.show_curves()
    assert dock.curves.isVisible()


def test_a_run_selected_in_the_table_is_compared(dock: TrainingDock, document: Document, engine: Engine) -> None:
    for _ in range(2):
        engine.trainer.start(document.design)
        engine.curves(Curves(0, (TrainPoint(1, 2.0, 0.1), TrainPoint(2, 1.0, 0.5))))
        engine.state("stopped")
    dock.runs.table.selectRow(0)
    assert [line.name for line in dock.curves.loss.lines] == ["run 1 train", "run 1 test", "train", "test"]
    assert len({line.color.name() for line in dock.curves.loss.lines}) == 4


def test_the_latest_values_can_be_asked_for(dock: TrainingDock, document: Document, engine: Engine) -> None:
    assert dock.latest() == {}
    engine.trainer.start(document.design)
    engine.curves(Curves(0, (TrainPoint(1, 2.0, 0.1), TrainPoint(2, 1.0, 0.5)), ((2, 1.5, 0.4),)))
    assert dock.latest() == {"train loss": 1.0, "test loss": 1.5, "train accuracy": 0.5, "test accuracy": 0.4}
