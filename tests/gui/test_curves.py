"""The curves of the current run, those compared with it, and what is shown when there are none."""

import gc
import weakref

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.engine.runs import Runs
from app.look import theme
from app.panels.curves import CurvesPanel
from core.design import edits
from core.training.messages import Curves, TrainPoint
from tests.gui.conftest import Engine, id_of


@pytest.fixture
def runs(engine: Engine) -> Runs:
    return engine.trainer.runs


@pytest.fixture
def panel(document: Document, runs: Runs, qtbot: QtBot) -> CurvesPanel:
    panel = CurvesPanel(document, runs)
    panel.resize(860, 230)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def learn(engine: Engine, document: Document, accuracy: float | None = 0.5) -> None:
    """A run with a few points."""
    engine.trainer.start(document.design)
    engine.state("running")
    norms = {id_of(document.design, "fc1"): 0.01, id_of(document.design, "out"): 0.1}
    train = tuple(TrainPoint(step, 2.0 / step, accuracy) for step in range(1, 50))
    engine.curves(Curves(0, train, ((45, 0.3, accuracy),), tuple((step, norms) for step in range(1, 50))))


def names(panel: CurvesPanel, chart: str) -> list[tuple[str, bool]]:
    return [(line.name, line.faint) for line in getattr(panel, chart).lines]


def test_before_the_first_run_a_sentence_says_what_to_do(panel: CurvesPanel) -> None:
    empty = panel.findChild(QLabel, "curves.empty")
    assert empty.isVisible()
    assert "Start" in empty.text()
    assert not panel.loss.isVisible()


def test_a_run_shows_its_curves(panel: CurvesPanel, engine: Engine, document: Document) -> None:
    learn(engine, document)
    assert panel.loss.isVisible()
    assert names(panel, "loss") == [("train", False), ("test", False)]
    assert names(panel, "accuracy") == [("train", False), ("test", False)]
    assert names(panel, "gradients") == [("fc1", False), ("out", False)]
    assert not panel.grab().isNull()


def test_layers_of_one_name_are_told_apart(panel: CurvesPanel, engine: Engine, document: Document) -> None:
    fc1, out = (id_of(document.design, name) for name in ("fc1", "out"))
    design = edits.wrap(document.design, [out], "Sequential", "box")
    document.apply("Wrap", edits.rename(design, out, "fc1"))
    engine.trainer.start(document.design)
    engine.state("running")
    engine.curves(Curves(0, (TrainPoint(1, 1.0, 0.5),), (), ((1, {fc1: 0.01, out: 0.1}),)))
    assert names(panel, "gradients") == [(document.design.path(layer), False) for layer in (fc1, out)]


def test_regression_gives_the_room_of_accuracy_to_the_others(
    panel: CurvesPanel, engine: Engine, document: Document, qtbot: QtBot
) -> None:
    learn(engine, document)
    width = panel.loss.width()
    learn(engine, document, accuracy=None)
    assert not panel.accuracy.isVisible()
    qtbot.waitUntil(lambda: panel.loss.width() > width * 1.3)


def test_a_compared_run_is_faint(panel: CurvesPanel, runs: Runs, engine: Engine, document: Document) -> None:
    learn(engine, document)
    learn(engine, document)
    panel.compare((runs.all[0], runs.all[1]))
    assert names(panel, "loss") == [("train", True), ("test", True), ("train", False), ("test", False)]
    assert panel.loss.lines[0].series is runs.all[0].train_loss
    panel.compare(())
    assert names(panel, "loss") == [("train", False), ("test", False)]


def test_the_selected_layer_stands_out(panel: CurvesPanel, engine: Engine, document: Document) -> None:
    learn(engine, document)
    before = [line.color for line in panel.gradients.lines]
    document.select([id_of(document.design, "out")])
    after = [line.color for line in panel.gradients.lines]
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_colours_follow_the_theme(panel: CurvesPanel, engine: Engine, document: Document, qapp: QApplication) -> None:
    learn(engine, document)
    theme.apply(qapp, "light")
    try:
        assert panel.loss.lines[0].color == theme.LIGHT.accent
    finally:
        theme.apply(qapp, "dark")
    assert panel.loss.lines[0].color == theme.DARK.accent


def test_opening_another_project_clears_the_curves(panel: CurvesPanel, engine: Engine, document: Document) -> None:
    learn(engine, document)
    engine.trainer.forget()
    assert panel.findChild(QLabel, "curves.empty").isVisible()


def test_a_closed_panel_is_not_kept_alive(document: Document, runs: Runs, engine: Engine) -> None:
    panel = CurvesPanel(document, runs)
    learn(engine, document)
    panel.grab()
    gone = weakref.ref(panel)
    panel.close()
    panel.deleteLater()
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    del panel
    gc.collect()
    assert gone() is None
    learn(engine, document)
