"""What those who help the canvas see of it: the document, where things lie, and which part of it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.canvas.camera import Camera
from app.canvas.layout.geometry import Box
from app.canvas.stage import Stage
from app.document.document import Document
from core.design.model import NodeId

_HALO = 96, 32
"""Pixels beside and above a card that are painted again with it: the names of its ports are there."""


class View(QObject):
    """Document, camera and stage of a canvas, and of its widget no more than where it is and that it can be painted."""

    hovered = Signal()
    """The pointer is over another node, or over none."""

    def __init__(self, document: Document, widget: QWidget) -> None:
        super().__init__(widget)
        self.document = document
        self.camera = Camera(self)
        self.stage = Stage(document, self)
        self._widget = widget
        self.stage.changed.connect(self.repaint)
        self.camera.moved.connect(self.repaint)

    # --- the widget ---------------------------------------------------------------------------------------------------

    @property
    def area(self) -> QRectF:
        """The widget in its own pixels."""
        return QRectF(self._widget.rect())

    @property
    def size(self) -> QSizeF:
        """Width and height of the widget in pixels."""
        return self._widget.size().toSizeF()

    @property
    def is_shown(self) -> bool:
        """Whether somebody can see it."""
        return self._widget.isVisible()

    def repaint(self) -> None:
        """Have all of it painted, soon."""
        self._widget.update()

    def take_keyboard(self) -> None:
        """Let what is typed come to the canvas."""
        self._widget.setFocus()

    def show_cursor(self, shape: Qt.CursorShape | None) -> None:
        """Another pointer, or the usual arrow."""
        if shape is None:
            self._widget.unsetCursor()
        else:
            self._widget.setCursor(shape)

    # --- where things are ---------------------------------------------------------------------------------------------

    def rect_of(self, box: Box) -> QRect:
        """Where a box is in the widget, in pixels."""
        return self.camera.rect_to_view(QRectF(box.x, box.y, box.width, box.height)).toAlignedRect()

    def box_at(self, pixel: QPointF) -> Box | None:
        """The card or frame at a point of the widget."""
        point = self.camera.to_canvas(pixel)
        return self.stage.layout.box_at(point.x(), point.y())

    def boxes_in_view(self) -> Iterator[Box]:
        """The cards and frames of which something is seen."""
        seen = self.camera.rect_to_canvas(self.area)
        return self.stage.layout.visible(seen.x(), seen.y(), seen.width(), seen.height())

    def on_screen(self, point: QPoint) -> QPoint:
        """A point of the widget as one of the screen."""
        return self._widget.mapToGlobal(point)

    def hover(self, node: NodeId | None) -> None:
        """The pointer is over a node; only what looks otherwise by that is painted again."""
        marks, boxes = self.stage.marks, self.stage.layout.boxes
        if node == marks.hovered:
            return
        for changed in (marks.hovered, node):
            if changed is not None and changed in boxes:
                self._widget.update(self.rect_of(boxes[changed]).adjusted(-_HALO[0], -_HALO[1], *_HALO))
        self.stage.marks = replace(marks, hovered=node)
        self.hovered.emit()
