"""Canvas: the widget on which the network is drawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
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

from app.canvas.hands.keys import Keys
from app.canvas.hands.pointer import Pointer
from app.canvas.layout import hits
from app.canvas.layout.camera import Camera
from app.canvas.layout.geometry import Box
from app.canvas.layout.hits import Place, Port
from app.canvas.layout.walk import step
from app.canvas.overlays.card_tip import card_tip
from app.canvas.overlays.overlays import Overlays
from app.canvas.overlays.searching import Searching
from app.canvas.painting import export
from app.canvas.painting.backdrop import paint_backdrop, paint_hint, paint_ports
from app.canvas.painting.drawing import NEAR_SCALE, Drawing, Marks
from app.canvas.painting.surface import Stamps, Surface, Texts
from app.canvas.stage import Stage
from app.document.document import Document
from app.document.layer_search import LAYER_MIME
from app.look import theme
from app.look.sentences import tr
from core.design import edits
from core.design.model import Design, NodeId, Wire
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
        self.camera = Camera(self)
        self.stage = Stage(document, self)
        self._texts, self._stamps = Texts(), Stamps()
        self._must_fit = True
        self.pointer, self._keys = Pointer(self), Keys(self)
        self.overlays, self._searching = Overlays(self), Searching(self)
        self._connect()
        self._describe()

    def _connect(self) -> None:
        document = self.document
        document.design_changed.connect(self._take_design)
        document.report_changed.connect(self._take_report)
        document.selection_changed.connect(self._take_selection)
        document.context_changed.connect(self._take_context)
        document.saved_changed.connect(self.overlays.breadcrumb.refresh)
        self.stage.changed.connect(self.update)
        self.camera.moved.connect(self.update)
        self.camera.moved.connect(self.overlays.follow_camera)
        theme.notifier.changed.connect(self._take_theme)

    # --- the document changed -----------------------------------------------------------------------------------------

    def _take_design(self, before: Design, after: Design) -> None:
        self.pointer.cancel()
        self.stage.statistics = {node: known for node, known in self.stage.statistics.items() if node in after.nodes}
        self._searching.dismiss()
        was_whole = self.sees_all
        self.stage.take_design(before, after)
        self.overlays.take_design()
        if was_whole:
            self.see_all()

    def _take_report(self) -> None:
        self.stage.forget_words()
        self.overlays.breadcrumb.refresh()
        self.overlays.place_problem()
        self._describe()

    def _take_context(self) -> None:
        self._must_fit = True
        self.stage.forget_layout()
        self.overlays.breadcrumb.refresh()
        self.overlays.minimap.forget()
        self._describe()

    def _take_selection(self, selection: tuple[NodeId, ...]) -> None:
        self.stage.mark(selected=frozenset(selection))
        if selection and not self.pointer.is_busy:
            self.reveal(selection[0])
        self.overlays.place_problem()
        self._describe()

    def _take_theme(self) -> None:
        self._stamps.clear()
        self.stage.forget_layout()
        self.overlays.minimap.forget()

    def _describe(self) -> None:
        """Say in words what is selected, for those who do not see it."""
        design, selection = self.document.design, self.document.selection
        if self.document.report.design is not design:
            return  # it follows in a moment, with a report
        if not selection:
            text = self.tr("Nothing selected")
        elif len(selection) == 1:
            words = self.stage.words(selection[0])
            text = ", ".join(part for part in (words.name, words.kind, words.telling or words.note) if part)
        else:
            text = self.tr("{count} layers selected").format(count=len(selection))
        shown = self.tr("Inside {container}").format(container=design[self.document.context].name)
        self.setAccessibleDescription(f"{text}. {shown}.")

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        self._fit_if_new()
        painter, stage, camera = QPainter(self), self.stage, self.camera
        area = QRectF(event.rect())
        paint_backdrop(painter, stage.style, area, camera)
        exposed = camera.rect_to_canvas(area)
        surface = Surface(painter, exposed, camera.scale, camera.origin, self._texts, self._stamps)
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
        hovered = self.stage.marks.hovered
        return self.pointer.nodes_with_ports() or ([] if hovered is None else [hovered])

    def view_rect(self, box: Box) -> QRect:
        """Where a box is in the widget, in pixels."""
        return self.camera.rect_to_view(QRectF(box.x, box.y, box.width, box.height)).toAlignedRect()

    def hover(self, node: NodeId | None) -> None:
        """The pointer is over a node."""
        marks, boxes = self.stage.marks, self.stage.layout.boxes
        if node == marks.hovered:
            return
        for each in (marks.hovered, node):
            if each is not None and each in boxes:
                self.update(self.view_rect(boxes[each]).adjusted(-8, -8, 8, 8))
        self.stage.marks = replace(marks, hovered=node)
        self.overlays.place_problem()

    # --- statistics while training ------------------------------------------------------------------------------------

    def show_statistics(self, statistics: Statistics) -> None:
        """Show what a run is doing on the cards. Only cards in view whose statistics are others are painted again."""
        before = self.stage.statistics
        known = {node: each for node, each in statistics.nodes.items() if node in self.document.design}
        self.stage.show_statistics(known)
        self.overlays.minimap.forget()
        if self.camera.scale < NEAR_SCALE:
            self.update()
            return
        seen = self.camera.rect_to_canvas(QRectF(self.rect()))
        changed = QRegion()
        for box in self.stage.layout.visible(seen.x(), seen.y(), seen.width(), seen.height()):
            if not box.is_frame and known.get(box.node) != before.get(box.node):
                changed += self.view_rect(box)
        self.update(changed)

    def clear_statistics(self, nodes: Collection[NodeId] = ()) -> None:
        """Show no statistics of these nodes any more, or of any."""
        known = self.stage.statistics if nodes else {}
        self.stage.show_statistics({node: each for node, each in known.items() if node not in nodes})
        self.overlays.minimap.forget()
        self.update()

    # --- what is seen -------------------------------------------------------------------------------------------------

    def fit_all(self) -> None:
        """Show everything, at most at its size."""
        self._fit(QRectF(*self.stage.layout.bounds[1:5]))

    def fit_selection(self) -> None:
        """Show what is selected; with nothing selected, everything."""
        boxes, area = self.stage.layout.boxes, QRectF()
        for node in self.document.selection:
            if node in boxes:
                area = area.united(QRectF(*boxes[node][1:5]))
        self._fit(area if not area.isNull() else QRectF(*self.stage.layout.bounds[1:5]))

    def _fit(self, area: QRectF, animated: bool = True, smallest: float = 0.0) -> None:
        """Show an area, or, where that would be smaller than `smallest`, its upper part."""
        self.camera.show(*_frame(area, self.size(), smallest), animated and self.isVisible())

    @property
    def sees_all(self) -> bool:
        """Whether everything is in view."""
        return not self._must_fit and self._room.contains(self._aimed(QRectF(*self.stage.base.bounds[1:5])))

    def see_all(self) -> None:
        """Bring what has come outside the view back into it, unless everything would be much too small to read."""
        everything = QRectF(*self.stage.base.bounds[1:5])
        smallest = min(READABLE, self.camera.goal[0] * _SHRINK)
        if not self.sees_all and self.camera.fitted(*_frame(everything, self.size(), 0.0))[0] >= smallest:
            self._fit(everything)

    @property
    def _room(self) -> QRectF:
        """The view without a rim in which things would lie at its edge."""
        return QRectF(self.rect()).adjusted(_RIM, _RIM, -_RIM, -_RIM)

    def _aimed(self, area: QRectF) -> QRectF:
        """Where an area is in the view, or will be when the camera rests."""
        scale, origin = self.camera.goal
        return QRectF((area.topLeft() - origin) * scale, area.size() * scale)

    def _fit_if_new(self) -> None:
        if self._must_fit and self.width() > 1:
            self._must_fit = False
            self._fit(QRectF(*self.stage.layout.bounds[1:5]), animated=False, smallest=READABLE)

    def _keep_in_view(self, size: QSize) -> None:
        """The canvas had this size: what was fitted into it is fitted again, what was seen whole is seen whole."""
        everything, camera = QRectF(*self.stage.base.bounds[1:5]), self.camera
        for smallest in (0.0, READABLE):
            if camera.aims_at(*camera.fitted(*_frame(everything, size, smallest))):
                self._fit(everything, animated=False, smallest=smallest)
                return
        shown = camera.rect_to_view(everything)
        if QRectF(QPointF(), size.toSizeF()).contains(shown) and not QRectF(self.rect()).contains(shown):
            self._fit(everything, animated=False)

    def zoom_in(self) -> None:
        self.camera.zoom_steps(1, QPointF(self.rect().center()))

    def zoom_out(self) -> None:
        self.camera.zoom_steps(-1, QPointF(self.rect().center()))

    def zoom_reset(self) -> None:
        """100 %."""
        self.camera.set_scale(1.0, QPointF(self.rect().center()))

    def reveal(self, node: NodeId) -> None:
        """See to it that a node is in view: enter what it is in, and move the canvas, if need be."""
        parents = self.document.design.parents
        if node not in self.stage.base.boxes and node in parents and node != self.document.context:
            self.document.enter(parents[node])
        box = self.stage.base.boxes.get(node)
        if box is None or self._must_fit:
            return
        shown = self._aimed(QRectF(*box[1:5]))
        if self._room.contains(shown):
            return
        self.camera.arrive()
        if self._room.intersects(shown):
            self.camera.pan(_way_into(self._room, shown))
        else:
            self.camera.centre_on(QPointF(box.centre, box.y + min(box.height, 200.0) / 2), self.size().toSizeF())

    # --- commands -----------------------------------------------------------------------------------------------------

    def enter_selected(self) -> None:
        """Enter the selected container."""
        for node in self.document.selection[:1]:
            if edits.is_container(self.document.design[node]):
                self.document.enter(node)

    def leave(self) -> None:
        """Go out of the container that was entered."""
        self.document.leave()

    def collapse_selected(self) -> None:
        """Collapse the selected containers, or, if all are collapsed, expand them."""
        design = self.document.design
        containers = [i for i in self.document.selection if edits.is_container(design[i])]
        self.collapse(containers, not all(design[i].collapsed for i in containers))

    def collapse(self, containers: list[NodeId], collapsed: bool) -> None:
        """Show containers as one card, or with what is in them."""
        if containers:
            label = tr("Collapse") if collapsed else tr("Expand")
            self.document.attempt(label, lambda: edits.collapse(self.document.design, containers, collapsed))

    def rename_selected(self) -> None:
        """Edit the name of the selected node in place."""
        for node in self.document.selection[:1]:
            self.reveal(node)
            if node in self.stage.layout.boxes:
                self.overlays.rename(node)

    def insert_search(self, at_pointer: bool = False) -> None:
        """Search for a layer to insert after the selection; without one, or `at_pointer`, where the pointer is."""
        self._searching.insert(at_pointer)

    def find_layer(self, text: str = "") -> None:
        """Search for a layer of the design by name, and go to it."""
        self._searching.find(text)

    def search_for_port(self, port: Port, point: QPointF) -> None:
        """Search for a layer to connect to a port, and put it at a point."""
        self._searching.connect_port(port, point)

    def insert_at(self, key: str, place: Place) -> None:
        """Insert a new layer of type `key` at a place."""
        self._searching.insert_at(key, place)

    def connect_selected(self) -> None:
        """Wire two selected layers of a Module, the upper to a free input of the lower, or take their wire away."""
        layout, document = self.stage.base, self.document
        chosen = sorted((layout.boxes[i] for i in document.selection if i in layout.boxes), key=lambda box: box.y)
        if len(chosen) != 2 or (port := hits.free_input(layout, chosen[1].node)) is None:
            return
        source, target, container = chosen[0].node, chosen[1].node, port.container
        between = [w for w in document.design[container].wires if (w.source, w.target) == (source, target)]
        if between:
            document.attempt(tr("Disconnect"), lambda: edits.disconnect(document.design, container, between))
        else:
            wire = Wire(source, target, port.input)
            document.attempt(tr("Connect"), lambda: edits.connect(document.design, container, wire))

    def select_next(self, direction: str, extend: bool = False) -> None:
        """Walk "up", "down", "left" or "right" from the selected layer; `extend` keeps what was selected."""
        primary = next(iter(self.document.selection), None)
        found = step(self.stage.layout, self.document.report.graphs, primary, direction)
        if found is not None:
            self.document.select([found, *(self.document.selection if extend else ())])

    # --- where things are ---------------------------------------------------------------------------------------------

    def node_rect(self, node: str) -> QRect:
        """Where a node (by id, dotted path or name) is on the screen; empty if it is not shown."""
        self._fit_if_new()
        design, boxes = self.document.design, self.stage.layout.boxes
        named = (i for i in boxes if node in (design.path(i), design[i].name))
        found = node if node in boxes else next(named, None)
        if found is None:
            return QRect()
        area = self.view_rect(boxes[found])
        return QRect(self.mapToGlobal(area.topLeft()), area.size())

    def slot_point(self, container: NodeId, index: int) -> QPoint:
        """A point on the screen at which something dropped lands at `index` of a Sequential."""
        self._fit_if_new()
        left, right, y = hits.slot_line(self.stage.layout, container, index)
        return self.mapToGlobal(self.camera.to_view(QPointF((left + right) / 2, y)).toPoint())

    # --- pictures -----------------------------------------------------------------------------------------------------

    def export_png(self, path: str | Path, scale: float = 2.0) -> None:
        """Write a picture of everything. Raises FileError."""
        export.write_png(self._picture(), Path(path), scale)

    def export_svg(self, path: str | Path) -> None:
        """Write a drawing of everything. Raises FileError."""
        export.write_svg(self._picture(), Path(path))

    def copy_picture(self) -> None:
        """Put a picture of everything on the clipboard."""
        QGuiApplication.clipboard().setImage(export.image(self._picture()))

    def _picture(self) -> Drawing:
        """The drawing without what hands are doing."""
        return replace(self.stage.drawing, layout=self.stage.base, marks=Marks())

    # --- events -------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        if not self._must_fit:
            self._keep_in_view(event.oldSize())
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
            self.insert_search()
            return True
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.camera.zoom(1 + event.value(), event.position())
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip_at(event.pos()), self)
            return True
        return super().event(event)

    def _tip_at(self, position: QPoint) -> str:
        point = self.camera.to_canvas(QPointF(position))
        box = self.stage.layout.box_at(point.x(), point.y())
        return card_tip(self.stage.statistics.get(box.node)) if box is not None and not box.is_frame else ""

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


def _frame(area: QRectF, size: QSize, smallest: float) -> tuple[QRectF, QRectF]:
    """What of an area a canvas of this size shows, and in which part of it; with `smallest` perhaps its upper part."""
    room = QRectF(QPointF(), size.toSizeF()).adjusted(_MARGIN, _MARGIN + 16, -_MARGIN, -_MARGIN)
    height = min(area.height(), room.height() / smallest) if smallest else area.height()
    return QRectF(area.x(), area.y(), area.width(), height), room


def _way_into(room: QRectF, area: QRectF) -> QPointF:
    """The shortest way that brings an area into a room; none along a side that is too long for it."""
    x = max(room.left() - area.left(), 0.0) + min(room.right() - area.right(), 0.0)
    y = max(room.top() - area.top(), 0.0) + min(room.bottom() - area.bottom(), 0.0)
    return QPointF(x if area.width() <= room.width() else 0.0, y if area.height() <= room.height() else 0.0)
