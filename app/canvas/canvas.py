"""Canvas: the widget on which the network is drawn."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.canvas.description import description
from app.canvas.framing import Framing
from app.canvas.hands.keys import Keys
from app.canvas.hands.pointer import Pointer
from app.canvas.overlays.card_tip import tip_at
from app.canvas.overlays.overlays import Overlays
from app.canvas.overlays.searching import Searching
from app.canvas.painting.backdrop import paint_backdrop, paint_hint, paint_ports
from app.canvas.painting.drawing import NEAR_SCALE
from app.canvas.painting.surface import PixmapCache, Surface, TextCache
from app.canvas.pictures import Pictures
from app.canvas.places import Places
from app.canvas.tools import CanvasTools
from app.canvas.view import View
from app.document.document import Document
from app.document.layer_search import LAYER_MIME
from app.look import theme
from app.widgets.plain_tip import plain_tip
from core.design.model import Design, NodeId
from core.training.messages import Statistics

_MARGIN = 24
_RIM = 8
_SHRINK = 0.6
"""How much smaller at most what is small already becomes for the sake of what was added."""
READABLE = 0.75
"""A container that was just entered is not shown smaller than this, so that its names can be read."""


class Canvas(QWidget):
    """Shows the container that the document has entered, and turns hands into edits of the document.

    `context_requested(point on the screen, node id or None)` asks for a menu.
    """

    context_requested = Signal(QPoint, object)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Canvas"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 160)
        self.document = document
        self.view = View(document, self)
        self.camera, self.stage = self.view.camera, self.view.stage
        self.framing = Framing(self.view)
        self.pointer = Pointer(self.view, self.framing)
        self._keys = Keys(self.view, self.pointer)
        self.overlays = Overlays(self.view, self.framing, self.pointer, self)
        self.searching = Searching(self.view, self.framing, self.pointer, self)
        self.places = Places(self.view, self.framing)
        self.tools = CanvasTools(
            self.view, self.framing, self.overlays, self.searching, Pictures(self.stage), self.pointer
        )
        self._texts, self._pixmaps = TextCache(), PixmapCache()
        self._connect()
        self._describe()

    def _connect(self) -> None:
        document = self.document
        document.design_changed.connect(self._take_design)
        document.report_changed.connect(self._take_report)
        document.selection_changed.connect(self._take_selection)
        document.context_changed.connect(self._take_context)
        document.saved_changed.connect(self.overlays.breadcrumb.refresh)
        self.pointer.menu_requested.connect(self.context_requested)
        self.pointer.label_clicked.connect(self._explain)
        theme.notifier.changed.connect(self._take_theme)

    # --- the document changed -----------------------------------------------------------------------------------------

    def _take_design(self, before: Design, after: Design) -> None:
        self.pointer.cancel()
        self.stage.keep_statistics(before, after)
        self.searching.dismiss()
        was_whole = self.framing.sees_all
        self.stage.take_design(before, after)
        self.overlays.take_design()
        if was_whole:
            self.framing.see_all()
        else:
            self.framing.see_something()

    def _take_report(self) -> None:
        self.stage.forget_words()
        self.overlays.breadcrumb.refresh()
        self.overlays.place_problem()
        self._describe()

    def _take_context(self) -> None:
        self.framing.fit_at_next_sight()
        self.stage.forget_layout()
        self.overlays.breadcrumb.refresh()
        self.overlays.minimap.forget()
        self._describe()

    def _take_selection(self, selection: tuple[NodeId, ...]) -> None:
        self.stage.mark(selected=frozenset(selection))
        if selection and not self.pointer.is_busy:
            self.framing.reveal(selection[0])
        self.overlays.place_problem()
        self._describe()

    def _take_theme(self) -> None:
        self._pixmaps.clear()
        self.stage.forget_layout()
        self.overlays.minimap.forget()

    def _describe(self) -> None:
        """Say in words what is selected, for those who do not see it."""
        if self.document.report.design is self.document.design:  # else it follows in a moment, with a report
            self.setAccessibleDescription(description(self.view))

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        self.framing.fit_if_new()
        painter, stage, camera = QPainter(self), self.stage, self.camera
        area = QRectF(event.rect())
        paint_backdrop(painter, stage.style, area, camera.scale, camera.to_view(QPointF()))
        exposed = camera.rect_to_canvas(area)
        surface = Surface(painter, exposed, camera.scale, camera.origin, self._texts, self._pixmaps)
        stage.drawing.paint(surface)
        if camera.scale >= NEAR_SCALE:
            paint_ports(surface, stage.style, stage.layout, self._nodes_with_ports())
        if self.pointer.gesture is not None:
            self.pointer.gesture.paint(surface)
        if not stage.layout.boxes:
            painter.resetTransform()
            paint_hint(painter, stage.style, QRectF(self.rect()))
        painter.end()

    def _nodes_with_ports(self) -> list[NodeId]:
        """While a wire is laid, all of them; else the one under the pointer."""
        hovered = self.stage.marks.hovered
        if self.pointer.lays_wire:
            return list(self.stage.layout.boxes)
        return [] if hovered is None else [hovered]

    # --- statistics while training ------------------------------------------------------------------------------------

    def show_statistics(self, statistics: Statistics) -> None:
        """Show what a run is doing on the cards. Only cards in view whose statistics are others are painted again."""
        before, flows_before = self.stage.statistics, self.stage.flows
        known = {node: figures for node, figures in statistics.nodes.items() if node in self.document.design}
        self.stage.show_statistics(known)
        self.overlays.minimap.forget()
        if self.camera.scale < NEAR_SCALE:
            self.update()
            return
        changed, flows = QRegion(), self.stage.flows
        for box in self.view.boxes_in_view():
            is_same = known.get(box.node) == before.get(box.node) and flows.get(box.node) == flows_before.get(box.node)
            if not (box.is_frame or is_same):
                changed += self.view.rect_of(box).adjusted(-8, -8, 8, 8)
        self.update(changed)

    def clear_statistics(self) -> None:
        """Show no statistics any more: what the layers give and learn depends on all weights together."""
        self.stage.show_statistics({})
        self.overlays.minimap.forget()
        self.update()

    # --- events -------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.framing.keep(event.oldSize())
        self.overlays.arrange()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pointer.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.pointer.wheel(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer.leave()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.pointer.ask_for_menu(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._keys.release(event):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._keys.let_go()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tab searches instead of leaving the canvas (Shift+Tab leaves it). Two fingers zoom, resting explains."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and _is_tab(event):
            self.searching.insert()
            return True
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.camera.zoom(1 + event.value(), event.position())
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._explain(QPointF(event.pos()))
            return True
        return super().event(event)

    def _explain(self, pixel: QPointF) -> None:
        """Say what there is to know about what is at a point."""
        QToolTip.showText(self.mapToGlobal(pixel).toPoint(), plain_tip(tip_at(self.view, pixel)), self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(LAYER_MIME):
            self.pointer.drag_enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.pointer.drag_move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.pointer.cancel()

    def dropEvent(self, event: QDropEvent) -> None:
        self.pointer.drop(event)


def _is_tab(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Tab and event.modifiers() == Qt.KeyboardModifier.NoModifier
