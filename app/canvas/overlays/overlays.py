"""Overlays: the small widgets that stand on the canvas, and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from app.canvas.overlays.breadcrumb import Breadcrumb
from app.canvas.overlays.minimap import Minimap
from app.canvas.overlays.name_box import NameBox
from app.canvas.overlays.problem_card import ProblemCard
from app.look.sentences import tr
from core.design import edits
from core.design.model import NodeId

if TYPE_CHECKING:
    from app.canvas.canvas import Canvas

_SMALLEST_WITH_MAP = (480, 240)


class Overlays:
    """The breadcrumb at the top left, the map at the top right, the problem beside its node, the field over a name."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.breadcrumb, self.minimap = Breadcrumb(canvas.document, canvas), Minimap(canvas)
        self._problem, self._name = ProblemCard(canvas.document, canvas), NameBox(canvas)
        self._name.given_up.connect(canvas.document.refuse)

    def arrange(self) -> None:
        """The canvas has another size."""
        canvas, minimap = self._canvas, self.minimap
        self.breadcrumb.refresh()
        self.breadcrumb.move(16, 12)
        minimap.move(canvas.width() - minimap.width() - 12, 12)
        minimap.setVisible(canvas.width() > _SMALLEST_WITH_MAP[0] and canvas.height() > _SMALLEST_WITH_MAP[1])
        self.place_problem()

    def take_design(self) -> None:
        """The design is another: the name being edited may be that of a node that is gone."""
        self._name.give_up()
        self.minimap.forget()

    def follow_camera(self) -> None:
        """Another part of the canvas is seen."""
        self._name.clearFocus()
        self.minimap.update()
        self.place_problem()

    def place_problem(self) -> None:
        """Beside the node under the pointer that has a problem, or else the selected one, if that is more than a
        warning: a layer that was just put down is not finished."""
        canvas, busy = self._canvas, self._canvas.pointer.is_busy
        if canvas.document.report.design is not canvas.document.design:
            return  # it follows in a moment, with a report
        problems = canvas.stage.drawing.problems
        hovered, selected = canvas.stage.marks.hovered, next(iter(canvas.document.selection), None)
        node = None
        if hovered in problems and not busy:
            node = hovered
        elif not busy and any(problem.severity == "error" for problem in problems.get(selected or "", ())):
            node = selected
        if node is not None:
            self._problem.show_problems(problems[node])
            self._problem.stand_beside(canvas.view_rect(canvas.stage.layout.boxes[node]))
        elif busy:
            self._problem.show_problems(())
        else:
            self._problem.fade()

    def rename(self, node: NodeId) -> None:
        """Edit a node's name where it stands."""
        canvas, document, metrics = self._canvas, self._canvas.document, self._canvas.stage.style.metrics
        box = canvas.stage.layout.boxes[node]
        height = metrics.header if box.is_frame else metrics.card_height
        area = QRectF(box.x + metrics.text_at - 10, box.y + (height - 30) / 2, min(box.width - 40, 200), 30)
        at = canvas.camera.rect_to_view(area).toAlignedRect()
        at.setHeight(max(at.height(), self._name.sizeHint().height()))
        at.setWidth(max(at.width(), 120))
        name = document.design[node].name
        label = tr("Rename {name}").format(name=name)
        self._name.open(
            at,
            name,
            lambda text: edits.check_rename(document.design, node, text),
            lambda text: document.attempt(label, lambda: edits.rename(document.design, node, text)),
        )
