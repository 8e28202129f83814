"""The curves of the current run, those compared with it, and what is shown when there are none."""

import gc
import weakref

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.engine.runs import Runs
from app.look import theme
from app.panels.curves import CurvesPanel
from core.design import catalog, edits, project
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


def test_a_compared_run_lies_over_it_in_its_own_colours_and_can_be_switched_off(
    panel: CurvesPanel, runs: Runs, engine: Engine, document: Document, qtbot: QtBot
) -> None:
    learn(engine, document)
    learn(engine, document)
    panel.compare((runs.all[0], runs.all[1]))
    shown = [("run 1 train", False), ("run 1 test", False), ("train", False), ("test", False)]
    assert names(panel, "loss") == shown
    assert len({line.color.name() for line in panel.loss.lines}) == 4
    assert panel.loss.lines[0].series is runs.all[0].train_loss
    for number in (1, 2):
        button = panel.findChild(QToolButton, f"curves.run.{number}")
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert names(panel, "loss") == (shown[2:] if number == 1 else shown[:2])
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert names(panel, "loss") == shown
    panel.compare(())
    qtbot.waitUntil(lambda: panel.findChild(QToolButton, "curves.run.1") is None)
    assert names(panel, "loss") == [("train", False), ("test", False)]


def test_the_selected_layer_stands_out(panel: CurvesPanel, engine: Engine, document: Document) -> None:
    learn(engine, document)
    before = [line.color for line in panel.gradients.lines]
    document.select([id_of(document.design, "out")])
    after = [line.color for line in panel.gradients.lines]
    assert [line.bold for line in panel.gradients.lines] == [False, True]
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_a_click_on_a_layers_curve_asks_for_the_layer(
    panel: CurvesPanel, engine: Engine, document: Document, qtbot: QtBot
) -> None:
    learn(engine, document)
    for _ in range(2):
        panel.gradients.bring_up_to_date()
        QApplication.processEvents()
    assert panel.gradients._graph is not None
    viewport = panel.gradients._graph.viewport()
    with qtbot.waitSignal(panel.layer_chosen) as chosen:
        spot = viewport.mapFrom(panel.gradients, panel.gradients.place(25, 0.1))
        qtbot.mouseMove(viewport, spot)
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
    assert chosen.args == [id_of(document.design, "out")]


def test_fifty_layers_are_told_apart_by_depth_and_few_of_them_named(panel: CurvesPanel, engine: Engine) -> None:
    design = project.new().design
    net = id_of(design, "net")
    for _ in range(50):
        design = edits.insert(design, catalog.new("Linear", options={"out_features": 8}), net)
    layers = [node.id for node in design.walk() if node.type == "Linear"]
    panel._document.apply("Build", design)
    engine.trainer.start(design)
    engine.curves(Curves(0, (TrainPoint(1, 1.0),), (), ((1, dict.fromkeys(layers, 0.1)),)))
    assert len({line.color.name() for line in panel.gradients.lines}) == 50
    assert [line.key for line in panel.gradients.lines if line.named] == [layers[0], layers[-1]]
    panel._document.select([layers[20]])
    assert [line.key for line in panel.gradients.lines if line.named] == [layers[20]]


def test_other_plots_are_chosen_and_one_always_stays(
    panel: CurvesPanel, engine: Engine, document: Document, qtbot: QtBot
) -> None:
    engine.trainer.start(document.design)
    engine.state("running")
    fc1 = id_of(document.design, "fc1")
    train = tuple(TrainPoint(step, 1.0, 0.5, rate=0.1 / step, seconds=1e-3, memory=10**8) for step in range(1, 5))
    engine.curves(Curves(0, train, updates=((3, {fc1: 1e-3}),)))
    assert not panel.rate.isVisible()
    for name in ("rate", "pace", "memory", "updates"):
        panel.bar.choose_plot(name)
        assert panel.plots[name].isVisible()
    assert list(panel.rate.lines[0].series.ys) == [0.1 / step for step in range(1, 5)]
    assert panel.pace.lines[0].series.latest == (4, 1e-3)
    assert panel.memory.lines[0].series.latest == (4, 10**8)
    assert panel.updates.lines[0].series.latest == (3, 1e-3)
    for action in panel.bar.menu.actions():
        action.setChecked(False)
    assert panel.bar.chosen


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
