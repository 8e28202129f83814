"""Zoom, pan, fit, the minimap, the breadcrumb, problems, statistics and pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.canvas.painting.cards import DETAIL_SCALE
from app.canvas.painting.drawing import NAME_SCALE, NEAR_SCALE
from app.canvas.painting.far import FarView
from app.canvas.painting.words import telling
from app.document.document import Document
from app.look import theme
from app.look.gradient_color import gradient_color
from core.design import catalog, edits
from core.design.gradient_flow import Flow, Kind
from core.design.model import Design, Node
from core.errors import FileError
from core.training.messages import Histogram, NodeStatistics, Statistics
from tests.gui.canvas.conftest import CTRL, LEFT, NO, Hand, assert_undoable


def wheel(
    canvas: Canvas, at: QPoint, angle: int = 0, pixels: QPoint | None = None, modifiers: Qt.KeyboardModifier = NO
) -> None:
    phase = Qt.ScrollPhase.NoScrollPhase if pixels is None else Qt.ScrollPhase.ScrollUpdate
    event = QWheelEvent(
        QPointF(at),
        canvas.mapToGlobal(QPointF(at)),
        pixels or QPoint(),
        QPoint(0, angle or (pixels.y() if pixels else 0)),
        Qt.MouseButton.NoButton,
        modifiers,
        phase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def test_the_wheel_zooms_at_the_pointer(canvas: Canvas, hand: Hand) -> None:
    at, scale = hand.at("fc1"), canvas.camera.scale
    under = canvas.camera.to_canvas(at.toPointF())
    wheel(canvas, at, 240)
    assert canvas.camera.scale == pytest.approx(scale * 1.25**2)
    after = canvas.camera.to_canvas(at.toPointF())
    assert (after.x(), after.y()) == pytest.approx((under.x(), under.y()))


def test_two_fingers_pan_and_with_ctrl_zoom(canvas: Canvas, hand: Hand) -> None:
    scale, origin = canvas.camera.scale, canvas.camera.origin
    wheel(canvas, hand.at("fc1"), pixels=QPoint(0, 40))
    assert canvas.camera.scale == scale
    assert canvas.camera.origin.y() == pytest.approx(origin.y() - 40 / scale)
    wheel(canvas, hand.at("fc1"), pixels=QPoint(0, 40), modifiers=CTRL)
    assert canvas.camera.scale > scale


def test_the_middle_button_pans(canvas: Canvas, hand: Hand, document: Document) -> None:
    under = canvas.camera.to_canvas(hand.at("fc1").toPointF())
    target = hand.at("fc1") + QPoint(70, 90)
    hand.drag(hand.at("fc1"), target, button=Qt.MouseButton.MiddleButton)
    after = canvas.camera.to_canvas(target.toPointF())
    assert (after.x(), after.y()) == pytest.approx((under.x(), under.y()), abs=0.01)
    assert document.selection == ()


def test_fit_shows_everything_and_fit_selection_the_selection(canvas: Canvas, document: Document, qtbot: QtBot) -> None:
    canvas.camera.zoom(4, QPointF(0, 0))
    canvas.framing.fit_all()
    qtbot.waitUntil(lambda: all(_is_seen(canvas, node) for node in ("digits", "res", "net")))
    document.select(["fc2"])
    canvas.resize(500, 300)
    canvas.framing.fit_selection()
    qtbot.waitUntil(lambda: _is_seen(canvas, "fc2") and not _is_seen(canvas, "digits"))
    qtbot.waitUntil(lambda: canvas.camera.scale <= 1.0)


def _is_seen(canvas: Canvas, node: str) -> bool:
    rect = canvas.places.node_rect(node)
    return canvas.rect().contains(canvas.mapFromGlobal(rect.topLeft())) and canvas.rect().contains(
        canvas.mapFromGlobal(rect.bottomRight())
    )


def test_a_design_seen_whole_stays_so_in_another_size(canvas: Canvas) -> None:
    scale, ends = canvas.camera.scale, ("digits", "net", "res")
    canvas.resize(400, 500)
    assert all(_is_seen(canvas, node) for node in ends)
    canvas.resize(1000, 1300)
    assert canvas.camera.scale == pytest.approx(scale)
    canvas.camera.pan(QPointF(20, 0))
    canvas.resize(400, 500)
    assert all(_is_seen(canvas, node) for node in ends)


def test_what_was_zoomed_into_is_left_alone_in_another_size(canvas: Canvas) -> None:
    canvas.camera.zoom(4, QPointF(500, 600))
    scale, origin = canvas.camera.scale, canvas.camera.origin
    canvas.resize(700, 500)
    assert (canvas.camera.scale, canvas.camera.origin) == (scale, origin)


def test_zoom_commands(canvas: Canvas) -> None:
    canvas.framing.zoom_reset()
    assert canvas.camera.scale == 1.0
    canvas.framing.zoom_in()
    assert canvas.camera.scale == pytest.approx(1.25)
    canvas.framing.zoom_out()
    canvas.framing.zoom_out()
    assert canvas.camera.scale == pytest.approx(0.8)


def test_a_click_on_the_minimap_goes_there(canvas: Canvas) -> None:
    canvas.framing.zoom_reset()
    minimap = canvas.findChild(QWidget, "canvas.minimap")
    QTest.mouseClick(minimap, LEFT, NO, QPoint(minimap.width() // 2, minimap.height() - 9))
    assert canvas.camera.to_canvas(QPointF(canvas.rect().center())).y() == pytest.approx(
        canvas.stage.layout.bounds.bottom, abs=40
    )


def test_the_breadcrumb_leads_back(canvas: Canvas, document: Document, qtbot: QtBot) -> None:
    document.enter("block")
    canvas.grab()
    step = canvas.findChild(QPushButton, "canvas.breadcrumb.net")
    QTest.mouseClick(step, LEFT)
    assert document.context == "net"


def test_a_selection_made_elsewhere_comes_into_view(canvas: Canvas, document: Document) -> None:
    document.enter("res")
    canvas.grab()
    document.select(["fc2"])
    assert document.context == "block"
    assert _is_seen(canvas, "fc2")


# --- problems -------------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(canvas: Canvas, document: Document) -> Design:
    """`out` expects 99 features."""
    document.apply("", edits.set_options(document.design, ["out"], {"in_features": 99}))
    canvas.grab()
    return document.design


def test_a_problem_is_said_beside_its_node_with_a_repair_to_click(
    canvas: Canvas, document: Document, hand: Hand, broken: Design
) -> None:
    card = canvas.findChild(QWidget, "canvas.problem")
    assert not card.isVisible()
    hand.click(hand.at("out"))
    assert card.isVisible()
    assert "'out' expects 99 features" in card.accessibleName()
    assert card.geometry().left() > canvas.mapFromGlobal(canvas.places.node_rect("out").topRight()).x()
    button = next(b for b in card.findChildren(QPushButton) if b.text() == "Set to 16")
    QTest.mouseClick(button, LEFT)
    assert document.design["out"].options["in_features"] == 16
    assert not card.isVisible()
    assert_undoable(document, broken)


def test_a_problem_is_said_while_the_pointer_is_on_its_node(
    canvas: Canvas, hand: Hand, broken: Design, qtbot: QtBot
) -> None:
    card = canvas.findChild(QWidget, "canvas.problem")
    hand.move(hand.at("out"))
    assert card.isVisible()
    hand.move(hand.ground())
    assert card.isVisible(), "it stays a moment, so that the pointer can come to its buttons"
    qtbot.waitUntil(lambda: not card.isVisible())


def test_a_warning_is_said_only_under_the_pointer_and_in_its_own_colour(
    canvas: Canvas, document: Document, hand: Hand, qtbot: QtBot
) -> None:
    document.apply("", edits.insert(document.design, catalog.new("Linear"), "root", position=(600.0, 0.0)))
    new = document.design["root"].children[-1]
    document.select([new])
    card = canvas.findChild(QWidget, "canvas.problem")
    assert [problem.severity for problem in document.report.problems_of(new)] == ["warning"]
    assert not card.isVisible()
    qtbot.waitUntil(lambda: not canvas.camera.is_moving)
    hand.move(hand.at(new))
    assert card.isVisible()
    edge = card.grab().toImage().pixelColor(card.width() // 2, 0)
    assert edge == theme.current().warning


def test_a_problem_inside_a_collapsed_container_is_at_its_card(
    canvas: Canvas, document: Document, hand: Hand, broken: Design
) -> None:
    document.apply("", edits.collapse(document.design, ["net"], True))
    hand.click(hand.at("net"))
    card = canvas.findChild(QWidget, "canvas.problem")
    assert card.isVisible()
    assert "'out' expects 99 features" in card.accessibleName()


# --- looks ----------------------------------------------------------------------------------------------------------


def image_of(canvas: Canvas) -> QImage:
    return canvas.grab().toImage()


def test_statistics_change_their_cards_and_no_others(canvas: Canvas, hand: Hand) -> None:
    before = image_of(canvas)
    histogram = Histogram(-1.0, 1.0, (1, 5, 9, 5, 1))
    canvas.show_statistics(Statistics(1, 10, {"fc1": NodeStatistics(histogram, None, 1e-6)}))
    after = image_of(canvas)

    def is_same(node: str) -> bool:
        rect = canvas.places.node_rect(node)
        area = rect.translated(-canvas.mapToGlobal(QPoint(0, 0)))
        return before.copy(area) == after.copy(area)

    assert not is_same("fc1")
    assert is_same("out")
    canvas.clear_statistics()
    assert image_of(canvas) == before


def test_resting_on_a_card_tells_what_the_colour_of_its_gradient_means(
    canvas: Canvas, hand: Hand, qtbot: QtBot
) -> None:
    canvas.show_statistics(Statistics(1, 10, {"fc1": NodeStatistics(None, None, 2.5e-6)}))
    QApplication.sendEvent(canvas, help_at(canvas, hand.at("fc1")))
    assert QToolTip.text() == "Gradient norm 2.5e-06, 1 times that of the last layer: it gets here."
    QApplication.sendEvent(canvas, help_at(canvas, hand.at("out")))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_the_colour_of_a_card_is_that_of_its_gradient_beside_the_last_layers(canvas: Canvas) -> None:
    """However small: what counts is how much of the last layer's is left."""
    for scale in (1.0, 1e-9):
        norms = {"fc1": 1e-5 * scale, "out": 0.1 * scale}
        canvas.show_statistics(Statistics(1, 1, {node: NodeStatistics(None, None, norms[node]) for node in norms}))
        painted = {node: gradient_bar(canvas, node) for node in norms}
        assert painted == {
            "fc1": gradient_color(Flow(Kind.VANISHING), theme.current()),
            "out": gradient_color(Flow(Kind.WELL), theme.current()),
        }


