"""OverTimePlot: histograms moment by moment, and the one that is pointed at beside."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots.over_time import ROWS, column
from app.plots.over_time_plot import MOST, OverTimePlot
from core.training.messages import Histogram


@pytest.fixture
def plot(qtbot: QtBot) -> OverTimePlot:
    plot = OverTimePlot("Histogram over steps")
    plot.resize(340, 170)
    qtbot.addWidget(plot)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def settle(plot: OverTimePlot) -> None:
    for _ in range(2):
        plot.bring_up_to_date()
        QApplication.processEvents()


def test_it_keeps_the_whole_run_in_bounded_room(plot: OverTimePlot) -> None:
    for step in range(4 * MOST):
        plot.add(step, Histogram(-1.0 - step, 1.0 + step, (1, 3, 1)))
    assert MOST / 2 <= len(plot) <= MOST
    assert plot.moments[0][0] == 0
    assert plot.moments[-1][0] > 3.9 * MOST
    plot.clear()
    assert len(plot) == 0


def test_an_earlier_step_begins_anew(plot: OverTimePlot) -> None:
    for step in (1, 2, 2, 3, 1):
        plot.add(step, Histogram(0.0, 1.0, (1,)))
    assert [step for step, _ in plot.moments] == [1]


def test_counts_are_colours_from_low_to_high() -> None:
    levels = column(Histogram(0.0, 1.0, (0, 5)), (-1.0, 1.0))
    assert len(levels) == ROWS
    assert set(levels[-ROWS // 4 :]) == {255}
    assert set(levels[: ROWS * 3 // 4]) == {0}


def test_no_bin_falls_between_two_rows() -> None:
    for place in range(256):
        counts = tuple(5 * (each == place) for each in range(256))
        assert column(Histogram(0.0, 1.0, counts), (0.0, 1.0)).max() == 255


def test_equal_values_are_one_row() -> None:
    levels = column(Histogram(0.5, 0.5, (7,)), (0.0, 1.0))
    assert levels.max() == 255
    assert 1 <= np.count_nonzero(levels) <= 2


def test_the_moment_under_the_pointer_is_read_and_shown_beside(plot: OverTimePlot, qtbot: QtBot) -> None:
    plot.add(10, Histogram(0.0, 1.0, (1, 2)))
    plot.add(20, Histogram(0.0, 1.0, (30, 4)))
    settle(plot)
    assert plot._graph is not None
    view = plot._graph.view
    spot = view.mapViewToScene(QPointF(1.0, 0.25)).toPoint()
    qtbot.mouseMove(plot._graph.viewport(), spot)
    qtbot.waitUntil(lambda: plot.told.text() == "step 20 · 30 from 0 to 0.5")
    assert list(plot._graph._bars.opts["width"]) == [30, 4]
    qtbot.mouseMove(plot._graph.viewport(), view.mapViewToScene(QPointF(0.0, 0.75)).toPoint())
    qtbot.waitUntil(lambda: plot.told.text() == "step 10 · 2 from 0.5 to 1")
    assert list(plot._graph._bars.opts["width"]) == [1, 2]


def test_a_wider_range_takes_all_moments_anew(plot: OverTimePlot) -> None:
    plot.add(1, Histogram(0.0, 1.0, (1, 1)))
    settle(plot)
    plot.add(2, Histogram(-3.0, 1.0, (1, 1)))
    settle(plot)
    assert plot._graph is not None
    assert plot._graph._columns.shape == (2, ROWS)
    assert plot._graph._reach == pytest.approx((-3.4, 1.4))
    assert plot.table()[1] == ["1", "0.0", "1.0", "1", "1"]
