"""LinePlot: curves and their names, what is read under the pointer, zoomed and moved by hand."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.look import theme
from app.plots.graph import Points, apart, smooth
from app.plots.line import Line
from app.plots.line_plot import LinePlot
from app.plots.series import Series
from core.training.loop import Stepped
from core.training.means import PointMeans

RED, BLUE = QColor("#ff0000"), QColor("#0000ff")


def series(*ys: float) -> Series:
    made = Series()
    for x, y in enumerate(ys):
        made.append(x * 10, y)
    return made


@pytest.fixture
def plot(qtbot: QtBot) -> LinePlot:
    plot = LinePlot("Loss")
    plot.resize(320, 220)
    qtbot.addWidget(plot)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def show(plot: LinePlot, *lines: Line) -> None:
    plot.show_lines(lines)
    settle(plot)


def settle(plot: LinePlot) -> None:
    """Once for the range, which the axes' room depends on, and once for what is drawn there."""
    for _ in range(2):
        plot.bring_up_to_date()
        QApplication.processEvents()


def viewport(plot: LinePlot) -> QWidget:
    assert plot._graph is not None
    return plot._graph.viewport()


def at(plot: LinePlot, x: float, y: float) -> QPoint:
    """Where a point of a curve lies in the viewport."""
    return viewport(plot).mapFrom(plot, plot.place(x, y))


