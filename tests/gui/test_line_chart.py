"""LineChart: names that do not cover each other, a read-out under the pointer, pictures of it."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from app.charts.line_chart import Line, LineChart, apart
from app.charts.plate import Plate, Words
from app.charts.series import Series
from app.look import theme
from core.training.loop import Stepped
from core.training.means import PointMeans
from tests.disk import disk_with_room_for, names_in

RED, BLUE = QColor("#ff0000"), QColor("#0000ff")


def series(*ys: float) -> Series:
    made = Series()
    for x, y in enumerate(ys):
        made.append(x * 10, y)
    return made


@pytest.fixture
def chart(qtbot: QtBot) -> LineChart:
    chart = LineChart("Loss")
    chart.resize(300, 200)
    qtbot.addWidget(chart)
    chart.show()
    qtbot.waitExposed(chart)
    return chart


def shows(image: QImage, color: QColor) -> bool:
    """Whether a pixel has nearly this colour; antialiasing changes it a little."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return any(max(abs(a - b) for a, b in zip(p.getRgb(), color.getRgb(), strict=True)) < 60 for p in pixels)


def test_curves_are_drawn_in_their_colours(chart: LineChart) -> None:
    assert not shows(chart.grab().toImage(), RED)
    chart.show_lines([Line("train", RED, series(1, 2, 3)), Line("test", BLUE, series(3, 2, 1))])
    image = chart.grab().toImage()
    assert shows(image, RED)
    assert shows(image, BLUE)


def test_a_single_point_and_equal_values_can_be_drawn(chart: LineChart) -> None:
    chart.show_lines([Line("train", RED, series(2.0)), Line("test", BLUE, Series())])
    assert shows(chart.grab().toImage(), RED)
    chart.show_lines([Line("train", RED, series(0.0, 0.0))])
    assert shows(chart.grab().toImage(), RED)


def test_the_pointer_reads_values_out(chart: LineChart, qtbot: QtBot) -> None:
    chart.show_lines([Line("train", RED, series(4, 2, 1)), Line("test", BLUE, series(3, 3))])
    before = chart.grab().toImage()
    qtbot.mouseMove(chart, QPoint(150, 100))
    qtbot.waitUntil(lambda: chart.grab().toImage() != before)
    assert shows(chart.grab().toImage().copy(100, 0, 200, 16), RED)
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
    assert chart.grab().toImage() == before


def test_the_arrow_keys_read_values_out(chart: LineChart, qtbot: QtBot) -> None:
    chart.show_lines([Line("train", RED, series(4, 2, 1)), Line("test", BLUE, series(3, 3))])
    assert not shows(chart.grab().toImage().copy(100, 0, 200, 16), RED)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert shows(chart.grab().toImage().copy(100, 0, 200, 16), RED)