def gradient_bar(canvas: Canvas, node: str) -> QColor:
    """The colour of the bar at a card's right edge."""
    box = canvas.view.rect_of(canvas.stage.layout.boxes[node])
    across = round(box.right() - 5.5 * canvas.camera.scale)
    return image_of(canvas).pixelColor(across, box.center().y())


def test_numbers_that_are_none_are_marked_on_the_card(canvas: Canvas, hand: Hand) -> None:
    histogram = Histogram(-1.0, 1.0, (1, 5, 9, 5, 1), 12_345, 5_000_000)
    sound, ill = (Statistics(1, 1, {"act1": NodeStatistics(histogram, 0.5, None, bad)}) for bad in (0, 12_345))
    canvas.show_statistics(sound)
    assert not shows(canvas, "act1", theme.current().problem)
    canvas.show_statistics(ill)
    assert shows(canvas, "act1", theme.current().problem)
    QApplication.sendEvent(canvas, help_at(canvas, hand.at("act1")))
    assert QToolTip.text() == (
        "12,345 of its numbers are NaN or infinite.\nThe bars are from a sample of 21 of 5,000,000 values."
    )
    QToolTip.hideText()
    canvas.camera.set_scale(0.2, QPointF(canvas.rect().center()))
    assert shows(canvas, "act1", theme.current().problem)


