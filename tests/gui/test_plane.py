"""The surface of decisions and the tabs of predictions where there is little room."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QPointF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSplitter
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.engine.seeing import Seeing
from app.panels.predictions import PredictionsPanel
from app.panels.predictions.plane import Plane
from app.widgets.figure_table import deviation
from core.training.messages import SurfaceSeen
from tests.gui.conftest import Engine

SEEN = SurfaceSeen(
    2, (0.0, 0.0), (10.0, 20.0), ("cat", "dog"),
    array("f", [0, 1, 1, 0]).tobytes(), array("f", [0.9, 0.8, 0.7, 0.6]).tobytes(), array("f", [5, 5, 1]).tobytes(),
)  # fmt: skip


def test_the_surface_is_read_where_one_points(qtbot: QtBot) -> None:
    plane = Plane()
    qtbot.addWidget(plane)
    plane.resize(300, 240)
    plane.show_surface(SEEN, ("width", "height"))
    plane.show()
    told = {}
    for x, y in ((2.0, 4.0), (8.0, 4.0), (2.0, 16.0), (8.0, 16.0)):
        QTest.mouseMove(plane, plane.place(x, y).toPoint())
        qtbot.waitUntil(lambda: bool(plane.read_out()))
        told[x, y] = plane.read_out().partition(": ")[2]
    assert list(told.values()) == ["cat, 90.0 %", "dog, 80.0 %", "dog, 70.0 %", "cat, 60.0 %"]
    plane._point(QPointF(0, 0))
    assert plane.read_out() == ""
    plane.grab()  # names, ends and legend are drawn without a complaint


def test_in_a_small_window_the_samples_are_a_tab(document: Document, engine: Engine, qtbot: QtBot) -> None:
    panel = PredictionsPanel(document, Seeing(engine.trainer))
    qtbot.addWidget(panel)
    panel.resize(760, 230)
    panel.show()
    titles = [panel.views.tabText(place) for place in range(panel.views.count())]
    assert titles == ["Samples", "Confusion", "Classes"]
    panel.show_confusion()
    panel.confusion.show_counts(("a", "b"), (1, 2, 3, 4))
    panel.confusion.choose((0, 1))
    assert panel.samples.isVisible()
    panel.resize(1400, 300)
    assert panel.samples.isVisible()
    splitter = panel.findChild(QSplitter)
    assert splitter is not None
    assert splitter.count() == 3
    assert [panel.views.tabText(place) for place in range(panel.views.count())] == ["Confusion", "Classes"]


def test_a_single_number_has_no_deviation_and_the_cell_says_why() -> None:
    cell = deviation(float("nan"), 1)
    assert (cell.text, cell.value) == ("–", None)
    assert "single number" in cell.tip
    assert deviation(0.5, 3).text == "0.5000"