def texts(chart: LineChart, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What stands at the right of the title."""
    drawn: list[str] = []
    draw = Plate.draw_title

    def noted(plate: Plate, painter: QPainter, title: str, read_out: Sequence[Words] = ()) -> None:
        drawn[:] = [words.text for words in read_out]
        draw(plate, painter, title, read_out)

    monkeypatch.setattr(Plate, "draw_title", noted)
    chart.grab()
    return drawn


def test_each_curve_is_read_at_its_own_step(chart: LineChart, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    test = Series()
    for step, loss in ((45, 0.3), (90, 0.2)):
        test.append(step, loss)
    chart.show_lines([Line("train", RED, series(4, 2, 1, 0.5, 0.4, 0.3, 0.2, 0.1)), Line("test", BLUE, test)])
    qtbot.keyClick(chart, Qt.Key.Key_Right)  # from the middle on
    step, value, own_step, own_value = texts(chart, monkeypatch)
    assert (step, value) in [("40:", "0.4"), ("50:", "0.3")]
    assert (own_step, own_value) == ("45:", "0.3")


def test_a_mean_says_between_which_values_it_lies(
    chart: LineChart, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    means = Series()
    for step in (100, 200):
        means.append(step, 0.5, (0.25, 1000.0))
    chart.show_lines([Line("train", RED, means)])
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert texts(chart, monkeypatch) == ["step 100", "train 0.5", "0.25–1000"]
    chart.resize(220, 200)
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert texts(chart, monkeypatch)[1:] == ["train 0.5"]


def test_a_spike_is_drawn_as_high_as_it_is(chart: LineChart) -> None:
    """One step of 50,000 has a loss of 1000, all others have 1: the mean of its point is 4."""
    means = PointMeans()
    losses = Series()
    for step in range(1, 50_001):
        means.add(Stepped(step, 0, 1000.0 if step == 25_000 else 1.0, None, 32))
        if step % (50_000 // 150) == 0:
            point = means.point()
            losses.append(point.step, point.loss, point.losses)
    chart.show_lines([Line("train", RED, losses)])
    assert chart._scale(chart.lines).high >= 1000
    image, well = chart.grab().toImage(), theme.current().well
    area = Plate(chart, ["1000"], ["train"], 10).area
    top = [image.pixelColor(x, int(area.top()) + 12) for x in range(int(area.left()), int(area.right()))]
    reached = [x for x, color in enumerate(top) if color.red() > well.red() + 40]
    assert reached
    assert abs(sum(reached) / len(reached) / area.width() - 0.5) < 0.03


def test_nan_is_marked_and_breaks_the_curve(chart: LineChart, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    chart.show_lines([Line("train", BLUE, series(1, 2, 3, 4, 5))])
    assert not shows(chart.grab().toImage(), theme.current().problem)
    chart.show_lines([Line("train", BLUE, series(1, 2, math.nan, 4, 5))])
    assert shows(chart.grab().toImage(), theme.current().problem)
    assert chart.lines[0].series.stretches() == [(0, 2), (2, 4)]
    qtbot.mouseMove(chart, QPoint(145, 100))
    qtbot.waitUntil(lambda: texts(chart, monkeypatch) == ["step 20", "train NaN or ∞"])


def test_a_curve_of_nothing_but_nan_is_marks(chart: LineChart) -> None:
    chart.show_lines([Line("train", BLUE, series(math.nan, math.inf))])
    assert shows(chart.grab().toImage(), theme.current().problem)


def test_names_keep_their_distance() -> None:
    assert apart([10, 12, 50], 8, 0, 100) == [10, 18, 50]
    assert apart([99, 98], 8, 0, 100) == [100, 92]
    assert apart([5, 5, 5], 10, 0, 15) == [0, 10, 20]
    assert apart([], 8, 0, 100) == []


def menu_of(chart: LineChart, qtbot: QtBot) -> QMenu:
    qtbot.mouseClick(chart, Qt.MouseButton.RightButton, pos=QPoint(50, 50))
    chart.customContextMenuRequested.emit(QPoint(50, 50))
    return chart.findChildren(QMenu)[-1]


def test_the_picture_is_copied_at_twice_the_size(chart: LineChart, qtbot: QtBot) -> None:
    chart.show_lines([Line("train", RED, series(1, 2, 3))])
    menu = menu_of(chart, qtbot)
    menu.actions()[0].trigger()
    menu.close()
    picture = QGuiApplication.clipboard().image()
    assert (picture.width(), picture.height()) == (600, 400)
    assert shows(picture, RED)


def test_the_picture_is_saved(chart: LineChart, qtbot: QtBot, tmp_path: Path) -> None:
    menu = menu_of(chart, qtbot)
    menu.actions()[1].trigger()
    menu.close()
    dialog = chart.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "loss.png"))
    dialog.close()
    assert QImage(str(tmp_path / "loss.png")).width() == 600


def test_a_picture_of_another_kind_is_refused(chart: LineChart, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(chart.picture.failed) as told:
        chart.picture.save(str(tmp_path / "loss.pdf"))
    assert str(told.args[0]).endswith("its name must say what it holds, and end in .png.")
    assert not (tmp_path / "loss.pdf").exists()


def test_a_picture_that_cannot_be_saved_is_told(chart: LineChart, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(chart.picture.failed) as told:
        chart.picture.save(str(tmp_path / "nowhere" / "loss.png"))
    assert "nowhere" in str(told.args[0])


def test_a_full_disk_leaves_the_old_picture(chart: LineChart, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "loss.png"
    path.write_bytes(b"old")
    with disk_with_room_for(100), qtbot.waitSignal(chart.picture.failed):
        chart.picture.save(str(path))
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["loss.png"]


def test_long_names_leave_room_for_the_curves(chart: LineChart) -> None:
    plate = Plate(chart, [], ["a_name_" * 20])
    assert plate.area.width() > chart.width() / 3


def test_the_steps_at_the_ends_are_written_below(chart: LineChart) -> None:
    lines = [Line("train", RED, series(*range(301))), Line("test", BLUE, series(3, 2, 1))]
    assert chart.ends(lines) == ("0", "step 3,000")
    chart.show_lines(lines)
    below = chart.grab().toImage().copy(20, chart.height() - 18, chart.width() - 60, 14)
    assert shows(below, theme.current().muted)