def shows(canvas: Canvas, node: str, color: QColor) -> bool:
    area = canvas.view.rect_of(canvas.stage.layout.boxes[node]).adjusted(0, -8, 0, 0)
    picture = image_of(canvas).copy(area)
    return any(picture.pixelColor(x, y) == color for x in range(picture.width()) for y in range(picture.height()))


def help_at(canvas: Canvas, at: QPoint) -> QHelpEvent:
    return QHelpEvent(QEvent.Type.ToolTip, at, canvas.mapToGlobal(at))


def test_the_share_of_zeros_is_written_on_the_card(canvas: Canvas) -> None:
    with_zeros, without = (Statistics(1, 1, {"act1": NodeStatistics(None, share, None)}) for share in (0.38, None))
    canvas.show_statistics(without)
    before = image_of(canvas)
    canvas.show_statistics(with_zeros)
    assert image_of(canvas) != before


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 % zero"), (0.004, "< 1 % zero"), (0.5, "50 % zero"), (0.996, "> 99 % zero"), (1.0, "100 % zero")],
)
def test_a_share_is_rounded_to_neither_none_nor_all(canvas: Canvas, share: float, text: str) -> None:
    assert telling(canvas.stage.words("act1"), NodeStatistics(None, share, None)) == text


@pytest.mark.parametrize("scale", [0.02, 0.3, 0.5, 1.0, 2.0])
def test_every_zoom_draws_something(canvas: Canvas, scale: float) -> None:
    canvas.camera.set_scale(scale, QPointF(canvas.rect().center()))
    image = image_of(canvas)
    colors = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(colors) > 4


