"""Which part of the drawing is shown, and how large: fitting, zooming, and bringing things into view."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF

from app.canvas.view import View
from core.design.model import NodeId

_MARGIN = 24
_RIM = 8
READABLE = 0.75
"""A container that was just entered is not shown smaller than this, so that its names can be read."""


class Framing:
    """Moves the camera of a view for those who say what they want to see instead of where it lies."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._must_fit = True

    # --- all of it ----------------------------------------------------------------------------------------------------

    def fit_all(self) -> None:
        """Show everything, at most at its size."""
        self._fit(self._everything)

    def fit_selection(self) -> None:
        """Show what is selected; with nothing selected, everything."""
        boxes, area = self._view.stage.layout.boxes, QRectF()
        for node in self._view.document.selection:
            if node in boxes:
                area = area.united(QRectF(*boxes[node][1:5]))
        self._fit(area if not area.isNull() else self._everything)

    def fit_at_next_sight(self) -> None:
        """There is something else to see: `fit_if_new` fits it, once the size of the view is known."""
        self._must_fit = True

    def fit_if_new(self) -> None:
        """Fit what was never seen yet."""
        if self._must_fit and self._view.size.width() > 1:
            self._must_fit = False
            self._fit(self._everything, animated=False, smallest=READABLE)

    @property
    def sees_all(self) -> bool:
        """Whether everything is in view."""
        return not self._must_fit and self._room.contains(self._aimed(QRectF(*self._view.stage.base.bounds[1:5])))

    def see_all(self) -> None:
        """Bring what has come outside the view back into it, unless everything would be too small to read.

        What was too small already does not become smaller for the sake of what was added.
        """
        view = self._view
        everything = QRectF(*view.stage.base.bounds[1:5])
        smallest = min(READABLE, view.camera.goal[0])
        if not self.sees_all and view.camera.fitted(*_frame(everything, view.size, 0.0))[0] >= smallest:
            self._fit(everything)

    def see_something(self) -> None:
        """Bring the drawing back where nothing of it is in view any more, as after an undo."""
        view = self._view
        if self._must_fit or view.camera.is_moving or not view.stage.layout.boxes:
            return
        if next(view.boxes_in_view(), None) is None:
            self._fit(self._everything, smallest=READABLE)

    def keep(self, size: QSize) -> None:
        """The view had this size: what was fitted into it is fitted again, what was seen whole is seen whole."""
        if self._must_fit:
            return
        everything, camera = QRectF(*self._view.stage.base.bounds[1:5]), self._view.camera
        former = size.toSizeF()
        for smallest in (0.0, READABLE):
            if camera.aims_at(*camera.fitted(*_frame(everything, former, smallest))):
                self._fit(everything, animated=False, smallest=smallest)
                return
        shown = camera.rect_to_view(everything)
        if QRectF(QPointF(), former).contains(shown) and not self._view.area.contains(shown):
            self._fit(everything, animated=False)

    # --- a part of it -------------------------------------------------------------------------------------------------

    def zoom_in(self) -> None:
        """Larger, around the middle."""
        self._view.camera.zoom_steps(1, self._middle)

    def zoom_out(self) -> None:
        """Smaller, around the middle."""
        self._view.camera.zoom_steps(-1, self._middle)

    def zoom_reset(self) -> None:
        """100 %."""
        self.zoom_to(1.0)

    def zoom_to(self, scale: float) -> None:
        """This scale, around the middle."""
        self._view.camera.set_scale(scale, self._middle)

    def reveal(self, node: NodeId) -> None:
        """See to it that a node is in view: enter what it is in, and move the camera, if need be."""
        document, stage, camera = self._view.document, self._view.stage, self._view.camera
        parents = document.design.parents
        if node not in stage.base.boxes and node in parents and node != document.context:
            document.enter(parents[node])
        box = stage.base.boxes.get(node)
        if box is None or self._must_fit:
            return
        shown = self._aimed(QRectF(*box[1:5]))
        if self._room.contains(shown):
            return
        camera.arrive()
        if self._room.intersects(shown):
            camera.pan(_way_into(self._room, shown))
        else:
            camera.centre_on(QPointF(box.centre, box.y + min(box.height, 200.0) / 2), self._view.size)

    # --- where the camera goes ----------------------------------------------------------------------------------------

    @property
    def _everything(self) -> QRectF:
        return QRectF(*self._view.stage.layout.bounds[1:5])

    @property
    def _middle(self) -> QPointF:
        return QPointF(self._view.area.toRect().center())

    @property
    def _room(self) -> QRectF:
        """The view without a rim in which things would lie at its edge."""
        return self._view.area.adjusted(_RIM, _RIM, -_RIM, -_RIM)

    def _aimed(self, area: QRectF) -> QRectF:
        """Where an area is in the view, or will be when the camera rests."""
        scale, origin = self._view.camera.goal
        return QRectF((area.topLeft() - origin) * scale, area.size() * scale)

    def _fit(self, area: QRectF, animated: bool = True, smallest: float = 0.0) -> None:
        """Show an area, or, where that would be smaller than `smallest`, its upper part."""
        view = self._view
        view.camera.show(*_frame(area, view.size, smallest), animated and view.is_shown)


def _frame(area: QRectF, size: QSizeF, smallest: float) -> tuple[QRectF, QRectF]:
    """What of an area a view of this size shows, and in which part of it; with `smallest` perhaps its upper part.

    Of what is too wide, that is the left part.
    """
    room = QRectF(QPointF(), size).adjusted(_MARGIN, _MARGIN + 16, -_MARGIN, -_MARGIN)
    if not smallest:
        return area, room
    seen = QSizeF(room.width() / smallest, room.height() / smallest).boundedTo(area.size())
    return QRectF(area.topLeft(), seen), room


def _way_into(room: QRectF, area: QRectF) -> QPointF:
    """The shortest way that brings an area into a room; none along a side that is too long for it."""
    x = max(room.left() - area.left(), 0.0) + min(room.right() - area.right(), 0.0)
    y = max(room.top() - area.top(), 0.0) + min(room.bottom() - area.bottom(), 0.0)
    return QPointF(x if area.width() <= room.width() else 0.0, y if area.height() <= room.height() else 0.0)
