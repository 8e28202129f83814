"""The parameters in a container, kernels and a closer look at a heat map: with the real engine, against numpy."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

import resources
from app.panels.inspector.container_tab import sums, together
from app.panels.inspector.inspector import INSIDE, PARAMETERS, Inspector
from app.panels.inspector.parameter_table import ParameterRow
from app.widgets.heat_map_view import HeatMapView
from app.widgets.number_text import decimal
from app.window.window import Window
from core.design import edits
from core.training.messages import ParameterInfo
from tests.gui.conftest import id_of


def opened(window: Window, example: str, qtbot: QtBot) -> Inspector:
    window.files.open_example(resources.folder("examples") / f"{example}.netloom")
    window.files.finish()
    qtbot.waitUntil(lambda: window.trainer.has_model, timeout=120_000)
    return window.inspector


def weights(window: Window, tmp_path: Path, qtbot: QtBot) -> dict[str, np.ndarray]:
    path = tmp_path / "weights.safetensors"
    with qtbot.waitSignal(window.trainer.weights_saved, timeout=60_000):
        window.trainer.weights.save(path)
    return load_file(path)


def train(window: Window, epochs: int, qtbot: QtBot) -> None:
    design = window.document.design
    window.document.apply("Epochs", edits.set_settings(design, replace(design.settings, epochs=epochs)))
    window.run_control.start()
    qtbot.waitUntil(lambda: window.trainer.runs.state.value == "finished", timeout=120_000)


def test_a_container_sums_up_what_is_in_it(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    inspector = opened(window, "digits-convolution", qtbot)
    window.document.select([])
    tab = [inspector.tabs.tabText(place) for place in range(inspector.tabs.count())].index("Parameters")
    QTest.mouseClick(inspector.tabs, Qt.MouseButton.LeftButton, pos=inspector.tabs.tabRect(tab).center())
    inside = inspector.inside
    qtbot.waitUntil(lambda: all(row.info is not None for row in inside.shown), timeout=60_000)
    train(window, 1, qtbot)
    saved = weights(window, tmp_path, qtbot)
    qtbot.waitUntil(
        lambda: all(
            row.info is not None and math.isclose(row.info.mean, saved[row.name].mean(dtype=float), abs_tol=1e-6)
            for row in inside.shown
        ),
        timeout=60_000,
    )
    assert {row.name for row in inside.shown} == saved.keys()
    for row in inside.shown:
        info, values = row.info, saved[row.name].astype(np.float64)
        assert info is not None
        figures = [info.mean, info.std, info.minimum, info.maximum, info.norm]
        wanted = [values.mean(), values.std(ddof=1), values.min(), values.max(), np.linalg.norm(values)]
        np.testing.assert_allclose(figures, wanted, rtol=1e-4, atol=1e-7)
        assert info.gradient_norm is not None
        assert info.update is not None
        assert 0 < info.update < 1
    flat = np.concatenate([values.ravel() for values in saved.values()]).astype(np.float64)
    told = dict(sums(inside.shown))
    assert told["Numbers"] == f"{flat.size:,} in {len(saved)} parameters"
    assert told["Mean, std"] == f"{decimal(flat.mean())}, {decimal(flat.std(ddof=1))}"
    assert told["Norm"] == decimal(float(np.linalg.norm(flat)))


def test_the_table_filters_sorts_and_leads_to_the_parameter(window: Window, qtbot: QtBot) -> None:
    inspector = opened(window, "digits-convolution", qtbot)
    window.document.select([])
    inspector.open_page(PARAMETERS)
    inside = inspector.inside
    qtbot.waitUntil(lambda: all(row.info is not None for row in inside.shown), timeout=60_000)
    in_order = [row.name for row in inside.shown]
    inside.search.setFocus()
    QTest.keyClicks(inside.search, "weight")
    assert [row.name for row in inside.shown] == [name for name in in_order if name.endswith("weight")]
    assert dict(sums(inside.shown))["Numbers"].endswith(f" in {len(inside.shown)} parameters")
    header, shape = inside.table.header(), 1
    at = QPoint(header.sectionViewportPosition(shape) + 8, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    sizes = [math.prod(row.shape) for row in inside.shown]
    assert sizes in (sorted(sizes), sorted(sizes, reverse=True))
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert [math.prod(row.shape) for row in inside.shown] == sizes[::-1]
    first = inside.shown[0].name
    place = inside.table.visualRect(inside.table.model().index(0, 0)).center()
    QTest.mouseClick(inside.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(inside.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    layer, _, name = first.rpartition(".")
    assert window.document.design.path(window.document.selection[0]) == layer
    assert inspector.parameters.isVisible()
    qtbot.waitUntil(lambda: inspector.parameters.values.histogram is not None, timeout=60_000)
    row = inspector.parameters.table.currentIndex().row()
    assert inspector.parameters.table.rows[row].name == name


def test_a_container_costs_nothing_where_it_is_not_seen(window: Window, qtbot: QtBot) -> None:
    inspector = opened(window, "digits-mlp", qtbot)
    window.document.select([])
    assert window.trainer._process.watched.node is None
    inspector.open_page(INSIDE)
    assert window.trainer._process.watched.node == window.document.design.root
    inspector.open_page(0)
    assert window.trainer._process.watched.node is None


def test_kernels_of_a_convolution_are_shown_one_by_one(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    inspector = opened(window, "digits-convolution", qtbot)
    window.document.select([id_of(window.document.design, "conv1")])
    inspector.open_page(PARAMETERS)
    kernels = inspector.parameters.kernels
    qtbot.waitUntil(kernels.isVisible, timeout=60_000)
    weight = next(v for name, v in weights(window, tmp_path, qtbot).items() if name.endswith("conv1.weight"))
    for place in (0, 3):
        out, into = divmod(place, weight.shape[1])
        area = kernels.view.area(place)
        corner = QPoint(int(area.right()) - 2, int(area.bottom()) - 2)
        QTest.mouseMove(kernels.view, corner)
        qtbot.waitUntil(lambda out=out, into=into: kernels.read_out.text().startswith(f"{out}, {into} ["))
        value = decimal(float(weight[out, into, -1, -1]))
        assert kernels.read_out.text() == f"{out}, {into} [{weight.shape[2] - 1}, {weight.shape[3] - 1}]: {value}"
    most = float(np.abs(weight.reshape(-1, *weight.shape[2:])[:64]).max())
    assert kernels.view.scale == pytest.approx(most)
    assert kernels.scale.isVisible()


def info(values: np.ndarray, **others: object) -> ParameterInfo:
    finite = values[np.isfinite(values)].astype(np.float64)
    std = float(finite.std(ddof=1)) if finite.size > 1 else math.nan
    return ParameterInfo(
        "a", "w", values.shape, "float32", "cpu", float(finite.mean()), std, float(finite.min()), float(finite.max()),
        float((finite == 0).mean()), None, True, values.size - finite.size, **others,  # type: ignore[arg-type]
    )  # fmt: skip


def test_figures_of_several_are_those_of_all_their_numbers() -> None:
    random = np.random.default_rng(0)
    parts = [random.normal(3, 2, (7, 5)), np.zeros((4,)), np.array([9.0]), np.array([math.nan, 1.0, 2.0])]
    flat = np.concatenate([part.ravel() for part in parts])
    flat = flat[np.isfinite(flat)]
    np.testing.assert_allclose(
        together([info(part) for part in parts]), [flat.mean(), flat.std(ddof=1), (flat == 0).mean()], rtol=1e-12
    )


def test_buffers_and_frozen_ones_are_counted_apart() -> None:
    ones = np.ones((2, 3))
    rows = [
        ParameterRow("a.weight", (2, 3), info(ones)),
        ParameterRow("a.mean", (2, 3), info(ones, buffer=True)),
        ParameterRow("b.weight", (4,), None),
    ]
    assert sums(rows) == [("Numbers", "10 in 2 parameters; 6 in 1 buffers")]


def turn(view: HeatMapView, at: QPoint, notches: int, keys: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def test_a_heat_map_is_seen_closer(qtbot: QtBot) -> None:
    view = HeatMapView(has_scale=True)
    qtbot.addWidget(view)
    view.resize(200, 100)
    view.show()
    qtbot.waitExposed(view)
    view.show_picture(array("f", range(20 * 40)).tobytes(), 20, 40, shape=(20, 40))
    told: list[str] = []
    view.pointed.connect(told.append)
    at = QPoint(152, 27)
    before = view.cell_at(at)
    turn(view, at, 4, Qt.KeyboardModifier.NoModifier)
    assert view.seen.width() == 40, "what lies around it scrolls"
    turn(view, at, 4, Qt.KeyboardModifier.ControlModifier)
    assert view.seen.width() == pytest.approx(40 / 1.25**4)
    assert view.cell_at(at) == before, "what is under the pointer stays there"
    assert told[-1] == f"row 5, column 30: {decimal(5 * 40 + 30)}"
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(view, QPoint(110, 27))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(110, 27))
    assert view.cell_at(QPoint(110, 27)) == before, "it was dragged there"
    turn(view, at, 60, Qt.KeyboardModifier.ControlModifier)
    assert view.seen.width() == view.seen.height() == 4
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.seen.width() == 40
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.seen.width() < 40
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.seen.width() == 40
