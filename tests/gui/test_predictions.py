"""Predictions: one sample, all of a part with the worst first, the confusion matrix, and layers lit on the canvas.

With the real engine: what is read back here is what the network really gives.
"""

from __future__ import annotations

from array import array

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import resources
from app.panels.inspector.inspector import ACTIVATIONS
from app.panels.predictions import PredictionsPanel
from app.widgets.number_text import decimal
from app.window.commands import COMMANDS, plain_title
from app.window.window import Window
from core.training.messages import SeeSample
from tests.gui.conftest import id_of
from tests.gui.test_command_palette import Opened


def opened(window: Window, example: str, qtbot: QtBot) -> PredictionsPanel:
    """Open an example, which makes its model, and show the tab."""
    window.files.open_example(resources.folder("examples") / f"{example}.netloom")
    window.files.finish()
    window.actions_table["model.predictions"].trigger()
    panel = window.training.predictions
    assert panel.isVisible()
    qtbot.waitUntil(lambda: panel._assessed is not None and panel._sample is not None, timeout=120_000)
    return panel


@pytest.fixture
def panel(window: Window, qtbot: QtBot) -> PredictionsPanel:
    return opened(window, "digits-mlp", qtbot)


def losses(panel: PredictionsPanel) -> list[float]:
    rows = (panel.samples.topLevelItem(place) for place in range(panel.samples.topLevelItemCount()))
    return [row.values[4] for row in rows]  # type: ignore[union-attr]


def test_the_worst_samples_stand_first_and_one_is_picked(panel: PredictionsPanel, qtbot: QtBot) -> None:
    assert panel._assessed is not None
    found = losses(panel)
    assert found == sorted(found, reverse=True)
    assert len(found) == panel._assessed.count == 359
    assert panel.sentence.text().startswith(f"{round((panel._assessed.accuracy or 0) * 359)} of 359 right")
    panel.samples.setFocus()
    for _ in range(3 if panel.samples.currentItem() is None else 2):
        qtbot.keyClick(panel.samples, Qt.Key.Key_Down)
    item = panel.samples.currentItem()
    number, truth, answer, loss = item.text(0), item.text(1), item.text(2), item.values[4]  # type: ignore[union-attr]
    place = int(number) - 1
    qtbot.waitUntil(lambda: panel._sample is not None and panel._sample.sample.index == place, timeout=60_000)
    assert panel._sample is not None
    assert panel._sample.truth == truth
    assert panel._sample.answer == answer
    assert panel._sample.loss == pytest.approx(loss, rel=1e-3)
    assert f"truth {truth}" in panel.one.answer.text()
    assert panel.one.shares.rows[0][0] == answer


def test_a_cell_of_the_matrix_leads_to_the_samples_behind_it(panel: PredictionsPanel, qtbot: QtBot) -> None:
    seen, matrix = panel._assessed, panel.confusion
    assert seen is not None
    cells = [(t, a) for t in range(10) for a in range(10) if t != a and matrix.count(t, a)]
    truth, answer = max(cells, key=lambda cell: matrix.count(*cell))
    at = matrix.cell_area(truth, answer).center().toPoint()
    QTest.mouseMove(matrix, at)
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=at)
    count = matrix.count(truth, answer)
    assert panel.samples.topLevelItemCount() == count
    assert panel.sentence.text() == f"{count} of {truth} taken for {answer}"
    rows = [panel.samples.topLevelItem(place) for place in range(count)]
    assert {(row.text(1), row.text(2)) for row in rows if row} == {(str(truth), str(answer))}
    QTest.mouseClick(panel.all, Qt.MouseButton.LeftButton)
    assert panel.samples.topLevelItemCount() == 359
    matrix.setFocus()
    qtbot.keyClick(matrix, Qt.Key.Key_Down)
    qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert matrix.choice is not None
    qtbot.keyClick(matrix, Qt.Key.Key_Escape)
    assert matrix.choice is None


def test_the_figures_of_classes_are_those_of_the_matrix(panel: PredictionsPanel) -> None:
    matrix = panel.confusion
    for place in range(10):
        row = panel.classes.topLevelItem(place)
        assert row is not None
        said, there = (sum(matrix.count(*cell) for cell in cells) for cells in (
            [(t, place) for t in range(10)], [(place, a) for a in range(10)],
        ))  # fmt: skip
        precision, recall = row.values[1:3]  # type: ignore[attr-defined]
        right = matrix.count(place, place)
        assert recall == pytest.approx(right / there)
        assert precision == (pytest.approx(right / said) if said else None)


