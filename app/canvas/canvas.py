"""Canvas: the widget on which the network is drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app import theme
from app.canvas import export, hits, style
from app.canvas.backdrop import paint_backdrop, paint_hint, paint_ports
from app.canvas.breadcrumb import Breadcrumb
from app.canvas.camera import Camera
from app.canvas.drawing import NEAR_SCALE, Drawing, Marks
from app.canvas.geometry import Box, Layout, Slot, arrange, is_container
from app.canvas.gestures.drop import MIME
from app.canvas.hits import Place, Port
from app.canvas.keys import Keys
from app.canvas.minimap import Minimap
from app.canvas.name_box import NameBox
from app.canvas.pointer import Pointer
from app.canvas.problem_card import ProblemCard
from app.canvas.searching import Searching
from app.canvas.style import Style
from app.canvas.surface import Stamps, Surface, Texts
from app.canvas.walk import step
from app.canvas.words import Speaker, Words, tr
from app.document import Document
from core.design import edits
from core.design.model import Design, NodeId
from core.training.messages import NodeStatistics, Statistics

_MARGIN = 24


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
        self.statistics: dict[NodeId, NodeStatistics] = {}
        self._layout: Layout | None = None
        self._preview: Layout | None = None
        self._drawing: Drawing | None = None
        self._marks = Marks()
        self._texts, self._stamps = Texts(), Stamps()
        self._must_fit = True
        self.pointer, self._keys = Pointer(self), Keys(self)
        self._breadcrumb, self._minimap = Breadcrumb(document, self), Minimap(self)
        self._problem_card, self._name_box = ProblemCard(document, self), NameBox(self)
        self.searching = Searching(self)
        self._connect()
        self._describe()

    def _connect(self) -> None:
        document = self.document
        document.design_changed.connect(self._take_design)
        document.report_changed.connect(self._take_report)
        document.selection_changed.connect(self._take_selection)
        document.context_changed.connect(self._take_context)
        document.saved_changed.connect(self._breadcrumb.refresh)
        self.camera.moved.connect(self._take_camera)
        theme.notifier.changed.connect(self._take_theme)

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def style_shown(self) -> Style:
        return style.current()

    @property
    def base_layout(self) -> Layout:
        """Where everything of the document's design lies."""
        if self._layout is None:
            self._layout = self.arranged()
        return self._layout

    @property
    def layout_shown(self) -> Layout:
        """Where everything lies now, while a gesture shows what it would do."""
        return self._preview or self.base_layout

    def arranged(self, design: Design | None = None, slot: Slot | None = None) -> Layout:
        """The layout of another design, or with a slot standing open."""
        return arrange(design or self.document.design, self.document.context, self.style_shown.metrics, slot)

    @property
    def drawing(self) -> Drawing:
        if self._drawing is None:
            design, report = self.document.design, self.document.report
            speaker = Speaker(design, report)
            self._drawing = Drawing(self.layout_shown, report, speaker, self.style_shown, self.statistics)
        self._drawing.marks = self._marks
        return self._drawing

    def words_of(self, node: NodeId) -> Words:
        return self.drawing.speaker.words(node)

    def preview(self, layout: Layout | None) -> None:
        """Show things elsewhere for a moment; None: where they are."""
        self._preview = layout
        if self._drawing is not None:
            self._drawing = self._drawing.with_layout(self.layout_shown)
        self.update()

    def mark(self, **changes: object) -> None:
        """Change the marks of what the hands are doing."""
        marks = replace(self._marks, **changes)  # type: ignore[arg-type]
        if marks != self._marks:
            self._marks = marks
            self.update()

    def hover(self, node: NodeId | None) -> None:
        """The pointer is over a node."""
        before = self._marks.hovered
        if node != before:
            self._marks = replace(self._marks, hovered=node)
            for each in (before, node):
                if each is not None and (box := self.layout_shown.boxes.get(each)):
                    self.update(self.view_rect(box).adjusted(-8, -8, 8, 8))
            self._place_problem_card()

    def view_rect(self, box: Box) -> QRect:
        """Where a box is in the widget, in pixels."""
        return self.camera.rect_to_view(QRectF(box.x, box.y, box.width, box.height)).toAlignedRect()

    # --- the document changed -----------------------------------------------------------------------------------------

    def _take_design(self, before: Design, after: Design) -> None:
        self.pointer.cancel()
        self._layout = self._drawing = self._preview = None
        self.statistics = {node: known for node, known in self.statistics.items() if node in after.nodes}
        self._minimap.forget()
        self.update()

    def _take_report(self) -> None:
        self._drawing = None
        self._breadcrumb.refresh()
        self._place_problem_card()
        self._describe()
        self.update()

    def _take_context(self) -> None:
        self._layout = self._drawing = self._preview = None
        self._must_fit = True
        self._breadcrumb.refresh()
        self._minimap.forget()
        self._describe()
        self.update()

    def _take_selection(self, selection: tuple[NodeId, ...]) -> None:
        self._marks = replace(self._marks, selected=frozenset(selection))
        if selection and not self.pointer.is_busy:
            self.reveal(selection[0])
        self._place_problem_card()
        self._describe()
        self.update()

    def _take_camera(self) -> None:
        self._name_box.clearFocus()
        self._place_problem_card()
        self._minimap.update()
        self.update()

    def _take_theme(self) -> None:
        self._layout = self._drawing = self._preview = None
        self._stamps.clear()
        self._minimap.forget()
        self.update()

    def _place_problem_card(self) -> None:
        """Beside the node under the pointer, or else the selected one, whichever has a problem."""
        boxes, report = self.layout_shown.boxes, self.document.report
        candidates = () if self.pointer.is_busy else (self._marks.hovered, *self.document.selection[:1])
        node = next((i for i in candidates if i in boxes and i is not None and report.problems_of(i)), None)
        if node is None and not self.pointer.is_busy:
            self._problem_card.fade()
            return
        self._problem_card.show_node(node)
        if node is not None:
            self._problem_card.stand_beside(self.view_rect(boxes[node]))

    def _describe(self) -> None:
        """Say in words what is selected, for those who do not see it."""
        design, selection = self.document.design, self.document.selection
        if self.document.report.design is not design:
            return  # it follows in a moment, with a report
        if not selection:
            text = self.tr("Nothing selected")
        elif len(selection) == 1:
            words = self.words_of(selection[0])
            text = ", ".join(part for part in (words.name, words.kind, words.telling or words.note) if part)
        else:
            text = self.tr("{count} layers selected").format(count=len(selection))
        shown = self.tr("Inside {container}").format(container=design[self.document.context].name)
        self.setAccessibleDescription(f"{text}. {shown}.")

    # --- statistics while training ------------------------------------------------------------------------------------

    def show_statistics(self, statistics: Statistics) -> None:
        """Show what a run is doing on the cards. Only cards in view whose statistics are others are painted again."""
        design, before = self.document.design, self.statistics
        self.statistics = {node: known for node, known in statistics.nodes.items() if node in design}
        if self._drawing is not None:
            self._drawing.statistics = self.statistics
            self._drawing.changed()
        self._minimap.forget()
        if self.camera.scale < NEAR_SCALE:
            self.update()
            return
        seen = self.camera.rect_to_canvas(QRectF(self.rect()))
        changed = QRegion()
        for box in self.layout_shown.visible(seen.x(), seen.y(), seen.width(), seen.height()):
            if not box.is_frame and self.statistics.get(box.node) != before.get(box.node):
                changed += self.view_rect(box)
        self.update(changed)

    def clear_statistics(self) -> None:
        """Show no statistics any more."""
        self.statistics = {}
        self._drawing = None
        self._minimap.forget()
        self.update()

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        self._fit_if_new()
        painter = QPainter(self)
        camera, area = self.camera, QRectF(event.rect())
        paint_backdrop(painter, self.style_shown, area, camera)
        exposed = camera.rect_to_canvas(area)
        surface = Surface(painter, exposed, camera.scale, camera.origin, self._texts, self._stamps)
        self.drawing.paint(surface)
        if camera.scale >= NEAR_SCALE:
            paint_ports(surface, self.style_shown, self.layout_shown, self._nodes_with_ports())
        if self.pointer.gesture is not None:
            self.pointer.gesture.paint(surface)
        if not self.layout_shown.boxes:
            painter.resetTransform()
            paint_hint(painter, self.style_shown, QRectF(self.rect()))
        painter.end()

    def _nodes_with_ports(self) -> list[NodeId]:
        return self.pointer.nodes_with_ports() or [i for i in (self._marks.hovered,) if i is not None]

    def _fit_if_new(self) -> None:
        if self._must_fit and self.width() > 1:
            self._must_fit = False
            self._fit(QRectF(*self.layout_shown.bounds[1:5]), animated=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._breadcrumb.refresh()
        self._breadcrumb.move(16, 12)
        self._minimap.move(self.width() - self._minimap.width() - 12, 12)
        self._minimap.setVisible(self.width() > 480 and self.height() > 240)
        self._place_problem_card()

    # --- commands -----------------------------------------------------------------------------------------------------

    def fit_all(self) -> None:
        """Show everything, at most at its size."""
        self._fit(QRectF(*self.layout_shown.bounds[1:5]), animated=True)

    def fit_selection(self) -> None:
        """Show what is selected; with nothing selected, everything."""
        boxes = self.layout_shown.boxes
        area = QRectF()
        for node in self.document.selection:
            if node in boxes:
                area = area.united(QRectF(*boxes[node][1:5]))
        self._fit(area if not area.isNull() else QRectF(*self.layout_shown.bounds[1:5]), animated=True)

    def _fit(self, area: QRectF, animated: bool) -> None:
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN + 16, -_MARGIN, -_MARGIN)
        self.camera.show(area, room, animated and self.isVisible())

    def zoom_in(self) -> None:
        self.camera.zoom_steps(1, QPointF(self.rect().center()))

    def zoom_out(self) -> None:
        self.camera.zoom_steps(-1, QPointF(self.rect().center()))

    def zoom_reset(self) -> None:
        """100 %."""
        self.camera.set_scale(1.0, QPointF(self.rect().center()))

    def reveal(self, node: NodeId) -> None:
        """See to it that a node is in view: enter what it is in, and move the canvas, if need be."""
        design = self.document.design
        if node not in self.base_layout.boxes and node in design.parents and node != self.document.context:
            self.document.enter(design.parents[node])
        box = self.base_layout.boxes.get(node)
        if box is None or self._must_fit:
            return
        room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        area = self.view_rect(box)
        if not room.intersects(area):
            self.camera.centre_on(QPointF(box.centre, box.y + min(box.height, 200.0) / 2), self.size().toSizeF())

    def enter_selected(self) -> None:
        """Enter the selected container."""
        for node in self.document.selection[:1]:
            if is_container(self.document.design[node]):
                self.document.enter(node)

    def leave(self) -> None:
        """Go out of the container that was entered."""
        self.document.leave()

    def collapse_selected(self) -> None:
        """Collapse the selected containers, or, if all are collapsed, expand them."""
        design = self.document.design
        containers = [i for i in self.document.selection if is_container(design[i])]
        self.collapse(containers, not all(design[i].collapsed for i in containers))

    def collapse(self, containers: list[NodeId], collapsed: bool) -> None:
        if containers:
            label = tr("Collapse") if collapsed else tr("Expand")
            self.document.attempt(label, lambda: edits.collapse(self.document.design, containers, collapsed))

    def rename_selected(self) -> None:
        """Edit the name of the selected node in place."""
        for node in self.document.selection[:1]:
            self.reveal(node)
            box = self.layout_shown.boxes.get(node)
            if box is not None:
                self._rename(node, box)

    def _rename(self, node: NodeId, box: Box) -> None:
        document, metrics = self.document, self.style_shown.metrics
        height = metrics.header if box.is_frame else metrics.card_height
        area = QRectF(box.x + 32, box.y + (height - 30) / 2, min(box.width - 40, 200), 30)
        at = self.camera.rect_to_view(area).toAlignedRect()
        at.setHeight(max(at.height(), self._name_box.sizeHint().height()))
        at.setWidth(max(at.width(), 120))
        label = tr("Rename {name}").format(name=document.design[node].name)
        self._name_box.open(
            at,
            document.design[node].name,
            lambda name: edits.check_rename(document.design, node, name),
            lambda name: document.attempt(label, lambda: edits.rename(document.design, node, name)),
        )

    def insert_search(self) -> None:
        """Search for a layer to insert after the selection, or else at the pointer."""
        self.searching.insert()

    def find_layer(self, text: str = "") -> None:
        """Search for a layer of the design by name, and go to it."""
        self.searching.find(text)

    def search_for_port(self, port: Port, point: QPointF) -> None:
        """Search for a layer to connect to a port."""
        self.searching.connect_port(port, point)

    def insert_at(self, key: str, place: Place) -> None:
        """Insert a new layer of type `key` at a place."""
        self.searching.insert_at(key, place)

    def select_next(self, direction: str) -> None:
        """Walk "up", "down", "left" or "right" from the selected layer."""
        primary = next(iter(self.document.selection), None)
        found = step(self.layout_shown, self.document.report.graphs, primary, direction)
        if found is not None:
            self.document.select([found])

    def move_selected(self, by: int) -> None:
        """Move the selected layers of a Sequential by so many slots."""
        self._keys.move_selected(by)

    # --- where things are ---------------------------------------------------------------------------------------------

    def node_rect(self, node: str) -> QRect:
        """Where a node (by id, dotted path or name) is on the screen; empty if it is not shown."""
        design, boxes = self.document.design, self.layout_shown.boxes
        named = (i for i in boxes if node in (design.path(i), design[i].name))
        found = node if node in boxes else next(named, None)
        if found is None:
            return QRect()
        self._fit_if_new()
        area = self.view_rect(boxes[found])
        return QRect(self.mapToGlobal(area.topLeft()), area.size())

    def slot_point(self, container: NodeId, index: int) -> QPoint:
        """A point on the screen at which something dropped lands at `index` of a Sequential."""
        self._fit_if_new()
        left, right, y = hits.slot_line(self.layout_shown, container, index)
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
        return replace(self.drawing, layout=self.base_layout, marks=Marks())

    # --- events -------------------------------------------------------------------------------------------------------

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
        self.hover(None)

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
        """Tab searches instead of leaving the canvas (Shift+Tab leaves it); two fingers zoom."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            self.insert_search()
            return True
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.camera.zoom(1 + event.value(), event.position())
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            self.pointer.drag_enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.pointer.drag_move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.pointer.cancel()

    def dropEvent(self, event: QDropEvent) -> None:
        self.pointer.drop(event)
