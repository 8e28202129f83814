"""What a plot shows, saved or copied from its menu: as PNG, SVG and CSV."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from app.plots.line import Line
from app.plots.line_plot import LinePlot
from app.plots.series import Series
from tests.disk import disk_with_room_for, names_in


@pytest.fixture
def plot(qtbot: QtBot) -> LinePlot:
    plot = LinePlot("Loss")
    plot.resize(300, 200)
    qtbot.addWidget(plot)
    plot.show()
    qtbot.waitExposed(plot)
    train, test = Series(), Series()
    for step in range(3):
        train.append(step, 0.1 * step)
    test.append(2, 0.5)
    plot.show_lines([Line("train", QColor("#ff0000"), train), Line("test", QColor("#0000ff"), test)])
    plot.bring_up_to_date()
    return plot


def choose(plot: LinePlot, text: str) -> None:
    plot.customContextMenuRequested.emit(QPoint(50, 50))
    menu = plot.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def test_the_picture_is_copied_at_twice_the_size(plot: LinePlot) -> None:
    choose(plot, "Copy picture")
    picture = QGuiApplication.clipboard().image()
    assert (picture.width(), picture.height()) == (600, 400)
    colors = {picture.pixelColor(x, y).name() for x in range(0, 600, 1) for y in range(0, 400, 2)}
    assert "#ff0000" in colors


@pytest.mark.parametrize(("text", "name"), [("Save picture…", "loss.png"), ("Save values…", "loss.csv")])
def test_the_menu_asks_for_a_file_and_writes_it(plot: LinePlot, tmp_path: Path, text: str, name: str) -> None:
    choose(plot, text)
    dialog = plot.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / name))
    dialog.close()
    assert (tmp_path / name).stat().st_size > 0


def test_pictures_are_of_the_kind_that_their_name_says(plot: LinePlot, tmp_path: Path) -> None:
    plot.picture.save(str(tmp_path / "loss.png"))
    assert QImage(str(tmp_path / "loss.png")).width() == 600
    plot.picture.save(str(tmp_path / "loss.svg"))
    tree = ElementTree.parse(tmp_path / "loss.svg")
    tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert {"path", "text"} & tags
    assert "image" not in tags
    assert "#ff0000" in (tmp_path / "loss.svg").read_text()


def test_values_are_a_column_for_each_curve(plot: LinePlot, tmp_path: Path) -> None:
    plot.picture.save_values(str(tmp_path / "loss.csv"))
    assert (tmp_path / "loss.csv").read_text() == "step,train,test\n0,0.0,\n1,0.1,\n2,0.2,0.5\n"
    choose(plot, "Copy values")
    assert QGuiApplication.clipboard().text().splitlines()[-1] == "2\t0.2\t0.5"


def test_another_kind_is_refused(plot: LinePlot, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(plot.picture.failed) as told:
        plot.picture.save(str(tmp_path / "loss.bmp"))
    assert str(told.args[0]).endswith("its name must say what it holds, and end in .svg or .pdf or .png.")
    assert not (tmp_path / "loss.bmp").exists()


def test_what_cannot_be_saved_is_told(plot: LinePlot, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(plot.picture.failed) as told:
        plot.picture.save(str(tmp_path / "nowhere" / "loss.png"))
    assert "nowhere" in str(told.args[0])


def test_a_full_disk_leaves_the_old_picture(plot: LinePlot, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "loss.png"
    path.write_bytes(b"old")
    with disk_with_room_for(100), qtbot.waitSignal(plot.picture.failed):
        plot.picture.save(str(path))
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["loss.png"]