def test_a_digit_drawn_with_the_mouse_gets_an_answer(panel: PredictionsPanel, window: Window, qtbot: QtBot) -> None:
    window.actions_table["model.draw_sample"].trigger()
    qtbot.waitUntil(lambda: panel._sample is not None and panel._sample.sample.part == "drawn", timeout=60_000)
    assert panel._sample is not None
    assert max(map(abs, array("f", panel._sample.features))) < 1e-6
    pad = panel.one.pad
    middle = pad.width() // 2
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(middle, 20))
    QTest.mouseMove(pad, QPoint(middle, pad.height() - 20))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(middle, pad.height() - 20))
    qtbot.waitUntil(lambda: max(array("f", panel._sample.features)) > 12, timeout=60_000)  # type: ignore[union-attr]
    assert panel._sample.truth == ""
    assert sum(panel._sample.values) == pytest.approx(1)
    drawn = array("f", panel._sample.features)
    assert abs(drawn[0]) < 1e-6  # a corner
    assert drawn[3 * 8 + 3] > 0 or drawn[3 * 8 + 4] > 0


def test_every_layer_is_lit_on_the_canvas_until_the_tab_is_left(
    panel: PredictionsPanel, window: Window, qtbot: QtBot
) -> None:
    design, stage = window.document.design, window.canvas.stage
    relu = id_of(design, "relu")
    assert panel._sample is not None
    assert stage.lit[relu] == panel._sample.layers[relu]
    assert stage.drawing.lit is stage.lit
    before = window.canvas.grab().toImage()
    panel.one.lit.click()
    assert not stage.lit
    assert window.canvas.grab().toImage() != before
    panel.one.lit.click()
    assert stage.lit
    window.training.show_console()
    assert not stage.lit
    assert not window.seeing.wants(SeeSample)


def test_numbers_are_shown_against_the_truth(window: Window, qtbot: QtBot) -> None:
    panel = opened(window, "diabetes-regression", qtbot)
    seen = panel._assessed
    assert seen is not None
    assert seen.mae is not None
    assert panel._shown == ("plane", "residuals")
    told = {
        panel.residuals.topLevelItem(place).values[0]: panel.residuals.topLevelItem(place).values[1]  # type: ignore
        for place in range(panel.residuals.topLevelItemCount())
    }
    assert told["R²"] == seen.r2
    assert told["mean absolute error"] == seen.mae
    truths, answers = array("d", seen.truths), array("d", seen.answers)
    apart = [answer - truth for truth, answer in zip(truths, answers, strict=True)]
    assert told["greatest residual"] == max(apart)
    assert told["mean residual (predicted − true)"] == pytest.approx(sum(apart) / len(apart))
    assert not panel.grab().isNull()


def test_what_a_layer_gives_stands_in_the_inspector(window: Window, qtbot: QtBot) -> None:
    opened(window, "digits-convolution", qtbot)
    window.document.select([id_of(window.document.design, "conv1")])
    window.actions_table["model.activations"].trigger()
    tab = window.inspector.activations
    assert window.inspector._pages.currentIndex() == ACTIVATIONS
    qtbot.waitUntil(lambda: tab.maps.isVisible(), timeout=60_000)
    assert len(tab.maps._pictures) == 8

    def is_pointed_at() -> bool:
        QTest.mouseMove(tab.maps, tab.maps.area(3).center().toPoint())
        return tab.maps._at is not None

    qtbot.waitUntil(is_pointed_at, timeout=10_000)
    assert tab.maps._at is not None
    place, row, column = tab.maps._at
    picture = tab.maps._pictures[place]
    value = array("f", picture.values)[row * picture.columns + column]
    assert tab.maps.read_out() == f"{place} [{row}, {column}]: {decimal(value)}"
    window.document.select([id_of(window.document.design, "relu1")])
    qtbot.waitUntil(lambda: tab.zeros.isVisible() and tab.zeros.view._rows == 1, timeout=60_000)
    assert tab.zeros.view.isVisible()
    window.document.select([id_of(window.document.design, "conv1")])
    qtbot.waitUntil(lambda: tab.zeros.read_out.text() == "no zeros", timeout=60_000)
    assert not tab.zeros.view.isVisible()
    assert not tab.zeros.scale.isVisible()


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("predict", "model.predictions"),
        ("confusion", "model.confusion"),
        ("activations", "model.activations"),
        ("summary", "model.summary"),
        ("initialise", "model.initialise"),
        ("draw", "model.draw_sample"),
    ],
)
def test_the_command_palette_finds_it(still_window: Window, qtbot: QtBot, typed: str, command: str) -> None:
    still_window.document.select([id_of(still_window.document.design, "hidden")])
    palette = Opened(still_window, qtbot)
    palette.type(typed)
    assert next(plain_title(each) for each in COMMANDS if each.id == command) in palette.rows
    palette.key(Qt.Key.Key_Escape)


def test_of_another_project_nothing_is_left(panel: PredictionsPanel, window: Window, qtbot: QtBot) -> None:
    assert panel.one.place.suffix() == " of 359"
    assert panel.one.pad.values
    window.training.setCurrentWidget(window.training.console)
    window.files.new()
    window.files.finish()
    assert panel.one.place.suffix() == ""
    assert not panel.one.pad.values
