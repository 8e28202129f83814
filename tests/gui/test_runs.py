"""The table of runs, and which of them are compared."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.engine.runs import Runs
from app.panels.runs import RunsPanel
from core.design import catalog, edits
from core.design.catalog.base import Inference
from core.design.model import CustomLayer, TensorSpec
from core.design.shapes import Facts
from core.training.messages import Curves, Prepared, Progress, TrainPoint
from tests.gui.conftest import Engine, id_of


@pytest.fixture
def runs(engine: Engine) -> Runs:
    return engine.trainer.runs


@pytest.fixture
def panel(document: Document, runs: Runs, qtbot: QtBot) -> RunsPanel:
    panel = RunsPanel(document, runs)
    qtbot.addWidget(panel)
    panel.resize(830, 230)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def row(panel: RunsPanel, number: int) -> list[str]:
    model = panel.table.model()
    return [model.index(number, column).data() for column in range(model.columnCount())]


def test_there_is_a_sentence_before_the_first_run(panel: RunsPanel) -> None:
    assert panel.findChild(QLabel, "runs.empty").isVisible()
    assert not panel.table.isVisible()


def test_a_row_follows_its_run(panel: RunsPanel, engine: Engine, document: Document) -> None:
    engine.trainer.start(document.design)
    assert row(panel, 0) == ["1", "64 → 128, 128 → 10", "Adam", "0 / 20", "–", "–", "–", "–", "0:00", "starting"]
    engine.state("running")
    engine.curves(Curves(0, (TrainPoint(900, 0.2, 0.9),), ((900, 0.15, 0.9588),)))
    engine.say(Progress(1, 900, 900, 20, 20, 1e-4, 0.0, 0, 0.086, 0.99))
    engine.state("finished")
    assert row(panel, 0)[3:] == ["20 / 20", "0.0860", "0.1500", "99.0 %", "95.9 %", "0:00", "done"]


def test_what_a_custom_layer_gives_is_known(panel: RunsPanel, engine: Engine, document: Document) -> None:
    design = edits.add_custom(document.design, CustomLayer("Mine", "class Mine: pass"))
    design = edits.insert(design, catalog.new("Mine", "mine"), id_of(design, "net"), 1)
    document.apply("Add", design)
    (question,) = document.report.probes
    answer = Inference(TensorSpec((None, 64)), {}, {"factor": (1,)})
    document.set_facts(Facts(probes={question.key: answer}))
    engine.trainer.start(document.design)
    assert row(panel, 0)[1] == "mine, 64 → 128, 128 → 10"


def test_regression_has_no_accuracy(panel: RunsPanel, engine: Engine, document: Document) -> None:
    engine.trainer.start(document.design)
    engine.say(Progress(1, 1, 900, 0, 20, 1e-4, 1.0, 0, 0.5))
    assert row(panel, 0)[4:8] == ["0.5000", "–", "–", "–"]


def test_selected_runs_are_compared(
    panel: RunsPanel, runs: Runs, engine: Engine, document: Document, qtbot: QtBot
) -> None:
    engine.trainer.start(document.design)
    engine.trainer.start(document.design)
    engine.state("stopped")
    engine.trainer.start(document.design)
    table = panel.table
    place = table.visualRect(table.model().index(0, 1)).center()
    with qtbot.waitSignal(panel.compared) as compared:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert compared.args == [(runs.all[0],)]
    with qtbot.waitSignal(panel.compared) as compared:
        qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert compared.args == [tuple(runs.all[:2])]
    qtbot.keyRelease(table, Qt.Key.Key_Shift)  # else it would be held down in the tests that follow


def test_a_run_that_went_on_with_weights_names_whose(panel: RunsPanel, engine: Engine, document: Document) -> None:
    engine.trainer.start(document.design)
    engine.say(Prepared(kept=0, fresh=4, parameters=()))
    engine.state("running")
    engine.progress(900, 900, 20, 20)
    engine.state("finished")
    engine.trainer.start(document.design)
    assert row(panel, 1)[0] == "2 after 1"
    assert "weights of run 1" in panel.table.model().index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    engine.say(Prepared(kept=4, fresh=0, parameters=()))
    assert row(panel, 1)[0] == "2 after 1"
    engine.state("running")
    engine.state("stopped")
    engine.say(Prepared(kept=0, fresh=4, parameters=()))
    engine.trainer.start(document.design)
    assert row(panel, 2)[0] == "3"


def test_a_run_of_which_nothing_could_be_kept_went_on_with_nothing(
    panel: RunsPanel, engine: Engine, document: Document
) -> None:
    engine.trainer.start(document.design)
    engine.state("running")
    engine.progress(1, 900, 0, 20)
    engine.trainer.start(document.design)
    engine.say(Prepared(kept=0, fresh=4, parameters=()))
    assert row(panel, 1)[0] == "2"
