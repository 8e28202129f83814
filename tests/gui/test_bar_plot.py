"""BarPlot: the values stand above the bars, inside the plot."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots.bar import Bar
from app.plots.bar_plot import BarPlot


@pytest.mark.parametrize("height", [120, 180, 400])
def test_the_value_of_the_highest_bar_is_not_cut_off(qtbot: QtBot, height: int) -> None:
    plot = BarPlot("Size")
    plot.resize(600, height)
    qtbot.addWidget(plot)
    plot.show()
    qtbot.waitExposed(plot)
    plot.show_bars(
        [Bar("a", "conv1", 0.013, QColor("green"), most=0.056), Bar("b", "out", 0.021, QColor("green"), most=0.32)]
    )
    for _ in range(2):
        plot.bring_up_to_date()
        QApplication.processEvents()
    assert plot._graph is not None
    texts = [text for text in plot._graph._values if text.isVisible()]
    assert [text.toPlainText() for text in texts] == ["0.013", "0.056", "0.021", "0.32"]
    area = plot._graph.view.sceneBoundingRect()
    assert all(area.contains(text.sceneBoundingRect()) for text in texts)
