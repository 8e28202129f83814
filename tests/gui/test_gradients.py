"""The bars of the last step's gradients, and the sentence about them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.look import theme
from app.look.gradient_color import gradient_color
from app.panels.gradients import GradientsPanel, judge
from app.plots.bar import Bar
from core.design import edits
from core.design.diagnosis import Finding
from core.design.gradient_flow import Flow, Kind, flows
from core.training.messages import Curves, Diagnosed
from tests.gui.conftest import Engine, id_of


@pytest.fixture
def panel(document: Document, engine: Engine, qtbot: QtBot) -> GradientsPanel:
    panel = GradientsPanel(document, engine.trainer.runs)
    panel.resize(860, 230)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def settle(panel: GradientsPanel) -> None:
    for _ in range(2):
        panel.chart.bring_up_to_date()
        QApplication.processEvents()


def click(panel: GradientsPanel, layer: str, qtbot: QtBot) -> None:
    settle(panel)
    assert panel.chart._graph is not None
    viewport = panel.chart._graph.viewport()
    place = viewport.mapFrom(panel.chart, panel.chart.column(layer).center().toPoint())
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)


def learn(engine: Engine, document: Document, fc1: float, out: float) -> None:
    engine.trainer.start(document.design)
    norms = {id_of(document.design, "out"): out, id_of(document.design, "fc1"): fc1}
    engine.curves(Curves(0, gradients=((1, norms),)))


def test_bars_go_from_input_to_output(panel: GradientsPanel, document: Document, engine: Engine) -> None:
    learn(engine, document, 0.02, 0.1)
    assert [(bar.name, bar.value, bar.color) for bar in panel.chart.bars] == [
        ("fc1", 0.02, gradient_color(Flow(Kind.WELL, 0.2), theme.DARK)),
        ("out", 0.1, gradient_color(Flow(Kind.WELL), theme.DARK)),
    ]
    assert panel.verdict.property("look") == "muted"
    assert not panel.grab().isNull()


def test_a_vanishing_gradient_stands_out(panel: GradientsPanel, document: Document, engine: Engine) -> None:
    learn(engine, document, 1e-5, 0.12)
    kinds = (Kind.VANISHING, Kind.WELL)
    assert [bar.color for bar in panel.chart.bars] == [gradient_color(Flow(kind), theme.DARK) for kind in kinds]
    assert panel.verdict.property("look") == "warning"
    assert "12,000" in panel.verdict.text()


def test_a_click_selects_the_layer(panel: GradientsPanel, document: Document, engine: Engine, qtbot: QtBot) -> None:
    learn(engine, document, 0.02, 0.1)
    out = id_of(document.design, "out")
    click(panel, out, qtbot)
    assert document.selection == (out,)
    assert [bar.selected for bar in panel.chart.bars] == [False, True]


def test_the_keyboard_walks_from_bar_to_bar(
    panel: GradientsPanel, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    learn(engine, document, 0.02, 0.1)
    qtbot.keyClick(panel.chart, Qt.Key.Key_Right)
    engine.curves(Curves(0, gradients=((2, {id_of(document.design, "fc1"): 0.03}),)))
    qtbot.keyClick(panel.chart, Qt.Key.Key_Right)
    qtbot.keyClick(panel.chart, Qt.Key.Key_Return)
    assert document.selection == (id_of(document.design, "out"),)


def test_a_layer_that_is_gone_cannot_be_selected(
    panel: GradientsPanel, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    learn(engine, document, 0.02, 0.1)
    out = id_of(document.design, "out")
    document.apply("Delete", edits.remove(document.design, [out]), select=())
    click(panel, out, qtbot)
    assert document.selection == ()


@pytest.mark.parametrize(
    ("norms", "words", "alarming"),
    [
        ([], "Press Start", False),
        ([("fc1", 1e-5), ("act", 1.0), ("out", 0.12)], "shrink by a factor of 12,000 from 'out' to 'fc1'", True),
        ([("fc1", 50.0), ("out", 0.001)], "grow by a factor of 50,000 from 'out' to 'fc1'", True),
        ([("fc1", 0.02), ("out", 0.1)], "differ by a factor of 5.", False),
        ([("out", 0.1)], "'out' is the only layer", False),
        ([("fc1", 0.0), ("out", 0.1)], "No gradient reaches 'fc1'", True),
        ([(f"block{i}.fc", 0.0) for i in range(9)], "reaches 9 layers, from 'block0.fc' to 'block8.fc': noth", True),
        ([("fc1", 0.1), ("out", math.nan)], "The gradient of 'out' is infinite or not a number", True),
        ([("fc1", 2e-9), ("out", 1e-9)], "Gradients reach all the way back: 'fc1' and 'out' differ by a fact", False),
        ([("fc1", 0.02), ("mid", 1e-7), ("out", 0.1)], "shrink by a factor of 1,000,000 from 'out' to 'mid'", True),
    ],
)
def test_the_sentence(norms: list[tuple[str, float]], words: str, alarming: bool) -> None:
    text, is_alarming = judge(norms)
    assert words in text
    assert is_alarming is alarming


@given(st.lists(st.floats(1e-12, 1e12), min_size=2, max_size=6))
def test_the_sentence_says_the_same_as_the_colours(norms: list[float]) -> None:
    named = [(f"fc{number}", norm) for number, norm in enumerate(norms)]
    kinds = {flow.kind for flow in flows(named).values()}
    text, alarming = judge(named)
    assert ("reach all the way back" in text) == (kinds == {Kind.WELL})
    assert alarming == (kinds != {Kind.WELL})
    assert ("shrink" in text) == (Kind.VANISHING in kinds)
    assert "grow" not in text or Kind.EXPLODING in kinds


def test_a_parameter_that_never_got_a_gradient_is_named(
    panel: GradientsPanel, document: Document, engine: Engine
) -> None:
    learn(engine, document, 0.02, 0.1)
    assert "reach all the way back" in panel.verdict.text()
    norms = {id_of(document.design, "out"): 0.1, id_of(document.design, "fc1"): 0.02}
    unreached = ((id_of(document.design, "fc1"), "bias"),)
    engine.curves(Curves(0, gradients=((2, norms),), unreached=unreached))
    assert panel.verdict.text() == "No gradient reaches 'fc1.bias': nothing is learned there."
    assert panel.verdict.property("look") == "warning"
    engine.curves(Curves(0, gradients=((3, norms),)))
    assert "reach all the way back" in panel.verdict.text()


@pytest.mark.parametrize(
    ("norms", "types", "advice"),
    [
        ((1e-5, 1.0), ("Linear", *["Sigmoid"] * 3, "Linear"), "there. Replace all Sigmoid by SELU: Problems has the b"),
        ((1e-5, 1.0), ("Linear", "Sigmoid", "Linear"), "gets there."),
        ((50.0, 1e-3), ("Linear", "Tanh", "Linear"), "too large."),
    ],
)
def test_the_sentence_says_what_was_tried_and_else_nothing(
    norms: tuple[float, float], types: tuple[str, ...], advice: str
) -> None:
    text, _ = judge([("fc1", norms[0]), ("out", norms[1])], types)
    assert advice in text
    assert text.endswith(advice) or "Replace" in advice


def test_a_run_that_vanished_is_told_of_once(
    panel: GradientsPanel, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    told: list[str] = []
    panel.alarmed.connect(told.append)
    learn(engine, document, 1e-5, 0.12)
    engine.state("running")
    assert told == [], "a run that has just begun may still recover"
    engine.state("finished")
    engine.state("finished")
    assert told == [panel.verdict.text()]
    learn(engine, document, 0.02, 0.1)
    engine.state("finished")
    assert len(told) == 1


@pytest.mark.parametrize("value", [0.0, math.inf, math.nan])
def test_odd_values_can_be_drawn(value: float, panel: GradientsPanel, document: Document, engine: Engine) -> None:
    learn(engine, document, value, 0.1)
    settle(panel)
    assert not panel.grab().isNull()


def test_many_bars_have_no_labels(qtbot: QtBot, panel: GradientsPanel) -> None:
    panel.chart.show_bars([Bar(str(i), f"name{i}", 0.1, theme.DARK.accent) for i in range(250)])
    settle(panel)
    many = panel.chart.grab().toImage()
    panel.chart.show_bars([Bar(str(i), f"other{i}", 0.1, theme.DARK.accent) for i in range(250)])
    settle(panel)
    assert panel.chart.grab().toImage() == many
    panel.chart.show_bars([Bar(str(i), f"name{i}", 0.1, theme.DARK.accent) for i in range(4)])
    settle(panel)
    few = panel.chart.grab().toImage()
    panel.chart.show_bars([Bar(str(i), f"other{i}", 0.1, theme.DARK.accent) for i in range(4)])
    settle(panel)
    assert panel.chart.grab().toImage() != few


def test_mean_and_greatest_size_of_a_gradient_stand_side_by_side(
    panel: GradientsPanel, document: Document, engine: Engine
) -> None:
    fc1, out = (id_of(document.design, name) for name in ("fc1", "out"))
    engine.trainer.start(document.design)
    norms, flow = {fc1: 0.02, out: 0.1}, {fc1: (1e-3, 8e-3), out: (2e-3, 5e-2)}
    engine.curves(Curves(0, gradients=((1, norms),), flow=flow))
    assert [(bar.value, bar.most) for bar in panel.chart.bars] == [(1e-3, 8e-3), (2e-3, 5e-2)]
    settle(panel)
    assert panel.chart._graph is not None
    heights = panel.chart._graph._item.opts["height"]
    assert heights[1] - heights[0] == pytest.approx(math.log10(8))
    assert heights[3] - heights[2] == pytest.approx(math.log10(25))
    assert panel.chart.table()[1] == ["fc1", "0.001", "0.008"]


def test_nothing_is_called_well_while_tests_are_no_better_than_a_guess(
    panel: GradientsPanel, document: Document, engine: Engine
) -> None:
    learn(engine, document, 0.02, 0.1)
    assert "reach all the way back: " in panel.verdict.text()
    found = Finding("chance", (document.design.root,), 3, {"accuracy": 0.1, "guess": 0.1})
    engine.say(Diagnosed(1, (found,)))
    assert "no better than a guess" in panel.verdict.text()
    assert panel.verdict.property("look") == "warning"
    engine.say(Diagnosed(1, ()))
    assert panel.verdict.property("look") == "muted"
