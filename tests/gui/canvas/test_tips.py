"""What is said while the pointer rests on a wire, and how what is not finished looks."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.canvas.canvas import Canvas
from app.canvas.layout.curves import middle
from app.canvas.overlays.card_tip import tip_at
from app.document.document import Document
from app.look import theme
from core.design import catalog, edits
from core.design.model import Wire
from core.design.shapes.report import worst


def test_a_wire_tells_what_flows_along_it(canvas: Canvas, document: Document) -> None:
    link = next(link for link in canvas.stage.layout.links if link.target == "fc1")
    pixel = canvas.camera.to_view(QPointF(*middle(link.points)))
    assert tip_at(canvas.view, pixel) == "flatten → fc1\nN × 64 · float32\n8.2 kB for a batch of 32"
    assert tip_at(canvas.view, QPointF(4, canvas.height() - 4)) == ""


def test_what_is_not_there_yet_is_grey_and_what_cannot_fit_is_red(canvas: Canvas, document: Document) -> None:
    colors = canvas.stage.style.colors
    document.attempt("Cut", lambda: edits.disconnect(document.design, "res", [Wire("tanh", "add")]))
    open_port = document.report.problems_of("add")
    assert worst(open_port) == "unfinished"
    assert document.report.blocks_start
    assert theme.severity_color(worst(open_port), colors) == colors.muted
    document.attempt("Set", lambda: edits.set_options(document.design, ["fc2"], {"in_features": 7}))
    assert theme.severity_color(worst(document.report.problems_of("fc2")), colors) == colors.problem


def test_a_layer_more_does_not_make_text_smaller_than_can_be_read(canvas: Canvas, document: Document) -> None:
    canvas.resize(1000, 700)
    canvas.framing.fit_all()
    canvas.camera.arrive()
    before = canvas.camera.scale
    for _ in range(12):
        document.attempt("Add", lambda: edits.insert(document.design, catalog.new("ReLU"), "block"))
        canvas.camera.arrive()
    assert canvas.camera.scale >= min(before, 0.75)
