"""Overlays: the small widgets that stand on the canvas, and where they stand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from app.canvas.framing import Framing
from app.canvas.hands.pointer import Pointer
from app.canvas.overlays.breadcrumb import Breadcrumb
from app.canvas.overlays.minimap import Minimap
from app.canvas.overlays.name_box import NameBox
from app.canvas.overlays.problem_card import ProblemCard
from app.canvas.view import View
from app.document.document import Document
from app.look.sentences import tr
from core.design import edits
from core.design.model import NodeId

_SMALLEST_WITH_MAP = (480, 240)
_WRITTEN = {"Note": "text", "Frame": "title"}
"""What is written in place of a name, by type."""


class Overlays:
    """The breadcrumb at the top left, the map at the top right, the problem beside its node, the field over a name."""

    def __init__(self, view: View, framing: Framing, pointer: Pointer, canvas: QWidget) -> None:
        """`canvas`: the widget on which they stand."""
        self._view, self._framing, self._pointer = view, framing, pointer
        self.breadcrumb, self.minimap = Breadcrumb(view.document, canvas), Minimap(view, canvas)
        self._problem, self._name = ProblemCard(view.document, canvas), NameBox(canvas)
        self.is_told: Callable[[NodeId | None], bool] = lambda node: False
        """Whether the problems of a node that is selected are read elsewhere, and need not be said here too."""
        self._name.given_up.connect(view.document.refuse)
        view.camera.moved.connect(self._follow_camera)
        view.hovered.connect(self.place_problem)
        pointer.gesture_begun.connect(self.place_problem)
        pointer.rename_requested.connect(self.rename_selected)

    def arrange(self) -> None:
        """The canvas has another size."""
        size, minimap = self._view.size.toSize(), self.minimap
        self.breadcrumb.refresh()
        self.breadcrumb.move(16, 12)
        minimap.move(size.width() - minimap.width() - 12, 12)
        minimap.setVisible(size.width() > _SMALLEST_WITH_MAP[0] and size.height() > _SMALLEST_WITH_MAP[1])
        self.place_problem()

    def take_design(self) -> None:
        """The design is another: the name being edited may be that of a node that is gone."""
        self._name.give_up()
        self.minimap.forget()

    def _follow_camera(self) -> None:
        """Another part of the canvas is seen."""
        self._name.clearFocus()
        self.minimap.update()
        self.place_problem()

    def place_problem(self) -> None:
        """Beside the node under the pointer that has a problem, or else the selected one, if that is more than a
        warning: a layer that was just put down is not finished."""
        view, document, busy = self._view, self._view.document, self._pointer.is_busy
        if document.report.design is not document.design:
            return  # it follows in a moment, with a report
        problems = view.stage.drawing.problems
        hovered, selected = view.stage.marks.hovered, next(iter(document.selection), None)
        node = None
        if hovered in problems and not busy:
            node = hovered
        elif not (busy or self.is_told(selected)) and any(
            problem.severity == "error" for problem in problems.get(selected or "", ())
        ):
            node = selected
        if node is not None:
            self._problem.show_problems(problems[node])
            cards = [view.rect_of(box) for box in view.boxes_in_view() if not box.is_frame and box.node != node]
            self._problem.stand_beside(view.rect_of(view.stage.layout.boxes[node]), cards)
        elif busy:
            self._problem.show_problems(())
        else:
            self._problem.fade()

    def rename_selected(self) -> None:
        """Edit the name of the selected node where it stands."""
        for node in self._view.document.selection[:1]:
            self._framing.reveal(node)
            if node in self._view.stage.layout.boxes:
                self._rename(node)

    def _rename(self, node: NodeId) -> None:
        view, document, metrics = self._view, self._view.document, self._view.stage.style.metrics
        box = view.stage.layout.boxes[node]
        height = metrics.header if box.is_frame else metrics.card_height
        if document.design[node].type == "Frame":
            height = round(metrics.frame_title)
        area = QRectF(box.x + metrics.text_at - 10, box.y + (height - 30) / 2, min(box.width - 40, 200), 30)
        at = view.camera.rect_to_view(area).toAlignedRect()
        at.setHeight(max(at.height(), self._name.sizeHint().height()))
        at.setWidth(max(at.width(), 120))
        name, written = document.design[node].name, _WRITTEN.get(document.design[node].type)
        label = tr("Rename {name}").format(name=name)
        if written is not None:
            text = str(document.design[node].options.get(written, ""))
            write = partial(_write, document, node, written)
            self._name.open(at, text, lambda text: None, write)
            return
        self._name.open(
            at,
            name,
            lambda text: edits.check_rename(document.design, node, text),
            lambda text: document.attempt(label, lambda: edits.rename(document.design, node, text)),
        )


def _write(document: Document, node: NodeId, option: str, text: str) -> bool:
    """Write a note's text or a frame's title."""
    label = tr("Write {name}").format(name=document.design[node].name)
    return document.attempt(label, lambda: edits.set_options(document.design, [node], {option: text or None}))