def test_from_afar_all_looks_as_if_it_were_sorted_afresh(
    canvas: Canvas, document: Document, qapp: QApplication
) -> None:
    def statistics(fc1: float, act1: float) -> Statistics:
        known = {"fc1": fc1, "act1": act1, "out": 1.0}
        return Statistics(1, 1, {node: NodeStatistics(None, None, norm) for node, norm in known.items()})

    def painted(far: FarView) -> QImage:
        image = QImage(400, 800, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.scale(0.5, 0.5)
        painter.translate(-canvas.stage.layout.bounds.x, -canvas.stage.layout.bounds.y)
        far.paint(painter, 0.2)
        painter.end()
        return image

    looks = set()
    canvas.camera.set_scale(0.2, QPointF(canvas.rect().center()))
    for act in (
        lambda: canvas.show_statistics(statistics(1e-6, 1.0)),
        lambda: document.apply("", edits.set_options(document.design, ["fc1"], {"out_features": 64})),
        lambda: document.apply("", edits.rename(document.design, "fc2", "hidden")),
        lambda: document.apply("", edits.insert(document.design, catalog.new("Tanh", "between"), "net", 2)),
        lambda: document.apply("", edits.remove(document.design, ["fc1"])),
        lambda: canvas.show_statistics(statistics(1.0, 1e6)),
        lambda: document.apply("", edits.collapse(document.design, ["block"], True)),
        document.undo,
        document.undo,
        lambda: theme.apply(qapp, "light"),
        lambda: theme.apply(qapp, "dark"),
        document.redo,
    ):
        act()
        image_of(canvas)
        stage = canvas.stage
        speaker = stage.drawing.speaker
        afresh = painted(FarView(stage.layout, speaker, stage.style, stage.statistics, stage.flows))
        assert painted(stage.drawing.far) == afresh
        looks.add(bytes(afresh.constBits()))
    assert len(looks) == 7


@pytest.mark.parametrize("scale", [NEAR_SCALE, 0.39, 0.5, DETAIL_SCALE - 0.01])
def test_a_name_can_be_read_as_long_as_it_is_shown(canvas: Canvas, scale: float) -> None:
    font, height = canvas.stage.style.far_name(scale)
    assert font.pixelSize() * scale >= 7
    assert 9 <= height * scale <= canvas.stage.style.metrics.card_height * scale


@pytest.mark.parametrize("scale", [NAME_SCALE, 0.24, NEAR_SCALE - 0.01])
def test_at_overview_cards_keep_their_names(canvas: Canvas, document: Document, scale: float) -> None:
    canvas.camera.set_scale(scale, canvas.rect().center().toPointF())
    font, height = canvas.stage.style.overview_name(scale)
    metrics = canvas.stage.style.metrics
    assert font.pixelSize() * scale >= 8.5
    assert height <= metrics.card_height + metrics.stack_gap + 4  # no name lies on the next
    area = canvas.view.rect_of(canvas.stage.layout.boxes["fc1"])
    before = image_of(canvas).copy(area)
    document.apply("", edits.rename(document.design, "fc1", "hidden"))
    assert image_of(canvas).copy(area) != before


def test_the_theme_can_change_at_any_time(canvas: Canvas, qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    image = image_of(canvas)
    assert image.pixelColor(3, image.height() - 3).lightness() > 200
    theme.apply(qapp, "dark")


def test_an_empty_canvas_says_what_to_do(canvas: Canvas, document: Document) -> None:
    document.replace_all(Design({"root": Node("root", "Module", "new")}, "root"), None)
    image = image_of(canvas)
    middle = image.copy(image.width() // 2 - 100, image.height() // 2 - 30, 200, 60)
    ground = middle.pixel(0, 0)
    assert any(middle.pixel(x, y) != ground for x in range(200) for y in range(60))


def test_pictures_are_written(canvas: Canvas, tmp_path: Path) -> None:
    canvas.tools.pictures.export_png(tmp_path / "net.png", 2.0)
    picture = QImage(str(tmp_path / "net.png"))
    assert picture.height() == pytest.approx(2 * (canvas.stage.base.bounds.height + 64), abs=2)
    canvas.tools.pictures.export_svg(tmp_path / "net.svg")
    assert QSvgRenderer(str(tmp_path / "net.svg")).isValid()
    text = (tmp_path / "net.svg").read_text()
    assert "fc1" in text
    assert "<text" not in text  # they are curves, which need no fonts
    canvas.tools.pictures.export_svg(tmp_path / "clear.svg", clear=True)
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(tmp_path / "clear.svg")).render(painter)
    painter.end()
    assert image.pixelColor(0, 0).alpha() == 0
    canvas.tools.pictures.export_pdf(tmp_path / "net.pdf")
    assert (tmp_path / "net.pdf").read_bytes().startswith(b"%PDF")
    canvas.tools.pictures.copy()
    assert QApplication.clipboard().image().size() == picture.size()


def test_a_picture_that_cannot_be_written_is_an_error_in_words(canvas: Canvas, tmp_path: Path) -> None:
    for write in (canvas.tools.pictures.export_png, canvas.tools.pictures.export_svg, canvas.tools.pictures.export_pdf):
        with pytest.raises(FileError, match="cannot be written"):
            write(tmp_path / "not there" / "net.picture")


def test_another_design_can_come_at_any_time(canvas: Canvas, document: Document, hand: Hand) -> None:
    document.enter("net")
    hand.press(hand.at("fc1"))
    hand.move(hand.at("out"), hand.at("act1"))
    document.replace_all(Design({"root": Node("root", "Module", "new")}, "root"), None)
    hand.release(hand.ground())
    assert canvas.grab().width() > 0
    assert canvas.accessibleDescription() == "Nothing selected. Inside new."


def test_what_stands_on_the_canvas_stays_in_its_corner(canvas: Canvas, document: Document) -> None:
    minimap, breadcrumb = canvas.findChild(QWidget, "canvas.minimap"), canvas.findChild(QWidget, "canvas.breadcrumb")
    assert canvas.width() - minimap.geometry().right() < 20
    assert breadcrumb.geometry().left() < 20
    width = breadcrumb.width()
    document.enter("block")
    assert breadcrumb.width() > width
    canvas.resize(700, 500)
    assert canvas.width() - minimap.geometry().right() < 20


def test_a_large_design_opens_with_names_that_can_be_read_and_home_shows_all(
    canvas: Canvas, document: Document
) -> None:
    nodes = {f"n{i}": Node(f"n{i}", "ReLU", f"n{i}") for i in range(100)}
    nodes["net"] = Node("net", "Sequential", "net", children=tuple(nodes))
    nodes["root"] = Node("root", "Module", "root", children=("net",))
    document.replace_all(Design(nodes, "root"), None)
    canvas.grab()
    assert canvas.camera.scale == pytest.approx(0.75, abs=0.05)
    assert _is_seen(canvas, "n0")
    canvas.hide()
    canvas.framing.fit_all()
    assert _is_seen(canvas, "n99")