def shows(image: QImage, color: QColor) -> bool:
    """Whether a pixel has nearly this colour; antialiasing changes it a little."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return any(max(abs(a - b) for a, b in zip(p.getRgb(), color.getRgb(), strict=True)) < 60 for p in pixels)


def test_curves_are_drawn_in_their_colours(plot: LinePlot) -> None:
    assert not shows(plot.grab().toImage(), RED)
    show(plot, Line("train", RED, series(1, 2, 3)), Line("test", BLUE, series(3, 2, 1)))
    image = plot.grab().toImage()
    assert shows(image, RED)
    assert shows(image, BLUE)


def test_a_single_point_and_equal_values_can_be_drawn(plot: LinePlot) -> None:
    show(plot, Line("train", RED, series(2.0), named=False), Line("test", BLUE, Series()))
    assert shows(plot.grab().toImage(), RED)
    show(plot, Line("train", RED, series(0.0, 0.0), named=False))
    assert shows(plot.grab().toImage(), RED)


def test_the_pointer_reads_every_curve_out(plot: LinePlot, qtbot: QtBot) -> None:
    show(plot, Line("train", RED, series(4, 2, 1)), Line("test", BLUE, series(3, 3)))
    before = plot.grab().toImage()
    qtbot.mouseMove(viewport(plot), at(plot, 10, 2))
    qtbot.waitUntil(lambda: len(plot.readings) == 2)
    assert [(line.name, point) for line, point in plot.readings] == [("test", (10, 3)), ("train", (10, 2))]
    assert plot._read_out is not None
    assert [row[1:] for row in plot._read_out.rows()] == [("step 10", ""), ("test", "3"), ("train", "2")]
    assert plot.grab().toImage() != before
    QApplication.sendEvent(viewport(plot), QEvent(QEvent.Type.Leave))
    assert plot.readings == []
    assert plot.grab().toImage() == before


def test_each_curve_is_read_at_its_own_step(plot: LinePlot, qtbot: QtBot) -> None:
    test = Series()
    for step, loss in ((45, 0.3), (90, 0.2)):
        test.append(step, loss)
    show(plot, Line("train", RED, series(4, 2, 1, 0.5, 0.4, 0.3, 0.2, 0.1)), Line("test", BLUE, test))
    qtbot.mouseMove(viewport(plot), at(plot, 41, 0.4))
    qtbot.waitUntil(lambda: len(plot.readings) == 2)
    assert plot._read_out is not None
    assert [row[1:] for row in plot._read_out.rows()] == [("train · 40", "0.4"), ("test · 45", "0.3")]


def test_the_arrow_keys_read_values_out(plot: LinePlot, qtbot: QtBot) -> None:
    show(plot, Line("train", RED, series(4, 2, 1)))
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert [point for _, point in plot.readings] == [(10, 2)]
    plot.clearFocus()
    qtbot.waitUntil(lambda: plot.readings == [])


def test_a_mean_says_between_which_values_it_lies(plot: LinePlot, qtbot: QtBot) -> None:
    means = Series()
    for step in (100, 200):
        means.append(step, 0.5, (0.25, 1000.0))
    show(plot, Line("train", RED, means))
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot._read_out is not None
    assert [row[1:] for row in plot._read_out.rows()] == [("step 100", ""), ("train", "0.5  0.25–1000")]


def test_a_spike_is_drawn_as_high_as_it_is(plot: LinePlot) -> None:
    """One step of 50,000 has a loss of 1000, all others have 1: the mean of its point is 4."""
    means = PointMeans()
    losses = Series()
    for step in range(1, 50_001):
        means.add(Stepped(step, 0, 1000.0 if step == 25_000 else 1.0, None, 32))
        if step % 333 == 0:
            point = means.point()
            losses.append(point.step, point.loss, point.losses)
    show(plot, Line("train", RED, losses, named=False))
    assert plot.range()[1][1] >= 1000
    image, well = plot.grab().toImage(), theme.current().well
    high = plot.place(25_000, 900)
    reached = [x for x in range(plot.place(0, 0).x(), plot.width() - 20) if image.pixelColor(x, high.y()).red() > 80]
    assert well.red() < 80
    assert reached
    assert abs(sum(reached) / len(reached) - high.x()) < 4


def test_nan_is_marked_and_breaks_the_curve(plot: LinePlot, qtbot: QtBot) -> None:
    show(plot, Line("train", BLUE, series(1, 2, 3, 4, 5)))
    problem = theme.mix(theme.current().problem, theme.current().well, 0.25)
    assert not shows(plot.grab().toImage(), problem)
    line = Line("train", BLUE, series(1, 2, math.nan, 4, 5))
    show(plot, line)
    assert shows(plot.grab().toImage(), problem)
    points = Points(line.series, 0, 40, 200, is_log=False)
    assert points.breaks
    assert np.isnan(points.ys).tolist() == [False, False, True, False, False]
    qtbot.mouseMove(viewport(plot), at(plot, 20, 3))
    qtbot.waitUntil(lambda: bool(plot.readings))
    assert plot._read_out is not None
    assert [row[1:] for row in plot._read_out.rows()] == [("step 20", ""), ("train", "NaN or ∞")]


def test_a_curve_of_nothing_but_nan_is_marks(plot: LinePlot) -> None:
    show(plot, Line("train", BLUE, series(math.nan, math.inf)))
    assert shows(plot.grab().toImage(), theme.mix(theme.current().problem, theme.current().well, 0.25))


def test_on_a_logarithmic_axis_zeros_are_gaps(plot: LinePlot) -> None:
    plot.log.setChecked(True)
    line = Line("train", BLUE, series(0.1, 0.0, 0.001))
    show(plot, line)
    (_, (low, high)) = plot.range()
    assert low < 0.001
    assert high > 0.1
    points = Points(line.series, 0, 20, 200, is_log=True)
    assert np.isnan(points.ys).tolist() == [False, True, False]
    assert points.ys[[0, 2]].tolist() == pytest.approx([-1, -3])


def turn_wheel(plot: LinePlot, where: QPoint, by: int, keys: Qt.KeyboardModifier) -> None:
    target = viewport(plot)
    event = QWheelEvent(
        QPointF(where), QPointF(target.mapToGlobal(where)), QPoint(), QPoint(0, by), Qt.MouseButton.NoButton,
        keys, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(target, event)
    settle(plot)


def test_the_wheel_zooms_around_the_pointer_and_the_values_fill_the_height(plot: LinePlot) -> None:
    show(plot, Line("train", RED, series(*(10.0 - step for step in range(10)))))
    whole = plot.range()
    turn_wheel(plot, at(plot, 80, 2), 480, Qt.KeyboardModifier.NoModifier)
    (left, right), (_, high) = plot.range()
    assert right - left < 0.8 * (whole[0][1] - whole[0][0])
    assert left < 80 < right
    assert high < whole[1][1]
    assert plot.is_zoomed
    turn_wheel(plot, at(plot, 80, 2), 480, Qt.KeyboardModifier.ControlModifier)
    (_, (low, higher)) = plot.range()
    assert higher - low < high


def test_dragging_moves_and_a_double_click_shows_everything_again(plot: LinePlot, qtbot: QtBot) -> None:
    show(plot, Line("train", RED, series(*range(10))))
    whole = plot.range()
    plot.zoom(2)
    settle(plot)
    before = plot.range()[0]
    start, end = at(plot, 60, 5), at(plot, 50, 5)
    qtbot.mousePress(viewport(plot), Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        qtbot.mouseMove(viewport(plot), start + (end - start) * step / 5)
        qtbot.wait(20)  # pyqtgraph tells a drag from a click by its length, at most so often
    qtbot.mouseRelease(viewport(plot), Qt.MouseButton.LeftButton, pos=end)
    settle(plot)
    assert plot.range()[0][0] > before[0] + 5
    qtbot.mouseDClick(viewport(plot), Qt.MouseButton.LeftButton, pos=end)
    settle(plot)
    assert not plot.is_zoomed
    assert plot.range()[0] == whole[0]


def test_keys_zoom_and_home_shows_everything(plot: LinePlot, qtbot: QtBot) -> None:
    show(plot, Line("train", RED, series(*range(10))))
    whole = plot.range()[0]
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.range()[0][1] < whole[1]
    assert plot.all.isEnabled()
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    settle(plot)
    assert plot.range()[0] == whole
    assert not plot.all.isEnabled()


def test_what_is_zoomed_stays_while_points_come(plot: LinePlot) -> None:
    line = Line("train", RED, series(*range(10)))
    show(plot, line)
    plot.zoom(3)
    settle(plot)
    before = plot.range()
    for step in range(100, 400, 10):
        line.series.append(step, 100.0)
    show(plot, line)
    assert plot.range() == before
    plot.reset()
    settle(plot)
    assert plot.range()[0][1] > 390


def test_a_click_on_a_curve_chooses_it(plot: LinePlot, qtbot: QtBot) -> None:
    show(plot, Line("fc1", RED, series(4, 4), key="a"), Line("out", BLUE, series(1, 1), key="b"))
    with qtbot.waitSignal(plot.pointed) as pointed:
        qtbot.mouseMove(viewport(plot), at(plot, 5, 1))
    assert pointed.args == ["b"]
    with qtbot.waitSignal(plot.chosen) as chosen:
        qtbot.mouseClick(viewport(plot), Qt.MouseButton.LeftButton, pos=at(plot, 5, 1))
    assert chosen.args == ["b"]
    qtbot.mouseMove(viewport(plot), at(plot, 5, 2.5))
    with qtbot.assertNotEmitted(plot.chosen):
        qtbot.mouseClick(viewport(plot), Qt.MouseButton.LeftButton, pos=at(plot, 5, 2.5))


def test_the_raw_curve_stays_behind_the_smooth_one(plot: LinePlot) -> None:
    ys = [1.0, 9.0] * 50
    show(plot, Line("train", RED, series(*ys), named=False))
    plot.smooth(0.3)
    settle(plot)
    image = plot.grab().toImage()
    assert shows(image.copy(plot.place(500, 5).x() - 20, plot.place(500, 5).y() - 3, 40, 6), RED)
    raw = theme.mix(RED, theme.current().well, 0.6)
    assert shows(image.copy(plot.place(500, 8).x() - 20, plot.place(500, 8).y() - 3, 40, 6), raw)


def test_means_are_those_of_the_neighbours() -> None:
    ys = np.array([0.0, 4.0, 8.0, math.nan, 0.0])
    once = [2.0, 4.0, 6.0, math.nan, 0.0]
    twice = [3.0, 4.0, 5.0, math.nan, 0.0]
    assert np.array_equal(smooth(ys, 0.8), twice, equal_nan=True), once


@pytest.mark.parametrize("peak", [0, 1, 77_777, 99_999])
def test_peaks_and_dips_are_among_what_is_drawn(peak: int) -> None:
    values = np.sin(np.arange(100_000.0))
    values[peak] = 50.0
    values[(peak + 500) % 100_000] = -50.0
    made = Series(limit=100_000)
    made.extend(np.arange(100_000.0), values)
    points = Points(made, 0, 100_000, 200, is_log=False)
    assert len(points.ys) < 2_000
    assert points.ys.max() == 50.0
    assert points.ys.min() == -50.0
    assert points.xs[points.ys.argmax()] == peak
    assert (np.diff(points.xs) >= 0).all()


def test_names_keep_their_distance() -> None:
    assert apart([10, 12, 50], 8, 0, 100) == [10, 18, 50]
    assert apart([99, 98], 8, 0, 100) == [100, 92]
    assert apart([5, 5, 5], 10, 0, 15) == [0, 10, 20]
    assert apart([], 8, 0, 100) == []


def test_fifty_curves_and_what_is_read_of_them_fit(plot: LinePlot, qtbot: QtBot) -> None:
    lines = [Line(f"layer{i}", RED, series(i, i), key=str(i), named=i in (0, 49)) for i in range(50)]
    show(plot, *lines)
    qtbot.mouseMove(viewport(plot), at(plot, 5, 30))
    qtbot.waitUntil(lambda: len(plot.readings) == 50)
    assert plot._read_out is not None
    rows = plot._read_out._in_reach(plot._read_out.rows(), 8)
    assert len(rows) == 8
    assert any(line is not None and line.key == "30" for line, _, _ in rows)
    assert rows[-1][1] == "and 44 more"
    assert shows(plot.grab().toImage(), RED)


def test_a_plot_inside_a_scrolled_column_leaves_the_wheel_to_it(qtbot: QtBot) -> None:
    plot = LinePlot("Norm", takes_wheel=False)
    plot.resize(320, 220)
    qtbot.addWidget(plot)
    plot.show()
    show(plot, Line("weight", RED, series(1, 2, 3)))
    before = plot.range()
    turn_wheel(plot, at(plot, 10, 2), 480, Qt.KeyboardModifier.NoModifier)
    assert plot.range() == before
